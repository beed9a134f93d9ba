// SPDX-License-Identifier: Apache-2.0
// The info frame: "Xing" with the part that LAME added ("Mp3 Info Tag rev 1"), and Fraunhofer's
// "VBRI".
#include "marks/sound_mpeg.hpp"

#include <algorithm>
#include <array>

#include "wire/audio_frame.hpp"

namespace colophon::sound {
namespace {

constexpr std::size_t kVbriAt = 36, kToc = 100;
constexpr std::array<std::uint32_t, 3> kRates = {44100, 48000, 32000};

constexpr std::array<std::uint16_t, 256> make_table() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    unsigned value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? value >> 1 ^ 0xA001U : value >> 1;
    table[i] = static_cast<std::uint16_t>(value);
  }
  return table;
}
constexpr auto kCrc = make_table();

/// What fits into `width` bytes.
std::uint64_t capped(std::uint64_t value, unsigned width) {
  return std::min(value, (std::uint64_t{1} << (8 * width)) - 1);
}

void write_xing(ByteBuffer& out, const InfoFrame& frame, const InfoFacts& facts) {
  const std::uint64_t flags = load_be(out, frame.at + 4, 4).value_or(0);
  std::size_t at = frame.at + 8;
  const std::uint64_t bytes = facts.places.back();
  const std::uint64_t count = facts.places.size() - 1;
  const auto field = [&](unsigned flag, std::size_t size) -> std::optional<std::size_t> {
    if ((flags & flag) == 0 || at + size > out.size()) return std::nullopt;
    at += size;
    return at - size;
  };
  if (const auto place = field(1, 4)) store_be(out, *place, capped(count, 4), 4);
  if (const auto place = field(2, 4)) store_be(out, *place, capped(bytes, 4), 4);
  if (const auto place = field(4, kToc)) {
    for (std::size_t i = 0; i < kToc; ++i) {
      const std::uint64_t there = facts.places[count * i / kToc];
      out[*place + i] = static_cast<std::uint8_t>(
          std::min<std::uint64_t>(255, bytes == 0 ? 0 : there * 256 / bytes));
    }
  }
  if (frame.lame == 0) return;
  store_be(out, frame.lame + 21,
           std::uint64_t{std::min(facts.delay, 4095U)} << 12 | std::min(facts.padding, 4095U), 3);
  store_be(out, frame.lame + 28, capped(bytes, 4), 4);
  store_be(out, frame.lame + 32, facts.crc, 2);
  store_be(out, frame.lame + 34, music_crc(slice(out, 0, frame.lame + 34), 0), 2);
}

void write_vbri(ByteBuffer& out, const InfoFrame& frame, const InfoFacts& facts) {
  const std::uint64_t bytes = facts.places.back();
  const std::uint64_t count = facts.places.size() - 1;
  store_be(out, frame.at + 10, capped(bytes, 4), 4);
  store_be(out, frame.at + 14, capped(count, 4), 4);
  const std::uint64_t entries = *load_be(out, frame.at + 18, 2);
  const auto width = static_cast<unsigned>(*load_be(out, frame.at + 22, 2));
  const std::size_t toc = frame.at + 26;
  if (entries == 0 || width == 0 || width > 4 || toc + entries * width > out.size()) return;
  const std::uint64_t each = (count + entries - 1) / entries;
  std::uint64_t largest = 0;
  const auto place = [&](std::uint64_t entry) {
    return facts.places[std::min(count, entry * each)];
  };
  for (std::uint64_t i = 0; i < entries; ++i) largest = std::max(largest, place(i + 1) - place(i));
  std::uint64_t scale = std::max<std::uint64_t>(1, *load_be(out, frame.at + 20, 2));
  while (scale < 0xFFFF && largest / scale > capped(UINT64_MAX >> 8, width)) ++scale;
  store_be(out, frame.at + 20, scale, 2);
  store_be(out, frame.at + 24, capped(each, 2), 2);
  for (std::uint64_t i = 0; i < entries; ++i) {
    store_be(out, toc + i * width, capped((place(i + 1) - place(i)) / scale, width), width);
  }
}

}  // namespace

