// SPDX-License-Identifier: Apache-2.0
// The label as the viewer sees it, upright and with square pixels, brought into the coded picture,
// which may lie on its side and have pixels of another shape.
#include "marks/film_work.hpp"
#include "media/label_drawing.hpp"

#include <algorithm>
#include <cmath>

namespace colophon::film {
namespace {

constexpr double kMargin = 0.02;  // of the shorter side, between label and edge

Spot spot_of(Place2d place, double free_x, double free_y, double margin) {
  const double left = std::min(margin, free_x / 2), top = std::min(margin, free_y / 2);
  Spot spot{free_x / 2, free_y / 2};
  switch (place) {
    case Place2d::TopLeft:
    case Place2d::BottomLeft:
    case Place2d::Left:
      spot.x = left;
      break;
    case Place2d::TopRight:
    case Place2d::BottomRight:
    case Place2d::Right:
      spot.x = free_x - left;
      break;
    default:
      break;
  }
  switch (place) {
    case Place2d::TopLeft:
    case Place2d::TopRight:
    case Place2d::Top:
      spot.y = top;
      break;
    case Place2d::BottomLeft:
    case Place2d::BottomRight:
    case Place2d::Bottom:
      spot.y = free_y - top;
      break;
    default:
      break;
  }
  return {std::floor(spot.x), std::floor(spot.y)};
}

/// White letters on the plate, as one layer: what is put on, and how much of it hides.
struct Pixel {
  double light = 0, opacity = 0;
};
Pixel pixel_of(const LabelBitmap& bitmap, double x, double y) {
  const auto column = static_cast<std::int64_t>(std::floor(x));
  const auto row = static_cast<std::int64_t>(std::floor(y));
  if (column < 0 || row < 0 || column >= bitmap.plate.width || row >= bitmap.plate.height)
    return {};
  const auto at =
      static_cast<std::size_t>(row) * bitmap.plate.width + static_cast<std::size_t>(column);
  const double plate = bitmap.plate.samples[at] / 255.0 * kPlateOpacity;
  const double ink = bitmap.ink.samples[at] / 255.0;
  return {ink, 1 - (1 - plate) * (1 - ink)};
}

/// The layer over the coded pixels of `label.patch`.
void fill(DrawnLabel& label, const LabelBitmap& bitmap, const Turning& turning, Spot spot,
          bool square) {
  const int fine = square ? 1 : 4;  // samples of a pixel that is not square, each way
  for (std::uint32_t v = 0; v < label.patch.height; ++v) {
    for (std::uint32_t u = 0; u < label.patch.width; ++u) {
      Pixel sum;
      for (int i = 0; i < fine * fine; ++i) {
        const Spot at = turning.shown({label.patch.x + u + (i % fine + 0.5) / fine,
                                       label.patch.y + v + (i / fine + 0.5) / fine});
        const Pixel one = pixel_of(bitmap, at.x - spot.x, at.y - spot.y);
        sum.light += one.light / (fine * fine);
        sum.opacity += one.opacity / (fine * fine);
      }
      const double grey = sum.opacity > 0 ? sum.light / sum.opacity : 0;
      label.grey.push_back(static_cast<std::uint8_t>(std::lround(std::min(grey, 1.0) * 255)));
      label.opacity.push_back(static_cast<std::uint8_t>(std::lround(sum.opacity * 255)));
    }
  }
}

}  // namespace

Turning::Turning(const Shape& shape) : turn_(shape.turn), pixel_(shape.pixel) {
  const double width = shape.width * shape.pixel, height = shape.height;
  if (turn_[0] < 0) move_x_ = width;
  if (turn_[2] < 0) move_x_ = height;
  if (turn_[1] < 0) move_y_ = width;
  if (turn_[3] < 0) move_y_ = height;
}

Spot Turning::shown(Spot coded) const noexcept {
  const double x = coded.x * pixel_, y = coded.y;
  return {turn_[0] * x + turn_[2] * y + move_x_, turn_[1] * x + turn_[3] * y + move_y_};
}

Spot Turning::coded(Spot shown) const noexcept {
  // A turn's inverse is its transpose.
  const double x = shown.x - move_x_, y = shown.y - move_y_;
  return {(turn_[0] * x + turn_[1] * y) / pixel_, turn_[2] * x + turn_[3] * y};
}

std::uint32_t Shape::shown_width() const noexcept {
  const double side = turn[0] != 0 ? width * pixel : height;
  return static_cast<std::uint32_t>(std::lround(side));
}
std::uint32_t Shape::shown_height() const noexcept {
  const double side = turn[0] != 0 ? height : width * pixel;
  return static_cast<std::uint32_t>(std::lround(side));
}

Result<DrawnLabel> make_label(const Shape& shape, const MarkDemand& demand) {
  const double width = shape.shown_width(), height = shape.shown_height();
  const double side = std::min(width, height);
  const double margin = std::floor(side * kMargin);
  LabelRoom room;
  room.least_height = std::ceil(side * demand.min_height_ratio);
  room.glyph_height = std::max<double>(room.least_height, kLegibleHeight);
  room.width = width - 2 * margin;
  room.height = height - 2 * margin;
  const LabelDrawing drawing = TRY(draw_label(demand.texts, room));
  const LabelBitmap bitmap = bitmap_of(drawing);
  const Spot spot =
      spot_of(demand.place, width - bitmap.plate.width, height - bitmap.plate.height, margin);
  const Turning turning(shape);
  const Spot a = turning.coded(spot);
  const Spot b = turning.coded({spot.x + bitmap.plate.width, spot.y + bitmap.plate.height});
  DrawnLabel label;
  const auto from = [](double one, double other) {
    return static_cast<std::uint32_t>(std::max(0.0, std::floor(std::min(one, other) + 1e-6)));
  };
  const auto to = [](double one, double other, std::uint32_t most) {
    return std::min(most, static_cast<std::uint32_t>(std::ceil(std::max(one, other) - 1e-6)));
  };
  label.patch.x = from(a.x, b.x);
  label.patch.y = from(a.y, b.y);
  label.patch.width = to(a.x, b.x, shape.width) - label.patch.x;
  label.patch.height = to(a.y, b.y, shape.height) - label.patch.y;
  fill(label, bitmap, turning, spot, shape.pixel == 1);

  Mark& mark = label.mark;
  mark.medium = MarkMedium::Film;
  mark.text = drawing.text;
  mark.position = to_string(demand.place);
  mark.x = static_cast<std::uint32_t>(spot.x) + bitmap.ink_x;
  mark.y = static_cast<std::uint32_t>(spot.y) + bitmap.ink_y;
  mark.width = bitmap.ink_width;
  mark.height = bitmap.ink_height;
  mark.shown_width = shape.shown_width();
  mark.shown_height = shape.shown_height();
  mark.glyph_height = static_cast<std::uint32_t>(drawing.glyph_height);
  // The plate leaves three tenths of white behind white letters.
  const double ground = relative_luminance(0.3, 0.3, 0.3);
  mark.contrast = contrast_ratio(1, ground);
  return label;
}

}  // namespace colophon::film
