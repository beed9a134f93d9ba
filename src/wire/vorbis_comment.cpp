// SPDX-License-Identifier: Apache-2.0
#include "wire/vorbis_comment.hpp"

#include <fmt/core.h>

namespace colophon::wire {
namespace {

/// The length-prefixed text at `at`.
Result<Range> read_text(Bytes header, std::uint64_t at) {
  const auto size = load_le(header, at, 4);
  if (!size || *size > header.size() - at - 4) {
    return fail(ErrorCode::Truncated, "a comment passes the end of its header", "vorbis-comment",
                at);
  }
  return Range{at + 4, *size};
}

Status read_entries(Bytes header, const Limits& limits, VorbisComments& out) {
  out.vendor = TRY(read_text(header, 0));
  out.count_at = out.end = out.vendor.end();
  const auto count = load_le(header, out.count_at, 4);
  if (!count) {
    return fail(ErrorCode::Truncated, "the number of comments is missing", "vorbis-comment",
                out.count_at);
  }
  out.end += 4;
  for (std::uint64_t i = 0; i < *count; ++i) {
    if (i >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "too many comments", "vorbis-comment", out.end);
    }
    const Range text = TRY(read_text(header, out.end));
    const Bytes bytes = slice(header, text.offset, text.size);
    const auto equals = as_text(bytes).find('=');
    VorbisComment entry{{}, {out.end, text.size + 4}, text};
    if (equals != std::string_view::npos) {
      entry.key = to_valid_utf8(as_text(slice(bytes, 0, equals)));
      entry.value = {text.offset + equals + 1, text.size - equals - 1};
    }
    out.entries.push_back(std::move(entry));
    out.end = text.end();
  }
  return {};
}

}  // namespace

std::optional<std::size_t> VorbisComments::find(std::string_view key) const noexcept {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (equals_ignore_case(entries[i].key, key)) return i;
  }
  return std::nullopt;
}

VorbisComments parse_vorbis_comments(Bytes header, const Limits& limits) {
  VorbisComments comments;
  if (const Status status = read_entries(header, limits, comments); !status) {
    comments.damage = status.error();
  }
  return comments;
}

ByteBuffer set_vorbis_comment(Bytes header, const VorbisComments& comments,
                              std::optional<std::size_t> index, std::string_view key, Bytes value) {
  ByteBuffer entry;
  append_le(entry, key.size() + 1 + value.size(), 4);
  append(entry, key);
  append(entry, "=");
  append(entry, value);
  const Range old = index ? comments.entries[*index].whole : Range{comments.end, 0};
  ByteBuffer out = to_buffer(slice(header, 0, old.offset));
  append(out, entry);
  append(out, slice(header, old.end(), comments.end - old.end()));
  store_le(out, comments.count_at, comments.entries.size() + (index ? 0 : 1), 4);
  return out;
}

ByteBuffer make_vorbis_comments(std::string_view vendor) {
  ByteBuffer out;
  append_le(out, vendor.size(), 4);
  append(out, vendor);
  append_le(out, 0, 4);
  return out;
}

}  // namespace colophon::wire