std::optional<MpegHeader> mpeg_header(Bytes head) noexcept {
  const auto frame = wire::mpeg_frame(head);
  if (!frame || frame->size == 0) return std::nullopt;
  MpegHeader out;
  const unsigned version = (head[1] >> 3) & 3U;
  out.version = version == 3 ? 1 : version == 2 ? 2 : 25;
  out.layer = 4U - ((head[1] >> 1) & 3U);
  out.rate = kRates[(head[2] >> 2) & 3U] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  const unsigned mode = head[3] >> 6;
  out.channels = mode == 3 ? 1 : 2;
  out.joint = mode == 1;
  out.crc = (head[1] & 1) == 0;
  out.size = frame->size;
  out.samples = out.layer == 1 ? 384 : out.layer == 3 && out.version != 1 ? 576 : 1152;
  const std::uint32_t slot = out.layer == 1 ? 4 : 1, padding = (head[2] >> 1) & 1U;
  // The rate as the size tells it, which is exact to a byte.
  const std::uint64_t bits = std::uint64_t{out.size - padding * slot} * 8 * out.rate / out.samples;
  out.bit_rate = static_cast<std::uint32_t>((bits + 999) / 1000 * 1000);
  return out;
}

std::uint32_t main_data_begin(const MpegHeader& header, Bytes frame) noexcept {
  if (header.layer != 3) return 0;
  const auto start = load_be(frame, header.crc ? 6 : 4, 2);
  return start ? static_cast<std::uint32_t>(*start >> (header.version == 1 ? 7 : 8)) : 0;
}

std::optional<InfoFrame> info_frame(const MpegHeader& header, Bytes frame) {
  if (header.layer != 3) return std::nullopt;
  InfoFrame out;
  const std::size_t side = 4 + header.side_info();
  for (const std::size_t at : {side, side + 2}) {
    if (has_prefix(slice(frame, at), "Xing") || has_prefix(slice(frame, at), "Info")) out.at = at;
  }
  if (out.at == 0 && has_prefix(slice(frame, kVbriAt), "VBRI") && frame.size() >= kVbriAt + 26) {
    out.at = kVbriAt;
    out.kind = InfoFrame::Kind::Vbri;
  }
  if (out.at == 0) return std::nullopt;
  out.bytes = to_buffer(frame);
  if (out.kind == InfoFrame::Kind::Vbri) return out;
  const auto flags = load_be(frame, out.at + 4, 4);
  if (!flags) return std::nullopt;
  std::size_t behind = out.at + 8;
  for (const auto& [flag, size] : {std::pair{1U, 4U}, {2U, 4U}, {4U, 100U}, {8U, 4U}}) {
    if ((*flags & flag) != 0) behind += size;
  }
  const Bytes encoder = slice(frame, behind, 36);
  // An encoder's name stands there, or nothing that could be one.
  if (encoder.size() == 36 && encoder[0] >= 'A' && encoder[0] <= 'z') {
    out.lame = behind;
    const std::uint64_t trimmed = *load_be(encoder, 21, 3);
    out.delay = static_cast<std::uint32_t>(trimmed >> 12);
    out.padding = static_cast<std::uint32_t>(trimmed & 0xFFF);
  }
  return out;
}

ByteBuffer rewritten(const InfoFrame& frame, const InfoFacts& facts) {
  ByteBuffer out = frame.bytes;
  frame.kind == InfoFrame::Kind::Xing ? write_xing(out, frame, facts)
                                      : write_vbri(out, frame, facts);
  return out;
}

std::uint16_t music_crc(Bytes bytes, std::uint16_t start) noexcept {
  unsigned value = start;
  for (const std::uint8_t byte : bytes) value = value >> 8 ^ kCrc[(value ^ byte) & 0xFFU];
  return static_cast<std::uint16_t>(value);
}

}  // namespace colophon::sound
