// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "base/bytes.hpp"

namespace colophon {

/// The quality, 0 to 100 in libwebp's sense, whose finest quantiser is that of a VP8 frame (RFC
/// 6386 9.3, 9.6). 90 when the header cannot be read.
[[nodiscard]] float webp_quality(Bytes frame) noexcept;

}  // namespace colophon
