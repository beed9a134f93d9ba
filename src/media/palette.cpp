// SPDX-License-Identifier: Apache-2.0
#include "media/palette.hpp"

#include <algorithm>
#include <cmath>

namespace colophon {
namespace {

constexpr double kEnough = 7, kLeast = 4.5;

double light_of(Bytes rgb, unsigned index) {
  const Bytes colour = rgb.subspan(index * 3UL, 3);
  return relative_luminance(colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0);
}

void put(ByteBuffer& rgb, unsigned index, std::uint8_t level) {
  rgb.resize(std::max(rgb.size(), (index + 1UL) * 3));
  std::fill_n(rgb.begin() + static_cast<std::ptrdiff_t>(index * 3UL), 3, level);
}

}  // namespace

Status choose_label_colours(PaletteChoice& choice) {
  const auto kept = [&](unsigned index) {
    return std::find(choice.kept.begin(), choice.kept.end(), index) != choice.kept.end();
  };
  const auto count = static_cast<unsigned>(choice.rgb.size() / 3);
  std::optional<unsigned> dark, light;
  for (unsigned i = 0; i < count; ++i) {
    if (kept(i)) continue;
    if (!dark || light_of(choice.rgb, i) < light_of(choice.rgb, *dark)) dark = i;
    if (!light || light_of(choice.rgb, i) > light_of(choice.rgb, *light)) light = i;
  }
  const double contrast =
      dark ? contrast_ratio(light_of(choice.rgb, *dark), light_of(choice.rgb, *light)) : 0;
  std::vector<unsigned> free;
  for (unsigned i = 0; contrast < kEnough && i < choice.most && free.size() < 2; ++i) {
    if ((i >= count || !choice.used[i]) && !kept(i)) free.push_back(i);
  }
  if (free.size() == 2) {
    put(choice.rgb, free[0], 0);
    put(choice.rgb, free[1], 255);
    dark = free[0];
    light = free[1];
    choice.changed = true;
  } else if (contrast < kLeast) {
    return fail(ErrorCode::Unsupported,
                "the palette of the picture is full, and no two of its colours could be told apart "
                "as a label; convert the picture to true colour",
                "palette");
  }
  choice.dark = *dark;
  choice.light = *light;
  return {};
}

void add_contrast(Bytes rgb, unsigned dark, unsigned light, ContrastMeter& meter) {
  const auto level = [&](unsigned index) {  // the grey that is as light
    const double v = light_of(rgb, index);
    const double grey = v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
    return static_cast<unsigned>(grey * 255 + 0.5);
  };
  meter.add(level(dark), 255, 0);
  meter.add(level(light), 255, 255);
}

}  // namespace colophon
