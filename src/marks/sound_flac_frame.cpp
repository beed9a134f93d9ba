// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_flac_frame.hpp"

#include <algorithm>
#include <array>

namespace colophon::sound {
namespace {

constexpr std::uint8_t kLeftSide = 8;

constexpr std::array<std::uint8_t, 256> make_crc8() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    unsigned value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value << 1) ^ ((value & 0x80U) != 0 ? 0x107U : 0);
    table[i] = static_cast<std::uint8_t>(value);
  }
  return table;
}
constexpr std::uint16_t times_x(std::uint16_t value) noexcept {
  return static_cast<std::uint16_t>((value << 1) ^ ((value & 0x8000U) != 0 ? 0x8005U : 0));
}
constexpr std::array<std::uint16_t, 256> make_crc16() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    auto value = static_cast<std::uint16_t>(i << 8);
    for (int bit = 0; bit < 8; ++bit) value = times_x(value);
    table[i] = value;
  }
  return table;
}
constexpr auto kCrc8 = make_crc8();
constexpr auto kCrc16 = make_crc16();
/// Of one byte with 0 to 7 zero bytes behind it, so that eight bytes are taken at a time.
constexpr auto kCrc16Ahead = [] {
  std::array<std::array<std::uint16_t, 256>, 8> tables{};
  tables[0] = kCrc16;
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t i = 0; i < 256; ++i) {
      const unsigned before = tables[k - 1][i];
      tables[k][i] = static_cast<std::uint16_t>((before << 8) ^ kCrc16[before >> 8]);
    }
  }
  return tables;
}();

std::uint8_t crc8(Bytes bytes) noexcept {
  std::uint8_t value = 0;
  for (const std::uint8_t byte : bytes) value = kCrc8[value ^ byte];
  return value;
}

std::uint16_t multiply(std::uint16_t a, std::uint16_t b) noexcept {
  std::uint16_t product = 0;
  for (int bit = 15; bit >= 0; --bit) {
    product = times_x(product);
    if (((b >> bit) & 1U) != 0) product ^= a;
  }
  return product;
}
/// The checksum after so many more zero bytes.
std::uint16_t followed_by_zeros(std::uint16_t value, std::uint64_t count) noexcept {
  std::uint16_t power = 0x100;
  for (; count != 0; count >>= 1) {
    if ((count & 1) != 0) value = multiply(value, power);
    power = multiply(power, power);
  }
  return value;
}

/// RFC 9639, 9.1.5: as UTF-8, up to 36 bits.
void append_coded(ByteBuffer& out, std::uint64_t value) {
  if (value < 0x80) {
    out.push_back(static_cast<std::uint8_t>(value));
    return;
  }
  unsigned more = 1;
  while (more < 6 && value >> (6 * more + (6 - more)) != 0) ++more;
  const auto lead = static_cast<std::uint8_t>(0xFF00U >> (more + 1));
  out.push_back(static_cast<std::uint8_t>(lead | value >> (6 * more)));
  while (more-- > 0) {
    out.push_back(static_cast<std::uint8_t>(0x80U | (value >> (6 * more) & 0x3FU)));
  }
}

std::optional<std::uint64_t> read_coded(Bytes head, std::size_t& at) {
  if (at >= head.size()) return std::nullopt;
  const std::uint8_t first = head[at++];
  if (first < 0x80) return first;
  unsigned more = 0;
  while (more < 7 && (first & (0x40U >> more)) != 0) ++more;
  if (more == 0 || more > 6) return std::nullopt;
  std::uint64_t value = first & (0x3FU >> more);
  for (unsigned i = 0; i < more; ++i, ++at) {
    if (at >= head.size() || (head[at] & 0xC0) != 0x80) return std::nullopt;
    value = value << 6 | (head[at] & 0x3FU);
  }
  return value;
}

/// Bits, highest first.
class BitWriter {
 public:
  explicit BitWriter(ByteBuffer& out) : out_(out) {}
  void put(std::uint64_t value, unsigned width) {
    while (width-- > 0) {
      current_ = current_ << 1 | (value >> width & 1U);
      if (++filled_ == 8) flush();
    }
  }
  void zeros(std::uint64_t count) {
    while (count-- > 0) put(0, 1);
  }
  void align() {
    if (filled_ > 0) put(0, 8 - filled_);
  }

