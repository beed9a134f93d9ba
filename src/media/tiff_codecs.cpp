// SPDX-License-Identifier: Apache-2.0
#include "media/tiff_codecs.hpp"

#include <algorithm>
#include <array>

#include "wire/inflate.hpp"

namespace colophon {
namespace {

constexpr unsigned kClear = 256, kEnd = 257, kFirst = 258, kMaxCodes = 4096;

/// Codes with the highest bit first, one bit longer one code before they must be.
std::optional<ByteBuffer> unpack_lzw(Bytes data, std::size_t size) {
  std::array<std::uint16_t, kMaxCodes> before{};
  std::array<std::uint8_t, kMaxCodes> last{};
  std::array<std::uint8_t, kMaxCodes + 1> string{};
  for (unsigned i = 0; i < 256; ++i) last[i] = static_cast<std::uint8_t>(i);
  ByteBuffer out;
  out.reserve(std::min(size, data.size() * 16));
  unsigned bits = 9, next = kFirst, previous = kMaxCodes, held = 0;
  std::uint64_t window = 0;
  std::uint8_t first = 0;
  std::size_t at = 0;
  while (out.size() < size) {
    while (held < bits) {
      if (at >= data.size()) return std::nullopt;
      window = window << 8 | data[at++];
      held += 8;
    }
    held -= bits;
    const auto code = static_cast<unsigned>(window >> held & ((1U << bits) - 1));
    if (code == kEnd) return std::nullopt;
    if (code == kClear) {
      bits = 9;
      next = kFirst;
      previous = kMaxCodes;
      continue;
    }
    if (code > next || (previous == kMaxCodes && code >= 256)) return std::nullopt;
    std::size_t length = 0;
    unsigned walk = code;
    if (code == next) {
      if (previous == kMaxCodes) return std::nullopt;
      string[length++] = first;
      walk = previous;
    }
    while (walk >= kFirst) {
      string[length++] = last[walk];
      walk = before[walk];
    }
    if (walk >= 256) return std::nullopt;
    first = last[walk];
    string[length++] = first;
    while (length > 0 && out.size() < size) out.push_back(string[--length]);
    if (previous != kMaxCodes && next < kMaxCodes) {
      before[next] = static_cast<std::uint16_t>(previous);
      last[next] = first;
      ++next;
      if (next + 1 == 1U << bits && bits < 12) ++bits;
    }
    previous = code;
  }
  return out;
}

class LzwWriter {
 public:
  ByteBuffer run(Bytes data) {
    put(kClear);
    reset();
    unsigned prefix = kMaxCodes;
    for (const std::uint8_t byte : data) {
      if (prefix == kMaxCodes) {
        prefix = byte;
        continue;
      }
      Slot& slot = find(prefix << 8 | byte);
      if (slot.code != 0) {
        prefix = slot.code;
        continue;
      }
      put(prefix);
      slot = {prefix << 8 | byte, static_cast<std::uint16_t>(next_)};
      added();
      prefix = byte;
    }
    if (prefix != kMaxCodes) {
      put(prefix);
      added();
    }
    put(kEnd);
    if (held_ > 0) out_.push_back(static_cast<std::uint8_t>(window_ << (8 - held_)));
    return std::move(out_);
  }

 private:
  struct Slot {
    std::uint32_t key = 0;
    std::uint16_t code = 0;
  };
  static constexpr std::size_t kSlots = 1U << 14;

  Slot& find(std::uint32_t key) {
    std::size_t at = (key * 2654435761U) >> 18;
    while (slots_[at].code != 0 && slots_[at].key != key) at = (at + 1) % kSlots;
    return slots_[at];
  }
  void reset() {
    slots_.assign(kSlots, {});
    next_ = kFirst;
    bits_ = 9;
  }
  void added() {
    ++next_;
    if (next_ == kMaxCodes - 2) {
      put(kClear);
      reset();
    } else if (next_ == 1U << bits_) {
      ++bits_;
    }
  }
  void put(unsigned code) {
    window_ = window_ << bits_ | code;
    held_ += bits_;
    for (; held_ >= 8; held_ -= 8) {
      out_.push_back(static_cast<std::uint8_t>(window_ >> (held_ - 8)));
    }
  }

  std::vector<Slot> slots_;
  unsigned next_ = kFirst, bits_ = 9, held_ = 0;
  std::uint64_t window_ = 0;
  ByteBuffer out_;
};

std::optional<ByteBuffer> unpack_bits(Bytes data, std::size_t size) {
  ByteBuffer out;
  out.reserve(std::min(size, data.size() * 64));
  std::size_t at = 0;
  while (out.size() < size) {
    if (at >= data.size()) return std::nullopt;
    const unsigned count = data[at++];
    if (count == 128) continue;
    if (count < 128) {
      if (data.size() - at < count + 1) return std::nullopt;
      append(out, data.subspan(at, count + 1));
      at += count + 1;
    } else {
      if (at >= data.size()) return std::nullopt;
      out.insert(out.end(), 257 - count, data[at++]);
    }
  }
  if (out.size() != size) return std::nullopt;
  return out;
}

void pack_row(Bytes row, ByteBuffer& out) {
  std::size_t at = 0;
  while (at < row.size()) {
    std::size_t run = 1;
    while (at + run < row.size() && run < 128 && row[at + run] == row[at]) ++run;
    if (run >= 3) {
      out.push_back(static_cast<std::uint8_t>(257 - run));
      out.push_back(row[at]);
      at += run;
      continue;
    }
    const std::size_t begin = at;
    while (at < row.size() && at - begin < 128) {
      if (at + 2 < row.size() && row[at] == row[at + 1] && row[at] == row[at + 2]) break;
      ++at;
    }
    out.push_back(static_cast<std::uint8_t>(at - begin - 1));
    append(out, row.subspan(begin, at - begin));
  }
}

}  // namespace

std::optional<ByteBuffer> tiff_unpack(TiffCompression compression, Bytes data, std::size_t size) {
  switch (compression) {
    case TiffCompression::None:
      if (data.size() < size) return std::nullopt;
      return to_buffer(data.first(size));
    case TiffCompression::Lzw:
      return unpack_lzw(data, size);
    case TiffCompression::PackBits:
      return unpack_bits(data, size);
    default: {
      ByteBuffer out = wire::inflate_some(data, wire::Deflate::Zlib, size);
      if (out.size() != size) return std::nullopt;
      return out;
    }
  }
}

ByteBuffer tiff_pack(TiffCompression compression, Bytes data, std::size_t row) {
  switch (compression) {
    case TiffCompression::None:
      return to_buffer(data);
    case TiffCompression::Lzw:
      return LzwWriter().run(data);
    case TiffCompression::PackBits: {
      ByteBuffer out;
      for (std::size_t at = 0; at < data.size(); at += row) pack_row(slice(data, at, row), out);
      return out;
    }
    default:
      return wire::deflate(data, wire::Deflate::Zlib);
  }
}

}  // namespace colophon
