// SPDX-License-Identifier: Apache-2.0
// Exact amounts from a stream, for containers whose records say how long they are.
#pragma once

#include "io/byte_stream.hpp"

namespace colophon::scan {

class StreamCursor {
 public:
  explicit StreamCursor(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}
  /// Appends `size` bytes to `out`. Error `truncated`.
  [[nodiscard]] Status take(ByteBuffer& out, std::uint64_t size);
  [[nodiscard]] Status skip(std::uint64_t size);
  /// Appends a line with its ending; false at the end of the stream. A line beyond `longest` is an
  /// error.
  [[nodiscard]] Result<bool> take_line(ByteBuffer& out, std::size_t longest);
  [[nodiscard]] Result<bool> at_end();
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::uint64_t stored_read() const noexcept { return stream_->stored_read(); }
  [[nodiscard]] Packing packing() const noexcept { return stream_->packing(); }

 private:
  [[nodiscard]] Status fill();
  std::unique_ptr<ByteStream> stream_;
  Bytes block_;
  std::uint64_t offset_ = 0;
};

}  // namespace colophon::scan
