// SPDX-License-Identifier: Apache-2.0
// Outlines as coverage, one byte a pixel.
#pragma once

#include "media/glyphs.hpp"
#include "media/picture.hpp"

namespace colophon {

/// How much of each pixel the path covers, exactly: 0 to 255. The path is in pixels, y down;
/// what lies outside is cut off.
[[nodiscard]] Plane rasterise(const OutlinePath& path, std::uint32_t width, std::uint32_t height);

}  // namespace colophon
