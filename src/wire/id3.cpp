// SPDX-License-Identifier: Apache-2.0
#include "wire/id3.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "wire/inflate.hpp"

namespace colophon::wire::id3 {
namespace {

// Frame flags, as far as they change how the data is stored.
constexpr std::uint16_t kCompressed3 = 0x80, kEncrypted3 = 0x40, kGrouped3 = 0x20;
constexpr std::uint16_t kGrouped4 = 0x40, kCompressed4 = 0x08, kEncrypted4 = 0x04,
                        kUnsynchronised4 = 0x02, kDataLength4 = 0x01;

std::optional<std::uint64_t> load_synchsafe(Bytes bytes, std::uint64_t at) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : slice(bytes, at, 4)) {
    if (byte >= 0x80) return std::nullopt;
    value = (value << 7) | byte;
  }
  return value;
}

bool is_frame_id(Bytes id) noexcept {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](std::uint8_t c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

/// Moves through a tag's stored bytes by counting synchronised ones.
class Cursor {
 public:
  Cursor(Source& source, Range range, bool scrambled)
      : source_(source), at_(range.offset), end_(range.end()), scrambled_(scrambled) {}
  [[nodiscard]] std::uint64_t position() const noexcept { return at_; }
  [[nodiscard]] std::uint64_t left() const noexcept { return end_ - at_; }
  [[nodiscard]] Range rest() const noexcept { return {at_, left()}; }

  Result<ByteBuffer> take(std::uint64_t count) {
    ByteBuffer out;
    TRY(move(count, &out));
    return out;
  }
  Status skip(std::uint64_t count) { return move(count, nullptr); }
  Bytes peek(std::uint64_t skipped, std::uint64_t count) const {
    if (skipped > left()) return {};
    return view_some(source_, {at_ + skipped, std::min(count, left() - skipped)});
  }

 private:
  Status move(std::uint64_t count, ByteBuffer* out) {
    if (count > left()) return truncated({at_, count}, end_);
    if (scrambled_) return move_scrambled(count, out);
    if (out != nullptr) append(*out, TRY(source_.view({at_, count})));
    at_ += count;
    return {};
  }

  Status move_scrambled(std::uint64_t count, ByteBuffer* out) {
    constexpr std::uint64_t kWindow = 64 * 1024;
    bool after_ff = false;
    while (at_ < end_ && (count > 0 || after_ff)) {
      const Bytes window = TRY(source_.view({at_, std::min(kWindow, end_ - at_)}));
      for (const std::uint8_t byte : window) {
        const bool stuffing = after_ff && byte == 0;
        if (!stuffing && count == 0) return {};
        after_ff = byte == 0xFF;
        ++at_;
        if (stuffing) continue;
        --count;
        if (out != nullptr) out->push_back(byte);
      }
    }
    return count == 0 ? Status{} : truncated({at_, count}, end_);
  }

  Source& source_;
  std::uint64_t at_, end_;
  bool scrambled_;
};

Status read_extended(Cursor& cursor, Tag& tag) {
  const std::uint64_t start = cursor.position();
  const ByteBuffer head = TRY(cursor.take(4));
  std::uint64_t size = 0;
  if (tag.version == 3) {
    size = *load_be(head, 0, 4);
  } else if (const auto value = load_synchsafe(head, 0); value && *value >= 6) {
    size = *value - 4;  // counts itself
  } else {
    return fail(ErrorCode::Malformed, "the extended header of an ID3 tag has an impossible size",
                "id3", start);
  }
  TRY(cursor.skip(size));
  tag.extended = {start, cursor.position() - start};
  return {};
}

/// True when a frame of `size` bytes would be followed by another, by padding or by the end.
bool fits(const Cursor& cursor, std::uint64_t size) {
  if (size > cursor.left()) return false;
  const ByteBuffer next = to_buffer(cursor.peek(size, 4));
  return next.empty() || next[0] == 0 || (next.size() == 4 && is_frame_id(next));
}

/// The body's size. Version 2.4 wants synchsafe numbers; some writers never noticed.
std::uint64_t body_size(const Cursor& cursor, Bytes header, Tag& tag) {
  if (tag.version == 2) return *load_be(header, 3, 3);
  const std::uint64_t number = *load_be(header, 4, 4);
  if (tag.version == 3) return number;
  const auto safe = load_synchsafe(header, 4);
  if (safe && (*safe == number || fits(cursor, *safe) || !fits(cursor, number))) return *safe;
  tag.sizes = true;
  return number;
}

Status read_frames(Cursor& cursor, Tag& tag, const Limits& limits) {
  while (cursor.left() > 0) {
    tag.tail = cursor.rest();
    const Bytes first = cursor.peek(0, 1);
    const bool padding = first.empty() || first[0] == 0;
    if (padding || cursor.left() < tag.frame_header()) {
      tag.junk = !padding;
      return {};
    }
    if (tag.frames.size() >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "an ID3 tag has too many frames", "id3",
                  cursor.position());
    }
    const ByteBuffer header = TRY(cursor.take(tag.frame_header()));
    const Bytes id = slice(header, 0, tag.version == 2 ? 3 : 4);
    if (!is_frame_id(id)) {
      tag.junk = true;
      return {};
    }
    Frame frame{to_string(id), 0, {}, {}};
    if (tag.version != 2) frame.flags = static_cast<std::uint16_t>(*load_be(header, 8, 2));
    const std::uint64_t size = body_size(cursor, header, tag);
    const std::uint64_t body = cursor.position();
    if (!cursor.skip(size)) {
      return fail(ErrorCode::Truncated,
                  fmt::format("the ID3 frame {} announces {} bytes, but its tag ends before; "
                              "write the tag again with a tag editor",
                              frame.id, size),
                  "id3", tag.tail.offset);
    }
    frame.body = {body, cursor.position() - body};
    frame.whole = {tag.tail.offset, cursor.position() - tag.tail.offset};
    tag.frames.push_back(std::move(frame));
  }
  tag.tail = cursor.rest();
  return {};
}

