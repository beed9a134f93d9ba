// SPDX-License-Identifier: Apache-2.0
// UTF-8 as Unicode 3.9 D92 has it, read forwards and backwards.
#pragma once

#include "base/bytes.hpp"

namespace colophon::text {

/// The length of the well-formed sequence at `at`, which is inside the text; 0: there is none.
[[nodiscard]] inline std::size_t sequence_at(Bytes text, std::size_t at) noexcept {
  const std::uint8_t lead = text[at];
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (size == 0 || lead > 0xF4 || text.size() - at < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((text[at + i] & 0xC0) != 0x80) return 0;
  }
  const std::uint8_t second = text[at + 1];
  const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                   (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
  return bad ? 0 : size;
}

/// The code point of a well-formed sequence.
[[nodiscard]] inline char32_t code_point(Bytes text, std::size_t at, std::size_t size) noexcept {
  const auto low = [&](std::size_t i) { return static_cast<char32_t>(text[at + i] & 0x3F); };
  switch (size) {
    case 2:
      return static_cast<char32_t>(text[at] & 0x1F) << 6 | low(1);
    case 3:
      return static_cast<char32_t>(text[at] & 0x0F) << 12 | low(1) << 6 | low(2);
    case 4:
      return static_cast<char32_t>(text[at] & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3);
    default:
      return text[at];
  }
}

/// A place where a character starts: `at`, or behind the well-formed sequence that straddles it.
/// Whoever reads the text from its start comes by here.
[[nodiscard]] inline std::size_t boundary_at(Bytes text, std::size_t at) noexcept {
  for (std::size_t back = 1; back <= 3 && back <= at && at < text.size(); ++back) {
    if ((text[at - back] & 0xC0) == 0x80) continue;
    const std::size_t size = sequence_at(text, at - back);
    return size > back ? at - back + size : at;
  }
  return at;
}

/// Where the character before `at` starts; a byte that is no character counts as one.
[[nodiscard]] inline std::size_t previous(Bytes text, std::size_t at) noexcept {
  for (std::size_t back = 1; back <= 4 && back <= at; ++back) {
    if ((text[at - back] & 0xC0) == 0x80) continue;
    return sequence_at(text, at - back) == back ? at - back : at - 1;
  }
  return at - 1;
}

}  // namespace colophon::text
