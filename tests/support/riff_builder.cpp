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

ByteBuffer wav_format() {
  return riff_chunk("fmt ", "\x01\0\x01\0\x40\x1F\0\0\x40\x1F\0\0\x01\0\x08\0"sv);
}
ByteBuffer wav_data() {
  return riff_chunk("data", std::string(100, '\x80'));
}

ByteBuffer wav64(std::string_view id, Bytes chunks, std::uint64_t data_size) {
  ByteBuffer ds64;
  append_le(ds64, 4 + 8 + 28 + chunks.size(), 8);
  append_le(ds64, data_size, 8);
  append_le(ds64, data_size, 8);
  append_le(ds64, 0, 4);
  ByteBuffer out = riff_form("WAVE", together({riff_chunk("ds64", ds64), to_buffer(chunks)}), id);
  store_le(out, 4, 0xFFFFFFFF, 4);
  return out;
}

ByteBuffer avi_movie(std::uint64_t at) {
  const ByteBuffer movie = riff_list("movi", riff_chunk("00db", "\x00\x80\xFF\x00"sv));
  ByteBuffer index = to_buffer("00db"sv);
  append_le(index, 0x10, 4);
  append_le(index, at + 12, 4);
  append_le(index, 4, 4);
  return together({movie, riff_chunk("idx1", index)});
}

ByteBuffer avi(Bytes before, Bytes behind) {
  ByteBuffer main(56, 0);
  store_le(main, 0, 40000, 4);
  store_le(main, 16, 1, 4);
  store_le(main, 24, 1, 4);
  store_le(main, 32, 1, 4);
  store_le(main, 36, 1, 4);
  ByteBuffer stream = to_buffer("vidsDIB "sv);
  stream.resize(56, 0);
  store_le(stream, 20, 1, 4);
  store_le(stream, 24, 25, 4);
  store_le(stream, 32, 1, 4);
  ByteBuffer bitmap(40, 0);
  store_le(bitmap, 0, 40, 4);
  store_le(bitmap, 4, 1, 4);
  store_le(bitmap, 8, 1, 4);
  store_le(bitmap, 12, 1 | 24 << 16, 4);
  store_le(bitmap, 20, 4, 4);
  const ByteBuffer header =
      riff_list("hdrl", together({riff_chunk("avih", main),
                                  riff_list("strl", together({riff_chunk("strh", stream),
                                                              riff_chunk("strf", bitmap)}))}));
  const std::uint64_t movie_at = 12 + header.size() + before.size();
  return riff_form("AVI ",
                   together({header, to_buffer(before), avi_movie(movie_at), to_buffer(behind)}));
}

}  // namespace colophon::testing
