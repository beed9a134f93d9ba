// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/tokenizer.hpp"

#include "base/text.hpp"
#include "tokenizers/definition.hpp"
#include "tokenizers/unicode.hpp"
#include "tokenizers/word_cache.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>

namespace colophon::tokenizers {
namespace {

constexpr std::uint64_t kFirstLook = 4ULL << 20;
constexpr std::uint64_t kMaxFile = 256ULL << 20;

Result<Definition> open_gguf(Source& file) {
  // The weights behind the header may be hundreds of gigabytes: look at more only when asked to.
  for (std::uint64_t size = kFirstLook;; size *= 4) {
    const std::uint64_t now = std::min({size, file.size(), kMaxFile});
    const Bytes header = TRY(file.view({0, now}));
    auto definition = read_gguf(header);
    if (definition || definition.error().code != ErrorCode::Truncated || now == file.size()) {
      return definition;
    }
    if (now == kMaxFile) {
      return fail(ErrorCode::LimitExceeded, "the header is larger than 256 MiB", "gguf");
    }
  }
}

Result<Definition> read_any(Source& file) {
  const Bytes head = view_some(file, {0, 64});
  if (has_prefix(head, "GGUF")) return open_gguf(file);
  const std::string_view start = trim(as_text(head));
  if (start.starts_with('{')) {
    if (file.size() > kMaxFile) {
      return fail(ErrorCode::LimitExceeded, "the file is larger than 256 MiB", "tokenizer.json");
    }
    const Bytes all = TRY(file.view({0, file.size()}));
    return read_tokenizer_json(as_text(all));
  }
  return fail(ErrorCode::Unsupported,
              "this is neither a GGUF file nor a tokenizer.json; a SentencePiece .model or "
              "tiktoken file must be converted to one of these",
              "tokenizer", 0);
}

}  // namespace

Result<Tokenizer> Tokenizer::open(Source& file) {
  Definition definition = TRY(read_any(file));
  return Tokenizer(std::make_shared<const Definition>(std::move(definition)));
}

std::size_t Tokenizer::size() const noexcept {
  std::size_t size = definition_->vocabulary().size();
  for (const auto& [id, text] : definition_->added_text)
    size = std::max<std::size_t>(size, id + 1U);
  return size;
}

std::string Tokenizer::description() const {
  return definition_->description;
}

struct Encoder::State {
  explicit State(Tokenizer of) : tokenizer(std::move(of)) {}

  Tokenizer tokenizer;
  WordCache cache;
  BpeScratch bpe;
  UnigramScratch unigram;
  std::vector<Span> words;
  std::vector<Cut> cuts;
  std::vector<AddedTokens::Match> outer, inner;
  std::vector<Token> tokens;

