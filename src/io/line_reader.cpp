// SPDX-License-Identifier: Apache-2.0
#include "io/line_reader.hpp"

#include <algorithm>
#include <cstring>

namespace colophon {

void LineReader::keep(Bytes part) {
  const std::size_t room = longest_ - gathered_.size();
  if (!long_ && part.size() > room) {
    long_ = true;
    if (long_line_) long_line_(gathered_);
  }
  if (long_ && long_line_) long_line_(part);
  append(gathered_, slice(part, 0, room));
}

Result<std::optional<Line>> LineReader::next() {
  Line line{.bytes = {}, .number = number_ + 1, .offset = offset_};
  gathered_.clear();
  long_ = false;
  while (true) {
    if (block_.empty()) block_ = TRY(stream_.next());
    if (block_.empty()) {
      if (line.size == 0) return std::nullopt;
      line.ended = false;
      break;
    }
    const void* feed = std::memchr(block_.data(), '\n', block_.size());
    const std::size_t size =
        feed != nullptr
            ? static_cast<std::size_t>(static_cast<const std::uint8_t*>(feed) - block_.data())
            : block_.size();
    const Bytes part = block_.first(size);
    block_ = block_.subspan(feed != nullptr ? size + 1 : size);
    line.size += size;
    if (feed != nullptr && line.size == size && size <= longest_) {  // the usual case: no copy
      line.bytes = part;
      break;
    }
    keep(part);
    if (feed != nullptr) break;
  }
  if (line.bytes.empty()) line.bytes = gathered_;
  line.whole = line.size <= longest_;
  ++number_;
  offset_ += line.size + (line.ended ? 1 : 0);
  return line;
}

}  // namespace colophon
