// SPDX-License-Identifier: Apache-2.0
#include "wire/bmff.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire {
namespace {

constexpr std::uint64_t kHeader = 8;
constexpr std::uint64_t kLargeHeader = 16;
constexpr std::uint64_t kUuidSize = 16;

}  // namespace

std::string to_string(FourCc type) {
  ByteBuffer code;
  append_be(code, type, 4);
  for (std::uint8_t& byte : code) {
    if (byte < 0x20 || (byte >= 0x7F && byte < 0xA0)) byte = '.';
  }
  return latin1_to_utf8(code);
}

Result<Box> read_box(Source& source, Range within) {
  const Bytes head =
      TRY(source.view({within.offset, std::min(within.size, kLargeHeader + kUuidSize)}));
  const auto size32 = load_be(head, 0, 4);
  const auto type = load_be(head, 4, 4);
  if (!size32 || !type) return truncated({within.offset, kHeader}, within.end());
  Box box;
  box.type = static_cast<FourCc>(*type);
  const std::string name = to_string(box.type);
  std::uint64_t header = kHeader;
  std::uint64_t size = *size32;
  if (size == 0) {
    box.to_end = true;
    size = within.size;
  } else if (size == 1) {
    const auto size64 = load_be(head, 8, 8);
    if (!size64) return truncated({within.offset, kLargeHeader}, within.end());
    box.large = true;
    size = *size64;
    header = kLargeHeader;
  }
  if (box.type == fourcc("uuid")) {
    const Bytes extended = slice(head, header, kUuidSize);
    header += kUuidSize;
    if (size >= header && extended.size() == kUuidSize) {
      std::copy(extended.begin(), extended.end(), box.uuid.begin());
    }
  }
  if (size < header) {
    return fail(ErrorCode::Malformed,
                fmt::format("the box '{}' gives its size as {} bytes, which is less than its own "
                            "header; the file is damaged from here on",
                            name, size),
                name, within.offset);
  }
  if (size > within.size) {
    const bool cut = within.end() >= source.size();
    return fail(cut ? ErrorCode::Truncated : ErrorCode::Malformed,
                fmt::format("the box '{}' announces {} bytes, but {} ends after {}; {}", name, size,
                            cut ? "the file" : "the box that holds it", within.size,
                            cut ? "get the whole file" : "the file is damaged here"),
                name, within.offset);
  }
  box.whole = {within.offset, size};
  box.body = {within.offset + header, size - header};
  return box;
}

Result<FullBox> read_full_box(Source& source, const Box& box) {
  if (box.body.size < 4) {
    return fail(
        ErrorCode::Malformed,
        fmt::format("the box '{}' is too short for its version and flags", to_string(box.type)),
        to_string(box.type), box.whole.offset);
  }
  const std::uint64_t word = TRY(read_be(source, box.body.offset, 4));
  return FullBox{static_cast<std::uint8_t>(word >> 24),
                 static_cast<std::uint32_t>(word & 0xFFFFFF),
                 {box.body.offset + 4, box.body.size - 4}};
}

Result<std::optional<Box>> BoxWalker::next() {
  if (rest_.size < kHeader) return std::optional<Box>{};
  if (TRY(read_be(source_, rest_.offset, 8)) == 0) return std::optional<Box>{};
  if (budget_.left == 0) {
    return fail(ErrorCode::LimitExceeded, "the file has more boxes than the cap allows", {},
                rest_.offset);
  }
  --budget_.left;
  const Box box = TRY(read_box(source_, rest_));
  rest_ = {box.whole.end(), rest_.size - box.whole.size};
  return std::optional<Box>{box};
}

Result<std::optional<Box>> find_box(Source& source, Range within, FourCc type, BoxBudget& budget) {
  BoxWalker walker(source, within, budget);
  while (true) {
    auto box = TRY(walker.next());
    if (!box || box->is(type)) return box;
  }
}

void append_box_header(ByteBuffer& out, FourCc type, std::uint64_t body_size) {
  const bool large = body_size > UINT32_MAX - kHeader;
  append_be(out, large ? 1 : body_size + kHeader, 4);
  append_be(out, type, 4);
  if (large) append_be(out, body_size + kLargeHeader, 8);
}

void append_box(ByteBuffer& out, FourCc type, Bytes body) {
  append_box_header(out, type, body.size());
  append(out, body);
}

void append_uuid_box(ByteBuffer& out, const Uuid& uuid, Bytes body) {
  append_box_header(out, fourcc("uuid"), kUuidSize + body.size());
  append(out, Bytes(uuid));
  append(out, body);
}

void append_full_box(ByteBuffer& out, FourCc type, std::uint8_t version, std::uint32_t flags,
                     Bytes body) {
  append_box_header(out, type, 4 + body.size());
  append_be(out, (std::uint64_t{version} << 24) | (flags & 0xFFFFFF), 4);
  append(out, body);
}

}  // namespace colophon::wire
