// SPDX-License-Identifier: Apache-2.0
// WARC 1.0 and 1.1 (ISO 28500), and WET, which is WARC with conversion records. Requests, metadata
// and revisits hold no document.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "base/text.hpp"
#include "scan/readers.hpp"
#include "scan/stream_cursor.hpp"
#include "standards/http_disclosure.hpp"
#include "wire/inflate.hpp"

namespace colophon::scan {
namespace {

constexpr std::size_t kLongestLine = 64 << 10;
constexpr std::size_t kMostHeader = 1 << 20;

using OnField = std::function<void(std::string_view name, std::string_view value)>;

/// "Name: value" lines; ends at an empty one. Gives what stands behind it.
std::string_view read_fields(std::string_view text, const OnField& field) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      field(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
  }
  return text;
}

struct Header {
  std::string type, id, uri, media;
  std::optional<std::uint64_t> length;
};

/// What chunks hold (RFC 9112, 7.1); as much as is well-formed.
ByteBuffer unchunked(std::string_view body) {
  ByteBuffer out;
  while (true) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), size, 16);
    if (error != std::errc() || size == 0) return out;
    const std::size_t feed = body.find('\n', static_cast<std::size_t>(end - body.data()));
    if (feed == std::string_view::npos) return out;
    body.remove_prefix(feed + 1);
    append(out, body.substr(0, size));
    if (body.size() < size + 2) return out;
    body.remove_prefix(size + 2);
  }
}

class WarcReader final : public Reader {
 public:
  WarcReader(std::unique_ptr<ByteStream> stream, const Position& from, const ReadOptions& options)
      : cursor_(std::move(stream)), options_(options), from_(from), number_(from.number) {}

  void next(Batch& batch) override {
    batch.kind = InputKind::Warc;
    batch.packing = cursor_.packing();
    batch.data.clear();
    while (batch.data.size() < options_.batch_bytes) {
      const auto more = record(batch);
      if (!more) {
        batch.error = more.error();
        batch.error->offset = from_.offset + cursor_.offset();
      }
      batch.file_ends = !more || !*more;
      if (batch.file_ends) break;
    }
    batch.end = {from_.offset + cursor_.offset(), number_, 0};
    batch.stored_read = cursor_.stored_read();
  }

 private:
  Result<bool> record(Batch& batch) {
    ByteBuffer head;
    while (trim(as_text(head)).empty()) {  // the two empty lines behind the last record
      head.clear();
      if (!TRY(cursor_.take_line(head, kLongestLine))) return false;
    }
    if (!as_text(head).starts_with("WARC/")) {
      return fail(ErrorCode::Malformed, "no WARC record begins here", "warc");
    }
    ByteBuffer fields;
    for (std::size_t before = 0;; before = fields.size()) {
      const bool more = TRY(cursor_.take_line(fields, kMostHeader));
      if (!more) return fail(ErrorCode::Truncated, "the file ends inside a WARC header", "warc");
      if (trim(as_text(fields).substr(before)).empty()) break;
    }
    const Header header = header_of(as_text(fields));
    if (!header.length) {
      return fail(ErrorCode::Malformed, "a WARC record has no Content-Length", "warc");
    }
    if (header.type != "conversion" && header.type != "response" && header.type != "resource") {
      TRY(cursor_.skip(*header.length));
      return true;
    }
    TRY(add(batch, header));
    return true;
  }

  static Header header_of(std::string_view fields) {
    Header header;
    read_fields(fields, [&](std::string_view name, std::string_view value) {
      if (equals_ignore_case(name, "WARC-Type")) header.type = lower_ascii(value);
      if (equals_ignore_case(name, "WARC-Target-URI")) header.uri = value;
      if (equals_ignore_case(name, "Content-Type")) header.media = lower_ascii(value);
      if (equals_ignore_case(name, "WARC-Record-ID")) {
        if (value.starts_with('<') && value.ends_with('>'))
          value = value.substr(1, value.size() - 2);
        header.id = value;
      }
      std::uint64_t length = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
      if (equals_ignore_case(name, "Content-Length") && error == std::errc() &&
          end == value.data() + value.size()) {
        header.length = length;
      }
    });
    return header;
  }

