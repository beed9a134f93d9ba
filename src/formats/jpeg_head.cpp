// SPDX-License-Identifier: Apache-2.0
#include "formats/jpeg_head.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::jpeg {
namespace {

constexpr std::uint64_t kWindow = 4096;  // most heads without large segments need one view
constexpr std::uint64_t kStart = 64;     // bytes of a body that tell what it is
constexpr std::uint64_t kTextStart = 16;
constexpr std::uint64_t kMaxFill = 65536;

constexpr std::uint8_t kTem = 0x01;
constexpr std::uint8_t kRst0 = 0xD0;
constexpr std::uint8_t kSoi = 0xD8;
constexpr std::uint8_t kEoi = 0xD9;
constexpr std::uint8_t kSos = 0xDA;
constexpr std::uint8_t kApp2 = 0xE2;
constexpr std::uint8_t kApp13 = 0xED;
constexpr std::uint8_t kApp15 = 0xEF;

/// Small reads from one view of the source.
class Window {
 public:
  explicit Window(Source& source) : source_(source) {}
  /// Up to `size` bytes at `at`; fewer at the end of the file.
  Result<Bytes> at(std::uint64_t at, std::uint64_t size) {
    if (at < range_.offset || at + size > range_.end()) {
      if (at >= source_.size()) return Bytes{};
      range_ = {at, std::min(std::max(size, kWindow), source_.size() - at)};
      bytes_ = TRY(source_.view(range_));
    }
    return slice(bytes_, at - range_.offset, size);
  }

 private:
  Source& source_;
  Range range_;
  Bytes bytes_;
};

/// Sixteen bytes of UTF-8 without a control character, or the word that labels start with.
bool starts_as_text(Bytes start) noexcept {
  if (as_text(start).find("AIGC") != std::string_view::npos) return true;
  Bytes text = slice(start, 0, kTextStart);
  const bool control = std::any_of(text.begin(), text.end(), [](std::uint8_t c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
  });
  if (control || text.size() < 4) return false;
  // The sixteenth byte may stand inside a character.
  for (int cut = 0; cut < 4; ++cut) {
    if (is_utf8(as_text(text))) return true;
    text = slice(text, 0, text.size() - 1);
  }
  return false;
}

SegmentKind classify(std::uint8_t marker, Bytes start) noexcept {
  if (marker == kCom) return SegmentKind::Comment;
  if (marker < kApp0 || marker > kApp15) return SegmentKind::Other;
  if (marker == kApp0) return SegmentKind::Jfif;
  if (marker == kApp1 && has_prefix(start, kExifPrefix)) return SegmentKind::Exif;
  if (marker == kApp1 && has_prefix(start, kXmpPrefix)) return SegmentKind::Xmp;
  if (marker == kApp1 && has_prefix(start, kExtensionPrefix)) return SegmentKind::XmpExtension;
  if (marker == kApp2 && has_prefix(start, kMpfPrefix)) return SegmentKind::Mpf;
  if (marker == kApp11 && has_prefix(start, "JP")) {
    return SegmentKind::Jumbf;
  }
  if (marker == kApp13 && has_prefix(start, kPhotoshopPrefix)) return SegmentKind::Photoshop;
  return starts_as_text(start) ? SegmentKind::Text : SegmentKind::Other;
}

bool stands_alone(std::uint8_t marker) noexcept {
  return marker == kTem || (marker >= kRst0 && marker <= kSoi);
}

Failure bad(ErrorCode code, std::string message, std::uint64_t at) {
  return fail(code, std::move(message), "jpeg", at);
}

/// The offset of the 0xFF right before the marker byte: 0xFF may be repeated (B.1.1.2).
Result<std::uint64_t> skip_fill(Window& window, std::uint64_t at) {
  for (std::uint64_t fill = 0; fill <= kMaxFill; ++fill) {
    const Bytes two = TRY(window.at(at + fill, 2));
    if (two.size() < 2) {
      return bad(ErrorCode::Truncated, "the file ends before the first scan", at + fill);
    }
    if (two[0] != 0xFF) {
      return bad(ErrorCode::Malformed,
                 fmt::format("byte {:#04x} stands where a marker must start", two[0]), at + fill);
    }
    if (two[1] != 0xFF) return at + fill;
  }
  return bad(ErrorCode::LimitExceeded, "too many fill bytes before a marker", at);
}

/// What is left of a C2PA store at the end of a file is still one.
void add_cut_store(Source& source, std::uint64_t at, Bytes head, std::vector<Segment>& segments) {
  const Bytes start = slice(head, kSegmentHead);
  if (start.empty() || classify(head[1], start) != SegmentKind::Jumbf) return;
  const std::uint64_t end = source.size();
  segments.push_back({head[1], SegmentKind::Jumbf, {at, end - at}, {at + 4, end - at - 4}});
}

Status walk(Source& source, const Limits& limits, std::vector<Segment>& segments) {
  Window window(source);
  std::uint64_t at = 2;
  for (std::uint32_t count = 0; count < limits.max_structures; ++count) {
    at = TRY(skip_fill(window, at));
    const Bytes head = TRY(window.at(at, kSegmentHead + kStart));
    const std::uint8_t marker = head[1];
    if (marker == kSos || marker == kEoi) return {};
    if (stands_alone(marker)) {
      at += 2;
      continue;
    }
    const auto length = load_be(head, 2, 2);
    if (!length || *length > source.size() - at - 2) {
      add_cut_store(source, at, head, segments);
      return bad(ErrorCode::Truncated,
                 fmt::format("the {} segment passes the end of the file", marker_name(marker)), at);
    }
    if (*length < 2 || marker == 0) {
      return bad(ErrorCode::Malformed,
                 fmt::format("marker {:#04x} with length {}", marker, *length), at);
    }
    const std::uint64_t body = *length - 2;
    const Bytes start = slice(head, kSegmentHead, std::min(body, kStart));
    segments.push_back({marker, classify(marker, start), {at, *length + 2}, {at + 4, body}});
    at += *length + 2;
  }
  return bad(ErrorCode::LimitExceeded, "too many segments before the first scan", at);
}

}  // namespace

std::string marker_name(std::uint8_t marker) {
  if (marker == kCom) return "COM";
  if (marker >= kApp0 && marker <= kApp15) return fmt::format("APP{}", marker - kApp0);
  return fmt::format("{:#04x}", marker);
}

Result<Head> read_head(Source& source, const Limits& limits) {
  Head head;
  head.segments.reserve(24);
  if (!has_prefix(view_some(source, {0, 2}), "\xFF\xD8")) {
    head.damage = Error{ErrorCode::Malformed, "there is no JPEG start marker", "jpeg", 0};
  } else if (const Status status = walk(source, limits, head.segments); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    head.damage = status.error();
  }
  return head;
}

}  // namespace colophon::jpeg
