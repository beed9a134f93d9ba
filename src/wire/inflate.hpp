// SPDX-License-Identifier: Apache-2.0
// Deflate and Brotli streams with a cap on what they may grow to, and CRC-32.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace colophon::wire {

enum class Deflate : std::uint8_t { Zlib, Raw, Gzip };
/// The whole stream. Errors: `truncated`, `malformed`, `limit-exceeded` (grows past `max_size`).
[[nodiscard]] Result<ByteBuffer> inflate(Bytes stream, Deflate wrapping, std::uint64_t max_size);
/// As many bytes as there are up to `max_size`, without an error for a cut or longer stream.
[[nodiscard]] ByteBuffer inflate_some(Bytes stream, Deflate wrapping, std::uint64_t max_size);
[[nodiscard]] ByteBuffer deflate(Bytes bytes, Deflate wrapping);
/// A whole Brotli stream (RFC 7932), with the same errors as `inflate`.
[[nodiscard]] Result<ByteBuffer> unbrotli(Bytes stream, std::uint64_t max_size);
[[nodiscard]] std::uint32_t crc32(Bytes bytes, std::uint32_t start = 0) noexcept;

}  // namespace colophon::wire