 private:
  void flush() {
    out_.push_back(static_cast<std::uint8_t>(current_));
    current_ = 0;
    filled_ = 0;
  }
  ByteBuffer& out_;
  unsigned current_ = 0, filled_ = 0;
};

using Samples = std::vector<std::int32_t>;

struct Prediction {
  unsigned order = 0;
  std::vector<std::uint32_t> folded;  ///< residuals, signs in the lowest bit
};

/// The fixed predictor with the smallest residuals.
Prediction predict(const Samples& samples) {
  std::vector<std::int64_t> residual(samples.begin(), samples.end());
  Prediction best;
  std::uint64_t least = UINT64_MAX;
  for (unsigned order = 0; order <= 4 && order < samples.size(); ++order) {
    if (order > 0) {
      for (std::size_t i = residual.size(); i-- > order;) residual[i] -= residual[i - 1];
    }
    std::uint64_t sum = 0;
    for (std::size_t i = order; i < residual.size(); ++i) {
      sum += static_cast<std::uint64_t>(residual[i] < 0 ? -residual[i] : residual[i]);
    }
    if (sum >= least) continue;
    least = sum;
    best.order = order;
    best.folded.clear();
    for (std::size_t i = order; i < residual.size(); ++i) {
      const std::int64_t value = residual[i];
      best.folded.push_back(static_cast<std::uint32_t>(value < 0 ? -2 * value - 1 : 2 * value));
    }
  }
  return best;
}

std::uint64_t rice_bits(std::span<const std::uint32_t> part, unsigned parameter) {
  std::uint64_t bits = 0;
  for (const std::uint32_t value : part) bits += (value >> parameter) + 1 + parameter;
  return bits;
}
unsigned best_parameter(std::span<const std::uint32_t> part) {
  unsigned best = 0;
  for (unsigned k = 1; k <= 30; ++k) {
    if (rice_bits(part, k) >= rice_bits(part, best)) break;
    best = k;
  }
  return best;
}

void put_verbatim(BitWriter& bits, const Samples& samples, unsigned width) {
  bits.put(0b00000010, 8);
  for (const std::int32_t sample : samples) bits.put(static_cast<std::uint32_t>(sample), width);
}

void put_subframe(BitWriter& bits, const Samples& samples, unsigned width) {
  if (std::all_of(samples.begin(), samples.end(), [&](auto each) { return each == samples[0]; })) {
    bits.put(0, 8);
    bits.put(static_cast<std::uint32_t>(samples[0]), width);
    return;
  }
  if (width > 26) return put_verbatim(bits, samples, width);  // residuals would pass 32 bits
  const Prediction prediction = predict(samples);
  // As many parts as divide the block, none shorter than 64 samples.
  unsigned parts = 0;
  while (parts < 6 && samples.size() % (std::size_t{2} << parts) == 0 &&
         samples.size() >> (parts + 1) >= 64) {
    ++parts;
  }
  const std::size_t size = samples.size() >> parts;
  std::vector<unsigned> parameters;
  std::uint64_t total = 0;
  const auto part_of = [&](std::size_t i) {
    const std::size_t from = i == 0 ? 0 : i * size - prediction.order;
    return std::span(prediction.folded).subspan(from, i == 0 ? size - prediction.order : size);
  };
  for (std::size_t i = 0; i < std::size_t{1} << parts; ++i) {
    parameters.push_back(best_parameter(part_of(i)));
    total += rice_bits(part_of(i), parameters.back()) + 5;
  }
  if (total >= std::uint64_t{samples.size()} * width) return put_verbatim(bits, samples, width);
  bits.put((0b001000U | prediction.order) << 1, 8);
  for (unsigned i = 0; i < prediction.order; ++i) {
    bits.put(static_cast<std::uint32_t>(samples[i]), width);
  }
  const bool wide = *std::max_element(parameters.begin(), parameters.end()) > 14;
  bits.put(wide ? 1 : 0, 2);
  bits.put(parts, 4);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const unsigned k = parameters[i];
    bits.put(k, wide ? 5 : 4);
    for (const std::uint32_t value : part_of(i)) {
      bits.zeros(value >> k);
      bits.put(1, 1);
      bits.put(value, k);
    }
  }
}

}  // namespace

