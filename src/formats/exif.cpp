// SPDX-License-Identifier: Apache-2.0
#include "formats/exif.hpp"

#include "base/text.hpp"
#include "formats/exif_tags.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

using namespace std::string_view_literals;

bool is_text_type(std::uint16_t type) noexcept {
  return wire::tiff_type_size(type) == 1;
}

std::string_view without_trailing_nul(std::string_view text) noexcept {
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  return text;
}

std::optional<ByteBuffer> text_value(std::string_view text) {
  text = without_trailing_nul(text);
  return is_utf8(text) ? to_buffer(text) : to_buffer(latin1_to_utf8(as_bytes(text)));
}

/// Producers use the other byte order, and even UTF-8, behind the UNICODE prefix. ASCII characters,
/// which every label has, give the order away: their high byte is zero.
std::string decode_utf16(Bytes bytes, bool big_endian) {
  if (has_prefix(bytes, "\xFE\xFF")) return utf16_to_utf8(slice(bytes, 2), true);
  if (has_prefix(bytes, "\xFF\xFE")) return utf16_to_utf8(slice(bytes, 2), false);
  std::size_t even = 0;
  std::size_t odd = 0;
  const std::string_view text = without_trailing_nul(as_text(bytes));
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') ++(i % 2 == 0 ? even : odd);
  }
  if (even + odd == 0 && text.size() >= 16 && is_utf8(text)) return std::string(text);
  if (even != odd) big_endian = even > odd;
  // The last character of little-endian text may have lost its zero byte to the trimming.
  const Bytes whole = slice(bytes, 0, text.size() + text.size() % 2);
  return utf16_to_utf8(whole, big_endian);
}

/// A UserComment as standards see it; nothing when the stored bytes say it already.
std::optional<ByteBuffer> decode_comment(Bytes stored, bool big_endian) {
  const std::string_view text = as_text(stored);
  switch (comment_charset(stored)) {
    case CommentCharset::Unicode:
      return text_value(decode_utf16(slice(stored, kCharsetPrefix), big_endian));
    case CommentCharset::Undefined:
      return text_value(text.substr(kCharsetPrefix));
    case CommentCharset::Ascii:
    case CommentCharset::Jis:
      if (is_utf8(text)) return std::nullopt;
      break;
    case CommentCharset::None:
      return is_utf8(text) ? std::nullopt : text_value(text);
  }
  ByteBuffer value = to_buffer(text.substr(0, kCharsetPrefix));
  append(value, latin1_to_utf8(slice(stored, kCharsetPrefix)));
  return value;
}

/// Binary maker notes are no text; some generators put JSON there.
bool is_printable(Bytes bytes) noexcept {
  const Bytes start = slice(bytes, 0, 16);
  return start.size() >= 8 && std::all_of(start.begin(), start.end(), [](std::uint8_t c) {
           return c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
         });
}

std::string path_of(const ExifPlace& place, const wire::TiffIfd& ifd, std::string_view name) {
  std::string path = place.path;
  const bool home = ifd.name == "IFD0" || ifd.kind == wire::IfdKind::Exif;
  if (path.ends_with(':')) {
    path += ifd.name;
  } else if (!home) {
    path += "." + ifd.name;
  }
  return path.append(".").append(name);
}

Finding oddity(const Error& error, const ExifPlace& place) {
  return {"exif-damaged",
          Severity::Warning,
          {fmt::format("{}: {}", place.path, error.message),
           fmt::format("{}：EXIF 数据不完整或有误", place.path)},
          error.offset};
}

}  // namespace

CommentCharset comment_charset(Bytes stored) noexcept {
  if (stored.size() < kCharsetPrefix) return CommentCharset::None;
  const std::string_view prefix = as_text(slice(stored, 0, kCharsetPrefix));
  if (equals_ignore_case(prefix, "ASCII\0\0\0"sv)) return CommentCharset::Ascii;
  if (equals_ignore_case(prefix, "UNICODE\0"sv)) return CommentCharset::Unicode;
  if (equals_ignore_case(prefix, "JIS\0\0\0\0\0"sv)) return CommentCharset::Jis;
  if (prefix == "\0\0\0\0\0\0\0\0"sv) return CommentCharset::Undefined;
  return CommentCharset::None;
}

