// SPDX-License-Identifier: Apache-2.0
// Lines of a stream of any length, in bounded memory.
#pragma once

#include "io/byte_stream.hpp"

#include <functional>
#include <optional>

namespace colophon {

/// A line without its ending; the bytes stay until the next one is read.
struct Line {
  Bytes bytes;
  std::uint64_t number = 0;  ///< from 1
  std::uint64_t offset = 0;  ///< in the unpacked stream
  std::uint64_t size = 0;    ///< without the ending; more than `bytes` holds when `whole` is false
  bool whole = true;         ///< false: longer than the cap; `bytes` is its beginning
  bool ended = true;         ///< false: the stream ends without a line feed
};

class LineReader {
 public:
  /// A line longer than `longest` goes to `long_line` piece by piece, from its beginning on.
  LineReader(ByteStream& stream, std::size_t longest, std::function<void(Bytes)> long_line = {})
      : stream_(stream), longest_(longest), long_line_(std::move(long_line)) {}
  /// Nothing at the end. On an error of the stream what came of the last line is lost.
  [[nodiscard]] Result<std::optional<Line>> next();
  /// Where the next line begins, in the unpacked stream.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::uint64_t lines() const noexcept { return number_; }

 private:
  void keep(Bytes part);

  ByteStream& stream_;
  std::size_t longest_;
  std::function<void(Bytes)> long_line_;
  Bytes block_;
  ByteBuffer gathered_;
  bool long_ = false;
  std::uint64_t number_ = 0, offset_ = 0;
};

}  // namespace colophon
