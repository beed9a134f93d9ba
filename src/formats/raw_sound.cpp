// SPDX-License-Identifier: Apache-2.0
#include "formats/raw_sound.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "formats/id3_tags.hpp"
#include "wire/ape.hpp"

namespace colophon {
namespace {

namespace ape = wire::ape;
namespace id3 = wire::id3;

constexpr std::uint64_t kId3v1 = 128;
constexpr std::uint64_t kLyrics = 9;        // "LYRICS200", behind six digits
constexpr std::uint64_t kScan = 64 * 1024;  // how far behind a tag frames may start
constexpr int kFrames = 3;

struct Tags {
  std::vector<id3::Tag> id3;  // leading, then trailing
  std::vector<ape::Tag> ape;
  std::optional<Range> id3v1;
};

/// One past the last leading ID3 tag, without reading the tags' inside.
std::uint64_t skip_id3(Source& source) noexcept {
  std::uint64_t at = 0;
  for (int i = 0; i < 16; ++i) {
    const Bytes head = view_some(source, {at, id3::kHeader});
    if (!id3::starts(head)) break;
    at += id3::whole_size(head);
  }
  return at;
}

/// One past an APE tag with a header that stands at `at`, where few writers put it.
std::uint64_t skip_ape(Source& source, std::uint64_t at) noexcept {
  constexpr std::uint64_t kHeader = 32, kIsHeader = 0x20000000;
  const Bytes head = view_some(source, {at, kHeader});
  if (head.size() < kHeader || !has_prefix(head, "APETAGEX")) return at;
  const std::uint64_t size = *load_le(head, 12, 4), flags = *load_le(head, 20, 4);
  const bool fits = size >= kHeader && size <= source.size() - at - kHeader;
  return fits && (flags & kIsHeader) != 0 ? at + kHeader + size : at;
}

/// The 2.4 tag whose footer ends at `end`.
Result<std::optional<id3::Tag>> trailing_id3(Source& source, std::uint64_t end,
                                             const Limits& limits) {
  std::optional<id3::Tag> none;
  if (end < 2 * id3::kHeader) return none;
  ByteBuffer head = TRY(read(source, {end - id3::kHeader, id3::kHeader}));
  if (!has_prefix(head, "3DI")) return none;
  std::copy_n("ID3", 3, head.begin());
  if (!id3::starts(head) || id3::whole_size(head) > end) return none;
  const Range whole{end - id3::whole_size(head), id3::whole_size(head)};
  const ByteBuffer front = TRY(read(source, {whole.offset, id3::kHeader}));
  if (front != head) return none;
  return std::optional(TRY(id3::read(source, whole, limits)));
}

/// Lyrics3v2 stands between the other tags; it is only stepped over.
Result<std::uint64_t> before_lyrics(Source& source, std::uint64_t end) {
  constexpr std::uint64_t kTrailer = 6 + kLyrics;
  if (end < kTrailer) return end;
  const std::string text = to_string(TRY(source.view({end - kTrailer, kTrailer})));
  if (!text.ends_with("LYRICS200")) return end;
  std::uint64_t size = kTrailer;
  for (std::size_t i = 0, unit = 100'000; i < 6; ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return end;
    size += static_cast<std::uint64_t>(text[i] - '0') * unit;
  }
  return size <= end ? end - size : end;
}

Result<Tags> read_tags(Source& source, const Limits& limits) {
  Tags tags;
  tags.id3 = TRY(read_id3_tags(source, {0, source.size()}, limits));
  std::uint64_t start = tags.id3.empty() ? 0 : tags.id3.back().whole.end();
  if (const std::uint64_t behind = skip_ape(source, start); behind > start) {
    auto ape = TRY(ape::read_before(source, behind, limits));
    if (ape && ape->whole.offset == start) {
      start = behind;
      tags.ape.push_back(*std::move(ape));
    }
  }
  bool trailing_ape = false;
  std::uint64_t end = source.size();
  if (end - start >= kId3v1 && has_prefix(view_some(source, {end - kId3v1, 3}), "TAG")) {
    end -= kId3v1;
    tags.id3v1 = Range{end, kId3v1};
  }
  for (int i = 0; i < 3; ++i) {
    end = TRY(before_lyrics(source, end));
    if (auto ape = TRY(ape::read_before(source, end, limits));
        ape && !trailing_ape && ape->whole.offset >= start) {
      end = ape->whole.offset;
      tags.ape.push_back(*std::move(ape));
      trailing_ape = true;
    }
    if (auto id3 = TRY(trailing_id3(source, end, limits)); id3 && id3->whole.offset >= start) {
      end = id3->whole.offset;
      tags.id3.push_back(std::move(*id3));
    }
  }
  return tags;
}

Status add_ape(const ape::Tag& tag, std::string_view container, const Limits& limits,
               Layout& layout) {
  for (const ape::Item& item : tag.items) {
    if (!item.is_text()) continue;
    if (layout.carriers.size() >= limits.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "too many APE items", "ape", item.whole.offset);
    }
    Carrier carrier;
    carrier.kind = equals_ignore_case(item.key, "AIGC") ? CarrierKind::AigcKey : CarrierKind::Tag;
    carrier.path = fmt::format("{}:APE[{}]", container, item.key);
    carrier.key = item.key;
    carrier.whole = item.whole;
    carrier.payload = item.value;
    layout.carriers.push_back(std::move(carrier));
  }
  return tag.damage ? Status(Failure(*tag.damage)) : Status{};
}

/// ID3v1 (id3.org/ID3v1): fixed fields in some 8-bit code, most often ISO 8859-1 or UTF-8.
Status add_id3v1(Source& source, Range whole, std::string_view container, Layout& layout) {
  struct Field {
    std::string_view name;
    Range range;
  };
  constexpr Field kFields[] = {
      {"title", {3, 30}}, {"artist", {33, 30}}, {"album", {63, 30}}, {"comment", {97, 30}}};
  const ByteBuffer tag = TRY(read(source, whole));
  for (const Field& field : kFields) {
    const std::string text = to_string(slice(tag, field.range.offset, field.range.size));
    const std::string_view value = trim(std::string_view(text).substr(0, text.find('\0')));
    if (value.empty()) continue;
    Carrier carrier;
    carrier.path = fmt::format("{}:ID3v1[{}]", container, field.name);
    carrier.key = field.name;
    carrier.whole = {whole.offset + field.range.offset, field.range.size};
    carrier.payload = carrier.whole;
    carrier.value =
        to_buffer(is_utf8(value) ? std::string(value) : latin1_to_utf8(as_bytes(value)));
    layout.carriers.push_back(std::move(carrier));
  }
  return {};
}

Status walk(Source& source, std::string_view container, const Limits& limits, Layout& layout) {
  const Tags tags = TRY(read_tags(source, limits));
  for (const id3::Tag& tag : tags.id3) {
    TRY(add_id3_carriers(source, tag, container, limits, layout));
  }
  for (const ape::Tag& tag : tags.ape) TRY(add_ape(tag, container, limits, layout));
  if (tags.id3v1) TRY(add_id3v1(source, *tags.id3v1, container, layout));
  return {};
}

/// An item of an APE tag with another value; the tag's own sizes follow.
Result<std::vector<Replacement>> set_ape_item(Source& source, const ape::Tag& tag,
                                              const ape::Item& item, Bytes value) {
  constexpr std::uint32_t kType = 6;  // 0: UTF-8 text
  ByteBuffer bytes =
      TRY(read(source, {item.whole.offset + 8, item.value.offset - item.whole.offset - 9}));
  bytes = ape::make_item(as_text(bytes), item.flags & ~kType, value);
  const std::uint64_t size = ape::stored_size(tag) - item.whole.size + bytes.size();
  if (size > UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded, "the APE tag would be larger than a tag can be", "ape");
  }
  std::vector<Replacement> out{{item.whole, std::move(bytes)}};
  for (const std::uint64_t at : ape::size_fields(tag)) {
    Replacement& field = out.emplace_back(Replacement{{at, 4}, {}});
    append_le(field.bytes, size, 4);
  }
  return out;
}

