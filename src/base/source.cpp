// SPDX-License-Identifier: Apache-2.0
#include "base/source.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {

Failure truncated(Range range, std::uint64_t size) {
  return fail(ErrorCode::Truncated,
              fmt::format("{} bytes are announced at offset {}, but the file ends at {}",
                          range.size, range.offset, size),
              {}, range.offset);
}

Result<Bytes> MemorySource::view(Range range) {
  if (range.offset > bytes_.size() || bytes_.size() - range.offset < range.size) {
    return truncated(range, bytes_.size());
  }
  return slice(bytes_, range.offset, range.size);
}

Bytes view_some(Source& source, Range range) noexcept {
  if (range.offset >= source.size()) return {};
  range.size = std::min(range.size, source.size() - range.offset);
  const auto bytes = source.view(range);
  return bytes ? *bytes : Bytes{};
}

Result<ByteBuffer> read(Source& source, Range range) {
  return to_buffer(TRY(source.view(range)));
}

Result<std::uint64_t> read_be(Source& source, std::uint64_t at, unsigned width) {
  return *load_be(TRY(source.view({at, width})), 0, width);
}

Result<std::uint64_t> read_le(Source& source, std::uint64_t at, unsigned width) {
  return *load_le(TRY(source.view({at, width})), 0, width);
}

Result<std::optional<std::uint64_t>> find(Source& source, Range range, std::string_view needle) {
  constexpr std::uint64_t kWindow = 64 * 1024;
  const std::uint64_t end = std::min(range.end(), source.size());
  if (needle.empty() || needle.size() > 64) return std::optional<std::uint64_t>{};
  for (std::uint64_t at = range.offset; at < end && end - at >= needle.size();) {
    const std::uint64_t size = std::min(kWindow, end - at);
    const std::string_view text = as_text(TRY(source.view({at, size})));
    if (const auto found = text.find(needle); found != std::string_view::npos) {
      return std::optional<std::uint64_t>{at + found};
    }
    if (size < kWindow) break;
    at += size - (needle.size() - 1);
  }
  return std::optional<std::uint64_t>{};
}

}  // namespace colophon
