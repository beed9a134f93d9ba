// SPDX-License-Identifier: Apache-2.0
#include "watermark/documents.hpp"

#include "base/text.hpp"
#include "io/packing.hpp"
#include "wire/json_scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace colophon::watermark {
namespace {

constexpr std::uint64_t kHighestId = 0x7FFFFFFF;

/// The first block of a stream, looked at and handed out again.
class Looked final : public ByteStream {
 public:
  explicit Looked(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}
  Result<Bytes> look() {
    const Bytes first = TRY(stream_->next());
    first_ = to_buffer(first);
    held_ = true;
    return Bytes(first_);
  }
  Result<Bytes> next() override {
    if (!held_) return stream_->next();
    held_ = false;
    return Bytes(first_);
  }
  [[nodiscard]] std::uint64_t stored_read() const noexcept override {
    return stream_->stored_read();
  }
  [[nodiscard]] Packing packing() const noexcept override { return stream_->packing(); }

 private:
  std::unique_ptr<ByteStream> stream_;
  ByteBuffer first_;
  bool held_ = false;
};

std::optional<Input> by_name(std::string_view path) {
  const std::string name = lower_ascii(unpacked_name(path));
  for (const std::string_view end : {".jsonl", ".ndjson"}) {
    if (name.ends_with(end)) return Input::Jsonl;
  }
  for (const std::string_view end : {".bin", ".u32"}) {
    if (name.ends_with(end)) return Input::Binary;
  }
  return std::nullopt;
}

/// A JSON array of numbers, element by element.
class Numbers {
 public:
  Numbers(std::string_view text, std::uint64_t base) : text_(text), base_(base) {}

  /// `take` gets each element as it stands and says whether it is one.
  template <typename Take>
  Status each(std::string_view what, Take take) {
    skip();
    if (peek() != '[') return wrong("a list", at_);
    ++at_;
    skip();
    for (std::size_t index = 0; peek() != ']'; ++index) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && !ends(text_[at_])) ++at_;
      if (!take(text_.substr(begin, at_ - begin))) {
        return wrong(fmt::format("{} at index {}", what, index), begin);
      }
      skip();
      if (peek() == ',') {
        ++at_;
        skip();
        if (peek() == ']') return wrong("a number", at_);
      } else if (peek() != ']') {
        return wrong("a comma or the end of the list", at_);
      }
    }
    ++at_;
    skip();
    if (at_ != text_.size()) return wrong("the end of the line", at_);
    return {};
  }

 private:
  static bool ends(char c) noexcept {
    return c == ',' || c == ']' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
  [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip() noexcept {
    while (at_ < text_.size() && ends(text_[at_]) && text_[at_] != ',' && text_[at_] != ']') ++at_;
  }
  [[nodiscard]] Failure wrong(std::string_view expected, std::size_t at) const {
    return fail(ErrorCode::Malformed, fmt::format("expected {}", expected), {}, base_ + at);
  }

  std::string_view text_;
  std::uint64_t base_;
  std::size_t at_ = 0;
};

Status read_object(std::string_view line, std::uint64_t base, const DocumentOptions& options,
                   Document& document) {
  const auto scan = wire::scan_json(line, [&](std::string_view key, auto...) {
    return key == options.tokens_field || key == options.text_field || key == options.id_field ||
           key == "token_ids";
  });
  if (scan.damage) {
    Error error = *scan.damage;
    error.offset = base + error.offset.value_or(0);
    return Failure(std::move(error));
  }
  const wire::JsonPlace* tokens = nullptr;
  const wire::JsonPlace* text = nullptr;
  for (const auto& place : scan.members) {
    if (place.depth != 1) continue;
    const std::string_view value = line.substr(place.value.offset, place.value.size);
    if (place.key == options.id_field) {
      if (place.kind == wire::JsonKind::String) document.id = wire::json_string(value);
      if (place.kind == wire::JsonKind::Number) document.id = value;
    } else if (place.key == options.text_field && place.kind == wire::JsonKind::String) {
      text = &place;
    } else if (place.kind == wire::JsonKind::Array) {
      tokens = &place;
    }
  }
  if (tokens != nullptr) {
    document.ids = TRY(parse_ids(line.substr(tokens->value.offset, tokens->value.size),
                                 base + tokens->value.offset));
    return {};
  }
  if (text == nullptr) {
    return fail(ErrorCode::Malformed,
                fmt::format("the record has neither a list \"{}\" nor a text \"{}\"",
                            options.tokens_field, options.text_field),
                {}, base);
  }
  document.is_text = true;
  document.text = wire::json_string(line.substr(text->value.offset, text->value.size));
  return {};
}

Status read_line(std::string_view line, std::uint64_t base, const DocumentOptions& options,
                 Document& document) {
  const std::size_t start = line.find_first_not_of(" \t\r");
  if (line[start] == '[') {
    document.ids = TRY(parse_ids(line, base));
    return {};
  }
  return read_object(line, base, options, document);
}

Status read_binary(Bytes bytes, Document& document) {
  if (bytes.size() % 4 != 0) {
    return fail(ErrorCode::Truncated,
                fmt::format("{} bytes are no whole number of 32-bit token ids", bytes.size()), {},
                bytes.size() / 4 * 4);
  }
  document.ids.resize(bytes.size() / 4);
  document.id_size = 4;
  for (std::size_t i = 0; i < document.ids.size(); ++i) {
    const std::uint64_t id = load_le(bytes, i * 4, 4).value_or(0);
    if (id > kHighestId) {
      return fail(ErrorCode::Malformed,
                  fmt::format("expected a token id (0 to 2147483647) at index {}", i), {}, i * 4);
    }
    document.ids[i] = static_cast<std::uint32_t>(id);
  }
  return {};
}

}  // namespace

