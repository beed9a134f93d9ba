// SPDX-License-Identifier: Apache-2.0
#include "scan/stream_cursor.hpp"

#include <algorithm>
#include <cstring>

namespace colophon::scan {

Status StreamCursor::fill() {
  if (block_.empty()) block_ = TRY(stream_->next());
  return {};
}

Result<bool> StreamCursor::at_end() {
  TRY(fill());
  return block_.empty();
}

Status StreamCursor::take(ByteBuffer& out, std::uint64_t size) {
  while (size > 0) {
    TRY(fill());
    if (block_.empty()) {
      return fail(ErrorCode::Truncated, "the file ends inside a document", {}, offset_);
    }
    const Bytes part = slice(block_, 0, size);
    append(out, part);
    block_ = block_.subspan(part.size());
    offset_ += part.size();
    size -= part.size();
  }
  return {};
}

Status StreamCursor::skip(std::uint64_t size) {
  while (size > 0) {
    TRY(fill());
    if (block_.empty()) {
      return fail(ErrorCode::Truncated, "the file ends inside a document", {}, offset_);
    }
    const std::size_t part = slice(block_, 0, size).size();
    block_ = block_.subspan(part);
    offset_ += part;
    size -= part;
  }
  return {};
}

Result<bool> StreamCursor::take_line(ByteBuffer& out, std::size_t longest) {
  bool any = false;
  while (true) {
    TRY(fill());
    if (block_.empty()) return any;
    any = true;
    const void* feed = std::memchr(block_.data(), '\n', block_.size());
    const std::size_t size =
        feed != nullptr
            ? static_cast<std::size_t>(static_cast<const std::uint8_t*>(feed) - block_.data()) + 1
            : block_.size();
    if (out.size() + size > longest) {
      return fail(ErrorCode::LimitExceeded, "a header line is longer than any should be", {},
                  offset_);
    }
    append(out, block_.first(size));
    block_ = block_.subspan(size);
    offset_ += size;
    if (feed != nullptr) return true;
  }
}

}  // namespace colophon::scan
