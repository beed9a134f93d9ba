// SPDX-License-Identifier: Apache-2.0
#include "scan/reader.hpp"

#include <array>

#include "base/text.hpp"
#include "io/packing.hpp"
#include "scan/readers.hpp"

namespace colophon::scan {
namespace {

/// A file that is one document: nothing is read here.
class FileReader final : public Reader {
 public:
  explicit FileReader(std::string path) : path_(std::move(path)) {}
  void next(Batch& batch) override {
    batch.kind = InputKind::File;
    Document document;
    document.kind = DocumentKind::File;
    document.id = document.name = path_;
    document.number = 1;
    batch.documents.push_back(std::move(document));
    batch.file_ends = true;
  }

 private:
  std::string path_;
};

std::optional<InputKind> kind_by_name(std::string_view name) {
  const std::string plain = lower_ascii(unpacked_name(name));
  const auto ends = [&](std::string_view ending) { return plain.ends_with(ending); };
  if (ends(".jsonl") || ends(".ndjson")) return InputKind::Lines;
  if (ends(".warc") || ends(".wet") || ends(".wat")) return InputKind::Warc;
  if (ends(".tar")) return InputKind::Tar;
  if (lower_ascii(name).ends_with(".tgz")) return InputKind::Tar;
  return std::nullopt;
}

InputKind kind_by_content(Bytes head, bool packed) {
  constexpr std::size_t kMagic = 257;
  if (has_prefix(head, "WARC/")) return InputKind::Warc;
  if (as_text(slice(head, kMagic, 5)) == "ustar") return InputKind::Tar;
  // A packed text is a shard more likely than a document; a plain .json is one document.
  return packed && trim(as_text(head)).starts_with('{') ? InputKind::Lines : InputKind::File;
}

}  // namespace

bool is_text_name(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 9> kEndings = {
      ".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".rst", ".srt", ".vtt"};
  for (const std::string_view ending : kEndings) {
    if (name.size() > ending.size() &&
        equals_ignore_case(name.substr(name.size() - ending.size()), ending)) {
      return true;
    }
  }
  return false;
}

Result<InputKind> kind_of(const std::string& path) {
  if (const auto kind = kind_by_name(path)) return *kind;
  if (path == "-") return InputKind::Lines;
  constexpr std::size_t kHead = 4096;
  const auto stream = TRY(open_stream(path, {.unpack = true, .ahead = false, .block = kHead}));
  ByteBuffer head(kHead);
  const auto size = stream->read(head);
  // Damage is told when the file is read as what it seems to be.
  if (!size) return InputKind::File;
  return kind_by_content(Bytes(head).first(*size), stream->packing() != Packing::None);
}

Result<std::unique_ptr<Reader>> make_reader(std::unique_ptr<ByteStream> stream, InputKind kind,
                                            const Position& from, const ReadOptions& options) {
  switch (kind) {
    case InputKind::Warc:
      return warc_reader(std::move(stream), from, options);
    case InputKind::Tar:
      return tar_reader(std::move(stream), from, options);
    default:
      return lines_reader(std::move(stream), from, options);
  }
}

namespace {

/// A stream without its first bytes.
class LaterStream final : public ByteStream {
 public:
  LaterStream(std::unique_ptr<ByteStream> inner, std::uint64_t skip)
      : inner_(std::move(inner)), skip_(skip) {}
  Result<Bytes> next() override {
    while (true) {
      const Bytes block = TRY(inner_->next());
      if (block.empty() || skip_ == 0) return block;
      const Bytes rest = slice(block, skip_);
      skip_ -= std::min<std::uint64_t>(skip_, block.size());
      if (!rest.empty()) return rest;
    }
  }
  Result<std::size_t> read(std::span<std::uint8_t> room) override {
    while (skip_ > 0) {
      const std::size_t part = std::min<std::uint64_t>(skip_, room.size());
      const std::size_t made = TRY(inner_->read(room.first(part)));
      if (made == 0) return std::size_t{0};
      skip_ -= made;
    }
    return inner_->read(room);
  }
  std::uint64_t stored_read() const noexcept override { return inner_->stored_read(); }
  Packing packing() const noexcept override { return inner_->packing(); }

 private:
  std::unique_ptr<ByteStream> inner_;
  std::uint64_t skip_;
};

}  // namespace

Result<std::unique_ptr<Reader>> open_reader(const std::string& path, InputKind kind,
                                            const Position& from, const ReadOptions& options) {
  if (kind == InputKind::File) return std::make_unique<FileReader>(path);
  // Other threads have other files and batches to do meanwhile.
  std::unique_ptr<ByteStream> stream = TRY(open_stream(path, {.unpack = true, .ahead = false}));
  if (from.offset > 0) stream = std::make_unique<LaterStream>(std::move(stream), from.offset);
  return make_reader(std::move(stream), kind, from, options);
}

}  // namespace colophon::scan
