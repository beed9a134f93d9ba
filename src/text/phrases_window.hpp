// SPDX-License-Identifier: Apache-2.0
// A stretch of text as phrases are compared: without case, accents, emphasis, invisible characters
// and tags, with white space run together.
#pragma once

#include "base/bytes.hpp"

#include <array>

namespace colophon::text {

inline constexpr char32_t kGap = U' ';
inline constexpr char32_t kLineEnd = U'\n';
inline constexpr char32_t kBlankLine = U'\f';

/// As letters are compared; kGap for what parts words, 0 for what nobody sees.
[[nodiscard]] char32_t fold(char32_t code) noexcept;

/// Letters of scripts that part words by spaces: a word must not go on beside them.
[[nodiscard]] bool is_spaced_letter(char32_t folded) noexcept;
/// Any letter or digit.
[[nodiscard]] bool is_letter(char32_t folded) noexcept;
[[nodiscard]] bool is_cjk(char32_t folded) noexcept;
[[nodiscard]] bool is_kana(char32_t folded) noexcept;

class PhraseWindow {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// Reads about `before` and `behind` bytes around [from, to).
  PhraseWindow(Bytes text, std::size_t from, std::size_t to, std::size_t before,
               std::size_t behind) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// 0 outside of the window.
  [[nodiscard]] char32_t operator[](std::size_t index) const noexcept {
    return index < size_ ? glyphs_[index].code : 0;
  }
  /// Where the glyph stands in the text; at the size: the end.
  [[nodiscard]] std::size_t offset(std::size_t index) const noexcept {
    return index < size_ ? begin_ + glyphs_[index].at : end_;
  }
  [[nodiscard]] std::size_t end_offset(std::size_t index) const noexcept {
    return index < size_ ? begin_ + glyphs_[index].end : end_;
  }
  /// The glyph that stands at this byte, or the first behind it.
  [[nodiscard]] std::size_t index_of(std::size_t at) const noexcept;
  /// The text's own start or end is the window's.
  [[nodiscard]] bool at_text_start() const noexcept { return begin_ == 0; }
  [[nodiscard]] bool at_text_end() const noexcept { return whole_end_; }

 private:
  static constexpr std::size_t kCapacity = 800;
  struct Glyph {
    char32_t code;
    std::uint32_t at, end;  // from begin_ on
  };
  void read(Bytes text) noexcept;
  void put(char32_t code, std::size_t at, std::size_t end) noexcept;

  std::array<Glyph, kCapacity> glyphs_;
  std::size_t size_ = 0, begin_ = 0, end_ = 0;
  bool whole_end_ = false;
};

}  // namespace colophon::text
