// SPDX-License-Identifier: Apache-2.0
// tar as POSIX.1-2001 (ustar, pax) and GNU write it, read from front to end. libarchive would do
// it, but brings ten libraries into the start of a command that seldom meets a tar.
#include <fmt/format.h>

#include <algorithm>

#include "scan/readers.hpp"
#include "scan/stream_cursor.hpp"

namespace colophon::scan {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMostHeader = 1 << 20;

std::string_view text_at(Bytes block, std::size_t at, std::size_t size) {
  const std::string_view text = as_text(block.subspan(at, size));
  return text.substr(0, std::min(text.find('\0'), text.size()));
}

/// Octal, or base 256 when the highest bit is set (GNU).
std::optional<std::uint64_t> number_at(Bytes block, std::size_t at, std::size_t size) {
  if ((block[at] & 0x80) != 0) {
    std::uint64_t value = block[at] & 0x3F;
    for (std::size_t i = 1; i < size; ++i) {
      if (value >> 55 != 0) return std::nullopt;
      value = value << 8 | block[at + i];
    }
    return value;
  }
  std::uint64_t value = 0;
  bool any = false;
  for (const char c : text_at(block, at, size)) {
    if (c == ' ' && !any) continue;
    if (c < '0' || c > '7') break;
    any = true;
    value = value << 3 | static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

bool has_good_sum(Bytes block) {
  constexpr std::size_t kAt = 148, kSize = 8;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) sum += i >= kAt && i < kAt + kSize ? ' ' : block[i];
  return number_at(block, kAt, kSize) == sum;
}

class TarReader final : public Reader {
 public:
  TarReader(std::unique_ptr<ByteStream> stream, const Position& from, const ReadOptions& options)
      : cursor_(std::move(stream)), options_(options), from_(from), number_(from.number) {}

  void next(Batch& batch) override {
    batch.kind = InputKind::Tar;
    batch.packing = cursor_.packing();
    batch.data.clear();
    while (batch.data.size() < options_.batch_bytes) {
      const auto more = member(batch);
      if (!more) {
        batch.error = more.error();
        batch.error->offset = from_.offset + batch.error->offset.value_or(cursor_.offset());
      }
      batch.file_ends = !more || !*more;
      if (batch.file_ends) break;
    }
    batch.end = {from_.offset + cursor_.offset(), number_, 0};
    batch.stored_read = cursor_.stored_read();
  }

 private:
  /// False behind the last member.
  Result<bool> member(Batch& batch) {
    if (TRY(cursor_.at_end())) return false;
    ByteBuffer head;
    TRY(cursor_.take(head, kBlock));
    if (std::ranges::all_of(head, [](std::uint8_t byte) { return byte == 0; })) return false;
    const auto size = number_at(head, 124, 12);
    if (!has_good_sum(head) || !size) {
      return fail(ErrorCode::Malformed, "this is no tar header: its check sum is wrong", "tar",
                  cursor_.offset() - kBlock);
    }
    const char type = static_cast<char>(head[156]);
    if (type == 'L' || type == 'x') {
      TRY(read_extension(type, *size));
      return true;
    }
    const std::string name = name_of(head);
    const std::uint64_t real = size_.value_or(*size);
    long_name_.clear();
    size_.reset();
    if (type == '0' || type == '\0' || type == '7') {
      TRY(add(batch, name, real));
    } else {
      TRY(cursor_.skip(real));
    }
    TRY(pad(real));
    return true;
  }

  Status pad(std::uint64_t size) { return cursor_.skip((kBlock - size % kBlock) % kBlock); }

  /// What the next header has no room for.
  Status read_extension(char type, std::uint64_t size) {
    if (size > kMostHeader) {
      return fail(ErrorCode::LimitExceeded, "a tar header is larger than any should be", "tar",
                  cursor_.offset());
    }
    ByteBuffer bytes;
    TRY(cursor_.take(bytes, size));
    TRY(pad(size));
    if (type == 'L') {
      long_name_ = text_at(bytes, 0, bytes.size());
      return {};
    }
    std::string_view left = as_text(bytes);  // records "LENGTH KEY=VALUE\n"
    while (!left.empty()) {
      const std::size_t space = left.find(' ');
      const std::size_t length = static_cast<std::size_t>(std::strtoull(
          std::string(left.substr(0, std::min<std::size_t>(space, 20))).c_str(), nullptr, 10));
      if (space == std::string_view::npos || length <= space + 1 || length > left.size()) break;
      const std::string_view record = left.substr(space + 1, length - space - 2);
      if (record.starts_with("path=")) long_name_ = record.substr(5);
      if (record.starts_with("size=")) {
        size_ = std::strtoull(std::string(record.substr(5)).c_str(), nullptr, 10);
      }
      left.remove_prefix(length);
    }
    return {};
  }

  std::string name_of(Bytes head) const {
    if (!long_name_.empty()) return long_name_;
    const std::string name(text_at(head, 0, 100));
    const std::string_view prefix = text_at(head, 345, 155);
    const bool ustar = text_at(head, 257, 5) == "ustar" && head[262] == 0;  // GNU writes a space
    return !ustar || prefix.empty() ? name : std::string(prefix) + "/" + name;
  }

  Status add(Batch& batch, const std::string& name, std::uint64_t size) {
    Document document;
    document.kind = is_text_name(name) ? DocumentKind::Text : DocumentKind::Bytes;
    document.id = name;
    document.name = name;
    document.number = ++number_;
    document.bytes = {batch.data.size(), size};
    if (size > options_.largest_document) {
      document.error =
          Error{ErrorCode::LimitExceeded,
                fmt::format("the member has {} bytes; inside an archive at most {} are "
                            "read: unpack it",
                            size, options_.largest_document),
                name, from_.offset + cursor_.offset()};
      document.bytes.size = 0;
      TRY(cursor_.skip(size));
    } else if (const Status taken = cursor_.take(batch.data, size); !taken) {
      return fail(taken.error().code, taken.error().message, name, cursor_.offset());
    }
    batch.documents.push_back(std::move(document));
    return {};
  }

  StreamCursor cursor_;
  ReadOptions options_;
  Position from_;
  std::uint64_t number_;
  std::string long_name_;
  std::optional<std::uint64_t> size_;
};

}  // namespace

std::unique_ptr<Reader> tar_reader(std::unique_ptr<ByteStream> stream, const Position& from,
                                   const ReadOptions& options) {
  return std::make_unique<TarReader>(std::move(stream), from, options);
}

}  // namespace colophon::scan