Status read_inside(Source& source, Range inside, Tag& tag, const Limits& limits) {
  tag.tail = inside;
  if (tag.version > 4 || (tag.version == 2 && (tag.flags & 0x40) != 0)) {
    return fail(
        ErrorCode::Unsupported,
        fmt::format("an ID3 tag of version 2.{} is stored in a way nobody defined", tag.version),
        "id3", tag.whole.offset);
  }
  const bool scrambled = tag.version != 4 && tag.unsynchronised();
  if (scrambled && inside.size > limits.max_payload) {
    return fail(ErrorCode::LimitExceeded, "an unsynchronised ID3 tag is larger than the cap", "id3",
                tag.whole.offset);
  }
  Cursor cursor(source, inside, scrambled);
  if (tag.version != 2 && (tag.flags & 0x40) != 0) TRY(read_extended(cursor, tag));
  return read_frames(cursor, tag, limits);
}

}  // namespace

bool starts(Bytes head) noexcept {
  return head.size() >= kHeader && has_prefix(head, "ID3") && head[3] >= 2 && head[3] < 0xFF &&
         head[4] < 0xFF && load_synchsafe(head, 6).has_value();
}

std::uint64_t whole_size(Bytes head) noexcept {
  const bool footer = head[3] == 4 && (head[5] & 0x10) != 0;
  return load_synchsafe(head, 6).value_or(0) + kHeader * (footer ? 2 : 1);
}

Result<Tag> read(Source& source, Range within, const Limits& limits) {
  const Bytes head = TRY(source.view({within.offset, std::min(within.size, kHeader)}));
  if (!starts(head)) {
    return fail(ErrorCode::Malformed, "there is no ID3 tag here", "id3", within.offset);
  }
  Tag tag;
  tag.version = head[3];
  tag.flags = head[5];
  const std::uint64_t announced = whole_size(head);
  tag.whole = {within.offset, std::min(announced, within.size)};
  Range inside{within.offset + kHeader, tag.whole.size - kHeader};
  if (tag.has_footer() && announced <= within.size) inside.size -= kHeader;
  const Status status = read_inside(source, inside, tag, limits);
  if (!status && status.error().code == ErrorCode::Io) return Failure(status.error());
  if (!status) tag.damage = status.error();
  if (announced > within.size) {
    tag.damage = truncated({within.offset, announced}, within.end()).value();
    tag.damage->where = "id3";
  }
  return tag;
}

std::uint64_t prefix_size(const Tag& tag, const Frame& frame) noexcept {
  const auto on = [&](std::uint16_t flag) { return (frame.flags & flag) != 0; };
  if (tag.version == 3) {
    return (on(kCompressed3) ? 4 : 0) + (on(kEncrypted3) ? 1 : 0) + (on(kGrouped3) ? 1 : 0);
  }
  if (tag.version != 4) return 0;
  return (on(kGrouped4) ? 1 : 0) + (on(kEncrypted4) ? 1 : 0) + (on(kDataLength4) ? 4 : 0);
}

