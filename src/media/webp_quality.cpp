// SPDX-License-Identifier: Apache-2.0
#include "media/webp_quality.hpp"

#include <algorithm>
#include <cmath>

namespace colophon {
namespace {

constexpr std::size_t kFrameHeader = 10;
constexpr float kUnknown = 90;

/// The boolean decoder of RFC 6386 section 7, for bits of even chance.
class Bits {
 public:
  explicit Bits(Bytes bytes) noexcept : bytes_(bytes) {
    value_ = next() << 8;
    value_ |= next();
  }
  bool bit() noexcept {
    const unsigned split = 1 + ((range_ - 1) * 128 >> 8);
    const unsigned high = split << 8;
    const bool set = value_ >= high;
    if (set) {
      range_ -= split;
      value_ -= high;
    } else {
      range_ = split;
    }
    while (range_ < 128) {
      value_ <<= 1;
      range_ <<= 1;
      if (++shifted_ == 8) {
        shifted_ = 0;
        value_ |= next();
      }
    }
    return set;
  }
  int number(unsigned bits) noexcept {
    int value = 0;
    while (bits-- > 0) value = value << 1 | (bit() ? 1 : 0);
    return value;
  }
  int signed_number(unsigned bits) noexcept {
    const int value = number(bits);
    return bit() ? -value : value;
  }

 private:
  unsigned next() noexcept { return at_ < bytes_.size() ? bytes_[at_++] : 0; }
  Bytes bytes_;
  std::size_t at_ = 0;
  unsigned value_ = 0, range_ = 255, shifted_ = 0;
};

}  // namespace

float webp_quality(Bytes frame) noexcept {
  if (frame.size() < kFrameHeader + 4 || (frame[0] & 1) != 0) return kUnknown;
  Bits bits(frame.subspan(kFrameHeader));
  (void)bits.number(2);  // colour space, clamping
  bool absolute = false;
  int finest = 127;
  bool segments = bits.bit();
  std::array<int, 4> values{};
  if (segments) {
    const bool map = bits.bit();
    const bool data = bits.bit();
    if (data) {
      absolute = bits.bit();
      for (int& value : values) value = bits.bit() ? bits.signed_number(7) : 0;
      for (int i = 0; i < 4; ++i) {
        if (bits.bit()) (void)bits.signed_number(6);
      }
    }
    for (int i = 0; map && i < 3; ++i) {
      if (bits.bit()) (void)bits.number(8);
    }
  }
  (void)bits.number(1 + 6 + 3);  // filter type, level, sharpness
  if (bits.bit() && bits.bit()) {
    for (int i = 0; i < 8; ++i) {
      if (bits.bit()) (void)bits.signed_number(6);
    }
  }
  (void)bits.number(2);  // partitions
  const int base = bits.number(7);
  if (!segments) {
    finest = base;
  } else {
    for (const int value : values) {
      finest = std::min(finest, std::clamp(absolute ? value : base + value, 0, 127));
    }
  }
  // libwebp: quantiser = 127 (1 - cbrt(f(quality))), f piecewise linear.
  const double kept = 1 - finest / 127.0, linear = kept * kept * kept;
  const double quality = linear < 0.5 ? linear * 1.5 : (linear + 1) / 2;
  return static_cast<float>(std::clamp(quality * 100, 1.0, 100.0));
}

}  // namespace colophon
