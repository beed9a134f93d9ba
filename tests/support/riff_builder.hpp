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

/// Eight bits, mono, 8 kHz.
[[nodiscard]] ByteBuffer wav_format();
[[nodiscard]] ByteBuffer wav_data();
/// A 64-bit form: `chunks` behind a ds64 chunk with the form's size.
[[nodiscard]] ByteBuffer wav64(std::string_view id, Bytes chunks, std::uint64_t data_size = 100);

/// LIST movi with one frame, and idx1, as they are at this offset in the file.
[[nodiscard]] ByteBuffer avi_movie(std::uint64_t at);
/// A film with these chunks before LIST movi and behind idx1; idx1 holds absolute offsets.
[[nodiscard]] ByteBuffer avi(Bytes before, Bytes behind);

}  // namespace colophon::testing