bool is_plain(const Tag& tag, const Frame& frame) noexcept {
  constexpr std::uint16_t kCoded3 = kCompressed3 | kEncrypted3;
  constexpr std::uint16_t kCoded4 = kCompressed4 | kEncrypted4 | kUnsynchronised4;
  if (tag.unsynchronised() || prefix_size(tag, frame) > frame.body.size) return false;
  return tag.version == 2 || (frame.flags & (tag.version == 3 ? kCoded3 : kCoded4)) == 0;
}

Result<ByteBuffer> data_of(Source& source, const Tag& tag, const Frame& frame,
                           std::uint64_t max_size) {
  const auto on = [&](unsigned version, std::uint16_t flag) {
    return tag.version == version && (frame.flags & flag) != 0;
  };
  const auto broken = [&](ErrorCode code, std::string_view why) {
    return fail(code, fmt::format("the ID3 frame {} {}", frame.id, why), "id3", frame.whole.offset);
  };
  if (frame.body.size > max_size) return broken(ErrorCode::LimitExceeded, "is larger than the cap");
  if (on(3, kEncrypted3) || on(4, kEncrypted4)) {
    return broken(ErrorCode::Unsupported, "is encrypted");
  }
  ByteBuffer bytes = TRY(colophon::read(source, frame.body));
  if (tag.version != 4 && tag.unsynchronised()) bytes = synchronise(bytes);
  const std::uint64_t prefix = prefix_size(tag, frame);
  if (prefix > bytes.size()) return broken(ErrorCode::Malformed, "is too short for its flags");
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(prefix));
  if (on(4, kUnsynchronised4) || (tag.version == 4 && tag.unsynchronised())) {
    bytes = synchronise(bytes);
  }
  if (!on(3, kCompressed3) && !on(4, kCompressed4)) return bytes;
  return inflate(bytes, Deflate::Zlib, max_size);
}

ByteBuffer synchronise(Bytes bytes) {
  ByteBuffer out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out.push_back(bytes[i]);
    if (bytes[i] == 0xFF && i + 1 < bytes.size() && bytes[i + 1] == 0) ++i;
  }
  return out;
}

ByteBuffer unsynchronise(Bytes bytes) {
  ByteBuffer out;
  out.reserve(bytes.size() + 16);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out.push_back(bytes[i]);
    const bool last = i + 1 == bytes.size();
    if (bytes[i] == 0xFF && (last || bytes[i + 1] == 0 || bytes[i + 1] >= 0xE0)) out.push_back(0);
  }
  return out;
}

std::string_view user_text_id(std::uint8_t version) noexcept {
  return version == 2 ? "TXX" : "TXXX";
}

std::string_view object_id(std::uint8_t version) noexcept {
  return version == 2 ? "GEO" : "GEOB";
}

ByteBuffer make_object(std::uint8_t version, const Object& names, Bytes content) {
  constexpr std::uint8_t kLatin1 = 0, kUtf8 = 3;
  ByteBuffer data{version == 4 ? kUtf8 : kLatin1};
  for (const std::string* name : {&names.media_type, &names.file_name, &names.description}) {
    append(data, *name);
    data.push_back(0);
  }
  append(data, content);
  return data;
}

ByteBuffer synchsafe(std::uint64_t value) {
  ByteBuffer out;
  for (int shift = 21; shift >= 0; shift -= 7) {
    out.push_back(static_cast<std::uint8_t>((value >> shift) & 0x7F));
  }
  return out;
}

Result<ByteBuffer> make_frame(const Tag& tag, std::string_view id, Bytes data) {
  if (data.size() > (tag.version == 2 ? 0xFFFFFF : kMaxSize / 2)) {
    return fail(ErrorCode::LimitExceeded, "the value is too large for an ID3 frame", "id3");
  }
  ByteBuffer frame = to_buffer(id);
  if (tag.version != 4) {
    append_be(frame, data.size(), tag.version == 2 ? 3 : 4);
    if (tag.version == 3) append_be(frame, 0, 2);
    append(frame, data);
    return tag.unsynchronised() ? unsynchronise(frame) : frame;
  }
  const ByteBuffer body = tag.unsynchronised() ? unsynchronise(data) : to_buffer(data);
  append(frame, synchsafe(body.size()));
  append_be(frame, tag.unsynchronised() ? kUnsynchronised4 : 0, 2);
  append(frame, body);
  return frame;
}

ByteBuffer make_tag(Bytes frames, std::uint64_t padding) {
  ByteBuffer tag = to_buffer(std::string_view("ID3\x04\x00\x00", 6));
  append(tag, synchsafe(frames.size() + padding));
  append(tag, frames);
  tag.resize(tag.size() + static_cast<std::size_t>(padding), 0);
  return tag;
}

}  // namespace colophon::wire::id3
