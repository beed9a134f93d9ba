// SPDX-License-Identifier: Apache-2.0
// The words that are looked for in pictures, as small pictures, and how alike a window is.
#pragma once

#include <string>
#include <vector>

#include "media/picture.hpp"

namespace colophon {

/// Words drawn with capitals of a given height, prepared for normalised correlation.
struct WordTemplate {
  std::string text, language;
  std::uint32_t width = 0, height = 0, stride = 0;  ///< with a rim of one pixel
  double full_height = 0;                           ///< of the tallest full letter, in pixels
  std::vector<std::int16_t> values;                 ///< mean 0, rows padded with zeros to `stride`
  double norm = 0;                                  ///< root of the sum of squares
  unsigned slices = 1;                              ///< about one for each letter
};
/// All words with letters of that height (LabelRoom::glyph_height).
[[nodiscard]] std::vector<WordTemplate> word_templates(double glyph_height);

/// What the plane shows as one template, with letters of about that height.
[[nodiscard]] WordTemplate template_of(const Plane& plane, double glyph_height);

/// A plane prepared for windows of any size.
class WindowSums {
 public:
  explicit WindowSums(const Plane& plane);
  [[nodiscard]] std::uint32_t width() const noexcept { return width_; }
  [[nodiscard]] std::uint32_t height() const noexcept { return height_; }
  /// Root of the sum of squared differences from the window's mean.
  [[nodiscard]] double spread(std::uint32_t x, std::uint32_t y, std::uint32_t width,
                              std::uint32_t height) const noexcept;
  /// Normalised correlation at (x, y), -1 to 1: below 0 the words are dark. The window must lie
  /// inside; `spread` is that of the window.
  [[nodiscard]] double correlation(const WordTemplate& word, std::uint32_t x, std::uint32_t y,
                                   double spread) const noexcept;
  /// The least correlation of the words' slices, with the sign of the whole.
  [[nodiscard]] double worst_slice(const WordTemplate& word, std::uint32_t x, std::uint32_t y,
                                   bool dark) const;

 private:
  std::uint32_t width_, height_, stride_;
  std::vector<std::int16_t> values_;
  std::vector<std::uint64_t> sums_, squares_;
};

/// A smaller or larger copy; every sample is the mean of what it covers.
[[nodiscard]] Plane resized(const Plane& plane, std::uint32_t width, std::uint32_t height);

}  // namespace colophon
