// SPDX-License-Identifier: Apache-2.0
// Setting a comment of an Ogg stream. The header packets are laid out again on as many pages as
// before, which nearly always works, because a page can hold 64 KiB. Else the stream's later pages
// get new numbers: 8 bytes each, up to Limits::max_structures pages.
#include "formats/ogg.hpp"

#include <fmt/core.h>

#include "formats/id3_tags.hpp"
#include "formats/vorbis_carriers.hpp"

namespace colophon::ogg {
namespace {

using wire::ogg::Page;
using Changes = std::vector<Replacement>;

/// The header pages of a stream behind its first page, and the packets on them.
struct Headers {
  std::vector<Page> pages;
  std::vector<ByteBuffer> packets;  // the first is the comment header
  bool open = false;                // the last packet goes on
};

Failure strange(std::string_view why, std::uint64_t at) {
  return fail(ErrorCode::Unsupported, fmt::format("the headers of the Ogg stream {}", why), "ogg",
              at);
}

Status add_page(Source& source, const Page& page, Headers& headers) {
  if (page.granule != 0 && page.granule != wire::ogg::kNoGranule) {
    return strange("share a page with its content", page.whole.offset);
  }
  if (((page.flags & wire::ogg::kContinued) != 0) != headers.open) {
    return strange("have a gap", page.whole.offset);
  }
  const ByteBuffer body = TRY(read(source, page.body));
  std::uint64_t at = 0;
  for (const std::uint8_t size : page.lacing) {
    if (!headers.open) headers.packets.emplace_back();
    append(headers.packets.back(), slice(body, at, size));
    at += size;
    headers.open = size == 255;
  }
  headers.pages.push_back(page);
  return {};
}

/// Pages up to the first on which the comment header and all packets that began before it ends
/// are complete.
Result<Headers> read_headers(Source& source, const Stream& stream, const Limits& limits) {
  Headers headers;
  std::uint64_t at = stream.first_page, total = 0;
  for (std::uint32_t count = 0; count < limits.max_structures; ++count) {
    const Page page = TRY(wire::ogg::read_page(source, at));
    at = page.whole.end();
    if (page.serial != stream.serial) continue;
    if (page.whole.offset == stream.first_page) {
      if (page.lacing.empty() || page.lacing.back() == 255) {
        return strange("begin in an unusual way", page.whole.offset);
      }
      continue;
    }
    total += page.whole.size;
    if (total > limits.max_payload) break;
    TRY(add_page(source, page, headers));
    if (!headers.packets.empty() && !headers.open) return headers;
  }
  return fail(ErrorCode::LimitExceeded, "the headers are larger than the cap", "ogg",
              stream.first_page);
}

/// The comment packet with another value. Where zeros behind the comments are padding, they take
/// up the difference as far as they go.
Result<ByteBuffer> change_packet(const Codec& codec, Bytes packet, const Carrier* target,
                                 std::span<const Range> pieces, Bytes value, const Limits& limits) {
  const Bytes header = slice(packet, codec.prefix_size);
  const auto comments = wire::parse_vorbis_comments(header, limits);
  std::optional<std::size_t> entry;
  if (target != nullptr) {
    entry =
        vorbis_entry_of(comments, sub_pieces(pieces, codec.prefix_size, header.size()), *target);
    if (!entry) {
      return fail(ErrorCode::NotFound, "the label is not where it was found", target->path);
    }
  }
  ByteBuffer out = to_buffer(slice(packet, 0, codec.prefix_size));
  append(out, wire::set_vorbis_comment(header, comments, entry, "AIGC", value));
  if (codec.magic.ends_with("FLAC")) {
    if (out.size() - codec.prefix_size > 0xFFFFFF) {
      return fail(ErrorCode::LimitExceeded, "the comments do not fit into a FLAC block", "ogg");
    }
    store_be(out, 1, out.size() - codec.prefix_size, 3);
    return out;
  }
  const Bytes tail = slice(header, comments.end);
  const bool zeros = std::all_of(tail.begin(), tail.end(), [](auto byte) { return byte == 0; });
  if (codec.zero_padded && zeros) {
    out.resize(std::max(out.size(), packet.size()), 0);
  } else {
    append(out, tail);
  }
  return out;
}

/// The layout of the old pages when it still fits, else an even one on as many pages.
std::vector<std::size_t> page_counts(const Headers& headers) {
  std::vector<std::size_t> counts;
  std::size_t old_total = 0, total = 0;
  for (const Page& page : headers.pages) {
    counts.push_back(page.lacing.size());
    old_total += page.lacing.size();
  }
  for (const ByteBuffer& packet : headers.packets) total += wire::ogg::segments(packet.size());
  return total == old_total ? counts : wire::ogg::spread(total, counts.size());
}

/// New numbers for the stream's pages behind its headers.
Status renumber(Source& source, const Page& last_header, std::uint32_t by, const Limits& limits,
                Changes& changes) {
  std::uint64_t at = last_header.whole.end();
  bool ended = (last_header.flags & wire::ogg::kLast) != 0;
  for (std::uint32_t count = 0; at < source.size() && !ended; ++count) {
    if (count >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("the label needs one more header page, and the pages behind it are "
                              "too many to be renumbered (cap: {}); write the file again with an "
                              "Ogg tool that leaves room",
                              limits.max_structures),
                  "ogg", at);
    }
    const Page page = TRY(wire::ogg::read_page(source, at));
    at = page.whole.end();
    if (page.serial != last_header.serial) continue;
    ended = (page.flags & wire::ogg::kLast) != 0;
    changes.push_back(
        {{page.whole.offset + 18, 8}, wire::ogg::renumbered(page, page.sequence + by)});
  }
  return {};
}

/// New pages in the places of the old; surplus ones behind the last.
Result<Changes> place(Source& source, const Headers& headers, const Limits& limits) {
  const Page& first = headers.pages.front();
  const Page& last = headers.pages.back();
  const auto pages =
      wire::ogg::make_pages({first.serial, first.sequence, (last.flags & wire::ogg::kLast) != 0},
                            headers.packets, page_counts(headers));
  Changes changes;
  for (std::size_t i = 0; i < std::max(pages.size(), headers.pages.size()); ++i) {
    if (i < headers.pages.size()) changes.push_back({headers.pages[i].whole, {}});
    if (i < pages.size()) append(changes.back().bytes, pages[i]);
  }
  if (pages.size() != headers.pages.size()) {
    const auto by = static_cast<std::uint32_t>(pages.size() - headers.pages.size());
    TRY(renumber(source, last, by, limits, changes));
  }
  return changes;
}

bool holds(const Stream& stream, const Carrier& carrier) noexcept {
  return std::any_of(stream.pieces.begin(), stream.pieces.end(), [&](const Range& piece) {
    return carrier.whole.offset >= piece.offset && carrier.whole.offset < piece.end();
  });
}

/// The stream of the carrier, or the first with comments: sound before pictures.
const Stream* choose(const File& file, const Carrier* target) noexcept {
  const Stream* chosen = nullptr;
  for (const Stream& stream : file.streams) {
    if (stream.codec == nullptr || stream.codec->place.empty() || stream.pieces.empty()) continue;
    if (target != nullptr) {
      if (holds(stream, *target)) return &stream;
    } else if (chosen == nullptr || (stream.codec->sound && !chosen->codec->sound)) {
      chosen = &stream;
    }
  }
  return chosen;
}

Result<Changes> plan(Source& source, const File& file, const Carrier* target, Bytes value,
                     const Limits& limits) {
  const Stream* stream = choose(file, target);
  if (stream == nullptr) {
    return fail(ErrorCode::Unsupported, "no stream of this Ogg file has a comment header", "ogg");
  }
  Headers headers = TRY(read_headers(source, *stream, limits));
  ByteBuffer& packet = headers.packets.front();
  if (packet.size() != stream->size || !is_comment_packet(*stream->codec, packet)) {
    return strange("are not in order", stream->first_page);
  }
  packet = TRY(change_packet(*stream->codec, packet, target, stream->pieces, value, limits));
  return place(source, headers, limits);
}

}  // namespace

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const File file = TRY(read_file(source, limits));
  auto changes =
      TRY(text_changes(source, layout, edits, limits, [&](const Edit& edit, const Carrier* target) {
        return plan(source, file, target, edit.value, limits);
      }));
  return whole_after(source, TRY(replace_ranges(source.size(), std::move(changes))), limits);
}

}  // namespace colophon::ogg
