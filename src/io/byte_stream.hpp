// SPDX-License-Identifier: Apache-2.0
// Files that are read once from front to end, unpacked on the way: gzip (RFC 1952, any number of
// members) and Zstandard (RFC 8878, any number of frames) are recognised by content. For corpora of
// any size: memory is a few blocks.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>

namespace colophon {

enum class Packing : std::uint8_t { None, Gzip, Zstandard };
[[nodiscard]] std::string_view to_string(Packing packing) noexcept;

/// Not thread-safe.
class ByteStream {
 public:
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  /// The next bytes; empty at the end. They stay until the next call. Errors: `io`, `malformed` and
  /// `truncated` (packed data that ends early); the offset is that of the stored file. What came
  /// before the error has been handed out.
  [[nodiscard]] virtual Result<Bytes> next() = 0;
  /// The same into memory of the caller's, as many bytes as fit; 0 at the end. Spares a copy where
  /// bytes are made anyway. Use one of the two for a stream, not both.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<std::uint8_t> room);
  /// How many bytes of the stored file have been read, for progress.
  [[nodiscard]] virtual std::uint64_t stored_read() const noexcept = 0;
  [[nodiscard]] virtual Packing packing() const noexcept { return Packing::None; }

 private:
  Bytes left_;  // of a block that `read` began
};

struct StreamOptions {
  bool unpack = true;           ///< false: the bytes as stored
  bool ahead = true;            ///< read and unpack in a thread of its own, a few blocks ahead
  std::size_t block = 1 << 20;  ///< how much is read at a time
};
/// "-" is standard input. Errors: `not-found`, `io`.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_stream(const std::string& path,
                                                              const StreamOptions& options = {});
/// Unpacks a stream whose first block begins with gzip or Zstandard magic; any other comes back as
/// it is.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> unpacked(std::unique_ptr<ByteStream> stored);
/// Bytes that somebody else owns, in blocks of at most `block`.
[[nodiscard]] std::unique_ptr<ByteStream> memory_stream(Bytes bytes, std::size_t block = 1 << 20);

}  // namespace colophon
