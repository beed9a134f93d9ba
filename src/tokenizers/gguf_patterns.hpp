// SPDX-License-Identifier: Apache-2.0
// The words that `tokenizer.ggml.pre` may say, and the splits that they stand for.
#pragma once

#include "tokenizers/splitters.hpp"

#include <span>

namespace colophon::tokenizers {

struct GgufPattern {
  std::span<const char* const> regexes;  ///< one split after the other, every match alone
  bool ignore_merges = false;            ///< a word that is a token is that token
};
/// Nothing for a word that is not known.
[[nodiscard]] const GgufPattern* gguf_pattern(std::string_view name) noexcept;

}  // namespace colophon::tokenizers
