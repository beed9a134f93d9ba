// SPDX-License-Identifier: Apache-2.0
// Entropy-coded data of sequential JPEG (ITU-T T.81 annex F), bit by bit: reading, copying,
// writing.
#pragma once

#include "media/jpeg_block.hpp"

#include <bit>
#include <cstring>
#include <vector>

namespace colophon {

/// Bytes without the zeros behind 0xFF, cut at restart markers.
struct UnstuffedScan {
  struct Interval {
    std::size_t begin = 0, end = 0;  ///< bytes
  };
  /// As many zeros stand behind the last byte, so that a block may be read past the end.
  static constexpr std::size_t kMargin = 512;

  ByteBuffer bytes;
  std::vector<Interval> intervals;

  /// False when there are other markers than RSTn, or these in a wrong order.
  [[nodiscard]] bool take(Bytes data);
};

/// The 57 bits and more that stand at bit `at`, highest first.
[[nodiscard]] inline std::uint64_t peek_bits(const std::uint8_t* bytes, std::size_t at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes + at / 8, sizeof word);
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return word << at % 8;
}
/// The value of `size` further bits (T.81 F.2.2.1, EXTEND); `size` up to 16.
[[nodiscard]] inline int signed_bits(const std::uint8_t* bytes, std::size_t& at,
                                     unsigned size) noexcept {
  if (size == 0) return 0;
  const auto value = static_cast<int>(peek_bits(bytes, at) >> (64 - size));
  at += size;
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

class HuffmanReader {
 public:
  /// Codes so long are rare, and may be changed.
  static constexpr unsigned kLong = 10;
  struct LongCode {
    std::size_t at = 0;  ///< bit
    std::uint8_t length = 0, symbol = 0;
    const HuffmanReader* table = nullptr;
  };
  /// False for a table that holds no prefix code.
  [[nodiscard]] bool build(const JpegCodes& codes);
  /// The symbol at bit `at`, which goes behind it; -1: there is no such code.
  [[nodiscard]] int next(const std::uint8_t* bytes, std::size_t& at) const noexcept {
    const std::uint64_t word = peek_bits(bytes, at);
    Entry entry = entries_[word >> (64 - kLook)];
    if (entry.length == 0) entry = long_entry(word);
    at += entry.length;
    return entry.length == 0 ? -1 : entry.symbol;
  }

  /// An AC symbol with the bits of its value.
  struct Run {
    unsigned size = 0;     ///< bits of the value
    unsigned advance = 0;  ///< coefficients; 0: there is no such code, or it means nothing
    unsigned code = 0;     ///< bits of the code
    unsigned symbol = 0;
  };
  [[nodiscard]] Run run(std::uint64_t word) const noexcept {
    const Entry entry = entries_[word >> (64 - kLook)];
    if (entry.length == 0) return long_run(word);
    return {entry.symbol & 15U, entry.advance, entry.length, entry.symbol};
  }
  /// Steps over the AC codes of a block; false: they are damaged. Where long codes stand is told.
  [[nodiscard]] bool skip_block(const std::uint8_t* bytes, std::size_t& at,
                                std::vector<LongCode>& long_codes) const;
  static constexpr unsigned kEndOfBlock = 128;

 private:
  static constexpr unsigned kLook = 12;
  struct Entry {
    std::uint8_t length = 0, symbol = 0;
    std::uint8_t total = 0, advance = 0;  ///< as an AC symbol
  };
  [[nodiscard]] static Entry entry_of(unsigned length, std::uint8_t symbol) noexcept;
  [[nodiscard]] Entry long_entry(std::uint64_t word) const noexcept;
  [[nodiscard]] Run long_run(std::uint64_t word) const noexcept;

  std::vector<Entry> entries_;
  std::array<std::uint32_t, 17> first_{}, count_{}, index_{};
  std::array<std::uint8_t, 256> values_{};
};

class HuffmanWriter {
 public:
  struct Code {
    std::uint16_t bits = 0;
    std::uint8_t length = 0;
  };
  HuffmanWriter() = default;
  explicit HuffmanWriter(const JpegCodes& codes) noexcept;
  /// Every symbol that is asked for must have a code.
  [[nodiscard]] Code of(unsigned symbol) const noexcept { return codes_[symbol]; }

 private:
  std::array<Code, 256> codes_{};
};

/// Writes bits with a zero behind each 0xFF.
class JpegBitWriter {
 public:
  JpegBitWriter(ByteBuffer& out, std::size_t expected);
  JpegBitWriter(const JpegBitWriter&) = delete;
  JpegBitWriter& operator=(const JpegBitWriter&) = delete;
  ~JpegBitWriter();

  /// The low `size` bits, up to 32.
  void put(std::uint32_t value, unsigned size);
  void copy(const std::uint8_t* bytes, std::size_t from, std::size_t to);
  void put_code(HuffmanWriter::Code code) { put(code.bits, code.length); }
  /// A code and the bits of its value.
  void put_value(HuffmanWriter::Code code, int value, unsigned size);
  /// One-bits up to the next byte (T.81 F.1.2.3).
  void align();
  void restart_marker(std::size_t number);

 private:
  void put_byte(std::uint8_t byte);
  void reserve();

  ByteBuffer& out_;
  std::size_t size_ = 0;
  std::uint64_t held_ = 0;
  unsigned count_ = 0;
};

}  // namespace colophon
