// SPDX-License-Identifier: Apache-2.0
#include "marks/picture_stamp.hpp"

#include <algorithm>
#include <cmath>

namespace colophon {
namespace {

/// Of the shorter side, between the plate and the edge.
constexpr double kMargin = 0.02;

double margin_of(double width, double height, bool whole_pixels) {
  const double margin = kMargin * std::min(width, height);
  return whole_pixels ? std::floor(margin) : margin;
}

}  // namespace

std::uint32_t required_height(const MarkDemand& demand, std::uint32_t width,
                              std::uint32_t height) noexcept {
  const double wanted = demand.min_height_ratio * std::min(width, height);
  return static_cast<std::uint32_t>(std::max(1.0, std::ceil(wanted - 1e-9)));
}

PlatePlace place_plate(Place2d place, double width, double height, double plate_width,
                       double plate_height, bool whole_pixels) {
  const double margin = margin_of(width, height, whole_pixels);
  const auto halved = [&](double value) {
    return whole_pixels ? std::floor(value / 2) : value / 2;
  };
  const auto far = [](double side, double plate, double gap) {
    return std::max(0.0, side - plate - gap);
  };
  const auto near = [](double side, double plate, double gap) {
    return std::min(gap, std::max(0.0, side - plate));
  };
  const double left = near(width, plate_width, margin), right = far(width, plate_width, margin);
  const double top = near(height, plate_height, margin);
  const double bottom = far(height, plate_height, margin);
  const double middle_x = halved(width - plate_width), middle_y = halved(height - plate_height);
  switch (place) {
    case Place2d::TopLeft:
      return {left, top};
    case Place2d::TopRight:
      return {right, top};
    case Place2d::BottomLeft:
      return {left, bottom};
    case Place2d::Top:
      return {middle_x, top};
    case Place2d::Bottom:
      return {middle_x, bottom};
    case Place2d::Left:
      return {left, middle_y};
    case Place2d::Right:
      return {right, middle_y};
    default:
      return {right, bottom};
  }
}

std::string language_of(std::string_view text) {
  bool han = false, kana = false, hangul = false, devanagari = false;
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const auto a = static_cast<unsigned char>(text[i]), b = static_cast<unsigned char>(text[i + 1]);
    if ((a & 0xF0) != 0xE0) continue;
    const unsigned code =
        (a & 15U) << 12 | (b & 63U) << 6 | (static_cast<unsigned char>(text[i + 2]) & 63U);
    han = han || (code >= 0x4E00 && code <= 0x9FFF);
    kana = kana || (code >= 0x3041 && code <= 0x30FF);
    hangul = hangul || (code >= 0xAC00 && code <= 0xD7A3);
    devanagari = devanagari || (code >= 0x900 && code <= 0x97F);
  }
  if (kana) return "ja";
  if (hangul) return "ko";
  if (han) return "zh";
  return devanagari ? "hi" : "en";
}

std::string place_of(const Mark& mark) {
  const double x = (mark.x + mark.width / 2.0) / mark.shown_width;
  const double y = (mark.y + mark.height / 2.0) / mark.shown_height;
  const double near_x = std::min(x, 1 - x), near_y = std::min(y, 1 - y);
  const std::string side = x < 0.5 ? "left" : "right", end = y < 0.5 ? "top" : "bottom";
  constexpr double kMiddle = 1.0 / 3;
  if (near_x > kMiddle) return end;
  if (near_y > kMiddle) return side;
  return end + "-" + side;
}

Result<PlacedLabel> place_label(const MarkDemand& demand, std::uint32_t width,
                                std::uint32_t height) {
  const std::uint32_t least = required_height(demand, width, height);
  const double margin = margin_of(width, height, true);
  LabelRoom room;
  room.glyph_height = std::max(least, kLegibleHeight);
  room.least_height = least;
  room.width = width - 2 * margin;
  room.height = height - 2 * margin;
  const LabelDrawing drawing = TRY(draw_label(demand.texts, room));
  PlacedLabel placed;
  placed.bitmap = bitmap_of(drawing);
  placed.shortened = drawing.shortened;
  const PlatePlace at = place_plate(demand.place, width, height, placed.bitmap.plate.width,
                                    placed.bitmap.plate.height);
  placed.x = static_cast<std::uint32_t>(at.x);
  placed.y = static_cast<std::uint32_t>(at.y);
  Mark& mark = placed.mark;
  mark.medium = demand.medium;
  mark.text = drawing.text;
  mark.language = language_of(drawing.text);
  mark.position = to_string(demand.place);
  mark.x = placed.x + placed.bitmap.ink_x;
  mark.y = placed.y + placed.bitmap.ink_y;
  mark.width = placed.bitmap.ink_width;
  mark.height = placed.bitmap.ink_height;
  mark.shown_width = width;
  mark.shown_height = height;
  mark.glyph_height = static_cast<std::uint32_t>(drawing.glyph_height + 1e-6);
  return placed;
}

}  // namespace colophon
