// SPDX-License-Identifier: Apache-2.0
#include "support/audio.hpp"

#include <algorithm>

namespace colophon::testing::audio {
namespace {

void append_synchsafe(ByteBuffer& out, std::size_t value) {
  for (int shift = 21; shift >= 0; shift -= 7) out.push_back((value >> shift) & 0x7F);
}

ByteBuffer raw_page(const PageHead& head, Bytes lacing, Bytes body) {
  ByteBuffer out = bytes("OggS\0");
  out.push_back(head.flags);
  append_le(out, head.granule, 8);
  append_le(out, head.serial, 4);
  append_le(out, head.sequence, 4);
  append_le(out, 0, 4);
  out.push_back(static_cast<std::uint8_t>(lacing.size()));
  append(out, lacing);
  append(out, body);
  store_le(out, 22, slow_checksum(out), 4);
  return out;
}

}  // namespace

ByteBuffer joined(const std::vector<ByteBuffer>& parts) {
  ByteBuffer out;
  for (const ByteBuffer& part : parts) append(out, part);
  return out;
}

ByteBuffer frame2(std::string_view id, std::string_view data) {
  ByteBuffer out = to_buffer(id);
  append_be(out, data.size(), 3);
  append(out, data);
  return out;
}

ByteBuffer frame3(std::string_view id, std::string_view data, unsigned flags) {
  ByteBuffer out = to_buffer(id);
  append_be(out, data.size(), 4);
  append_be(out, flags, 2);
  append(out, data);
  return out;
}

ByteBuffer frame4(std::string_view id, std::string_view data, unsigned flags) {
  ByteBuffer out = to_buffer(id);
  append_synchsafe(out, data.size());
  append_be(out, flags, 2);
  append(out, data);
  return out;
}

ByteBuffer stuffed(const ByteBuffer& plain) {
  ByteBuffer out;
  for (const std::uint8_t byte : plain) {
    out.push_back(byte);
    if (byte == 0xFF) out.push_back(0);
  }
  return out;
}

ByteBuffer tag(unsigned version, unsigned flags, const ByteBuffer& inside, std::size_t padding) {
  ByteBuffer out = bytes("ID3");
  append_be(out, version, 1);
  append_be(out, flags, 2);
  append_synchsafe(out, inside.size() + padding);
  append(out, inside);
  out.resize(out.size() + padding, 0);
  return out;
}

ByteBuffer footer(unsigned version, unsigned flags, std::size_t inside) {
  ByteBuffer out = tag(version, flags, ByteBuffer(inside), 0);
  out.resize(10);
  std::copy_n("3DI", 3, out.begin());
  return out;
}

ByteBuffer id3v1(std::string_view comment) {
  ByteBuffer out(128, 0);
  std::copy_n("TAG", 3, out.begin());
  std::copy(comment.begin(), comment.end(), out.begin() + 97);
  return out;
}

ByteBuffer ape(const std::vector<std::pair<std::string, std::string>>& items) {
  ByteBuffer inside;
  for (const auto& [key, value] : items) {
    append_le(inside, value.size(), 4);
    append_le(inside, 0, 4);
    append(inside, key);
    inside.push_back(0);
    append(inside, value);
  }
  const auto end = [&](std::uint32_t flags) {
    ByteBuffer out = bytes("APETAGEX");
    append_le(out, 2000, 4);
    append_le(out, inside.size() + 32, 4);
    append_le(out, items.size(), 4);
    append_le(out, flags, 4);
    append_le(out, 0, 8);
    return out;
  };
  return joined({end(0xA0000000), inside, end(0x80000000)});
}

ByteBuffer mpeg_frames(int count) {
  ByteBuffer out;
  for (int i = 0; i < count; ++i) {
    append(out, bytes("\xFF\xFB\x90\x64"));
    out.resize(static_cast<std::size_t>(417 * (i + 1)), 0);
  }
  return out;
}

ByteBuffer adts_frames(int count) {
  ByteBuffer out;
  for (int i = 0; i < count; ++i) {
    append(out, bytes("\xFF\xF1\x50\x80\x04\xFF\xFC"));  // AAC LC, 44.1 kHz, 39 bytes
    out.resize(static_cast<std::size_t>(39 * (i + 1)), 0x21);
  }
  return out;
}

ByteBuffer chunk(std::string_view type, const ByteBuffer& data) {
  ByteBuffer out = to_buffer(type);
  append_be(out, data.size(), 4);
  append(out, data);
  if (data.size() % 2 != 0) out.push_back(0);
  return out;
}

ByteBuffer form(std::string_view type, const ByteBuffer& chunks) {
  ByteBuffer inside = to_buffer(type);
  append(inside, chunks);
  return chunk("FORM", inside);
}

ByteBuffer comments(const std::vector<std::string>& entries) {
  ByteBuffer out;
  append_le(out, 6, 4);
  append(out, "vendor");
  append_le(out, entries.size(), 4);
  for (const std::string& entry : entries) {
    append_le(out, entry.size(), 4);
    append(out, entry);
  }
  return out;
}

ByteBuffer flac_blocks(const std::vector<std::pair<int, ByteBuffer>>& blocks) {
  ByteBuffer out = bytes("fLaC");
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const unsigned last = i + 1 == blocks.size() ? 0x80 : 0;
    append_be(out, static_cast<unsigned>(blocks[i].first) | last, 1);
    append_be(out, blocks[i].second.size(), 3);
    append(out, blocks[i].second);
  }
  return out;
}

ByteBuffer page(const PageHead& head, const std::vector<ByteBuffer>& packets, bool open) {
  ByteBuffer lacing;
  for (const ByteBuffer& packet : packets) {
    lacing.insert(lacing.end(), packet.size() / 255, 255);
    lacing.push_back(static_cast<std::uint8_t>(packet.size() % 255));
  }
  if (open) lacing.pop_back();
  return raw_page(head, lacing, joined(packets));
}

ByteBuffer pages(std::uint32_t serial, std::uint32_t sequence,
                 const std::vector<ByteBuffer>& packets, std::size_t segments) {
  ByteBuffer lacing;
  for (const ByteBuffer& packet : packets) {
    lacing.insert(lacing.end(), packet.size() / 255, 255);
    lacing.push_back(static_cast<std::uint8_t>(packet.size() % 255));
  }
  const ByteBuffer data = joined(packets);
  ByteBuffer out;
  std::size_t body_at = 0;
  for (std::size_t at = 0; at < lacing.size(); at += segments) {
    const Bytes part = slice(lacing, at, segments);
    std::size_t size = 0;
    for (const std::uint8_t segment : part) size += segment;
    const bool ends = std::any_of(part.begin(), part.end(), [](auto s) { return s < 255; });
    const bool continued = at > 0 && lacing[at - 1] == 255;
    append(out, raw_page({serial, sequence++, static_cast<std::uint8_t>(continued ? 1 : 0),
                          ends ? 0 : UINT64_MAX},
                         part, slice(data, body_at, size)));
    body_at += size;
  }
  return out;
}

std::uint32_t slow_checksum(Bytes all) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : all) {
    value ^= static_cast<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value << 1) ^ ((value >> 31) != 0 ? 0x04C11DB7U : 0);
    }
  }
  return value;
}

}  // namespace colophon::testing::audio
