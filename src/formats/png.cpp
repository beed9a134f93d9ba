// SPDX-License-Identifier: Apache-2.0
// PNG and APNG (ISO/IEC 15948, PNG 3rd edition). Labels sit in iTXt/tEXt/zTXt, eXIf and caBX
// chunks.
#include "formats/box_map.hpp"
#include "formats/exif.hpp"
#include "formats/format.hpp"
#include "formats/png_raw_profile.hpp"
#include "wire/inflate.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace colophon {
namespace {

constexpr std::string_view kSignature{"\x89PNG\r\n\x1a\n", 8};
constexpr std::string_view kXmpKeyword = "XML:com.adobe.xmp";
constexpr std::string_view kMediaTypes[] = {"image/png", "image/apng"};
constexpr std::string_view kExtensions[] = {"png", "apng"};
constexpr CarrierKind kWrite[] = {CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::TextChunk, CarrierKind::ExifComment,
                                    CarrierKind::ExifText};
constexpr std::uint64_t kOverhead = 12;  // length, type, CRC

struct Chunk {
  std::string type;
  Range whole, data;
};

/// The chunk at `at`; its data is inside the source.
Result<Chunk> read_chunk(Source& source, std::uint64_t at) {
  const Bytes head = TRY(source.view({at, 8}));
  const std::uint64_t size = *load_be(head, 0, 4);
  Chunk chunk{to_string(slice(head, 4, 4)), {at, size + kOverhead}, {at + 8, size}};
  if (chunk.whole.end() > source.size()) return truncated(chunk.whole, source.size());
  return chunk;
}

/// "comf" is ComfyUI's own, in animated pictures, with the grammar of tEXt.
bool is_text(const Chunk& chunk) noexcept {
  return chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt" ||
         chunk.type == "comf";
}

/// Fills key, payload and, where the stored bytes are coded, value of a text chunk.
/// False: the chunk does not follow the text chunks' grammar.
bool read_text(const Chunk& chunk, Bytes data, const Limits& limits, Carrier& carrier) {
  const std::string_view text = as_text(data);
  const auto keyword_end = text.find('\0');
  if (keyword_end == std::string_view::npos) return false;
  carrier.key = latin1_to_utf8(slice(data, 0, keyword_end));
  std::size_t at = keyword_end + 1;
  bool compressed = chunk.type == "zTXt";
  if (chunk.type == "iTXt") {
    if (data.size() < at + 2) return false;
    compressed = data[at] == 1;
    const auto language_end = text.find('\0', at + 2);
    if (language_end == std::string_view::npos) return false;
    const auto translated_end = text.find('\0', language_end + 1);
    if (translated_end == std::string_view::npos) return false;
    at = translated_end + 1;
  } else if (compressed) {
    at += 1;  // compression method
  }
  const Bytes stored = slice(data, at);
  carrier.payload = {chunk.data.offset + at, stored.size()};
  if (compressed) {
    auto inflated = wire::inflate(stored, wire::Deflate::Zlib, limits.max_inflated);
    if (!inflated) return false;
    carrier.value = std::move(*inflated);
  }
  return true;
}

/// What inflating `stored` bytes cost: their size, or what a stream that failed may have grown to.
std::uint64_t inflated_size(const Carrier& carrier, std::uint64_t cap) noexcept {
  constexpr std::uint64_t kMostGrowth = 1032;  // of deflate
  if (carrier.value) return carrier.value->size();
  return std::min(cap, carrier.payload.size * kMostGrowth);
}

/// `limits.max_inflated` shrinks by what is spent: many small bombs are one large one.
Carrier text_carrier(const Chunk& chunk, Bytes data, Limits& limits, Layout& layout) {
  Carrier carrier;
  carrier.kind = CarrierKind::TextChunk;
  carrier.whole = chunk.whole;
  carrier.payload = chunk.data;
  if (!read_text(chunk, data, limits, carrier)) {
    add_oddity(layout, {"png-text",
                        Severity::Warning,
                        {fmt::format("a {} chunk is broken or too large", chunk.type),
                         fmt::format("{} 块损坏或过大", chunk.type)},
                        chunk.whole.offset});
  }
  carrier.path = fmt::format("png:{}[{}]", chunk.type, carrier.key);
  if (chunk.type == "zTXt" || carrier.value) {
    const std::uint64_t cap = std::min(limits.max_inflated, limits.max_memory);
    limits.max_memory -= std::min(limits.max_memory, inflated_size(carrier, cap));
    limits.max_inflated = std::min(limits.max_inflated, limits.max_memory);
  }
  if (carrier.key == kXmpKeyword) {
    carrier.kind = CarrierKind::Xmp;
    carrier.key.clear();
  }
  return carrier;
}

Status visit(Source& source, const Chunk& chunk, Limits& limits, Layout& layout) {
  if (layout.carriers.size() >= limits.max_carriers) {
    return fail(ErrorCode::LimitExceeded, "too many metadata chunks", "png", chunk.whole.offset);
  }
  if (chunk.type == "caBX") {
    layout.carriers.push_back(
        {CarrierKind::C2paStore, "png:caBX", "", chunk.whole, chunk.data, {}, std::nullopt});
  } else if (chunk.type == "eXIf") {
    return exif_carriers(source, chunk.data, {"png:eXIf", chunk.whole}, limits, layout);
  } else if (is_text(chunk)) {
    if (chunk.data.size > limits.max_payload) {
      return fail(ErrorCode::LimitExceeded, "a text chunk is larger than the cap", "png",
                  chunk.whole.offset);
    }
    const Bytes data = TRY(source.view(chunk.data));
    Carrier text = text_carrier(chunk, data, limits, layout);
    if (!png::is_raw_profile(text.key)) {
      layout.carriers.push_back(std::move(text));
      return {};
    }
    const Bytes stored = slice(data, text.payload.offset - chunk.data.offset, text.payload.size);
    for (Carrier& each : TRY(png::open_raw_profile(std::move(text), stored, limits, layout))) {
      layout.carriers.push_back(std::move(each));
    }
  }
  return {};
}

bool sniff(Source& source) noexcept {
  return has_prefix(view_some(source, {0, 8}), kSignature);
}

/// Walks all chunks to IEND: text stands before and after the pixels.
Status walk(Source& source, Limits limits, Layout& layout) {
  std::uint64_t at = kSignature.size();
  for (std::uint32_t count = 0; count < limits.max_structures; ++count) {
    const Chunk chunk = TRY(read_chunk(source, at));
    TRY(visit(source, chunk, limits, layout));
    at = chunk.whole.end();
    if (chunk.type == "IEND") return {};
  }
  return fail(ErrorCode::LimitExceeded, "too many chunks", "png", at);
}

/// The chunk that is meant for XMP is its home; a profile among the texts is a second choice.
void put_profiles_last(Layout& layout) {
  std::vector<Carrier> first, last;
  for (Carrier& carrier : layout.carriers) {
    const bool profile = carrier.path.find("[Raw profile type ") != std::string::npos;
    (profile ? last : first).push_back(std::move(carrier));
  }
  std::ranges::move(last, std::back_inserter(first));
  layout.carriers = std::move(first);
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  Layout layout;
  if (const Status status = walk(source, limits, layout); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
    if (layout.damage->where.empty()) layout.damage->where = "png";
  }
  put_profiles_last(layout);
  return layout;
}

ByteBuffer make_chunk(std::string_view type, Bytes data) {
  ByteBuffer chunk;
  append_be(chunk, data.size(), 4);
  append(chunk, type);
  append(chunk, data);
  append_be(chunk, wire::crc32(slice(chunk, 4)), 4);
  return chunk;
}

/// An uncompressed iTXt chunk (UTF-8) with empty language and translated keyword.
ByteBuffer make_itxt(std::string_view keyword, Bytes text) {
  ByteBuffer data = to_buffer(keyword);
  data.insert(data.end(), 5, 0);
  append(data, text);
  return make_chunk("iTXt", data);
}

/// Where a new metadata chunk goes: right before the first IDAT, so that readers that stop at
/// the pixels still see it, and ahead of the frame control that belongs to that IDAT (FFmpeg
/// refuses animations with a chunk between the two).
Result<std::uint64_t> insertion_point(Source& source, const Limits& limits) {
  std::uint64_t at = kSignature.size();
  for (std::uint32_t count = 0; count < limits.max_structures; ++count) {
    const Chunk chunk = TRY(read_chunk(source, at));
    if (chunk.type == "IDAT" || chunk.type == "fcTL" || chunk.type == "IEND") return at;
    at = chunk.whole.end();
  }
  return fail(ErrorCode::LimitExceeded, "too many chunks before the pixels", "png", at);
}

/// The eXIf chunk of `target` with that entry set.
Result<ByteBuffer> make_exif(Source& source, const Carrier& target, Bytes value,
                             const Limits& limits) {
  if (as_text(TRY(source.view({target.whole.offset + 4, 4}))) != "eXIf") {
    return fail(ErrorCode::Unsupported,
                "EXIF in a text chunk is read, but never rewritten; use --sidecar", target.path,
                target.whole.offset);
  }
  const Range data{target.whole.offset + 8, target.whole.size - kOverhead};
  const Range block = skip_exif_prefix(source, data);
  const ByteBuffer old = TRY(read(source, data));
  const std::uint64_t prefix = block.offset - data.offset;
  ByteBuffer body = to_buffer(slice(old, 0, prefix));
  append(body, TRY(exif_with_value(slice(old, prefix), block.offset, target, value, limits)));
  return make_chunk("eXIf", body);
}

Result<std::vector<Replacement>> plan(Source& source, const Edit& edit, const Carrier* target,
                                      const Limits& limits) {
  if (edit.kind == CarrierKind::ExifComment || edit.kind == CarrierKind::ExifText) {
    return std::vector<Replacement>{
        {target->whole, TRY(make_exif(source, *target, edit.value, limits))}};
  }
  const std::string_view keyword =
      edit.kind == CarrierKind::Xmp ? kXmpKeyword : std::string_view(target->key);
  const Range range =
      target != nullptr ? target->whole : Range{TRY(insertion_point(source, limits)), 0};
  return std::vector<Replacement>{{range, make_itxt(keyword, edit.value)}};
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  auto changes =
      TRY(changes_of(source, layout, edits, limits, [&](const Edit& edit, const Carrier* target) {
        return plan(source, edit, target, limits);
      }));
  return replace_ranges(source.size(), std::move(changes));
}

/// Right behind IHDR, which stands first but for a chunk that Apple's tools put before it.
Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits&) {
  Chunk header = TRY(read_chunk(source, kSignature.size()));
  if (header.type == "CgBI") header = TRY(read_chunk(source, header.whole.end()));
  if (header.type != "IHDR") {
    return fail(
        ErrorCode::Malformed,
        "the file does not begin with the header of a picture (IHDR), so nothing is written", "png",
        header.whole.offset);
  }
  std::vector<Replacement> replacements{{{header.whole.end(), 0}, make_chunk("caBX", store)}};
  for (const Carrier* old : stores_of(layout)) replacements.push_back({old->whole, {}});
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace

extern const Format kPng;
constinit const Format kPng{
    .id = "png",
    .name = "PNG / APNG",
    .family = Family::Image,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = kReplace},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
    .put_store = put_store,
    .boxes = png_boxes,
};

}  // namespace colophon
