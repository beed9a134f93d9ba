// SPDX-License-Identifier: Apache-2.0
// Pictures with something to see in them: a scene of seeded noise that can be looked at in any size
// and through any window.
#pragma once

#include "base/bytes.hpp"

namespace colophon::testing {

/// The part of the scene, which reaches from 0 to 1 both ways.
struct Window {
  double x = 0, y = 0, width = 1, height = 1;
};
/// Grey, rows without gaps.
[[nodiscard]] std::vector<std::uint8_t> scene(std::uint64_t seed, std::uint32_t width,
                                              std::uint32_t height, const Window& window = {});
/// A PNG file of grey samples, not compressed.
[[nodiscard]] ByteBuffer png_picture(std::uint32_t width, std::uint32_t height, Bytes grey);

}  // namespace colophon::testing