std::string_view exif_text_tag(std::uint16_t tag) noexcept {
  switch (tag) {
    case 0x000B:
      return "ProcessingSoftware";
    case 0x010D:
      return "DocumentName";
    case 0x010E:
      return "ImageDescription";
    case 0x010F:
      return "Make";
    case 0x0110:
      return "Model";
    case 0x011D:
      return "PageName";
    case 0x0131:
      return "Software";
    case 0x013B:
      return "Artist";
    case 0x013C:
      return "HostComputer";
    case 0x8298:
      return "Copyright";
    case 0x9213:
      return "ImageHistory";
    case 0x927C:
      return "MakerNote";
    case kUserComment:
      return "UserComment";
    case 0x9C9B:
      return "XPTitle";
    case 0x9C9C:
      return "XPComment";
    case 0x9C9D:
      return "XPAuthor";
    case 0x9C9E:
      return "XPKeywords";
    case 0x9C9F:
      return "XPSubject";
    case 0xA430:
      return "CameraOwnerName";
    case 0xA436:
      return "ImageTitle";
    case 0xA437:
      return "Photographer";
    case 0xA438:
      return "ImageEditor";
    case 0xA43A:
      return "RAWDevelopingSoftware";
    case 0xA43B:
      return "ImageEditingSoftware";
    case 0xA43C:
      return "MetadataEditingSoftware";
    case 0xC614:
      return "UniqueCameraModel";
    default:
      return {};
  }
}

void ExifReader::note_skipped(const wire::TiffEntry& entry) {
  if (skipped_) return;
  skipped_ = true;
  add_oddity(layout_, {"exif-limit",
                       Severity::Warning,
                       {"there are too many or too large text entries: not all were read",
                        "文本条目过多或过大，未全部读取"},
                       entry.entry.offset});
}

Status ExifReader::add(const wire::TiffHeader& header, const wire::TiffIfd& ifd,
                       const wire::TiffEntry& entry, std::string_view name) {
  if (entry.tag == kMakerNote) {
    const Bytes start =
        TRY(source_.view({entry.value.offset, std::min<std::uint64_t>(entry.value.size, 16)}));
    if (!is_printable(start)) return {};
  }
  // Half of the places stay free for signatures and packets behind a long chain of pages.
  if (layout_.carriers.size() >= limits_.max_carriers / 2 || entry.value.size > budget_) {
    note_skipped(entry);
    return {};
  }
  budget_ -= entry.value.size;
  const Bytes stored = TRY(source_.view(entry.value));
  Carrier carrier;
  carrier.payload = {entry.value.offset, entry.value.size};
  carrier.whole = place_.whole.value_or(entry.value);
  if (entry.tag == kUserComment) {
    carrier.kind = CarrierKind::ExifComment;
    carrier.value = decode_comment(stored, header.big_endian);
  } else {
    carrier.kind = CarrierKind::ExifText;
    carrier.key = name;
    if (is_xp_tag(entry.tag)) {
      carrier.value = text_value(utf16_to_utf8(stored, false));
    } else if (!is_utf8(as_text(stored))) {
      carrier.value = text_value(as_text(stored));
    }
  }
  if (!carrier.value) {
    // An empty comment keeps its charset prefix; the padding behind a text says nothing.
    const std::uint64_t text = without_trailing_nul(as_text(stored)).size();
    const bool prefixed =
        carrier.kind == CarrierKind::ExifComment && comment_charset(stored) != CommentCharset::None;
    carrier.payload.size = std::max<std::uint64_t>(text, prefixed ? kCharsetPrefix : 0);
  }
  carrier.path = path_of(place_, ifd, name);
  layout_.carriers.push_back(std::move(carrier));
  return {};
}

Status ExifReader::visit(const wire::TiffHeader& header, const wire::TiffIfd& ifd) {
  if (ifd.kind == wire::IfdKind::Gps || ifd.kind == wire::IfdKind::Interop) return {};
  for (const wire::TiffEntry& entry : ifd.entries) {
    const std::string_view name = exif_text_tag(entry.tag);
    if (name.empty() || entry.value.size == 0 || !is_text_type(entry.type)) continue;
    TRY(add(header, ifd, entry, name));
  }
  return {};
}

Range skip_exif_prefix(Source& source, Range data) noexcept {
  const Bytes start = view_some(source, {data.offset, std::min<std::uint64_t>(data.size, 6)});
  if (start.size() < 6 || !has_prefix(start, "Exif\0"sv)) return data;
  return {data.offset + 6, data.size - 6};
}

Status exif_carriers(Source& source, Range block, const ExifPlace& place, const Limits& limits,
                     Layout& layout) {
  block = skip_exif_prefix(source, block);
  // An EXIF block has a handful of directories; a tenth of a percent of the cap is plenty.
  Limits small = limits;
  small.max_structures = std::min<std::uint32_t>(limits.max_structures, 1000);
  ExifReader reader(source, place, limits, layout);
  const auto walk = wire::walk_tiff(source, block, small,
                                    [&](const wire::TiffHeader& header, const wire::TiffIfd& ifd) {
                                      return reader.visit(header, ifd);
                                    });
  if (!walk) {
    if (walk.error().code == ErrorCode::Io) return Failure(walk.error());
    add_oddity(layout, oddity(walk.error(), place));
    return {};
  }
  if (walk->damage) add_oddity(layout, oddity(*walk->damage, place));
  for (const Error& error : walk->oddities) add_oddity(layout, oddity(error, place));
  return {};
}

}  // namespace colophon
