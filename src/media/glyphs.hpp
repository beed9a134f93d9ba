// SPDX-License-Identifier: Apache-2.0
// Outlines of the letters that labels are made of: the fixed texts come from a table that is
// compiled in (fonts/label_glyphs.txt), other letters from the system's fonts.
#pragma once

#include "base/result.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace colophon {

struct PathStep {
  enum class Kind : std::uint8_t { Move, Line, Cubic, Close };
  Kind kind = Kind::Move;
  std::array<double, 6> at{};  ///< the end stands last: in [0,1] of a line, in [4,5] of a curve
};
/// Filled where it winds round a point. What its units are and where y goes is the holder's word.
using OutlinePath = std::vector<PathStep>;

struct PathBox {
  double left = 0, top = 0, right = 0, bottom = 0;  ///< top < bottom
  [[nodiscard]] bool empty() const noexcept { return right <= left || bottom <= top; }
};
[[nodiscard]] PathBox box_of(const OutlinePath& path) noexcept;
/// Every point p becomes (x + p.x * scale, y + p.y * scale).
[[nodiscard]] OutlinePath placed(const OutlinePath& path, double scale, double x, double y);
void add_rounded_box(OutlinePath& path, const PathBox& box, double radius);
/// "M1 2L3 4C..Z", two decimals: for SVG.
[[nodiscard]] std::string svg_path(const OutlinePath& path);

/// Letters of one kind have one height when they are drawn in full.
enum class Script : std::uint8_t { Sign, Latin, Han, Hangul, Devanagari, Other };

/// One letter, or a syllable that is shaped as a whole.
struct Glyph {
  std::string text;
  Script script = Script::Sign;
  double advance = 0;  ///< in em
  OutlinePath path;    ///< in em, y goes down, the base line is 0
};

/// The glyphs of a text, in order. Error `not-found` names the letters that no font here has.
[[nodiscard]] Result<std::vector<Glyph>> glyphs_of(std::string_view text);
/// Ink height in em of a full letter of that kind: 生, 생, क, a Latin capital.
[[nodiscard]] double full_height(Script script) noexcept;

/// The table that is compiled in: "CLUSTER ADVANCE PATH", 1000 units an em, y goes up.
[[nodiscard]] std::span<const std::string_view> builtin_glyph_rows() noexcept;
/// A letter from the system's fonts (system_glyphs.cpp). Nothing: none has it, or there is no
/// fontconfig or FreeType here.
[[nodiscard]] std::optional<Glyph> system_glyph(char32_t letter);

}  // namespace colophon
