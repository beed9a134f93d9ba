// SPDX-License-Identifier: Apache-2.0
// The pixels of one PNG image or APNG frame: compressed rows in, the same rows with a label out
// (ISO/IEC 15948 clauses 7 to 10).
#pragma once

#include "media/animation.hpp"

namespace colophon {

struct PngHeader {
  std::uint32_t width = 0, height = 0;
  unsigned depth = 8;   ///< bits of a sample, or of a palette index
  unsigned colour = 0;  ///< 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
  bool interlaced = false;

  [[nodiscard]] unsigned channels() const noexcept {
    return colour == 2 ? 3 : colour == 6 ? 4 : colour == 4 ? 2 : 1;
  }
  [[nodiscard]] unsigned pixel_bits() const noexcept { return channels() * depth; }
  [[nodiscard]] bool has_alpha() const noexcept { return colour == 4 || colour == 6; }
};

/// What a pixel becomes.
struct PngPaint {
  const Stamp* stamp = nullptr;
  unsigned dark = 0, light = 0;  ///< palette indices
  /// The transparent colour of tRNS, for grey and RGB.
  std::optional<std::array<unsigned, 3>> key;
};

struct PngRecoded {
  /// So many bytes of the old stream come first, unchanged; then `bytes`.
  std::uint64_t kept = 0;
  ByteBuffer bytes;
};

/// `data`: the zlib stream in its pieces. Errors: `malformed`, `io`.
[[nodiscard]] Result<PngRecoded> recode_png(Source& source, std::span<const Range> data,
                                            const PngHeader& header, const AnimationFrame& frame,
                                            const PngPaint& paint, ContrastMeter& meter);

/// Paints one row (without its filter byte) of a pass whose pixels start at canvas column `x` and
/// stand `step` apart. False: nothing changed.
bool paint_png_row(std::uint8_t* row, std::uint32_t pixels, std::uint32_t x, std::uint32_t step,
                   std::uint32_t y, const PngHeader& header, const AnimationFrame& frame,
                   const PngPaint& paint, ContrastMeter& meter);

}  // namespace colophon
