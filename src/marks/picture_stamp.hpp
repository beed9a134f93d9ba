// SPDX-License-Identifier: Apache-2.0
// From what is demanded to what is laid on the pixels.
#pragma once

#include "marks/marks.hpp"
#include "media/stamp.hpp"

namespace colophon {

/// A label for one picture or frame, where the demand wants it.
struct PlacedLabel {
  LabelBitmap bitmap;
  std::uint32_t x = 0, y = 0;  ///< of its plate, in the picture as shown
  Mark mark;                   ///< but for the contrast
  bool shortened = false;
};
/// `width` and `height` of the picture as shown. Errors: those of `draw_label`.
[[nodiscard]] Result<PlacedLabel> place_label(const MarkDemand& demand, std::uint32_t width,
                                              std::uint32_t height);

/// Where the plate of a drawing of that size begins.
struct PlatePlace {
  double x = 0, y = 0;
};
[[nodiscard]] PlatePlace place_plate(Place2d place, double width, double height, double plate_width,
                                     double plate_height, bool whole_pixels = true);
/// What the letters of a picture of these sides must have: GB 45438-2025 5.2, rounded up.
[[nodiscard]] std::uint32_t required_height(const MarkDemand& demand, std::uint32_t width,
                                            std::uint32_t height) noexcept;
/// "top-right": by where its box lies.
[[nodiscard]] std::string place_of(const Mark& mark);
/// That something shorter than asked for stands there.
[[nodiscard]] Finding mark_shortened(const Mark& mark);
/// "zh", "ko", "hi", "ja" or "en": by its letters.
[[nodiscard]] std::string language_of(std::string_view text);

}  // namespace colophon