  [[nodiscard]] const Definition& definition() const noexcept { return tokenizer.definition(); }
  Status piece(std::string_view text, std::uint32_t origin, const EncodeOptions& options);
  Status words_of(std::string_view text, bool at_start, const MappedText& from,
                  std::uint32_t begin);
  void word(std::string_view text, const MappedText& in, Span span, const MappedText& from,
            std::uint32_t begin);
  void whole(std::string_view text, const MappedText& in, Span span, const MappedText& from,
             std::uint32_t begin);
};

namespace {

/// Where `span` of `in` comes from in the document, when `in` itself stands at `begin` of `from`.
Span trace(const MappedText& in, const MappedText& from, std::uint32_t begin, Span span) {
  const Span inner = in.origin(span);
  return from.origin({begin + inner.begin, begin + inner.end});
}

}  // namespace

void Encoder::State::word(std::string_view text, const MappedText& in, Span span,
                          const MappedText& from, std::uint32_t begin) {
  std::span<const Cut> found = cache.find(text);
  if (found.empty()) {
    cuts.clear();
    if (const auto* model = std::get_if<Bpe>(&definition().model)) {
      cut_word(*model, text, bpe, cuts);
    } else if (const auto* pieces = std::get_if<WordPiece>(&definition().model)) {
      cut_word(*pieces, text, cuts);
    } else {
      cut_word(std::get<Unigram>(definition().model), text, unigram, cuts);
    }
    cache.add(text, cuts);
    found = cuts;
  }
  std::uint32_t at = span.begin;
  for (const Cut& cut : found) {
    const Span place = trace(in, from, begin, {at, at + cut.size});
    tokens.push_back({cut.id, place.begin, place.end});
    at += cut.size;
  }
}

/// Models without splitters see the whole text as one word; where no token can reach across, it is
/// cut all the same, which changes nothing but the time.
void Encoder::State::whole(std::string_view text, const MappedText& in, Span span,
                           const MappedText& from, std::uint32_t begin) {
  const std::string& sign = definition().cut_sign;
  std::size_t start = 0;
  for (std::size_t at = sign.empty() ? std::string_view::npos : text.find(sign, 1);
       at != std::string_view::npos; at = text.find(sign, at + 1)) {
    if (definition().joins.test(static_cast<unsigned char>(text[at - 1]))) continue;
    word(text.substr(start, at - start), in,
         {span.begin + static_cast<std::uint32_t>(start),
          span.begin + static_cast<std::uint32_t>(at)},
         from, begin);
    start = at;
  }
  word(text.substr(start), in, {span.begin + static_cast<std::uint32_t>(start), span.end}, from,
       begin);
}

Status Encoder::State::words_of(std::string_view text, bool at_start, const MappedText& from,
                                std::uint32_t begin) {
  MappedText in(text, 0);
  TRY(split(definition().splitters, at_start, in, words));
  for (const Span& span : words) {
    const std::string_view one = in.text().substr(span.begin, span.end - span.begin);
    if (definition().cut_sign.empty()) {
      word(one, in, span, from, begin);
    } else {
      whole(one, in, span, from, begin);
    }
  }
  return {};
}

Status Encoder::State::piece(std::string_view text, std::uint32_t origin,
                             const EncodeOptions& options) {
  MappedText from(text, origin);
  TRY(normalize(definition().normalizers, from));
  inner.clear();
  definition().normalized_added.find_all(from.text(), options.special, inner);
  std::uint32_t at = 0;
  const auto plain = [&](std::uint32_t end) -> Status {
    if (end == at) return {};
    const bool first = from.origin({at, end}).begin == 0;
    return words_of(from.text().substr(at, end - at), first, from, at);
  };
  for (const auto& match : inner) {
    if (match.span.begin > at) TRY(plain(match.span.begin));
    const Span place = from.origin(match.span);
    tokens.push_back({match.token->id, place.begin, place.end});
    at = match.span.end;
  }
  return plain(static_cast<std::uint32_t>(from.text().size()));
}

Encoder::Encoder(Tokenizer tokenizer) : state_(std::make_unique<State>(std::move(tokenizer))) {}
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;
Encoder::~Encoder() = default;

Result<std::vector<Token>> Encoder::encode(std::string_view text, const EncodeOptions& options) {
  if (text.size() > std::min<std::uint64_t>(options.max_text, UINT32_MAX / 4)) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("a text of {} bytes; cut it into documents", text.size()), "text");
  }
  if (const std::size_t good = valid_utf8_prefix(text); good != text.size()) {
    return fail(ErrorCode::Malformed, "the text is not UTF-8", "text", good);
  }
  State& state = *state_;
  state.tokens.clear();
  state.outer.clear();
  state.definition().added.find_all(text, options.special, state.outer);
  std::uint32_t at = 0;
  for (const auto& match : state.outer) {
    if (match.span.begin > at) {
      TRY(state.piece(text.substr(at, match.span.begin - at), at, options));
    }
    state.tokens.push_back({match.token->id, match.span.begin, match.span.end});
    at = match.span.end;
  }
  if (at < text.size()) TRY(state.piece(text.substr(at), at, options));
  return std::move(state.tokens);
}

}  // namespace colophon::tokenizers
