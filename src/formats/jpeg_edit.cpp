// SPDX-License-Identifier: Apache-2.0
// Writing into JPEG: one APP1 for the XMP packet, or an existing segment's new body; one run of
// APP11 for the C2PA store.
#include "formats/exif.hpp"
#include "formats/jpeg_head.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::jpeg {
namespace {

Result<ByteBuffer> make_segment(std::uint8_t marker, std::string_view prefix, Bytes body) {
  if (body.size() > kMaxBody - prefix.size()) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("{} bytes are too many for one JPEG {} segment, which holds {}: "
                            "shorten the value or use a sidecar",
                            body.size(), marker_name(marker), kMaxBody - prefix.size()),
                "jpeg:" + marker_name(marker));
  }
  ByteBuffer segment{0xFF, marker};
  append_be(segment, 2 + prefix.size() + body.size(), 2);
  append(segment, prefix);
  append(segment, body);
  return segment;
}

/// Behind the leading APP0 and EXIF segments, which readers expect first. Every other segment,
/// above all the Multi-Picture index, then follows.
std::uint64_t insertion_point(const Head& head) noexcept {
  std::uint64_t at = 2;
  for (const Segment& segment : head.segments) {
    if (segment.kind != SegmentKind::Jfif && segment.kind != SegmentKind::Exif) break;
    at = segment.whole.end();
  }
  return at;
}

const Segment* segment_of(const Head& head, const Carrier& carrier) noexcept {
  for (const Segment& segment : head.segments) {
    if (segment.whole == carrier.whole) return &segment;
  }
  return nullptr;
}

Result<ByteBuffer> exif_segment(Source& source, const Segment& segment, const Carrier& carrier,
                                Bytes value, const Limits& limits) {
  const ByteBuffer body = TRY(read(source, segment.body));
  const Bytes prefix = slice(body, 0, kExifHeader);
  const ByteBuffer block = TRY(exif_with_value(
      slice(body, kExifHeader), segment.body.offset + kExifHeader, carrier, value, limits));
  return make_segment(segment.marker, as_text(prefix), block);
}

Result<Replacement> replace_segment(Source& source, const Head& head, const Carrier& carrier,
                                    Bytes value, const Limits& limits) {
  const Segment* segment = segment_of(head, carrier);
  if (segment == nullptr || segment->kind == SegmentKind::XmpExtension) {
    return fail(ErrorCode::Unsupported, "extended XMP is read, but never rewritten", carrier.path,
                carrier.whole.offset);
  }
  if (segment->kind == SegmentKind::Exif) {
    return Replacement{segment->whole, TRY(exif_segment(source, *segment, carrier, value, limits))};
  }
  const std::string_view prefix = segment->kind == SegmentKind::Xmp ? kXmpPrefix : "";
  return Replacement{segment->whole, TRY(make_segment(segment->marker, prefix, value))};
}

/// The packet in its own segment; an extension alone is no home.
const Carrier* main_packet(const Head& head, const Layout& layout, const Edit& edit) noexcept {
  const Carrier* target = target_of(layout, edit);
  if (edit.replaces || edit.kind != CarrierKind::Xmp || target == nullptr) return target;
  const Segment* segment = segment_of(head, *target);
  return segment != nullptr && segment->kind == SegmentKind::Xmp ? target : nullptr;
}

constexpr std::uint64_t kInstanceAt = 2;        // in an APP11 body: "JP", En, Z
constexpr std::uint64_t kFirstInstance = 529;   // what other writers number stores with
constexpr std::uint64_t kMaxStorePart = 64000;  // of a store's bytes in one segment

Result<std::uint64_t> instance_of(Source& source, const Segment& segment) {
  return read_be(source, segment.body.offset + kInstanceAt, 2);
}

/// The segments of the stores, gaps and what is left of damaged runs included. `taken` gets the
/// instance numbers of all other boxes.
Result<std::vector<Replacement>> without_stores(Source& source, const Head& head,
                                                const Layout& layout,
                                                std::vector<std::uint64_t>& taken) {
  const auto stores = stores_of(layout);
  std::vector<Replacement> out;
  for (const Segment& segment : head.segments) {
    if (segment.kind != SegmentKind::Jumbf || segment.body.size < kInstanceAt + 2) continue;
    const std::uint64_t instance = TRY(instance_of(source, segment));
    bool gone = false;
    for (const Carrier* store : stores) {
      if (segment.whole.offset < store->whole.offset || segment.whole.end() > store->whole.end()) {
        continue;
      }
      gone = gone ||
             TRY(read_be(source, store->whole.offset + kSegmentHead + kInstanceAt, 2)) == instance;
    }
    if (gone) {
      out.push_back({segment.whole, {}});
    } else {
      taken.push_back(instance);
    }
  }
  return out;
}

/// One run of segments, each with the box's head (ISO/IEC 18477-3 annex B).
ByteBuffer store_segments(Bytes store, std::uint64_t instance) {
  const std::uint64_t head = load_be(store, 0, 4) == 1 ? 16 : 8;
  ByteBuffer out;
  std::uint64_t number = 1;
  for (std::uint64_t at = 0; at < store.size(); at += kMaxStorePart, ++number) {
    const Bytes part = slice(store, at, kMaxStorePart);
    const Bytes repeated = slice(store, 0, at == 0 ? 0 : head);
    append(out, ByteBuffer{0xFF, kApp11});
    append_be(out, 2 + 8 + repeated.size() + part.size(), 2);
    append(out, "JP");
    append_be(out, instance, 2);
    append_be(out, number, 4);
    append(out, repeated);
    append(out, part);
  }
  return out;
}

}  // namespace

Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  const Head head = TRY(read_head(source, limits));
  std::vector<std::uint64_t> taken;
  std::vector<Replacement> old = TRY(without_stores(source, head, layout, taken));
  std::uint64_t instance = kFirstInstance;
  while (std::find(taken.begin(), taken.end(), instance) != taken.end()) ++instance;
  if (instance > UINT16_MAX) {
    return fail(ErrorCode::Unsupported, "no number is left for another JUMBF box", "jpeg:APP11");
  }
  std::vector<Replacement> out{{{insertion_point(head), 0}, store_segments(store, instance)}};
  std::move(old.begin(), old.end(), std::back_inserter(out));
  TRY(adjust_mpf(source, head, limits, out));
  return replace_ranges(source.size(), std::move(out));
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const Head head = TRY(read_head(source, limits));
  std::vector<Replacement> replacements;
  for (const Edit& edit : edits) {
    const Carrier* target = main_packet(head, layout, edit);
    if (target != nullptr && target->kind != edit.kind) {
      return fail(ErrorCode::Unsupported, "the segment to replace is of another kind",
                  target->path);
    }
    if (target == nullptr) {
      replacements.push_back(
          {{insertion_point(head), 0}, TRY(make_segment(kApp1, kXmpPrefix, edit.value))});
    } else if (TRY(extract_stored(source, *target, limits)) != edit.value) {
      replacements.push_back(TRY(replace_segment(source, head, *target, edit.value, limits)));
    }
  }
  TRY(adjust_mpf(source, head, limits, replacements));
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace colophon::jpeg
