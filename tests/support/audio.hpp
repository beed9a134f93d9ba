// SPDX-License-Identifier: Apache-2.0
// Pieces of sound files, made byte by byte without the code under test.
#pragma once

#include "support/support.hpp"

namespace colophon::testing::audio {

/// A literal with all its zero bytes.
template <std::size_t N>
ByteBuffer bytes(const char (&literal)[N]) {
  return to_buffer(std::string_view(literal, N - 1));
}
inline ByteBuffer bytes(const std::string& text) {
  return to_buffer(std::string_view(text));
}
template <std::size_t N>
std::string text(const char (&literal)[N]) {
  return std::string(literal, N - 1);
}
ByteBuffer joined(const std::vector<ByteBuffer>& parts);

// ID3v2
ByteBuffer frame2(std::string_view id, std::string_view data);
ByteBuffer frame3(std::string_view id, std::string_view data, unsigned flags = 0);
ByteBuffer frame4(std::string_view id, std::string_view data, unsigned flags = 0);
/// A 0 behind every FF: what an unsynchronising writer may do at most.
ByteBuffer stuffed(const ByteBuffer& plain);
ByteBuffer tag(unsigned version, unsigned flags, const ByteBuffer& inside, std::size_t padding);
ByteBuffer footer(unsigned version, unsigned flags, std::size_t inside);
ByteBuffer id3v1(std::string_view comment);
ByteBuffer ape(const std::vector<std::pair<std::string, std::string>>& items);

/// Silence: MPEG 1 layer III, 128 kbit/s, 44.1 kHz.
ByteBuffer mpeg_frames(int count);
ByteBuffer adts_frames(int count);

// AIFF
ByteBuffer chunk(std::string_view type, const ByteBuffer& data);
ByteBuffer form(std::string_view type, const ByteBuffer& chunks);

// FLAC and Ogg
ByteBuffer comments(const std::vector<std::string>& entries);
ByteBuffer flac_blocks(const std::vector<std::pair<int, ByteBuffer>>& blocks);
struct PageHead {
  std::uint32_t serial = 0, sequence = 0;
  std::uint8_t flags = 0;
  std::uint64_t granule = 0;
};
/// `open`: the last packet (a multiple of 255 bytes) goes on on the next page.
ByteBuffer page(const PageHead& head, const std::vector<ByteBuffer>& packets, bool open = false);
/// Header packets over pages of so many segments.
ByteBuffer pages(std::uint32_t serial, std::uint32_t sequence,
                 const std::vector<ByteBuffer>& packets, std::size_t segments);
/// The checksum bit by bit, as RFC 3533 defines it.
std::uint32_t slow_checksum(Bytes bytes);

}  // namespace colophon::testing::audio
