// SPDX-License-Identifier: Apache-2.0
// Setting one text entry of an EXIF block. Nothing else moves, because maker notes and thumbnails
// hold offsets that nobody can find and correct.
#include "base/text.hpp"
#include "formats/exif.hpp"
#include "formats/exif_tags.hpp"

#include <algorithm>

namespace colophon {
namespace {

using namespace std::string_view_literals;

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// One code point of valid UTF-8, and how many bytes it takes.
std::pair<char32_t, std::size_t> decode_one(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) & 0x3FU; };
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {(lead & 0x1FU) << 6 | at(1), 2};
  if (lead < 0xF0) return {(lead & 0x0FU) << 12 | at(1) << 6 | at(2), 3};
  return {(lead & 0x07U) << 18 | at(1) << 12 | at(2) << 6 | at(3), 4};
}

void append_utf16(ByteBuffer& out, std::string_view utf8, bool big_endian) {
  const std::string text = to_valid_utf8(utf8);
  const auto unit = [&](char32_t value) {
    big_endian ? append_be(out, value, 2) : append_le(out, value, 2);
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto [point, size] = decode_one(std::string_view(text).substr(i));
    i += size;
    if (point < 0x10000) {
      unit(point);
    } else {
      unit(0xD800 + ((point - 0x10000) >> 10));
      unit(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
}

ByteBuffer encode_comment(Bytes old, Bytes value, bool big_endian) {
  const CommentCharset charset = comment_charset(old);
  if (comment_charset(value) != CommentCharset::None || charset == CommentCharset::None) {
    return to_buffer(value);
  }
  const bool undefined = charset == CommentCharset::Undefined;
  const bool wide = charset == CommentCharset::Unicode || (!undefined && !is_ascii(as_text(value)));
  const std::string_view narrow = undefined ? "\0\0\0\0\0\0\0\0"sv : "ASCII\0\0\0"sv;
  if (!wide) return to_buffer(std::string(narrow).append(as_text(value)));
  ByteBuffer out = to_buffer("UNICODE\0"sv);
  append_utf16(out, as_text(value), big_endian);
  return out;
}

bool intersects(Range a, Range b) noexcept {
  return a.offset < b.end() && b.offset < a.end();
}

/// The entry that a carrier comes from, and whether no other structure shares its value's bytes.
struct Found {
  wire::TiffHeader header;
  wire::TiffEntry entry;
  bool own = true;
};

Result<Found> find_entry(Source& source, std::uint64_t value_at, const Carrier& carrier,
                         const Limits& limits) {
  std::optional<Found> found;
  std::vector<Range> used;
  const auto is_it = [&](const wire::TiffEntry& entry) {
    const std::string_view name =
        carrier.kind == CarrierKind::ExifComment ? "UserComment" : std::string_view(carrier.key);
    return !found && entry.value.size > 0 && entry.value.offset == value_at &&
           exif_text_tag(entry.tag) == name;
  };
  (void)TRY(
      wire::walk_tiff(source, {0, source.size()}, limits,
                      [&](const wire::TiffHeader& header, const wire::TiffIfd& ifd) -> Status {
                        used.push_back(ifd.whole);
                        for (const wire::TiffEntry& entry : ifd.entries) {
                          if (is_it(entry)) {
                            found = Found{header, entry, true};
                          } else if (entry.value.size > 0) {
                            used.push_back(entry.value);
                          }
                        }
                        return {};
                      }));
  if (!found) {
    return fail(ErrorCode::NotFound, "the EXIF entry is not there any more", carrier.path);
  }
  found->own = found->entry.value.offset >= 8 &&
               std::none_of(used.begin(), used.end(), [&](const Range& range) {
                 return intersects(range, found->entry.value);
               });
  return *found;
}

/// Zeros the old value where nothing else uses it, and drops it at the block's end.
void clear_old(ByteBuffer& block, const Found& found) {
  const Range old = found.entry.value;
  if (!found.own) return;
  const auto begin = block.begin() + static_cast<std::ptrdiff_t>(old.offset);
  std::fill(begin, begin + static_cast<std::ptrdiff_t>(old.size), std::uint8_t{0});
  if (old.end() + 1 >= block.size()) block.resize(static_cast<std::size_t>(old.offset));
}

}  // namespace

ByteBuffer encode_exif_value(const wire::TiffHeader& header, const wire::TiffEntry& entry,
                             Bytes old, Bytes value) {
  if (is_xp_tag(entry.tag)) {
    ByteBuffer out;
    append_utf16(out, as_text(value), false);
    out.resize(out.size() + 2, 0);
    return out;
  }
  ByteBuffer out =
      entry.tag == kUserComment ? encode_comment(old, value, header.big_endian) : to_buffer(value);
  const auto type = static_cast<wire::TiffType>(entry.type);
  if (type == wire::TiffType::Ascii || type == wire::TiffType::Utf8) out.push_back(0);
  return out;
}

Result<ByteBuffer> exif_with_value(Bytes block, std::uint64_t base, const Carrier& carrier,
                                   Bytes value, const Limits& limits) {
  MemorySource source(block);
  const Found found = TRY(find_entry(source, carrier.payload.offset - base, carrier, limits));
  const auto& [header, entry, own] = found;
  const ByteBuffer stored =
      encode_exif_value(header, entry, slice(block, entry.value.offset, entry.value.size), value);
  ByteBuffer out = to_buffer(block);
  const bool fits = own && stored.size() <= entry.value.size;
  ByteBuffer field = stored;
  if (stored.size() > header.width()) {
    if (fits) {
      std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(entry.value.offset), entry.value.size,
                  std::uint8_t{0});
      std::copy(stored.begin(), stored.end(),
                out.begin() + static_cast<std::ptrdiff_t>(entry.value.offset));
      field = wire::offset_field(header, entry.value.offset);
    } else {
      clear_old(out, found);
      out.resize(out.size() + out.size() % 2, 0);
      field = wire::offset_field(header, out.size());
      append(out, stored);
    }
  } else {
    clear_old(out, found);
  }
  const ByteBuffer patched =
      wire::make_tiff_entry(header, entry.tag, entry.type, stored.size(), field);
  std::copy(patched.begin(), patched.end(),
            out.begin() + static_cast<std::ptrdiff_t>(entry.entry.offset));
  return out;
}

}  // namespace colophon
