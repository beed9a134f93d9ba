// SPDX-License-Identifier: Apache-2.0
// JPEG (ITU-T T.81, JFIF, EXIF, XMP part 3, CIPA DC-007). Labels sit in the segments before the
// first scan: APP1 (XMP, EXIF), APP11 (C2PA), COM, APP13 (IPTC) and private APPn.
#include "base/text.hpp"
#include "formats/box_map.hpp"
#include "formats/exif.hpp"
#include "formats/iptc_text.hpp"
#include "formats/jpeg_head.hpp"

namespace colophon {
namespace {

using jpeg::Segment;
using jpeg::SegmentKind;

constexpr std::string_view kMediaTypes[] = {"image/jpeg", "image/jpg"};
constexpr std::string_view kExtensions[] = {"jpg", "jpeg", "jpe", "jfif"};
constexpr CarrierKind kWrite[] = {CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::ExifComment, CarrierKind::ExifText,
                                    CarrierKind::TextChunk, CarrierKind::AppSegment};
constexpr int kMaxExif = 16;  // segments read as EXIF; one is what the standard allows

bool sniff(Source& source) noexcept {
  return has_prefix(view_some(source, {0, 3}), "\xFF\xD8\xFF");
}

void add_xmp(const Segment& segment, Layout& layout) {
  const std::uint64_t prefix = jpeg::kXmpPrefix.size();
  layout.carriers.push_back({CarrierKind::Xmp,
                             "jpeg:APP1[xmp]",
                             "",
                             segment.whole,
                             {segment.body.offset + prefix, segment.body.size - prefix},
                             {},
                             std::nullopt});
}

/// A comment or a private segment; zeros behind the text are padding.
Status add_text(Source& source, const Segment& segment, Layout& layout) {
  const Bytes body = TRY(source.view(segment.body));
  std::uint64_t size = body.size();
  while (size > 0 && body[static_cast<std::size_t>(size) - 1] == 0) --size;
  const Bytes text = slice(body, 0, size);
  Carrier carrier;
  carrier.key = jpeg::marker_name(segment.marker);
  carrier.path = "jpeg:" + carrier.key;
  carrier.kind =
      segment.kind == SegmentKind::Comment ? CarrierKind::TextChunk : CarrierKind::AppSegment;
  carrier.whole = segment.whole;
  carrier.payload = {segment.body.offset, size};
  if (segment.kind == SegmentKind::Comment && !is_utf8(as_text(text))) {
    carrier.value = to_buffer(latin1_to_utf8(text));
  }
  layout.carriers.push_back(std::move(carrier));
  return {};
}

Status add_exif(Source& source, const Segment& segment, const Limits& limits, Layout& layout) {
  return exif_carriers(source, segment.body, {"jpeg:APP1[exif]", segment.whole}, limits, layout);
}

Status add_iptc(Source& source, const Segment& segment, const Limits& limits, Layout& layout) {
  const std::uint64_t prefix = jpeg::kPhotoshopPrefix.size();
  return photoshop_carriers(source, {segment.body.offset + prefix, segment.body.size - prefix},
                            "jpeg:APP13[iptc]", segment.whole, limits, layout);
}

Status visit(Source& source, const jpeg::Head& head, const Limits& limits, Layout& layout) {
  int exif = 0;
  for (const Segment& segment : head.segments) {
    if (layout.carriers.size() >= limits.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "too many metadata segments", "jpeg",
                  segment.whole.offset);
    }
    if (segment.kind == SegmentKind::Xmp) {
      add_xmp(segment, layout);
    } else if (segment.kind == SegmentKind::Exif && ++exif <= kMaxExif) {
      TRY(add_exif(source, segment, limits, layout));
    } else if (segment.kind == SegmentKind::Photoshop) {
      TRY(add_iptc(source, segment, limits, layout));
    } else if (segment.kind == SegmentKind::Comment || segment.kind == SegmentKind::Text) {
      TRY(add_text(source, segment, layout));
    }
  }
  TRY(jpeg::add_c2pa(source, head, limits, layout));
  return jpeg::add_extended_xmp(source, head, layout);
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  const jpeg::Head head = TRY(jpeg::read_head(source, limits));
  Layout layout;
  layout.damage = head.damage;
  if (const Status status = visit(source, head, limits, layout); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
  }
  return layout;
}

}  // namespace

extern const Format kJpeg;
constinit const Format kJpeg{
    .id = "jpeg",
    .name = "JPEG",
    .family = Family::Image,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = kReplace},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = jpeg::edit,
    .put_store = jpeg::put_store,
    .boxes = jpeg_boxes,
};

}  // namespace colophon