Result<std::vector<std::uint32_t>> parse_ids(std::string_view json, std::uint64_t base) {
  std::vector<std::uint32_t> ids;
  TRY(Numbers(json, base).each("a token id (0 to 2147483647)", [&](std::string_view text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    ids.push_back(id);
    return error == std::errc() && end == text.data() + text.size() && id <= kHighestId;
  }));
  return ids;
}

Result<std::vector<float>> parse_logits(std::string_view json, std::uint64_t base) {
  std::vector<float> logits;
  TRY(Numbers(json, base).each("a logit", [&](std::string_view text) {
    if (text == "null" || text == "-Infinity") {
      logits.push_back(-std::numeric_limits<float>::infinity());
      return true;
    }
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    logits.push_back(value);
    return error == std::errc() && end == text.data() + text.size();
  }));
  return logits;
}

Result<DocumentReader> DocumentReader::open(const std::string& path,
                                            const DocumentOptions& options) {
  DocumentReader reader(path, options);
  auto looked = std::make_unique<Looked>(TRY(open_stream(path)));
  Input& input = reader.options_.input;
  if (input == Input::Auto) {
    const std::string_view head = trim(as_text(TRY(looked->look())));
    if (const auto known = by_name(path)) {
      input = *known;
    } else if (options.has_tokenizer) {
      input = Input::Text;
    } else if (head.empty() || head[0] == '[' || head[0] == '{') {
      input = Input::Jsonl;
    } else {
      return fail(ErrorCode::Usage,
                  "this is no list of token ids; for text give --tokenizer, for 32-bit numbers "
                  "--input binary",
                  path);
    }
  }
  reader.stream_ = std::move(looked);
  if (input == Input::Jsonl) {
    reader.lines_ = std::make_unique<LineReader>(*reader.stream_, options.longest);
  }
  return reader;
}

Result<std::optional<Document>> DocumentReader::next() {
  return lines_ ? next_line() : whole_file();
}

Document DocumentReader::begin(std::uint64_t offset) {
  Document document;
  document.file = path_;
  document.number = ++number_;
  document.offset = offset;
  return document;
}

Result<std::optional<Document>> DocumentReader::next_line() {
  while (true) {
    const auto line = TRY(lines_->next());
    if (!line) return std::nullopt;
    if (line->whole && trim(as_text(line->bytes)).empty()) continue;
    Document document = begin(line->offset);
    if (!line->whole) {
      document.error = Error{
          ErrorCode::LimitExceeded,
          fmt::format("the line has {} bytes; at most {} are read", line->size, options_.longest),
          {},
          line->offset};
    } else if (auto read = read_line(as_text(line->bytes), line->offset, options_, document);
               !read) {
      document.error = std::move(read).error();
    }
    if (document.id.empty()) document.id = fmt::format("{}#{}", path_, document.number);
    return document;
  }
}

Result<std::optional<Document>> DocumentReader::whole_file() {
  if (number_ > 0) return std::nullopt;
  Document document = begin(0);
  document.id = path_;
  ByteBuffer all;
  while (true) {
    const Bytes block = TRY(stream_->next());
    if (block.empty()) break;
    if (all.size() + block.size() > options_.longest) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("the document is larger than {} bytes", options_.longest), path_,
                  options_.longest);
    }
    append(all, block);
  }
  if (options_.input == Input::Binary) {
    if (auto read = read_binary(all, document); !read) document.error = std::move(read).error();
    return document;
  }
  document.is_text = true;
  document.text = to_string(Bytes(all));
  return document;
}

}  // namespace colophon::watermark
