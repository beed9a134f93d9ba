// SPDX-License-Identifier: Apache-2.0
#include "media/stamp.hpp"

#include <algorithm>

namespace colophon {
PixelPlace stored_place(const PictureShape& shape, std::uint32_t x, std::uint32_t y) noexcept {
  const std::uint32_t w = shape.width - 1, h = shape.height - 1;
  switch (shape.orientation) {
    case 2:
      return {w - x, y};
    case 3:
      return {w - x, h - y};
    case 4:
      return {x, h - y};
    case 5:
      return {y, x};
    case 6:
      return {y, h - x};
    case 7:
      return {w - y, h - x};
    case 8:
      return {w - y, x};
    default:
      return {x, y};
  }
}

Stamp turned_stamp(const LabelBitmap& bitmap, const PictureShape& shape, std::uint32_t x,
                   std::uint32_t y) {
  const Plane& from = bitmap.plate;
  const PixelPlace a = stored_place(shape, x, y);
  const PixelPlace b = stored_place(shape, x + from.width - 1, y + from.height - 1);
  if (shape.orientation <= 1) return {x, y, bitmap.plate, bitmap.ink};
  Stamp stamp;
  stamp.x = std::min(a.x, b.x);
  stamp.y = std::min(a.y, b.y);
  for (Plane* plane : {&stamp.plate, &stamp.ink}) {
    plane->width = shape.sides_change() ? from.height : from.width;
    plane->height = shape.sides_change() ? from.width : from.height;
    plane->samples.resize(from.samples.size());
  }
  for (std::uint32_t row = 0; row < from.height; ++row) {
    for (std::uint32_t column = 0; column < from.width; ++column) {
      const PixelPlace at = stored_place(shape, x + column, y + row);
      const std::size_t to = std::size_t{at.y - stamp.y} * stamp.plate.width + (at.x - stamp.x);
      const std::size_t of = std::size_t{row} * from.width + column;
      stamp.plate.samples[to] = bitmap.plate.samples[of];
      stamp.ink.samples[to] = bitmap.ink.samples[of];
    }
  }
  return stamp;
}

StampCover cover_of(const Stamp& stamp, std::uint32_t x0, std::uint32_t y0, std::uint32_t x1,
                    std::uint32_t y1) noexcept {
  const std::uint32_t left = std::max(x0, stamp.x), right = std::min(x1, stamp.right());
  const std::uint32_t top = std::max(y0, stamp.y), bottom = std::min(y1, stamp.bottom());
  if (left >= right || top >= bottom) return {};
  float lost = 0, white = 0;
  for (std::uint32_t y = top; y < bottom; ++y) {
    const std::size_t row = std::size_t{y - stamp.y} * stamp.plate.width - stamp.x;
    for (std::uint32_t x = left; x < right; ++x) {
      const float plate = static_cast<float>(stamp.plate.samples[row + x]) * kPlateAlpha / 65025.0F;
      const float ink = static_cast<float>(stamp.ink.samples[row + x]) / 255.0F;
      lost += 1 - (1 - plate) * (1 - ink);
      white += ink;
    }
  }
  const float all = static_cast<float>(x1 - x0) * static_cast<float>(y1 - y0);
  return {1 - lost / all, white / all};
}

void ContrastMeter::add(unsigned luminance, unsigned plate, unsigned ink) noexcept {
  if (plate < 250) return;
  if (ink == 0) ++ground_[std::min(luminance, 255U)];
  if (ink >= 200) ++letters_[std::min(luminance, 255U)];
}

double ContrastMeter::ratio() const noexcept {
  const auto percentile = [](const std::array<std::uint32_t, 256>& counts, double share) {
    std::uint64_t all = 0, seen = 0;
    for (const std::uint32_t count : counts) all += count;
    for (unsigned value = 0; value < 256; ++value) {
      seen += counts[value];
      if (seen > 0 && static_cast<double>(seen) >= share * static_cast<double>(all)) {
        return relative_luminance(value / 255.0, value / 255.0, value / 255.0);
      }
    }
    return -1.0;
  };
  const double ground = percentile(ground_, 0.95), letters = percentile(letters_, 0.5);
  return ground < 0 || letters < 0 ? 0 : contrast_ratio(letters, ground);
}

}  // namespace colophon
