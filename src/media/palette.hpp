// SPDX-License-Identifier: Apache-2.0
// Two colours of a palette for a label.
#pragma once

#include "media/stamp.hpp"

namespace colophon {

struct PaletteChoice {
  ByteBuffer rgb;                ///< in and out
  std::array<bool, 256> used{};  ///< by some pixel
  std::vector<unsigned> kept;    ///< transparent: neither to be used nor to be changed
  std::size_t most = 256;        ///< entries that it may grow to; its own number: it may not
  bool changed = false;
  unsigned dark = 0, light = 0;
};
/// Colours that differ enough as they are, else black and white in entries that nothing uses. Error
/// `unsupported`: neither can be had.
[[nodiscard]] Status choose_label_colours(PaletteChoice& choice);
/// Tells the meter of what was chosen.
void add_contrast(Bytes rgb, unsigned dark, unsigned light, ContrastMeter& meter);

}  // namespace colophon
