// SPDX-License-Identifier: Apache-2.0
// A visible label: white letters on a dark plate, as outlines and as pixels. The plate lets three
// tenths of the picture through, so that the contrast is at least 8 whatever lies behind it.
#pragma once

#include "media/glyphs.hpp"
#include "media/picture.hpp"

namespace colophon {

/// Below this a label is drawn only where nothing larger has room.
constexpr std::uint32_t kLegibleHeight = 12;
/// How much of the plate hides the picture: black at 0.7 leaves 76 of 255 on pure white.
constexpr double kPlateOpacity = 0.7;
constexpr unsigned kPlateAlpha = 179;  ///< the same of 255

/// What the label has to keep to. Pixels, or whatever unit the drawing has.
struct LabelRoom {
  double glyph_height = 0;  ///< least ink height of a full letter (of every script in it)
  double least_height = 0;  ///< taken where `glyph_height` has no room; 0: nothing smaller
  double width = 0, height = 0;
  bool whole_pixels = true;  ///< letters stand on whole rows, sides are whole
};

/// The label as outlines; from its plate's top left corner, y down.
struct LabelDrawing {
  std::string text;  ///< as drawn: "AI生成"; lines are joined by a space
  double width = 0, height = 0;
  double corner = 0;  ///< radius of the plate's
  OutlinePath letters;
  PathBox ink;              ///< around the letters
  double glyph_height = 0;  ///< of the tallest full letter
  bool shortened = false;   ///< a shorter text stands there, or one smaller than wanted
};

/// All texts as one label, in as few lines as have room; a short form where the whole has none.
/// Errors: `not-found` (letters that no font has), `unsupported` (the picture is too small).
[[nodiscard]] Result<LabelDrawing> draw_label(std::span<const std::string> texts,
                                              const LabelRoom& room);

/// The same as pixels.
struct LabelBitmap {
  Plane plate;  ///< coverage
  Plane ink;    ///< coverage, of the same size
  std::uint32_t ink_x = 0, ink_y = 0, ink_width = 0, ink_height = 0;  ///< measured
};
[[nodiscard]] LabelBitmap bitmap_of(const LabelDrawing& drawing);

/// A sample of the picture under the label: `high` is the value of white, plates are 0.
[[nodiscard]] inline unsigned under_label(unsigned sample, unsigned plate, unsigned ink,
                                          unsigned high) noexcept {
  const unsigned kept = 255 * 255 - plate * kPlateAlpha;  // of 255 * 255
  const std::uint64_t ground = (std::uint64_t{sample} * kept + 255 * 255 / 2) / (255 * 255);
  return static_cast<unsigned>((ground * (255 - ink) + std::uint64_t{high} * ink + 127) / 255);
}

/// WCAG 2.2 contrast of two sRGB colours' relative luminances.
[[nodiscard]] double relative_luminance(double red, double green, double blue) noexcept;
[[nodiscard]] double contrast_ratio(double a, double b) noexcept;

}  // namespace colophon
