// SPDX-License-Identifier: Apache-2.0
// WebP (RFC 9649): a RIFF form. A file of one VP8 or VP8L chunk has no room for metadata; the
// extended form starts with VP8X, whose flags say which metadata chunks there are.
#include <fmt/core.h>

#include "formats/box_map.hpp"
#include "formats/exif.hpp"
#include "formats/riff_form.hpp"

namespace colophon {
namespace {

using namespace riff;

constexpr std::string_view kMediaTypes[] = {"image/webp"};
constexpr std::string_view kExtensions[] = {"webp"};
constexpr CarrierKind kWrite[] = {CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::ExifComment, CarrierKind::ExifText};

constexpr FourCc kVp8 = fourcc("VP8 ");
constexpr FourCc kVp8l = fourcc("VP8L");
constexpr FourCc kVp8x = fourcc("VP8X");
constexpr FourCc kIccp = fourcc("ICCP");
constexpr FourCc kExif = fourcc("EXIF");
constexpr FourCc kXmp = fourcc("XMP ");
constexpr FourCc kXmpZero = 0x584D5000;  // "XMP\0", by writers that forgot the space

constexpr std::uint8_t kIccFlag = 0x20;
constexpr std::uint8_t kAlphaFlag = 0x10;
constexpr std::uint8_t kExifFlag = 0x08;
constexpr std::uint8_t kXmpFlag = 0x04;
constexpr std::uint64_t kVp8xSize = 10;

bool is_xmp(const Chunk& chunk) noexcept {
  return chunk.is(kXmp) || chunk.is(kXmpZero);
}

Status visit(Source& source, const Chunk& chunk, const Limits& limits, Layout& layout) {
  if (layout.carriers.size() >= limits.max_carriers) {
    return fail(ErrorCode::LimitExceeded, "too many metadata chunks", "webp", chunk.whole.offset);
  }
  if (is_xmp(chunk)) {
    layout.carriers.push_back(chunk_carrier(CarrierKind::Xmp, "webp:XMP", chunk));
  } else if (chunk.is(kC2pa)) {
    layout.carriers.push_back(chunk_carrier(CarrierKind::C2paStore, "webp:C2PA", chunk));
  } else if (chunk.is(kExif)) {
    return exif_carriers(source, chunk.data, {"webp:EXIF", chunk.whole}, limits, layout);
  }
  return {};
}

/// Readers that trust the flags of VP8X do not look for a chunk that it does not announce.
Status check_flags(Source& source, const Form& form, Layout& layout) {
  const bool xmp = form.find(kXmp) != nullptr;
  if (!xmp) return {};
  const Chunk* head = form.find(kVp8x);
  const std::uint8_t flags =
      head != nullptr && head->data.size > 0
          ? static_cast<std::uint8_t>(TRY(read_le(source, head->data.offset, 1)))
          : std::uint8_t{0};
  if ((flags & kXmpFlag) != 0) return {};
  add_oddity(
      layout,
      {"webp-xmp-flag",
       Severity::Warning,
       {"there is an XMP chunk that the VP8X header does not announce (flag 0x04); some readers "
        "will not find it",
        "文件含 XMP 块，但 VP8X 头未置 XMP 标志位（0x04），部分读取程序将找不到该块"},
       head != nullptr ? head->data.offset : kFormHeader});
  return {};
}

Status walk(Source& source, const Limits& limits, Layout& layout) {
  Budget budget(limits);
  const Form form = TRY(wire::riff::read_form(source, 0, budget));
  note_size(form, layout);
  for (const Chunk& chunk : form.chunks.all) TRY(visit(source, chunk, limits, layout));
  TRY(check_flags(source, form, layout));
  return check_whole(form);
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  Layout layout;
  TRY(keep_damage(walk(source, limits, layout), "webp", layout));
  return layout;
}

struct Canvas {
  std::uint64_t width = 0, height = 0;
  bool alpha = false;
};

/// The size and the use of transparency from the header of the one picture (RFC 6386 9.1,
/// RFC 9649 3.4).
std::optional<Canvas> read_canvas(Source& source, const Chunk& chunk) {
  const Bytes data =
      view_some(source, {chunk.data.offset, std::min<std::uint64_t>(chunk.data.size, 10)});
  if (chunk.is(kVp8) && data.size() >= 10 && has_prefix(slice(data, 3), "\x9D\x01\x2A")) {
    return Canvas{*load_le(data, 6, 2) & 0x3FFF, *load_le(data, 8, 2) & 0x3FFF, false};
  }
  if (chunk.is(kVp8l) && data.size() >= 5 && data[0] == 0x2F) {
    const std::uint64_t bits = *load_le(data, 1, 4);
    return Canvas{(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, (bits >> 28 & 1) != 0};
  }
  return std::nullopt;
}

/// A VP8X chunk for a file that has none.
Result<ByteBuffer> make_vp8x(Source& source, const Form& form) {
  std::optional<Canvas> canvas;
  for (const Chunk& chunk : form.chunks.all) {
    if (!canvas) canvas = read_canvas(source, chunk);
  }
  if (!canvas || canvas->width == 0 || canvas->height == 0) {
    return fail(ErrorCode::Malformed,
                "the file holds no picture whose size could be read, so it cannot be extended",
                "webp", kFormHeader);
  }
  std::uint64_t flags = kXmpFlag;
  if (canvas->alpha) flags |= kAlphaFlag;
  if (form.find(kExif) != nullptr) flags |= kExifFlag;
  if (form.find(kIccp) != nullptr) flags |= kIccFlag;
  ByteBuffer data;
  append_le(data, flags, 4);
  append_le(data, canvas->width - 1, 3);
  append_le(data, canvas->height - 1, 3);
  return wire::riff::make_chunk(kVp8x, data);
}

/// Makes VP8X announce the XMP chunk.
Status announce_xmp(Source& source, const Form& form, std::vector<Replacement>& replacements) {
  const Chunk* head = form.find(kVp8x);
  if (head == nullptr) {
    replacements.push_back({{kFormHeader, 0}, TRY(make_vp8x(source, form))});
    return {};
  }
  if (head->data.size < kVp8xSize) {
    return fail(ErrorCode::Malformed, "the VP8X chunk is too short", "webp", head->whole.offset);
  }
  const std::uint64_t flags = TRY(read_le(source, head->data.offset, 1));
  if ((flags & kXmpFlag) != 0) return {};
  replacements.push_back(
      {{head->data.offset, 1}, {static_cast<std::uint8_t>(flags | kXmpFlag)}, 1});
  return {};
}

/// A manifest store stays the last chunk.
Replacement new_xmp(const Form& form, ByteBuffer chunk) {
  const auto& all = form.chunks.all;
  if (all.size() < 2 || !all.back().is(kC2pa) || all[all.size() - 2].pad_missing) {
    return append_chunk(form, std::move(chunk));
  }
  return {{all.back().whole.offset, 0}, std::move(chunk)};
}

/// The EXIF chunk of `target` with that entry set.
Result<ByteBuffer> make_exif(Source& source, const Form& form, const Carrier& target, Bytes value,
                             const Limits& limits) {
  for (const Chunk& chunk : form.chunks.all) {
    if (!(chunk.whole == target.whole)) continue;
    const Range block = skip_exif_prefix(source, chunk.data);
    const ByteBuffer old = TRY(read(source, chunk.data));
    const std::uint64_t prefix = block.offset - chunk.data.offset;
    ByteBuffer body = to_buffer(slice(old, 0, prefix));
    append(body, TRY(exif_with_value(slice(old, prefix), block.offset, target, value, limits)));
    return wire::riff::make_chunk(kExif, body);
  }
  return fail(ErrorCode::NotFound, "the label is not where it was found", target.path);
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  Budget budget(limits);
  const Form form = TRY(wire::riff::read_form(source, 0, budget));
  std::vector<Replacement> replacements;
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source, *target, limits)) == edit.value) continue;
    if (edit.kind != CarrierKind::Xmp) {
      replacements.push_back(
          {target->whole, TRY(make_exif(source, form, *target, edit.value, limits))});
      continue;
    }
    ByteBuffer chunk = wire::riff::make_chunk(kXmp, edit.value);
    replacements.push_back(target != nullptr ? Replacement{target->whole, std::move(chunk)}
                                             : new_xmp(form, std::move(chunk)));
    TRY(announce_xmp(source, form, replacements));
  }
  if (replacements.empty()) return identity(source.size());
  TRY(fix_size(source, form, replacements));
  return replace_ranges(source.size(), std::move(replacements));
}

Result<Splice> put_store(Source& source, const Layout&, Bytes store, const Limits& limits) {
  Budget budget(limits);
  const Form form = TRY(wire::riff::read_form(source, 0, budget));
  std::vector<Replacement> replacements = set_store(form, store);
  TRY(fix_size(source, form, replacements));
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace

extern const Format kWebp;
constinit const Format kWebp{
    .id = "webp",
    .name = "WebP",
    .family = Family::Image,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff =
        [](Source& source) noexcept {
          return wire::riff::starts_with_form(source, fourcc("WEBP"));
        },
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
    .put_store = put_store,
    .boxes = riff_boxes,
};

}  // namespace colophon