std::optional<FlacHeader> flac_header(Bytes head) {
  if (head.size() < 6 || head[0] != 0xFF || (head[1] & 0xFE) != 0xF8) return std::nullopt;
  FlacHeader out;
  out.variable = (head[1] & 1) != 0;
  const unsigned block = head[2] >> 4;
  out.rate_code = head[2] & 15;
  out.channels_code = head[3] >> 4;
  out.size_code = (head[3] >> 1) & 7;
  if (block == 0 || out.rate_code == 15 || out.channels_code > 10 || (head[3] & 1) != 0) {
    return std::nullopt;
  }
  std::size_t at = 4;
  const auto number = read_coded(head, at);
  if (!number) return std::nullopt;
  out.number = *number;
  const unsigned extra = block == 6 ? 1 : block == 7 ? 2 : 0;
  const auto more = load_be(head, at, extra > 0 ? extra : 1);
  if (extra > 0 && !more) return std::nullopt;
  out.block = extra > 0    ? static_cast<std::uint32_t>(*more) + 1
              : block == 1 ? 192
              : block < 6  ? 576U << (block - 2)
                           : 256U << (block - 8);
  at += extra;
  const unsigned rate = out.rate_code == 12 ? 1 : out.rate_code >= 13 ? 2 : 0;
  out.rate_bytes = to_buffer(slice(head, at, rate));
  at += rate;
  if (at >= head.size() || crc8(slice(head, 0, at)) != head[at]) return std::nullopt;
  out.size = at + 1;
  return out;
}

ByteBuffer flac_header_bytes(const FlacHeader& like, std::uint64_t number, std::uint32_t block,
                             std::uint8_t channels_code) {
  unsigned code = block <= 256 ? 6 : 7;
  if (block == 192) code = 1;
  for (unsigned i = 0; i < 4; ++i) {
    if (block == 576U << i) code = 2 + i;
  }
  for (unsigned i = 0; i < 8; ++i) {
    if (block == 256U << i) code = 8 + i;
  }
  ByteBuffer out{0xFF, static_cast<std::uint8_t>(0xF8 | (like.variable ? 1 : 0)),
                 static_cast<std::uint8_t>(code << 4 | like.rate_code),
                 static_cast<std::uint8_t>(channels_code << 4 | like.size_code << 1)};
  append_coded(out, number);
  if (code == 6 || code == 7) append_be(out, block - 1, code - 5);
  append(out, like.rate_bytes);
  out.push_back(crc8(out));
  return out;
}

std::uint16_t flac_crc(Bytes bytes, std::uint16_t start) noexcept {
  unsigned value = start;
  const auto& ahead = kCrc16Ahead;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    value = ahead[7][bytes[0] ^ (value >> 8)] ^ ahead[6][bytes[1] ^ (value & 0xFFU)] ^
            ahead[5][bytes[2]] ^ ahead[4][bytes[3]] ^ ahead[3][bytes[4]] ^ ahead[2][bytes[5]] ^
            ahead[1][bytes[6]] ^ ahead[0][bytes[7]];
  }
  for (const std::uint8_t byte : bytes) {
    value = ((value << 8) ^ kCrc16[(value >> 8) ^ byte]) & 0xFFFFU;
  }
  return static_cast<std::uint16_t>(value);
}

std::uint16_t moved_flac_crc(std::uint16_t crc, Bytes old_header, Bytes new_header,
                             std::uint64_t rest) noexcept {
  const auto change = static_cast<std::uint16_t>(flac_crc(old_header) ^ flac_crc(new_header));
  return static_cast<std::uint16_t>(crc ^ followed_by_zeros(change, rest));
}

ByteBuffer flac_frame(const FlacHeader& like, std::uint64_t number, unsigned bits,
                      std::span<const std::vector<std::int32_t>> channels) {
  const auto block = static_cast<std::uint32_t>(channels[0].size());
  const bool same = channels.size() == 2 && channels[0] == channels[1];
  const auto code = static_cast<std::uint8_t>(same ? kLeftSide : channels.size() - 1);
  ByteBuffer out = flac_header_bytes(like, number, block, code);
  BitWriter writer(out);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const bool side = same && c == 1;
    side ? put_subframe(writer, Samples(block, 0), bits + 1)
         : put_subframe(writer, channels[c], bits);
  }
  writer.align();
  append_be(out, flac_crc(out), 2);
  return out;
}

}  // namespace colophon::sound
