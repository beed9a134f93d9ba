// SPDX-License-Identifier: Apache-2.0
#include "media/jpeg_bits.hpp"

#include <algorithm>

namespace colophon {

bool UnstuffedScan::take(Bytes data) {
  constexpr std::uint8_t kRst0 = 0xD0, kRst7 = 0xD7;
  bytes.resize(data.size() + kMargin);
  std::size_t size = 0, begin = 0;
  const std::uint8_t* at = data.data();
  const std::uint8_t* const end = at + data.size();
  while (at < end) {
    const auto* found =
        static_cast<const std::uint8_t*>(std::memchr(at, 0xFF, static_cast<std::size_t>(end - at)));
    if (found == nullptr) found = end;
    std::memcpy(bytes.data() + size, at, static_cast<std::size_t>(found - at));
    size += static_cast<std::size_t>(found - at);
    if (found == end) break;
    at = found + 1;
    if (at == end) return false;
    if (*at == 0) {
      bytes[size++] = 0xFF;
      ++at;
    } else if (*at >= kRst0 && *at <= kRst7) {
      if (*at != kRst0 + intervals.size() % 8) return false;
      intervals.push_back({begin, size});
      begin = size;
      ++at;
    } else if (*at != 0xFF) {  // 0xFF: filling before a marker
      return false;
    }
  }
  intervals.push_back({begin, size});
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(size), bytes.end(), std::uint8_t{0});
  return true;
}

bool HuffmanReader::build(const JpegCodes& codes) {
  entries_.assign(std::size_t{1} << kLook, {});
  values_ = codes.values;
  std::uint32_t code = 0, index = 0;
  for (unsigned length = 1; length <= 16; ++length, code <<= 1) {
    first_[length] = code;
    count_[length] = codes.bits[length];
    index_[length] = index;
    code += count_[length];
    index += count_[length];
    if (code > 1U << length || index > values_.size()) return false;
    for (std::uint32_t i = 0; i < count_[length] && length <= kLook; ++i) {
      const unsigned free = kLook - length;
      std::fill_n(entries_.data() + (std::size_t{first_[length] + i} << free),
                  std::size_t{1} << free, entry_of(length, values_[index_[length] + i]));
    }
  }
  return true;
}

HuffmanReader::Entry HuffmanReader::entry_of(unsigned length, std::uint8_t symbol) noexcept {
  const unsigned size = symbol & 15U, zeros = symbol >> 4;
  unsigned advance = zeros + 1;
  if (size == 0 && zeros != 15) advance = zeros == 0 ? kEndOfBlock : 0;
  if (size > 10) advance = 0;
  return {static_cast<std::uint8_t>(length), symbol, static_cast<std::uint8_t>(length + size),
          static_cast<std::uint8_t>(advance)};
}

HuffmanReader::Entry HuffmanReader::long_entry(std::uint64_t word) const noexcept {
  for (unsigned length = kLook + 1; length <= 16; ++length) {
    const auto code = static_cast<std::uint32_t>(word >> (64 - length));
    if (code < first_[length] || code - first_[length] >= count_[length]) continue;
    return entry_of(length, values_[index_[length] + code - first_[length]]);
  }
  return {};
}

HuffmanReader::Run HuffmanReader::long_run(std::uint64_t word) const noexcept {
  const Entry entry = long_entry(word);
  return {entry.symbol & 15U, entry.advance, entry.length, entry.symbol};
}

bool HuffmanReader::skip_block(const std::uint8_t* bytes, std::size_t& at,
                               std::vector<LongCode>& long_codes) const {
  std::size_t bit = at;
  unsigned k = 1;
  while (k < 64) {
    const std::uint64_t word = peek_bits(bytes, bit);
    Entry entry = entries_[word >> (64 - kLook)];
    if (entry.length == 0) entry = long_entry(word);
    if (entry.length >= kLong) {
      long_codes.push_back({bit, entry.length, entry.symbol, this});
    }
    if (entry.advance == 0) return false;
    bit += entry.total;
    k += entry.advance;
  }
  at = bit;
  return k == 64 || k > kEndOfBlock;
}

HuffmanWriter::HuffmanWriter(const JpegCodes& codes) noexcept {
  std::uint32_t code = 0, index = 0;
  for (unsigned length = 1; length <= 16; ++length, code <<= 1) {
    for (unsigned i = 0; i < codes.bits[length] && index < codes.values.size(); ++i) {
      codes_[codes.values[index++]] = {static_cast<std::uint16_t>(code++),
                                       static_cast<std::uint8_t>(length)};
    }
  }
}

JpegBitWriter::JpegBitWriter(ByteBuffer& out, std::size_t expected) : out_(out) {
  out_.resize(expected);
}

JpegBitWriter::~JpegBitWriter() {
  out_.resize(size_);
}

void JpegBitWriter::reserve() {
  if (out_.size() - size_ < 16) out_.resize(out_.size() * 2 + 16);
}

void JpegBitWriter::put_byte(std::uint8_t byte) {
  out_[size_++] = byte;
  if (byte == 0xFF) out_[size_++] = 0;
}

void JpegBitWriter::put(std::uint32_t value, unsigned size) {
  held_ = held_ << size | (value & ((std::uint64_t{1} << size) - 1));
  count_ += size;
  if (count_ < 32) return;
  reserve();
  count_ -= 32;
  const auto word = static_cast<std::uint32_t>(held_ >> count_);
  const bool stuffed = ((word & ~(word + 0x01010101U)) & 0x80808080U) != 0;  // perhaps a 0xFF
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    const auto byte = static_cast<std::uint8_t>(word >> (shift - 8));
    if (stuffed) {
      put_byte(byte);
    } else {
      out_[size_++] = byte;
    }
  }
}

void JpegBitWriter::copy(const std::uint8_t* bytes, std::size_t from, std::size_t to) {
  for (; to - from >= 32; from += 32) {
    put(static_cast<std::uint32_t>(peek_bits(bytes, from) >> 32), 32);
  }
  if (to > from) {
    const auto left = static_cast<unsigned>(to - from);
    put(static_cast<std::uint32_t>(peek_bits(bytes, from) >> (64 - left)), left);
  }
}

void JpegBitWriter::put_value(HuffmanWriter::Code code, int value, unsigned size) {
  put_code(code);
  if (size > 0) put(static_cast<std::uint32_t>(value < 0 ? value - 1 : value), size);
}

void JpegBitWriter::align() {
  if (const unsigned over = count_ % 8; over != 0) put(0xFF, 8 - over);
  reserve();
  for (; count_ >= 8; count_ -= 8) put_byte(static_cast<std::uint8_t>(held_ >> (count_ - 8)));
}

void JpegBitWriter::restart_marker(std::size_t number) {
  reserve();
  out_[size_++] = 0xFF;
  out_[size_++] = static_cast<std::uint8_t>(0xD0 + number % 8);
}

}  // namespace colophon
