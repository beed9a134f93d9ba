// SPDX-License-Identifier: Apache-2.0
// Code points of valid UTF-8 and what Unicode says about them.
#pragma once

#include <cstdint>
#include <string_view>

namespace colophon::tokenizers {

struct CodePoint {
  char32_t value = 0;
  std::uint32_t size = 1;  ///< in bytes
};
/// `text` is valid UTF-8 and `at` stands in front of a code point.
[[nodiscard]] CodePoint code_point(std::string_view text, std::size_t at) noexcept;
/// The one that ends at `end` (at least 1).
[[nodiscard]] CodePoint code_point_before(std::string_view text, std::size_t end) noexcept;
/// Bytes of the code point that begins with this byte.
[[nodiscard]] constexpr std::uint32_t utf8_size(char first) noexcept {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

[[nodiscard]] bool is_space(char32_t c) noexcept;        ///< White_Space
[[nodiscard]] bool is_numeric(char32_t c) noexcept;      ///< N*
[[nodiscard]] bool is_punctuation(char32_t c) noexcept;  ///< P*, and ASCII's other signs
[[nodiscard]] bool is_word(char32_t c) noexcept;         ///< letters, marks, digits, connectors
[[nodiscard]] bool is_mark(char32_t c) noexcept;         ///< M*
[[nodiscard]] bool is_nonspacing(char32_t c) noexcept;   ///< Mn
[[nodiscard]] bool is_other(char32_t c) noexcept;        ///< controls, formats, private use
[[nodiscard]] bool is_chinese(char32_t c) noexcept;      ///< as BERT's tokenizer takes it

}  // namespace colophon::tokenizers
