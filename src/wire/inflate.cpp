// SPDX-License-Identifier: Apache-2.0
#include "wire/inflate.hpp"

#include <brotli/decode.h>
#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

namespace colophon::wire {
namespace {

constexpr std::size_t kStep = 32 * 1024;

int window_bits(Deflate wrapping) noexcept {
  switch (wrapping) {
    case Deflate::Zlib:
      return MAX_WBITS;
    case Deflate::Raw:
      return -MAX_WBITS;
    case Deflate::Gzip:
      return MAX_WBITS + 16;
  }
  return MAX_WBITS;
}

Failure too_large(std::uint64_t max_size, const char* where) {
  return fail(ErrorCode::LimitExceeded,
              fmt::format("a compressed piece grows past the cap of {} bytes", max_size), where);
}

/// Inflates until the stream ends, breaks, or `max_size` + 1 bytes came out. Returns zlib's code.
int run_inflate(Bytes stream, Deflate wrapping, std::uint64_t max_size, ByteBuffer& out) {
  z_stream state{};
  if (inflateInit2(&state, window_bits(wrapping)) != Z_OK) return Z_MEM_ERROR;
  state.next_in = const_cast<Bytef*>(stream.data());  // zlib's type; it does not write there
  state.avail_in = static_cast<uInt>(std::min<std::size_t>(stream.size(), UINT32_MAX));
  int code = Z_OK;
  std::array<std::uint8_t, kStep> block{};
  while (code == Z_OK && out.size() <= max_size) {
    state.next_out = block.data();
    state.avail_out = static_cast<uInt>(block.size());
    code = ::inflate(&state, Z_NO_FLUSH);
    append(out, slice(block, 0, block.size() - state.avail_out));
    if (code == Z_OK && state.avail_in == 0 && state.avail_out != 0) code = Z_BUF_ERROR;
  }
  inflateEnd(&state);
  return code;
}

}  // namespace

Result<ByteBuffer> unbrotli(Bytes stream, std::uint64_t max_size) {
  struct Free {
    void operator()(BrotliDecoderState* state) const noexcept {
      BrotliDecoderDestroyInstance(state);
    }
  };
  const std::unique_ptr<BrotliDecoderState, Free> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  ByteBuffer out;
  std::array<std::uint8_t, kStep> block{};
  const std::uint8_t* next = stream.data();
  std::size_t left = stream.size();
  for (;;) {
    std::uint8_t* to = block.data();
    std::size_t room = block.size();
    const auto result =
        BrotliDecoderDecompressStream(state.get(), &left, &next, &room, &to, nullptr);
    append(out, slice(block, 0, block.size() - room));
    if (out.size() > max_size) return too_large(max_size, "brotli");
    if (result == BROTLI_DECODER_RESULT_SUCCESS) return out;
    if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) continue;
    return result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT
               ? fail(ErrorCode::Truncated, "a compressed piece ends too early", "brotli")
               : fail(ErrorCode::Malformed, "a compressed piece is broken", "brotli");
  }
}

Result<ByteBuffer> inflate(Bytes stream, Deflate wrapping, std::uint64_t max_size) {
  ByteBuffer out;
  const int code = run_inflate(stream, wrapping, max_size, out);
  if (out.size() > max_size) return too_large(max_size, "deflate");
  if (code == Z_STREAM_END) return out;
  return code == Z_BUF_ERROR
             ? fail(ErrorCode::Truncated, "a compressed piece ends too early", "deflate")
             : fail(ErrorCode::Malformed, "a compressed piece is broken", "deflate");
}

ByteBuffer inflate_some(Bytes stream, Deflate wrapping, std::uint64_t max_size) {
  ByteBuffer out;
  run_inflate(stream, wrapping, max_size, out);
  if (out.size() > max_size) out.resize(static_cast<std::size_t>(max_size));
  return out;
}

ByteBuffer deflate(Bytes bytes, Deflate wrapping) {
  z_stream state{};
  ByteBuffer out;
  if (deflateInit2(&state, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits(wrapping), 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return out;
  }
  out.resize(deflateBound(&state, bytes.size()));
  state.next_in = const_cast<Bytef*>(bytes.data());  // zlib's type; it does not write there
  state.avail_in = static_cast<uInt>(bytes.size());
  state.next_out = out.data();
  state.avail_out = static_cast<uInt>(out.size());
  ::deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

std::uint32_t crc32(Bytes bytes, std::uint32_t start) noexcept {
  return static_cast<std::uint32_t>(::crc32_z(start, bytes.data(), bytes.size()));
}

}  // namespace colophon::wire
