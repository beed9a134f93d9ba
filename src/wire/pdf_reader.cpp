// SPDX-License-Identifier: Apache-2.0
#include "wire/pdf_reader.hpp"

#include "wire/pdf_filter.hpp"

#include <algorithm>

namespace colophon::wire::pdf {
namespace {

constexpr std::uint64_t kFirstWindow = 2048;
constexpr std::uint64_t kMaxObject = 8 << 20;  // bytes of one object without its stream
constexpr std::uint64_t kBudget = 64 << 20;    // bytes parsed and decoded for one look at a file
constexpr std::string_view kStreamEnd = "endstream";

Result<Stored> parse(Parser& parser, bool numbered) {
  Stored out;
  if (numbered) {
    const auto number = parser.number();
    const auto generation = number ? parser.number() : std::nullopt;
    if (!generation || *number > UINT32_MAX || *generation > UINT32_MAX || !parser.word("obj")) {
      return fail(ErrorCode::Malformed, "no object stands where one is said to be", "pdf");
    }
    out.id = {static_cast<std::uint32_t>(*number), static_cast<std::uint32_t>(*generation)};
  }
  out.value = TRY(parser.object());
  out.where.size = parser.at();
  if (numbered && out.value.is(Kind::Dictionary) && parser.word("stream")) {
    parser.skip_line_end();
    out.data_at = parser.at();
  }
  return out;
}

}  // namespace

Status Reader::spend(std::uint64_t bytes) {
  if (bytes > kBudget - spent_) {
    return fail(ErrorCode::LimitExceeded, "the file's structure needs too much reading", "pdf");
  }
  spent_ += bytes;
  return {};
}

Result<Stored> Reader::read(std::uint64_t at, bool numbered) {
  if (at >= source_.size()) return truncated({at, 1}, source_.size());
  const std::uint64_t there = source_.size() - at;
  for (std::uint64_t size = kFirstWindow;; size *= 4) {
    size = std::min(size, there);
    TRY(spend(size));
    ByteBuffer text = TRY(colophon::read(source_, {at, size}));
    Parser parser(text, 0, limits_);
    auto out = parse(parser, numbered);
    TRY(spend(parser.objects() * sizeof(Object)));
    if (parser.looked_past_end() && size < there) {
      if (size < kMaxObject) continue;
      return fail(ErrorCode::LimitExceeded, "an object is too large", "pdf", at);
    }
    if (!out) {
      Error error = std::move(out).error();
      error.offset = at + error.offset.value_or(0);
      return Failure(std::move(error));
    }
    text.resize(static_cast<std::size_t>(out->where.size));
    out->text = std::move(text);
    out->text_at = at;
    out->where.offset = at;
    if (out->data_at) *out->data_at += at;
    return out;
  }
}

Result<Stored> Reader::indirect(std::uint64_t at) {
  return read(at, true);
}

Result<Stored> Reader::bare(std::uint64_t at) {
  return read(at, false);
}

Result<Range> Reader::data_range(const Stored& stream, std::optional<std::uint64_t> length) {
  const std::uint64_t start = *stream.data_at;
  const std::uint64_t there = source_.size() - std::min(start, source_.size());
  if (length && *length <= there) {
    const Bytes after = view_some(source_, {start + *length, kStreamEnd.size() + 4});
    Parser parser(after, 0, limits_);
    parser.skip_space();
    if (has_prefix(slice(after, parser.at()), kStreamEnd)) return Range{start, *length};
  }
  const Range searched{start, std::min(there, limits_.max_payload)};
  const auto end = TRY(find(source_, searched, kStreamEnd));
  TRY(spend(end ? *end - start : searched.size));
  if (!end) return truncated({start, there + 1}, source_.size());
  std::uint64_t size = *end - start;
  const Bytes line_end = view_some(source_, {*end - std::min<std::uint64_t>(size, 2), 2});
  if (size >= 2 && has_prefix(line_end, "\r\n")) {
    size -= 2;
  } else if (size >= 1) {
    const std::uint8_t last = line_end[size >= 2 ? 1 : 0];
    if (last == '\n' || last == '\r') size -= 1;
  }
  return Range{start, size};
}

Result<ByteBuffer> Reader::decoded(const Object& dictionary, Range data) {
  if (data.size > limits_.max_payload) {
    return fail(ErrorCode::LimitExceeded, "a stream is larger than the cap", "pdf", data.offset);
  }
  TRY(spend(data.size));
  const ByteBuffer stored = TRY(colophon::read(source_, data));
  ByteBuffer out = TRY(decode(dictionary, stored, limits_.max_inflated));
  TRY(spend(out.size()));
  return out;
}

}  // namespace colophon::wire::pdf
