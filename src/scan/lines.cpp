// SPDX-License-Identifier: Apache-2.0
// JSON lines: whole lines are gathered; what they hold is read by whoever judges them.
#include "scan/readers.hpp"

#include <cstring>

#include <fmt/format.h>

#include "io/line_reader.hpp"

namespace colophon::scan {
namespace {

bool is_blank(Bytes line) {
  for (const std::uint8_t byte : line) {
    if (byte != ' ' && byte != '\t' && byte != '\r') return false;
  }
  return true;
}

class LinesReader final : public Reader {
 public:
  LinesReader(std::unique_ptr<ByteStream> stream, const Position& from, const ReadOptions& options)
      : stream_(std::move(stream)),
        lines_(*stream_, options.largest_document),
        options_(options),
        from_(from),
        number_(from.number) {}

  void next(Batch& batch) override {
    batch.data.reserve(options_.batch_bytes);
    while (batch.data.size() < options_.batch_bytes && batch.documents.size() < kMostDocuments) {
      auto line = lines_.next();
      if (!line) batch.error = line.error();
      batch.file_ends = !line || !*line;
      if (batch.file_ends) break;
      add(batch, **line);
    }
    batch.end = {from_.offset + lines_.offset(), number_, from_.line + lines_.lines()};
    batch.stored_read = stream_->stored_read();
  }

 private:
  static constexpr std::size_t kMostDocuments = 8192;

  void add(Batch& batch, const Line& line) {
    if (line.whole && is_blank(line.bytes)) return;
    Document document;
    document.kind = DocumentKind::Record;
    document.number = ++number_;
    document.line = from_.line + line.number;
    if (line.whole) {
      document.bytes = {batch.data.size(), line.bytes.size()};
      append(batch.data, line.bytes);
    } else {
      document.error = Error{ErrorCode::LimitExceeded,
                             fmt::format("the record has {} bytes; at most {} are read", line.size,
                                         options_.largest_document),
                             {},
                             from_.offset + line.offset};
    }
    batch.documents.push_back(std::move(document));
  }

  std::unique_ptr<ByteStream> stream_;
  LineReader lines_;
  ReadOptions options_;
  Position from_;
  std::uint64_t number_;
};

}  // namespace

std::unique_ptr<Reader> lines_reader(std::unique_ptr<ByteStream> stream, const Position& from,
                                     const ReadOptions& options) {
  return std::make_unique<LinesReader>(std::move(stream), from, options);
}

}  // namespace colophon::scan
