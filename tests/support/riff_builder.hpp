// SPDX-License-Identifier: Apache-2.0
// RIFF files made byte by byte without the code under test.
#pragma once

#include "base/bytes.hpp"

namespace colophon::testing {

[[nodiscard]] ByteBuffer riff_chunk(std::string_view id, Bytes data);
[[nodiscard]] ByteBuffer riff_chunk(std::string_view id, std::string_view data);
[[nodiscard]] ByteBuffer riff_list(std::string_view type, Bytes chunks);
[[nodiscard]] ByteBuffer riff_form(std::string_view type, Bytes chunks,
                                   std::string_view id = "RIFF");
[[nodiscard]] ByteBuffer together(std::initializer_list<ByteBuffer> parts);

/// 16 x 16 pictures that libwebp made.
[[nodiscard]] ByteBuffer webp_lossy();     ///< a VP8 chunk
[[nodiscard]] ByteBuffer webp_lossless();  ///< a VP8L chunk with transparency
[[nodiscard]] ByteBuffer webp_vp8x(std::uint8_t flags);

}  // namespace colophon::testing
