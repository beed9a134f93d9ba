// SPDX-License-Identifier: Apache-2.0
// SentencePiece's character map ("precompiled_charsmap"): a double array of bytes (Darts) with what
// stands for each run that it knows, as Hugging Face's "Precompiled" normalizer applies it.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace colophon::tokenizers {

class CharacterMap {
 public:
  /// The size of the array in bytes, the array, then the replacements, each ended by a zero.
  [[nodiscard]] static Result<CharacterMap> parse(Bytes file);
  /// What stands for the shortest beginning of `text` that the map knows; nothing for none.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view text) const noexcept;

 private:
  std::vector<std::uint32_t> units_;
  std::string texts_;
};

}  // namespace colophon::tokenizers
