// SPDX-License-Identifier: Apache-2.0
#include "wire/h264.hpp"

#include <algorithm>

namespace colophon::wire {
namespace {

/// Without the bytes that keep start codes out (7.4.1).
ByteBuffer unescaped(Bytes unit) {
  ByteBuffer out;
  out.reserve(unit.size());
  unsigned zeros = 0;
  for (const std::uint8_t byte : unit) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  return out;
}
void append_escaped(ByteBuffer& out, Bytes bytes) {
  unsigned zeros = 0;
  for (const std::uint8_t byte : bytes) {
    if (zeros >= 2 && byte <= 3) {
      out.push_back(3);
      zeros = 0;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
}

/// Bits, most significant first. Past the end they are zeros and `ok` is false.
class Bits {
 public:
  explicit Bits(Bytes bytes) noexcept : bytes_(bytes) {}
  std::uint32_t take(unsigned count) noexcept {
    std::uint32_t value = 0;
    for (; count > 0; --count, ++at_) {
      const bool there = at_ / 8 < bytes_.size();
      ok_ = ok_ && there;
      value = (value << 1) | (there ? (bytes_[at_ / 8] >> (7 - at_ % 8)) & 1U : 0U);
    }
    return value;
  }
  bool flag() noexcept { return take(1) != 0; }
  /// ue(v), clause 9.1.
  std::uint32_t number() noexcept {
    unsigned zeros = 0;
    while (ok_ && zeros < 32 && take(1) == 0) ++zeros;
    if (zeros >= 32) ok_ = false;
    return ok_ ? (1U << zeros) - 1 + take(zeros) : 0;
  }
  void skip_signed() noexcept { (void)number(); }
  [[nodiscard]] std::int32_t signed_number() noexcept {
    const std::uint32_t code = number();
    const auto half = static_cast<std::int32_t>((code + 1) / 2);
    return code % 2 == 0 ? -half : half;
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

void skip_scaling_list(Bits& bits, unsigned size) {
  std::int32_t last = 8, next = 8;
  for (unsigned i = 0; i < size; ++i) {
    if (next != 0) next = (last + bits.signed_number() + 256) % 256;
    if (next != 0) last = next;
  }
}

void read_high_profile(Bits& bits, SequenceSet& set) {
  set.chroma = bits.number();
  if (set.chroma == 3) (void)bits.flag();
  set.depth = 8 + bits.number();
  (void)bits.number();
  (void)bits.flag();
  if (!bits.flag()) return;
  for (unsigned i = 0; i < (set.chroma == 3 ? 12U : 8U); ++i) {
    if (bits.flag()) skip_scaling_list(bits, i < 6 ? 16 : 64);
  }
}

void skip_picture_order(Bits& bits) {
  const std::uint32_t kind = bits.number();
  if (kind == 0) (void)bits.number();
  if (kind != 1) return;
  (void)bits.flag();
  bits.skip_signed();
  bits.skip_signed();
  const std::uint32_t count = std::min(bits.number(), 255U);
  for (std::uint32_t i = 0; i < count && bits.ok(); ++i) bits.skip_signed();
}

void read_size(Bits& bits, SequenceSet& set) {
  const std::uint64_t columns = std::uint64_t{bits.number()} + 1;
  const std::uint64_t rows = std::uint64_t{bits.number()} + 1;
  set.frames_only = bits.flag();
  if (!set.frames_only) (void)bits.flag();
  (void)bits.flag();  // direct_8x8_inference_flag
  std::uint64_t left = 0, right = 0, top = 0, bottom = 0;
  if (bits.flag()) {
    left = bits.number();
    right = bits.number();
    top = bits.number();
    bottom = bits.number();
  }
  const unsigned fields = set.frames_only ? 1 : 2;
  const std::uint64_t unit_x = set.chroma == 1 || set.chroma == 2 ? 2 : 1;
  const std::uint64_t unit_y = (set.chroma == 1 ? 2 : 1) * fields;
  const std::uint64_t width = columns * 16, height = rows * 16 * fields;
  const std::uint64_t cut_x = (left + right) * unit_x, cut_y = (top + bottom) * unit_y;
  set.width = cut_x < width && width < 65536 ? static_cast<std::uint32_t>(width - cut_x) : 0;
  set.height = cut_y < height && height < 65536 ? static_cast<std::uint32_t>(height - cut_y) : 0;
}

/// Table E-1.
void read_pixel_shape(Bits& bits, SequenceSet& set) {
  constexpr std::uint16_t kShapes[][2] = {
      {1, 1},   {1, 1},   {12, 11}, {10, 11}, {16, 11},  {40, 33}, {24, 11}, {20, 11}, {32, 11},
      {80, 33}, {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3},   {3, 2},   {2, 1}};
  const std::uint32_t code = bits.take(8);
  if (code < std::size(kShapes)) {
    set.pixel_width = kShapes[code][0];
    set.pixel_height = kShapes[code][1];
  } else if (code == 255) {
    const std::uint32_t width = bits.take(16), height = bits.take(16);
    if (width == 0 || height == 0) return;
    set.pixel_width = width;
    set.pixel_height = height;
  }
}

bool lasts(std::uint32_t type) {
  // D.1: T.35 and other user data, frame packing, orientation, mastering display, light levels,
  // alternative transfer, ambience, content colour.
  constexpr std::uint32_t kTypes[] = {4, 5, 45, 47, 137, 142, 144, 147, 148, 149};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

bool read_sets(Bytes record, std::size_t& at, unsigned count, std::vector<ByteBuffer>& sets) {
  for (unsigned i = 0; i < count; ++i) {
    const auto size = load_be(record, at, 2);
    if (!size || record.size() - at - 2 < *size) return false;
    sets.push_back(to_buffer(slice(record, at + 2, *size)));
    at += 2 + static_cast<std::size_t>(*size);
  }
  return true;
}

}  // namespace

std::optional<std::vector<Bytes>> prefixed_units(Bytes sample, unsigned width) {
  std::vector<Bytes> units;
  for (std::size_t at = 0; at < sample.size();) {
    const auto size = load_be(sample, at, width);
    if (!size || sample.size() - at - width < *size) return std::nullopt;
    if (*size > 0) units.push_back(slice(sample, at + width, *size));
    at += width + static_cast<std::size_t>(*size);
  }
  return units;
}

std::vector<Bytes> annex_b_units(Bytes stream) {
  std::vector<Bytes> units;
  std::size_t from = stream.size();
  for (std::size_t at = 0; at + 3 <= stream.size(); ++at) {
    if (stream[at] != 0 || stream[at + 1] != 0 || stream[at + 2] != 1) continue;
    if (from < at) units.push_back(stream.subspan(from, at - from));
    from = at + 3;
    at += 2;
  }
  if (from < stream.size()) units.push_back(stream.subspan(from));
  // The fourth byte of a start code, and trailing zeros, belong to no unit.
  for (Bytes& unit : units) {
    while (!unit.empty() && unit.back() == 0) unit = unit.first(unit.size() - 1);
  }
  std::erase_if(units, [](Bytes unit) { return unit.empty(); });
  return units;
}

bool append_unit(ByteBuffer& sample, Bytes unit, unsigned width) {
  if (width < 8 && unit.size() >> (8 * width) != 0) return false;
  append_be(sample, unit.size(), width);
  append(sample, unit);
  return true;
}

std::optional<SequenceSet> read_sequence_set(Bytes unit) {
  if (unit.size() < 5 || unit_type(unit) != kSequenceUnit) return std::nullopt;
  const ByteBuffer plain = unescaped(unit.first(std::min<std::size_t>(unit.size(), 1024)));
  SequenceSet set;
  set.profile = plain[1];
  set.constraints = plain[2];
  set.level = plain[3];
  Bits bits(slice(plain, 4));
  set.id = bits.number();
  constexpr unsigned kHigh[] = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
  if (std::find(std::begin(kHigh), std::end(kHigh), set.profile) != std::end(kHigh)) {
    read_high_profile(bits, set);
  }
  (void)bits.number();  // log2_max_frame_num_minus4
  skip_picture_order(bits);
  set.references = bits.number();
  (void)bits.flag();
  read_size(bits, set);
  if (!bits.ok() || set.id > 31 || set.width == 0 || set.height == 0) return std::nullopt;
  if (bits.flag() && bits.flag()) read_pixel_shape(bits, set);
  return set;
}

std::optional<unsigned> picture_set_id(Bytes unit) {
  if (unit.size() < 2 || unit_type(unit) != kPictureUnit) return std::nullopt;
  const ByteBuffer plain = unescaped(slice(unit, 1, 8));
  Bits bits(plain);
  const std::uint32_t id = bits.number();
  if (!bits.ok() || id > 255) return std::nullopt;
  return id;
}

std::optional<AvcConfig> read_avc_config(Bytes record) {
  if (record.size() < 7 || record[0] != 1) return std::nullopt;
  AvcConfig config;
  std::copy_n(record.begin(), 4, config.head.begin());
  config.length_size = (record[4] & 3U) + 1;
  std::size_t at = 6;
  if (!read_sets(record, at, record[5] & 0x1FU, config.sequence_sets)) return std::nullopt;
  if (at >= record.size()) return std::nullopt;
  const unsigned count = record[at++];
  if (!read_sets(record, at, count, config.picture_sets)) return std::nullopt;
  config.rest = to_buffer(slice(record, at));
  return config;
}

std::optional<ByteBuffer> write_avc_config(const AvcConfig& config) {
  if (config.sequence_sets.size() > 31 || config.picture_sets.size() > 255) return std::nullopt;
  ByteBuffer out(config.head.begin(), config.head.end());
  out.push_back(static_cast<std::uint8_t>(0xFCU | (config.length_size - 1)));
  out.push_back(static_cast<std::uint8_t>(0xE0U | config.sequence_sets.size()));
  for (const ByteBuffer& set : config.sequence_sets) {
    if (!append_unit(out, set, 2)) return std::nullopt;
  }
  out.push_back(static_cast<std::uint8_t>(config.picture_sets.size()));
  for (const ByteBuffer& set : config.picture_sets) {
    if (!append_unit(out, set, 2)) return std::nullopt;
  }
  append(out, config.rest);
  return out;
}

ByteBuffer lasting_messages(Bytes sei) {
  if (unit_type(sei) != kSeiUnit) return {};
  const ByteBuffer plain = unescaped(sei);
  ByteBuffer kept;
  for (std::size_t at = 1; at + 2 < plain.size();) {
    const std::size_t from = at;
    std::uint32_t type = 0;
    std::uint64_t size = 0;
    while (at < plain.size() && plain[at] == 0xFF) type += plain[at++];
    if (at < plain.size()) type += plain[at++];
    while (at < plain.size() && plain[at] == 0xFF) size += plain[at++];
    if (at < plain.size()) size += plain[at++];
    if (plain.size() - at < size) break;
    at += static_cast<std::size_t>(size);
    if (lasts(type)) append(kept, slice(plain, from, at - from));
  }
  if (kept.empty()) return {};
  ByteBuffer out{sei[0]};
  kept.push_back(0x80);
  append_escaped(out, kept);
  return out;
}

}  // namespace colophon::wire
