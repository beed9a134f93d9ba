// SPDX-License-Identifier: Apache-2.0
#include "media/gif_lzw.hpp"

#include <algorithm>
#include <array>

namespace colophon {
namespace {

constexpr unsigned kMaxBits = 12;
constexpr unsigned kMaxCodes = 1U << kMaxBits;

class CodeReader {
 public:
  explicit CodeReader(Bytes data) : data_(data) {}
  std::optional<unsigned> next(unsigned bits) {
    while (held_ < bits) {
      if (at_ >= data_.size()) return std::nullopt;
      bits_ |= std::uint64_t{data_[at_++]} << held_;
      held_ += 8;
    }
    const auto code = static_cast<unsigned>(bits_ & ((1U << bits) - 1));
    bits_ >>= bits;
    held_ -= bits;
    return code;
  }

 private:
  Bytes data_;
  std::size_t at_ = 0;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
};

class CodeWriter {
 public:
  void put(unsigned code, unsigned bits) {
    bits_ |= std::uint64_t{code} << held_;
    held_ += bits;
    while (held_ >= 8) flush_byte();
  }
  ByteBuffer take() {
    if (held_ > 0) flush_byte();
    return std::move(out_);
  }

 private:
  void flush_byte() {
    out_.push_back(static_cast<std::uint8_t>(bits_));
    bits_ >>= 8;
    held_ = held_ > 8 ? held_ - 8 : 0;
  }
  ByteBuffer out_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
};

}  // namespace

std::optional<ByteBuffer> gif_unpack(Bytes data, unsigned code_size, std::size_t count) {
  if (code_size < 1 || code_size > 8) return std::nullopt;
  const unsigned clear = 1U << code_size, end = clear + 1;
  std::array<std::uint16_t, kMaxCodes> before{};
  std::array<std::uint8_t, kMaxCodes> last{};
  std::array<std::uint8_t, kMaxCodes + 1> string{};
  for (unsigned i = 0; i < clear; ++i) last[i] = static_cast<std::uint8_t>(i);
  ByteBuffer out;
  out.reserve(std::min(count, data.size() * 16));
  CodeReader reader(data);
  unsigned bits = code_size + 1, next = end + 1;
  constexpr unsigned kNone = kMaxCodes;
  unsigned previous = kNone;
  std::uint8_t first = 0;
  while (out.size() < count) {
    const auto code = reader.next(bits);
    if (!code || *code == end) return std::nullopt;
    if (*code == clear) {
      bits = code_size + 1;
      next = end + 1;
      previous = kNone;
      continue;
    }
    if (*code > next || (previous == kNone && *code >= clear)) {
      return std::nullopt;
    }
    std::size_t size = 0;
    unsigned walk = *code;
    if (*code == next) {
      string[size++] = first;
      walk = previous;
    }
    while (walk >= clear) {
      string[size++] = last[walk];
      walk = before[walk];
    }
    first = last[walk];
    string[size++] = first;
    while (size > 0 && out.size() < count) out.push_back(string[--size]);
    if (previous != kNone && next < kMaxCodes) {
      before[next] = static_cast<std::uint16_t>(previous);
      last[next] = first;
      ++next;
      if (next == 1U << bits && bits < kMaxBits) ++bits;
    }
    previous = *code;
  }
  return out;
}

ByteBuffer gif_pack(Bytes indices, unsigned code_size) {
  constexpr unsigned kSlots = 1U << 14;
  struct Slot {
    std::uint32_t key = UINT32_MAX;
    std::uint16_t code = 0;
  };
  const unsigned clear = 1U << code_size, end = clear + 1;
  std::vector<Slot> slots(kSlots);
  CodeWriter out;
  unsigned bits = code_size + 1, next = end + 1;
  out.put(clear, bits);
  if (indices.empty()) {
    out.put(end, bits);
    return out.take();
  }
  unsigned prefix = indices[0];
  for (const std::uint8_t index : indices.subspan(1)) {
    const std::uint32_t key = prefix << 8 | index;
    unsigned slot = (key * 2654435761U) >> 18;
    while (slots[slot].key != UINT32_MAX && slots[slot].key != key) slot = (slot + 1) % kSlots;
    if (slots[slot].key == key) {
      prefix = slots[slot].code;
      continue;
    }
    out.put(prefix, bits);
    prefix = index;
    if (next < kMaxCodes) {
      slots[slot] = {key, static_cast<std::uint16_t>(next)};
      // The reader adds this string one code later, so its codes grow one code later, too.
      if (next == 1U << bits && bits < kMaxBits) ++bits;
      ++next;
    } else {
      out.put(clear, bits);
      slots.assign(kSlots, Slot{});
      bits = code_size + 1;
      next = end + 1;
    }
  }
  out.put(prefix, bits);
  if (next == 1U << bits && bits < kMaxBits) ++bits;
  out.put(end, bits);
  return out.take();
}

}  // namespace colophon
