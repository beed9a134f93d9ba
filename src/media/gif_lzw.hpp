// SPDX-License-Identifier: Apache-2.0
// The compression of GIF (CompuServe, "Graphics Interchange Format 89a", appendix F): codes of
// variable length, the lowest bits first.
#pragma once

#include "base/bytes.hpp"

namespace colophon {

/// The first `count` indices. Nothing when the data ends before, or breaks the rules.
[[nodiscard]] std::optional<ByteBuffer> gif_unpack(Bytes data, unsigned code_size,
                                                   std::size_t count);
/// `code_size`: bits of an index, 2 to 8.
[[nodiscard]] ByteBuffer gif_pack(Bytes indices, unsigned code_size);

}  // namespace colophon
