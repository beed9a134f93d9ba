// SPDX-License-Identifier: Apache-2.0
// Text to the token ids of a language model and back, by the model's own vocabulary file: GGUF
// (llama.cpp) or tokenizer.json (Hugging Face). A watermark in text is a pattern of token ids, so
// the ids must be exactly the model's: whatever a file asks for that is not built here is an error
// that names it, never another result.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/source.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace colophon::tokenizers {

struct Token {
  std::uint32_t id = 0;
  std::uint32_t begin = 0, end = 0;  ///< bytes of the text; tokens of one changed place share them
};

struct EncodeOptions {
  /// Control tokens (<|im_end|>, </s>) that stand in the text are tokens, not letters.
  bool special = true;
  std::uint64_t max_text = 64ULL << 20;
};

struct Definition;  // how one vocabulary works: definition.hpp

/// A vocabulary that has been read. Immutable, cheap to copy, safe to share among threads.
class Tokenizer {
 public:
  /// The kind is found by content.
  [[nodiscard]] static Result<Tokenizer> open(Source& file);
  explicit Tokenizer(std::shared_ptr<const Definition> definition)
      : definition_(std::move(definition)) {}

  /// One more than the highest id.
  [[nodiscard]] std::size_t size() const noexcept;
  /// "gguf: gpt2, pre-tokenizer llama-bpe" or "tokenizer.json: BPE".
  [[nodiscard]] std::string description() const;
  /// The bytes that the tokens stand for; error `malformed` with the place of an id out of range.
  [[nodiscard]] Result<std::string> decode(std::span<const std::uint32_t> ids,
                                           bool special = true) const;
  [[nodiscard]] const Definition& definition() const noexcept { return *definition_; }

 private:
  std::shared_ptr<const Definition> definition_;
};

/// The working memory of encoding, with a cache of words. One per thread.
class Encoder {
 public:
  explicit Encoder(Tokenizer tokenizer);
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;
  ~Encoder();

  /// No begin-of-text or end-of-text token is added. The text must be UTF-8.
  [[nodiscard]] Result<std::vector<Token>> encode(std::string_view text,
                                                  const EncodeOptions& options = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace colophon::tokenizers
