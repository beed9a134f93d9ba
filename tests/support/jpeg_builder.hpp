// SPDX-License-Identifier: Apache-2.0
// JPEG files made in code.
#pragma once

#include "base/bytes.hpp"

namespace colophon::testing {

/// A marker segment; the body must fit.
[[nodiscard]] ByteBuffer jpeg_segment(std::uint8_t marker, Bytes body);
[[nodiscard]] ByteBuffer jpeg_segment(std::uint8_t marker, std::string_view body);
/// An 8 x 8 grey ramp with the given segments behind its JFIF segment.
[[nodiscard]] ByteBuffer jpeg_picture(Bytes segments);
/// The C2PA description box of a store of `payload` more bytes, cut into APP11 segments.
[[nodiscard]] ByteBuffer jumbf_store(std::size_t payload);
[[nodiscard]] ByteBuffer jumbf_segments(Bytes store, std::size_t per_segment,
                                        std::uint16_t instance = 0x0211);

}  // namespace colophon::testing