Result<std::vector<Replacement>> plan(Source& source, const Tags& tags, const Carrier* target,
                                      Bytes value) {
  if (target == nullptr) {
    if (!tags.id3.empty() && tags.id3.front().whole.offset == 0) {
      return set_id3_aigc(source, tags.id3.front(), std::nullopt, value);
    }
    return std::vector<Replacement>{{{0, 0}, TRY(make_id3_with_aigc(value))}};
  }
  for (const id3::Tag& tag : tags.id3) {
    if (const auto frame = id3_frame_of(tag, *target)) {
      return set_id3_aigc(source, tag, frame, value);
    }
  }
  for (const ape::Tag& tag : tags.ape) {
    for (const ape::Item& item : tag.items) {
      if (item.whole == target->whole) return set_ape_item(source, tag, item, value);
    }
  }
  return fail(ErrorCode::NotFound, "the label is not where it was found", target->path);
}

}  // namespace

bool sniff_raw_sound(Source& source, wire::AudioFrameReader reader) noexcept {
  const std::uint64_t at = skip_ape(source, skip_id3(source));
  if (wire::frames_follow(source, at, reader, kFrames)) return true;
  if (at == 0 || at >= source.size()) return false;
  if (reader(view_some(source, {at, 7}))) return true;
  const ByteBuffer window = to_buffer(view_some(source, {at, kScan}));
  for (std::size_t i = 0; i + 1 < window.size(); ++i) {
    if (window[i] != 0xFF || (window[i + 1] & 0xE0) != 0xE0) continue;
    if (wire::frames_follow(source, at + i, reader, kFrames)) return true;
  }
  return false;
}

bool is_only_id3(Source& source) noexcept {
  const std::uint64_t end = skip_id3(source);
  return end > 0 && end >= source.size();
}

Result<Layout> inspect_raw_sound(Source& source, std::string_view container, const Limits& limits) {
  Layout layout;
  if (const Status status = walk(source, container, limits, layout); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
    if (layout.damage->where.empty()) layout.damage->where = container;
  }
  return layout;
}

Result<Splice> put_store_raw_sound(Source& source, const Layout& layout, Bytes store,
                                   const Limits& limits) {
  const Tags tags = TRY(read_tags(source, limits));
  return replace_ranges(source.size(), TRY(set_id3_store(source, tags.id3, layout, store)));
}

Result<Splice> edit_raw_sound(Source& source, const Layout& layout, std::span<const Edit> edits,
                              const Limits& limits) {
  const Tags tags = TRY(read_tags(source, limits));
  auto replacements =
      TRY(text_changes(source, layout, edits, limits, [&](const Edit& edit, const Carrier* target) {
        return plan(source, tags, target, edit.value);
      }));
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace colophon
