// SPDX-License-Identifier: Apache-2.0
// Frames that are laid on a canvas, as in APNG, WebP and GIF: what must be drawn in each so that
// the whole label is seen all the time.
#pragma once

#include "media/stamp.hpp"

namespace colophon {

enum class Dispose : std::uint8_t { Keep, Clear, Restore };

struct AnimationFrame {
  std::uint32_t x = 0, y = 0, width = 0, height = 0;
  bool blends = false;  ///< transparent pixels show the canvas
  Dispose dispose = Dispose::Keep;
  /// Found by `follow_label`: it is blended over a canvas that has the label already, so that
  /// transparency stays as it is.
  bool over_label = false;

  [[nodiscard]] bool touches(const Stamp& stamp) const noexcept;
  [[nodiscard]] bool covers(const Stamp& stamp) const noexcept;
};

/// Error `unsupported` where a frame would be shown without the whole label.
[[nodiscard]] Status follow_label(std::span<AnimationFrame* const> frames, const Stamp& stamp);

}  // namespace colophon
