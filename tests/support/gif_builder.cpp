// SPDX-License-Identifier: Apache-2.0
#include "support/gif_builder.hpp"

namespace colophon::testing {

using namespace std::string_view_literals;

ByteBuffer gif(std::initializer_list<ByteBuffer> blocks) {
  ByteBuffer out = to_buffer("GIF89a\x02\0\x02\0\x80\0\0\xFF\0\0\0\0\xFF"sv);
  for (const ByteBuffer& block : blocks) append(out, block);
  out.push_back(0x3B);
  return out;
}

ByteBuffer gif_image() {
  // clear, 0, 1, 1, 0, end in codes of three bits
  return to_buffer("\x2C\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x02\x05\0"sv);
}

ByteBuffer gif_extension(std::string_view head, std::string_view text) {
  ByteBuffer out = to_buffer(head);
  for (std::size_t at = 0; at < text.size(); at += 255) {
    const std::string_view part = text.substr(at, 255);
    out.push_back(static_cast<std::uint8_t>(part.size()));
    append(out, part);
  }
  out.push_back(0);
  return out;
}

ByteBuffer gif_xmp(std::string_view packet) {
  ByteBuffer out = to_buffer("\x21\xFF\x0BXMP DataXMP"sv);
  append(out, packet);
  out.push_back(1);
  for (int value = 255; value >= 0; --value) out.push_back(static_cast<std::uint8_t>(value));
  out.push_back(0);
  return out;
}

}  // namespace colophon::testing
