// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8
#include "tokenizers/pattern.hpp"

#include "base/text.hpp"
#include "tokenizers/unicode.hpp"

#include <fmt/core.h>
#include <pcre2.h>

namespace colophon::tokenizers {
namespace {

constexpr std::size_t kMaxPattern = 64 << 10;
constexpr std::uint32_t kMaxBacktracking = 5'000'000;  // of one match
constexpr std::size_t kMinStack = 64 << 10, kMaxStack = 8 << 20;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* it) const {
    Free(it);
  }
};
using CodeHandle = std::unique_ptr<pcre2_code, Deleter<pcre2_code_free>>;
using ContextHandle = std::unique_ptr<pcre2_match_context, Deleter<pcre2_match_context_free>>;
using DataHandle = std::unique_ptr<pcre2_match_data, Deleter<pcre2_match_data_free>>;
using StackHandle = std::unique_ptr<pcre2_jit_stack, Deleter<pcre2_jit_stack_free>>;

std::string message_of(int code) {
  PCRE2_UCHAR text[160] = {};
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

// Working memory of matching, one for each thread; the stack is grown by PCRE2 as it is needed.
struct Worker {
  StackHandle stack{pcre2_jit_stack_create(kMinStack, kMaxStack, nullptr)};
  ContextHandle context{pcre2_match_context_create(nullptr)};
  DataHandle data{pcre2_match_data_create(1, nullptr)};
  Worker() {
    pcre2_set_match_limit(context.get(), kMaxBacktracking);
    pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
  }
};

}  // namespace

struct Pattern::Code {
  CodeHandle handle;
  std::string source;
  bool compiled = false;   // to machine code
  std::string plain = {};  // a literal needs no machine
};

Result<Pattern> Pattern::compile(std::string_view oniguruma) {
  if (oniguruma.size() > kMaxPattern) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("a regular expression of {} bytes", oniguruma.size()), "tokenizer");
  }
  if (!is_utf8(oniguruma)) {
    return fail(ErrorCode::Malformed, "a regular expression is not UTF-8", "tokenizer");
  }
  const std::string translated = TRY(to_pcre2(oniguruma));
  int error = 0;
  PCRE2_SIZE at = 0;
  CodeHandle handle(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()),
                                  translated.size(), PCRE2_UTF | PCRE2_UCP, &error, &at, nullptr));
  if (!handle) {
    return fail(ErrorCode::Unsupported,
                fmt::format("the regular expression \"{}\" cannot be used: {}", oniguruma,
                            message_of(error)),
                "tokenizer");
  }
  // Slower without, and as right.
  const bool compiled = pcre2_jit_compile(handle.get(), PCRE2_JIT_COMPLETE) == 0;
  Pattern pattern;
  pattern.code_ =
      std::make_shared<const Code>(Code{std::move(handle), std::string(oniguruma), compiled});
  return pattern;
}

Result<Pattern> Pattern::literal(std::string_view text) {
  if (text.empty() || text.size() > kMaxPattern) {
    return fail(ErrorCode::Unsupported, "an empty or very long text to look for", "tokenizer");
  }
  Pattern pattern;
  pattern.code_ = std::make_shared<const Code>(Code{{}, {}, false, std::string(text)});
  return pattern;
}

Status Pattern::find_all(std::string_view text, std::vector<Span>& matches) const {
  if (!code_->plain.empty()) {
    const auto size = static_cast<std::uint32_t>(code_->plain.size());
    for (std::size_t at = text.find(code_->plain); at != std::string_view::npos;
         at = text.find(code_->plain, at + size)) {
      matches.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at) + size});
    }
    return {};
  }
  thread_local Worker worker;
  if (!worker.stack || !worker.context || !worker.data) {
    return fail(ErrorCode::LimitExceeded, "no memory for matching", "tokenizer");
  }
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  std::size_t at = 0;
  while (at <= text.size()) {
    const int found =
        code_->compiled ? pcre2_jit_match(code_->handle.get(), subject, text.size(), at, 0,
                                          worker.data.get(), worker.context.get())
                        : pcre2_match(code_->handle.get(), subject, text.size(), at,
                                      PCRE2_NO_UTF_CHECK, worker.data.get(), worker.context.get());
    if (found == PCRE2_ERROR_NOMATCH) break;
    if (found < 0) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("the regular expression \"{}\" gives up: {}", code_->source,
                              message_of(found)),
                  "text", at);
    }
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(worker.data.get());
    const std::size_t begin = ends[0], end = ends[1];
    // An empty match right behind another is none, as in Oniguruma's iterator.
    const bool empty = begin == end;
    if (!empty || matches.empty() || matches.back().end != begin || at == 0) {
      matches.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
    at = empty ? end + (end < text.size() ? utf8_size(text[end]) : 1) : end;
  }
  return {};
}

}  // namespace colophon::tokenizers
