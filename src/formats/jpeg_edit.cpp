// SPDX-License-Identifier: Apache-2.0
// Writing into JPEG: one APP1 for the XMP packet, or an existing segment's new body.
#include "formats/exif.hpp"
#include "formats/jpeg_head.hpp"

#include <fmt/core.h>

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

}  // namespace

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const Head head = TRY(read_head(source, limits));
  std::vector<Replacement> replacements;
  for (const Edit& edit : edits) {
    if (edit.reserve > 0) {
      return fail(ErrorCode::Unsupported, "JPEG segments are not reserved yet", "jpeg");
    }
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