  Status add(Batch& batch, const Header& header) {
    Document document;
    document.id = header.id;
    document.address = header.uri;
    document.number = ++number_;
    const bool text = header.type == "conversion" || header.media.starts_with("text/plain");
    document.kind = text ? DocumentKind::Text : DocumentKind::Bytes;
    document.name = text ? "document.txt" : "document";
    if (*header.length > options_.largest_document) {
      document.error = Error{ErrorCode::LimitExceeded,
                             fmt::format("the record has {} bytes; at most {} are read",
                                         *header.length, options_.largest_document),
                             header.id, from_.offset + cursor_.offset()};
      TRY(cursor_.skip(*header.length));
      batch.documents.push_back(std::move(document));
      return {};
    }
    const std::size_t at = batch.data.size();
    TRY(cursor_.take(batch.data, *header.length));
    document.bytes = {at, *header.length};
    if (header.type == "response" && header.media.find("http") != std::string::npos) {
      read_response(batch, document);
    }
    batch.documents.push_back(std::move(document));
    return {};
  }

  /// Leaves the body of an HTTP response, as a browser would see it.
  void read_response(Batch& batch, Document& document) const {
    const std::string_view all = as_text(slice(batch.data, document.bytes.offset));
    bool chunked = false;
    std::string coding;
    const std::size_t status_line = std::min(all.find('\n'), all.size() - 1) + 1;
    const std::string_view body =
        read_fields(all.substr(std::min(status_line, all.size())),
                    [&](std::string_view name, std::string_view value) {
                      if (equals_ignore_case(name, "Transfer-Encoding")) {
                        chunked = lower_ascii(value).find("chunked") != std::string::npos;
                      }
                      if (equals_ignore_case(name, "Content-Encoding")) coding = lower_ascii(value);
                      if (equals_ignore_case(name, "Content-Type")) name_by(document, value);
                      if (auto stated = read_http_field(name, value)) {
                        document.stated.push_back(*std::move(stated));
                      }
                    });
    document.bytes = {batch.data.size() - body.size(), body.size()};
    // Most crawlers store bodies decoded and keep the fields.
    std::optional<ByteBuffer> decoded;
    if (chunked) decoded = unchunked(body);
    if (decoded && decoded->empty()) decoded.reset();
    const Bytes packed = decoded ? Bytes(*decoded) : as_bytes(body);
    if (coding.find("gzip") != std::string::npos && packed.size() > 2 && packed[0] == 0x1F) {
      decoded = wire::inflate_some(packed, wire::Deflate::Gzip, options_.largest_document);
    } else if (coding == "br" && chunked) {
      if (auto plain = wire::unbrotli(packed, options_.largest_document))
        decoded = *std::move(plain);
    }
    if (!decoded) return;
    document.bytes = {batch.data.size(), decoded->size()};
    append(batch.data, Bytes(*decoded));
  }

  static void name_by(Document& document, std::string_view media) {
    const std::string type = lower_ascii(media);
    const auto is = [&](std::string_view word) { return type.find(word) != std::string::npos; };
    if (is("html")) document.name = "document.html";
    if (is("text/plain")) document.name = "document.txt";
    if (is("markdown")) document.name = "document.md";
    if (is("json")) document.name = "document.json";
  }

  StreamCursor cursor_;
  ReadOptions options_;
  Position from_;
  std::uint64_t number_;
};

}  // namespace

std::unique_ptr<Reader> warc_reader(std::unique_ptr<ByteStream> stream, const Position& from,
                                    const ReadOptions& options) {
  return std::make_unique<WarcReader>(std::move(stream), from, options);
}

}  // namespace colophon::scan
