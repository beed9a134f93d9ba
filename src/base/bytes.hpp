// SPDX-License-Identifier: Apache-2.0
// Byte views and checked loads. Every load says whether the bytes are there.
#pragma once

#include <colophon/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace colophon {

using Bytes = std::span<const std::uint8_t>;
using ByteBuffer = std::vector<std::uint8_t>;

/// The one place where bytes and text are seen as each other.
[[nodiscard]] inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline ByteBuffer to_buffer(std::string_view text) {
  const Bytes bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}
[[nodiscard]] inline ByteBuffer to_buffer(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}
[[nodiscard]] inline std::string to_string(Bytes bytes) {
  return std::string(as_text(bytes));
}

/// `bytes[offset, offset + size)` cut to what is there; never out of bounds.
[[nodiscard]] inline Bytes slice(Bytes bytes, std::uint64_t offset,
                                 std::uint64_t size = UINT64_MAX) noexcept {
  if (offset >= bytes.size()) return {};
  const std::uint64_t left = bytes.size() - offset;
  return bytes.subspan(static_cast<std::size_t>(offset),
                       static_cast<std::size_t>(size < left ? size : left));
}
[[nodiscard]] inline bool has_prefix(Bytes bytes, std::string_view prefix) noexcept {
  return as_text(bytes).starts_with(prefix);
}

/// Big-endian and little-endian loads of `width` (1..8) bytes; nothing when they are not all there.
[[nodiscard]] std::optional<std::uint64_t> load_be(Bytes bytes, std::uint64_t at,
                                                   unsigned width) noexcept;
[[nodiscard]] std::optional<std::uint64_t> load_le(Bytes bytes, std::uint64_t at,
                                                   unsigned width) noexcept;
/// Appends the low `width` bytes of `value`.
void append_be(ByteBuffer& out, std::uint64_t value, unsigned width);
void append_le(ByteBuffer& out, std::uint64_t value, unsigned width);
/// Overwrites `width` bytes at `at`; the caller guarantees that they are there.
void store_be(ByteBuffer& out, std::size_t at, std::uint64_t value, unsigned width) noexcept;
void store_le(ByteBuffer& out, std::size_t at, std::uint64_t value, unsigned width) noexcept;
inline void append(ByteBuffer& out, Bytes bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
inline void append(ByteBuffer& out, std::string_view text) {
  append(out, as_bytes(text));
}

}  // namespace colophon
