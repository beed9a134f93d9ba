// SPDX-License-Identifier: Apache-2.0
// Vocabularies in GGUF files, by the keys tokenizer.ggml.*: byte-level BPE ("gpt2") and
// SentencePiece's BPE ("llama").
#include "tokenizers/definition.hpp"
#include "tokenizers/gguf_patterns.hpp"
#include "wire/gguf.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

namespace colophon::tokenizers {
namespace {

constexpr std::string_view kSpaceSign = "\xE2\x96\x81";  // U+2581

enum TokenType : std::int32_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5 };

class Reading {
 public:
  explicit Reading(const wire::Gguf& file) : file_(file) {}

  Result<Definition> run() {
    const auto model = file_.text("tokenizer.ggml.model");
    if (!model) {
      return fail(ErrorCode::NotFound, "the file has no vocabulary (tokenizer.ggml.model)", "gguf");
    }
    const auto tokens = file_.texts("tokenizer.ggml.tokens");
    if (!tokens || tokens->empty() || tokens->size() > kMaxTokens) {
      return fail(ErrorCode::Malformed, "tokenizer.ggml.tokens is missing or no list of texts",
                  "gguf");
    }
    tokens_ = *tokens;
    types_ = file_.integers("tokenizer.ggml.token_type").value_or(std::vector<std::int32_t>());
    if (types_.empty()) types_.assign(tokens_.size(), Normal);
    if (types_.size() < tokens_.size()) {
      return fail(ErrorCode::Malformed, "tokenizer.ggml.token_type is too short", "gguf");
    }
    TRY(check_texts());
    if (*model == "gpt2") {
      TRY(byte_level());
    } else if (*model == "llama") {
      TRY(sentencepiece());
    } else {
      return fail(
          ErrorCode::Unsupported,
          fmt::format("vocabularies of the kind \"{}\" (tokenizer.ggml.model) are not read; "
                      "gpt2 and llama are",
                      *model),
          "gguf");
    }
    add_special();
    return std::move(out_);
  }

 private:
  Status check_texts() {
    for (std::size_t id = 0; id < tokens_.size(); ++id) {
      if (!is_utf8(tokens_[id])) {
        return fail(ErrorCode::Malformed, fmt::format("token {} is not UTF-8", id), "gguf");
      }
    }
    return {};
  }

  Status byte_level() {
    const auto name = file_.text("tokenizer.ggml.pre");
    if (!name) {
      return fail(ErrorCode::Unsupported,
                  "the file does not say how text is split (tokenizer.ggml.pre); convert the model "
                  "again with a newer converter",
                  "gguf");
    }
    const GgufPattern* pattern = gguf_pattern(*name);
    if (pattern == nullptr) {
      return fail(ErrorCode::Unsupported,
                  fmt::format("the pre-tokenizer \"{}\" (tokenizer.ggml.pre) is not known", *name),
                  "gguf");
    }
    out_.description = fmt::format("gguf: gpt2, pre-tokenizer {}", *name);
    for (const char* regex : pattern->regexes) {
      out_.splitters.emplace_back(
          SplitPattern{TRY(Pattern::compile(regex)), Behavior::Isolated, false});
    }
    out_.splitters.emplace_back(ByteLevel{false});
    auto& model = out_.model.emplace<Bpe>();
    model.byte_level = true;
    model.ignore_merges = pattern->ignore_merges;
    std::string bytes;
    for (std::uint32_t id = 0; id < tokens_.size(); ++id) {
      const bool written = bytes_of_signs(tokens_[id], bytes) && types_[id] != UserDefined;
      TRY(model.vocabulary.add(written ? std::string_view(bytes) : tokens_[id], id, written));
    }
    model.prepare_bytes();
    return merges(model);
  }

  Status merges(Bpe& model) {
    const auto merges = file_.texts("tokenizer.ggml.merges");
    if (!merges) {
      return fail(ErrorCode::Malformed, "tokenizer.ggml.merges is missing", "gguf");
    }
    std::string left, right;
    for (std::uint32_t rank = 0; rank < merges->size(); ++rank) {
      const std::string_view merge = (*merges)[rank];
      const std::size_t space = merge.find(' ', 1);
      const bool two = space != std::string_view::npos && is_utf8(merge) &&
                       bytes_of_signs(merge.substr(0, space), left) &&
                       bytes_of_signs(merge.substr(space + 1), right);
      if (!two) {
        return fail(ErrorCode::Malformed, fmt::format("merge {} is no pair of tokens", rank),
                    "gguf");
      }
      const std::uint32_t a = model.vocabulary.find(left), b = model.vocabulary.find(right);
      const std::uint32_t both = model.vocabulary.find(left + right);
      if (a == kNoToken || b == kNoToken || both == kNoToken) {
        return fail(ErrorCode::Malformed,
                    fmt::format("merge {} (\"{}\") names a token that is not there", rank, merge),
                    "gguf");
      }
      TRY(model.add_merge(a, b, rank, both));
    }
    return {};
  }

  Status sentencepiece() {
    out_.description = "gguf: llama (SentencePiece BPE)";
    const auto scores = file_.floats("tokenizer.ggml.scores");
    if (!scores || scores->size() < tokens_.size()) {
      return fail(ErrorCode::Malformed, "tokenizer.ggml.scores is missing or too short", "gguf");
    }
    const bool prefix = file_.boolean("tokenizer.ggml.add_space_prefix").value_or(true);
    if (prefix) out_.normalizers.emplace_back(Prepend{std::string(kSpaceSign)});
    out_.normalizers.emplace_back(Replace{TRY(Pattern::literal(" ")), std::string(kSpaceSign)});
    auto& model = out_.model.emplace<Bpe>();
    model.unknown =
        static_cast<std::uint32_t>(file_.number("tokenizer.ggml.unknown_token_id").value_or(0));
    if (model.unknown >= tokens_.size()) {
      return fail(ErrorCode::Malformed, "tokenizer.ggml.unknown_token_id is out of range", "gguf");
    }
    model.byte_fallback = true;
    for (std::uint32_t id = 0; id < tokens_.size(); ++id) {
      TRY(model.vocabulary.add(tokens_[id], id, true));
    }
    TRY(derive_merges(model, *scores));
    out_.space_sign = kSpaceSign;
    out_.drop_first_space = prefix;
    out_.bytes_in_names = true;
    prepare_cuts(out_, kSpaceSign);
    return {};
  }

  void add_special() {
    out_.special_ids.assign(tokens_.size(), false);
    const auto name = lower_ascii(file_.text("general.name").value_or(""));
    const bool phi3 =
        name.find("phi-3") != std::string::npos || name.find("phi3") != std::string::npos;
    for (std::uint32_t id = 0; id < tokens_.size(); ++id) {
      const bool control = types_[id] == Control || types_[id] == Unknown;
      if (!control && types_[id] != UserDefined) continue;
      out_.special_ids[id] = control;
      const std::string text(tokens_[id]);
      // llama.cpp knows by the model's name which tokens swallow the white space behind them.
      const bool strips = phi3 && text != "<unk>" && text != "<s>" && text != "<|endoftext|>";
      out_.added.add({text, id, control, false, false, false, strips});
      out_.added_text.emplace(id, text);
    }
  }

  const wire::Gguf& file_;
  std::vector<std::string_view> tokens_;
  std::vector<std::int32_t> types_;
  Definition out_;
};

}  // namespace

Result<Definition> read_gguf(Bytes file) {
  const wire::Gguf parsed = TRY(wire::Gguf::parse(file));
  return Reading(parsed).run();
}

}  // namespace colophon::tokenizers
