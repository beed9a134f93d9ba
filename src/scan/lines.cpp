// SPDX-License-Identifier: Apache-2.0
// JSON lines: whole lines are gathered, many in a block that is read or unpacked right where it
// will be judged. What they hold is read by whoever judges them.
#include "io/packing.hpp"
#include "scan/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace colophon::scan {
namespace {

bool is_blank(Bytes line) {
  return std::ranges::all_of(
      line, [](std::uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\r'; });
}

/// The bytes up to the first line feed, or all.
std::size_t line_size(Bytes bytes) {
  const void* feed = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
  return feed == nullptr
             ? bytes.size()
             : static_cast<std::size_t>(static_cast<const std::uint8_t*>(feed) - bytes.data());
}

class LinesReader final : public Reader {
 public:
  LinesReader(std::unique_ptr<ByteStream> stream, const Position& from, const ReadOptions& options)
      : stream_(std::move(stream)), options_(options), here_(from) {}

  void next(Batch& batch) override {
    batch.kind = InputKind::Lines;
    batch.begin = here_;
    batch.packing = stream_->packing();
    const std::size_t held = fill(batch);
    if (here_.offset == 0 && is_no_text(batch, held)) return;
    if (whole_ == 0 && held > options_.largest_document) {
      skip_long_line(batch, held);
    } else {
      const std::size_t taken = split(batch, ended_ && !batch.error ? held : whole_);
      rest_.assign(batch.data.begin() + static_cast<std::ptrdiff_t>(taken),
                   batch.data.begin() + static_cast<std::ptrdiff_t>(held));
      here_.offset += taken;
    }
    // Of a stream that broke, what came of the last line is lost.
    batch.file_ends = ended_ && (rest_.empty() || (batch.error && whole_lines(rest_) == 0));
    if (!batch.file_ends) batch.error.reset();
    batch.end = here_;
    batch.stored_read = stream_->stored_read();
  }

 private:
  static constexpr std::size_t kMostRecords = 16384;

  static std::size_t whole_lines(Bytes bytes) {
    const void* feed = bytes.empty() ? nullptr : ::memrchr(bytes.data(), '\n', bytes.size());
    return feed == nullptr
               ? 0
               : static_cast<std::size_t>(static_cast<const std::uint8_t*>(feed) - bytes.data()) +
                     1;
  }

  /// Bytes at the start of `room`; 0 at the end or at an error, which stays.
  std::size_t read(std::span<std::uint8_t> room) {
    if (ended_) return 0;
    const auto made = stream_->read(room);
    if (!made) error_ = made.error();
    ended_ = !made || *made == 0;
    return ended_ ? 0 : *made;
  }

  /// Fills the batch until it has a whole line, or more than any line may have; `whole_` is where
  /// the last whole line ends.
  std::size_t fill(Batch& batch) {
    ByteBuffer& data = batch.data;
    if (data.size() < options_.batch_bytes) data.resize(options_.batch_bytes);
    if (data.size() < rest_.size()) data.resize(rest_.size());
    std::ranges::copy(rest_, data.begin());
    std::size_t held = rest_.size();
    whole_ = whole_lines(Bytes(data).first(held));
    while (!ended_ && (held < options_.batch_bytes || whole_ == 0)) {
      if (held == data.size()) {
        if (held > options_.largest_document) break;
        data.resize(std::min(2 * held, options_.largest_document + 1));
      }
      const std::size_t before = held;
      held += read(std::span(data).subspan(held));
      const std::size_t more = whole_lines(Bytes(data).subspan(before, held - before));
      if (more > 0) whole_ = before + more;
    }
    batch.error = error_;
    return held;
  }

  /// What no line of can be read is told once, not for each line.
  bool is_no_text(Batch& batch, std::size_t held) {
    const Bytes head = Bytes(batch.data).first(held);
    const bool wide = has_prefix(head, "\xFF\xFE") || has_prefix(head, "\xFE\xFF");
    const bool packed = packing_of(head) != Packing::None;
    if (!wide && !packed) return false;
    batch.error = wide ? Error{ErrorCode::Unsupported,
                               "the file is UTF-16; JSON lines are UTF-8: convert it (iconv -f "
                               "UTF-16 -t UTF-8)",
                               {},
                               0}
                       : Error{ErrorCode::Unsupported, "the file is packed twice: unpack it once",
                               std::string(to_string(packing_of(head))), 0};
    batch.file_ends = true;
    batch.end = here_;
    return true;
  }

  /// Where each line of the first `size` bytes stands; how many bytes were gone through.
  std::size_t split(Batch& batch, std::size_t size) {
    const Bytes all = Bytes(batch.data).first(size);
    std::size_t at = here_.offset == 0 && has_prefix(all, "\xEF\xBB\xBF") ? 3 : 0;
    while (at < size && batch.records.size() < kMostRecords) {
      const std::size_t length = line_size(all.subspan(at));
      ++here_.line;
      if (!is_blank(all.subspan(at, length))) {
        ++here_.number;
        batch.records.push_back({{at, length}, here_.line});
      }
      at = std::min(at + length + 1, size);
    }
    return at;
  }

  /// The batch is the beginning of a line that nobody should have to hold.
  void skip_long_line(Batch& batch, std::size_t held) {
    std::uint64_t size = held;
    rest_.clear();
    for (bool open = true; open;) {
      const std::size_t made = read(batch.data);
      const Bytes piece = Bytes(batch.data).first(made);
      const std::size_t part = line_size(piece);
      size += part;
      open = made > 0 && part == made;
      if (!open && part < made) rest_ = to_buffer(piece.subspan(part + 1));
      if (!open) here_.offset += size + (part < made ? 1 : 0);
    }
    Document document;
    document.kind = DocumentKind::Record;
    document.number = ++here_.number;
    document.line = ++here_.line;
    document.error = Error{ErrorCode::LimitExceeded,
                           fmt::format("the record has {} bytes; at most {} are read", size,
                                       options_.largest_document),
                           {},
                           batch.begin.offset};
    batch.documents.push_back(std::move(document));
    batch.error = error_;
  }

  std::unique_ptr<ByteStream> stream_;
  ReadOptions options_;
  Position here_;
  ByteBuffer rest_;        // of the last block, from its last line feed on
  std::size_t whole_ = 0;  // of the batch, the bytes up to its last line feed
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace

std::unique_ptr<Reader> lines_reader(std::unique_ptr<ByteStream> stream, const Position& from,
                                     const ReadOptions& options) {
  return std::make_unique<LinesReader>(std::move(stream), from, options);
}

}  // namespace colophon::scan
