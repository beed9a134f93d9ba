// SPDX-License-Identifier: Apache-2.0
#include "support/riff_builder.hpp"

namespace colophon::testing {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLossy =
    "\x90\x01\x00\x9d\x01\x2a\x10\x00\x10\x00\x0f\xc0\x68\x25\xb0\x02\x74\x6b\x80\x03\x50\x00\xfe"
    "\xee\xdb\x3f\xcf\x68\x7c\x00\xc5\x07\x47\x7f\xc1\xa7\x0d\x05\x43\xff\xe4\xac\xd7\xfa\x2a\x26"
    "\x3e\x86\x00\x00"sv;
constexpr std::string_view kLossless =
    "\x2f\x0f\xc0\x03\x10\x07\x10\xfd\x8f\xfe\x05\x22\xa2\xff\x01"sv;

}  // namespace

ByteBuffer riff_chunk(std::string_view id, Bytes data) {
  ByteBuffer out = to_buffer(id);
  append_le(out, data.size(), 4);
  append(out, data);
  if (data.size() % 2 != 0) out.push_back(0);
  return out;
}
ByteBuffer riff_chunk(std::string_view id, std::string_view data) {
  return riff_chunk(id, as_bytes(data));
}

ByteBuffer riff_list(std::string_view type, Bytes chunks) {
  ByteBuffer body = to_buffer(type);
  append(body, chunks);
  return riff_chunk("LIST", body);
}

ByteBuffer riff_form(std::string_view type, Bytes chunks, std::string_view id) {
  ByteBuffer body = to_buffer(type);
  append(body, chunks);
  return riff_chunk(id, body);
}

ByteBuffer together(std::initializer_list<ByteBuffer> parts) {
  ByteBuffer out;
  for (const ByteBuffer& part : parts) append(out, part);
  return out;
}

ByteBuffer webp_lossy() {
  return riff_chunk("VP8 ", kLossy);
}
ByteBuffer webp_lossless() {
  return riff_chunk("VP8L", kLossless);
}
ByteBuffer webp_vp8x(std::uint8_t flags) {
  ByteBuffer data{flags, 0, 0, 0, 15, 0, 0, 15, 0, 0};
  return riff_chunk("VP8X", data);
}

}  // namespace colophon::testing
