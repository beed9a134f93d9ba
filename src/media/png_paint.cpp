// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "media/png_rows.hpp"

namespace colophon {
namespace {

struct Cover {
  unsigned plate, ink;
};

class Painter {
 public:
  Painter(const PngHeader& header, const AnimationFrame& frame, const PngPaint& paint,
          ContrastMeter& meter)
      : header_(header), frame_(frame), paint_(paint), meter_(meter) {}

  bool pixel(std::uint8_t* row, std::size_t i, Cover cover) {
    if (header_.colour == 3 || header_.depth < 8) return few_bits(row, i, cover);
    const unsigned bytes = header_.depth / 8, high = (1U << header_.depth) - 1;
    const unsigned channels = header_.channels();
    const unsigned colours = channels - (header_.has_alpha() ? 1 : 0);
    std::uint8_t* at = row + i * channels * bytes;
    std::array<unsigned, 4> value{};
    for (unsigned c = 0; c < channels; ++c) {
      value[c] = bytes == 1 ? at[c] : static_cast<unsigned>(at[c * 2] << 8 | at[c * 2 + 1]);
    }
    if (is_key(value, colours)) {
      if (!hard(cover)) return false;
      std::fill_n(value.begin(), colours, cover.ink >= 128 ? high : 0);
    } else if (header_.has_alpha() && !frame_.over_label && value[colours] != high) {
      lay_over(value, colours, cover, high);
    } else {
      for (unsigned c = 0; c < colours; ++c) {
        value[c] = under_label(value[c], cover.plate, cover.ink, high);
      }
    }
    if (is_key(value, colours)) value[0] ^= 1;  // it would become transparent
    for (unsigned c = 0; c < channels; ++c) {
      if (bytes == 2) at[c * 2] = static_cast<std::uint8_t>(value[c] >> 8);
      at[c * bytes + bytes - 1] = static_cast<std::uint8_t>(value[c]);
    }
    const unsigned shift = header_.depth - 8;
    meter_.add(colours == 3 ? (299 * (value[0] >> shift) + 587 * (value[1] >> shift) +
                               114 * (value[2] >> shift)) /
                                  1000
                            : value[0] >> shift,
               cover.plate, cover.ink);
    return true;
  }

 private:
  static bool hard(Cover cover) { return cover.plate >= 128 || cover.ink >= 128; }

  [[nodiscard]] bool is_key(const std::array<unsigned, 4>& value, unsigned colours) const {
    if (!paint_.key) return false;
    for (unsigned c = 0; c < colours; ++c) {
      if (value[c] != (*paint_.key)[c]) return false;
    }
    return true;
  }

  /// Plate and letters over something that lets its ground through.
  static void lay_over(std::array<unsigned, 4>& value, unsigned colours, Cover cover,
                       unsigned high) {
    const double alpha = static_cast<double>(value[colours]) / high;
    const double plate = cover.plate / 255.0 * kPlateOpacity, ink = cover.ink / 255.0;
    const double below = alpha * (1 - plate) * (1 - ink);
    const double above = ink + plate * (1 - ink) + below;
    for (unsigned c = 0; c < colours; ++c) {
      const double mixed = (value[c] * below + high * ink) / std::max(above, 1e-9);
      value[c] = static_cast<unsigned>(std::min<double>(mixed + 0.5, high));
    }
    value[colours] = static_cast<unsigned>(std::min(above, 1.0) * high + 0.5);
  }

  /// Palette indices and grey of few bits: one of two values, without anything between.
  bool few_bits(std::uint8_t* row, std::size_t i, Cover cover) {
    if (!hard(cover)) return false;
    const unsigned depth = header_.depth, mask = (1U << depth) - 1;
    unsigned dark = 0, light = mask;
    if (header_.colour == 3) {
      dark = paint_.dark;
      light = paint_.light;
    } else if (paint_.key) {  // no level may be the transparent one
      dark = (*paint_.key)[0] == 0 ? 1 : 0;
      light = (*paint_.key)[0] == mask ? mask - 1 : mask;
    }
    const unsigned value = cover.ink >= 128 ? light : dark;
    const std::size_t bit = i * depth;
    const auto shift = static_cast<unsigned>(8 - depth - bit % 8);
    std::uint8_t& byte = row[bit / 8];
    byte = static_cast<std::uint8_t>((byte & ~(mask << shift)) | value << shift);
    if (header_.colour == 0) meter_.add(value * 255 / mask, cover.plate, cover.ink);
    return true;
  }

  const PngHeader& header_;
  const AnimationFrame& frame_;
  const PngPaint& paint_;
  ContrastMeter& meter_;
};

}  // namespace

bool paint_png_row(std::uint8_t* row, std::uint32_t pixels, std::uint32_t x, std::uint32_t step,
                   std::uint32_t y, const PngHeader& header, const AnimationFrame& frame,
                   const PngPaint& paint, ContrastMeter& meter) {
  const Stamp& stamp = *paint.stamp;
  if (y < stamp.y || y >= stamp.bottom() || x >= stamp.right()) return false;
  Painter painter(header, frame, paint, meter);
  bool changed = false;
  const std::uint32_t first = x >= stamp.x ? 0 : (stamp.x - x + step - 1) / step;
  const std::size_t line = std::size_t{y - stamp.y} * stamp.plate.width;
  for (std::uint32_t i = first; i < pixels; ++i) {
    const std::uint64_t at = std::uint64_t{x} + std::uint64_t{i} * step;
    if (at >= stamp.right()) break;
    const std::size_t place = line + (at - stamp.x);
    const Cover cover{stamp.plate.samples[place], stamp.ink.samples[place]};
    if (cover.plate != 0 || cover.ink != 0) changed = painter.pixel(row, i, cover) || changed;
  }
  return changed;
}

}  // namespace colophon
