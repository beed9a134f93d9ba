// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.hpp"

namespace colophon {
namespace {

bool available(Bytes bytes, std::uint64_t at, unsigned width) noexcept {
  return at <= bytes.size() && bytes.size() - at >= width;
}

}  // namespace

std::optional<std::uint64_t> load_be(Bytes bytes, std::uint64_t at, unsigned width) noexcept {
  if (!available(bytes, at, width)) return std::nullopt;
  std::uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i) value = (value << 8) | bytes[at + i];
  return value;
}

std::optional<std::uint64_t> load_le(Bytes bytes, std::uint64_t at, unsigned width) noexcept {
  if (!available(bytes, at, width)) return std::nullopt;
  std::uint64_t value = 0;
  for (unsigned i = width; i > 0; --i) value = (value << 8) | bytes[at + i - 1];
  return value;
}

void append_be(ByteBuffer& out, std::uint64_t value, unsigned width) {
  for (unsigned i = width; i > 0; --i) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
  }
}

void append_le(ByteBuffer& out, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void store_be(ByteBuffer& out, std::size_t at, std::uint64_t value, unsigned width) noexcept {
  for (unsigned i = 0; i < width; ++i) {
    out[at + i] = static_cast<std::uint8_t>(value >> (8 * (width - 1 - i)));
  }
}

void store_le(ByteBuffer& out, std::size_t at, std::uint64_t value, unsigned width) noexcept {
  for (unsigned i = 0; i < width; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace colophon
