// SPDX-License-Identifier: Apache-2.0
// What strips and tiles of TIFF files are compressed with (TIFF 6.0 sections 9 and 13, Technical
// Note 2).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace colophon {

enum class TiffCompression : std::uint16_t {
  None = 1,
  Lzw = 5,
  Deflate = 8,
  PackBits = 32773,
  OldDeflate = 32946,
};

/// Exactly `size` bytes; nothing when the data is damaged or ends early.
[[nodiscard]] std::optional<ByteBuffer> tiff_unpack(TiffCompression compression, Bytes data,
                                                    std::size_t size);
/// `row`: bytes of a row, over which PackBits may not reach.
[[nodiscard]] ByteBuffer tiff_pack(TiffCompression compression, Bytes data, std::size_t row);

}  // namespace colophon
