// SPDX-License-Identifier: Apache-2.0
// GIF files made byte by byte without the code under test.
#pragma once

#include "base/bytes.hpp"

namespace colophon::testing {

/// A 2 x 2 screen with these blocks, and the trailer.
[[nodiscard]] ByteBuffer gif(std::initializer_list<ByteBuffer> blocks);
[[nodiscard]] ByteBuffer gif_image();
/// `head` (introducer, label, name) and the text in sub-blocks.
[[nodiscard]] ByteBuffer gif_extension(std::string_view head, std::string_view text);
/// The packet unchunked, with the magic trailer.
[[nodiscard]] ByteBuffer gif_xmp(std::string_view packet);

}  // namespace colophon::testing
