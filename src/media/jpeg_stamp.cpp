// SPDX-License-Identifier: Apache-2.0
// A label in a JPEG file: the scan is changed under the label, or tables, frame and scans are
// written anew; every other segment and whatever follows the picture keeps its bytes. The small
// copy in EXIF is labelled as well, or goes.
#include <algorithm>

#include "formats/jpeg_head.hpp"
#include "media/exif_view.hpp"
#include "media/jpeg_coefficients.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kWindow = 256 * 1024;
constexpr std::uint64_t kMaxScan = 256 << 20;
constexpr std::uint8_t kSof0 = 0xC0, kDht = 0xC4, kJpg = 0xC8, kDac = 0xCC, kSof15 = 0xCF;
constexpr std::uint8_t kRst0 = 0xD0, kRst7 = 0xD7, kEoi = 0xD9, kSos = 0xDA, kDqt = 0xDB,
                       kDnl = 0xDC, kDri = 0xDD;

struct Part {
  std::uint8_t marker = 0;
  Range whole;  ///< of a scan: its header alone
};

/// The segments of one picture, from SOI to EOI.
struct Walk {
  std::vector<Part> parts;
  std::vector<JpegScan> scans;
  Range picture;
  bool ended = false;
};

bool is_frame(std::uint8_t marker) {
  return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg && marker != kDac;
}
/// Said again by the transcoder.
bool is_coding(std::uint8_t marker) {
  return is_frame(marker) || marker == kDht || marker == kDac || marker == kDqt || marker == kDri ||
         marker == kSos || marker == kDnl || marker == kEoi;
}

/// Where the entropy-coded data that starts at `at` ends: at a marker's 0xFF.
Result<std::uint64_t> end_of_data(Source& source, std::uint64_t at, std::uint64_t end) {
  while (at < end) {
    const Bytes bytes = TRY(source.view({at, std::min(kWindow, end - at)}));
    std::size_t i = 0;
    while (i + 1 < bytes.size()) {
      const auto* found = std::find(bytes.data() + i, bytes.data() + bytes.size() - 1, 0xFF);
      i = static_cast<std::size_t>(found - bytes.data());
      if (i + 1 >= bytes.size()) break;
      const std::uint8_t next = bytes[i + 1];
      if (next != 0 && next != 0xFF && !(next >= kRst0 && next <= kRst7)) return at + i;
      i += next == 0xFF ? 1 : 2;
    }
    if (bytes.size() == 1) break;
    at += std::max<std::size_t>(i, 1);
  }
  return end;
}

std::optional<JpegScan> scan_of(Bytes body) {
  JpegScan scan;
  if (body.empty() || body[0] == 0 || body[0] > 4 || body.size() < 4U + 2U * body[0]) {
    return std::nullopt;
  }
  scan.components = body[0];
  for (std::size_t i = 0; i < body[0]; ++i) scan.component[i] = body[1 + 2 * i];
  const Bytes tail = body.subspan(1 + 2U * body[0]);
  scan.from = tail[0];
  scan.to = tail[1];
  scan.high = tail[2] >> 4;
  scan.low = tail[2] & 15;
  return scan;
}

Failure broken(std::uint64_t at) {
  return fail(ErrorCode::Malformed,
              "the scans of the JPEG file are damaged or end early; it is left as it is",
              "jpeg:SOS", at);
}

Result<Walk> walk(Source& source, Range file, const Limits& limits) {
  Walk walk;
  std::uint64_t at = file.offset + 2;
  for (std::uint32_t count = 0; count < limits.max_structures; ++count) {
    while (has_prefix(view_some(source, {at, std::min<std::uint64_t>(2, file.end() - at)}),
                      "\xFF\xFF")) {
      ++at;
    }
    const Bytes head = view_some(source, {at, std::min<std::uint64_t>(4, file.end() - at)});
    if (head.size() < 2) break;  // without EOI
    if (head[0] != 0xFF) return broken(at);
    const std::uint8_t marker = head[1];
    if (marker == kEoi) {
      walk.parts.push_back({marker, {at, 2}});
      walk.picture = {file.offset, at + 2 - file.offset};
      walk.ended = true;
      return walk;
    }
    if (head.size() < 4) return broken(at);
    const std::uint64_t size = 2 + *load_be(head, 2, 2);
    if (size < 4 || size > file.end() - at) return broken(at);
    walk.parts.push_back({marker, {at, size}});
    if (marker == kSos) {
      const auto scan = scan_of(TRY(source.view({at + 4, size - 4})));
      if (!scan) return broken(at);
      walk.scans.push_back(*scan);
      const std::uint64_t begin = at + size;
      at = TRY(end_of_data(source, begin, file.end()));
      walk.scans.back().data = {begin, at - begin};
    } else {
      at += size;
    }
  }
  walk.picture = file;
  return walk;
}

struct Coded {
  Walk walk;
  JpegMarked marked;
  std::uint64_t frame_at = 0;  ///< of SOF, in the source
};

Result<Coded> code_again(Source& source, Range file, unsigned orientation, const MakeStamp& make,
                         const Limits& limits) {
  Coded coded;
  coded.walk = TRY(walk(source, file, limits));
  bool progressive = false;
  for (const Part& part : coded.walk.parts) {
    if (!is_frame(part.marker)) continue;
    if (coded.frame_at != 0) return broken(part.whole.offset);  // hierarchical, or two pictures
    coded.frame_at = part.whole.offset;
    progressive = part.marker == 0xC2 || part.marker == 0xCA;
  }
  if (coded.frame_at == 0 || coded.walk.scans.empty()) return broken(file.offset);
  // Without EOI a progressive file may lack scans that nobody misses.
  if (!coded.walk.ended && progressive) return broken(file.end());
  const Walk& parts = coded.walk;
  ByteBuffer data;
  const Range scan = parts.scans.front().data;
  if (parts.scans.size() == 1 && parts.ended && scan.size <= kMaxScan &&
      scan.end() + 2 == parts.picture.end()) {
    data = TRY(read(source, scan));
  }
  coded.marked =
      TRY(mark_coefficients(source, parts.picture, parts.scans, data, orientation, make));
  return coded;
}

/// The replacements that put the new frame where the old one stood.
Result<std::vector<Replacement>> changes_of_frame(Source& source, Coded& coded) {
  std::vector<Replacement> changes;
  if (coded.marked.scan) {
    const Part& header = coded.walk.parts[coded.walk.parts.size() - 2];
    changes.push_back({{header.whole.offset, 0}, std::move(coded.marked.scan->tables)});
    changes.push_back({coded.walk.scans.front().data, std::move(coded.marked.scan->data)});
    return changes;
  }
  ByteBuffer frame;
  for (const Part& part : coded.walk.parts) {
    if (part.whole.offset < coded.frame_at) {
      if (is_coding(part.marker)) changes.push_back({part.whole, {}});
    } else if (!is_coding(part.marker)) {
      append(frame, TRY(source.view(part.whole)));
    }
  }
  if (frame.empty()) {
    frame = std::move(coded.marked.frame);
  } else {
    append(frame, coded.marked.frame);
  }
  changes.push_back(
      {{coded.frame_at, coded.walk.picture.end() - coded.frame_at}, std::move(frame)});
  return changes;
}

Finding note(std::string rule, std::string en, std::string zh) {
  return {std::move(rule), Severity::Info, {std::move(en), std::move(zh)}, std::nullopt};
}

/// The small copy with the label, or nothing when it cannot have one.
ByteBuffer marked_thumbnail(Source& source, const ExifView& view, const MakeStamp& make,
                            const Limits& limits) {
  if (view.thumbnail.size == 0) return {};
  auto coded = code_again(source, view.thumbnail, view.orientation, make, limits);
  if (!coded) return {};
  auto changes = changes_of_frame(source, *coded);
  if (!changes) return {};
  const auto bytes = read(source, view.thumbnail);
  if (!bytes) return {};
  for (Replacement& change : *changes) change.range.offset -= view.thumbnail.offset;
  const auto plan = replace_ranges(bytes->size(), std::move(*changes));
  MemorySource thumbnail(*bytes);
  MemorySink sink;
  if (!plan || !execute(thumbnail, *plan, sink)) return {};
  return sink.take();
}

/// The EXIF segment once more, with another small copy of the picture.
Status change_thumbnail(Source& source, const jpeg::Segment& segment, const ExifView& view,
                        Range block, const MakeStamp& make, const Limits& limits, Stamped& out) {
  const ByteBuffer old = TRY(read(source, block));
  const ByteBuffer picture = marked_thumbnail(source, view, make, limits);
  ByteBuffer changed = with_thumbnail(old, block.offset, view, picture);
  bool dropped = picture.empty();
  if (jpeg::kExifHeader + changed.size() > jpeg::kMaxBody) {
    changed = with_thumbnail(old, block.offset, view, {});
    dropped = true;
  }
  const std::uint64_t body = jpeg::kExifHeader + changed.size();
  ByteBuffer length;
  append_be(length, body + 2, 2);
  out.changes.push_back({{segment.whole.offset + 2, 2}, std::move(length)});
  out.changes.push_back({block, std::move(changed)});
  if (dropped) {
    out.notes.push_back(note("mark-thumbnail",
                             "the small preview in EXIF has no room for a label and was taken out",
                             "EXIF 中的缩略图放不下标识，已移除"));
  }
  return {};
}

struct Exif {
  const jpeg::Segment* segment = nullptr;
  Range block;
  ExifView view;
};
Exif exif_of(Source& source, const jpeg::Head& head, const Limits& limits) {
  Exif exif;
  for (const jpeg::Segment& segment : head.segments) {
    if (segment.kind != jpeg::SegmentKind::Exif || segment.body.size <= jpeg::kExifHeader) continue;
    exif.segment = &segment;
    exif.block = {segment.body.offset + jpeg::kExifHeader, segment.body.size - jpeg::kExifHeader};
    exif.view = view_exif(source, exif.block, limits);
    break;
  }
  return exif;
}

}  // namespace

unsigned jpeg_orientation(Source& source, const Limits& limits) {
  const auto head = jpeg::read_head(source, limits);
  return head ? exif_of(source, *head, limits).view.orientation : 1;
}

Result<Stamped> stamp_jpeg(Source& source, const MakeStamp& make, const Limits& limits) {
  const jpeg::Head head = TRY(jpeg::read_head(source, limits));
  if (head.damage) return Failure(*head.damage);
  const Exif exif = exif_of(source, head, limits);
  Coded coded = TRY(code_again(source, {0, source.size()}, exif.view.orientation, make, limits));
  Stamped out;
  out.contrast = coded.marked.contrast;
  out.changes = TRY(changes_of_frame(source, coded));
  if (exif.view.has_thumbnail) {
    TRY(change_thumbnail(source, *exif.segment, exif.view, exif.block, make, limits, out));
  }
  TRY(jpeg::adjust_mpf(source, head, limits, out.changes));
  const bool others = std::any_of(
      head.segments.begin(), head.segments.end(),
      [](const jpeg::Segment& segment) { return segment.kind == jpeg::SegmentKind::Mpf; });
  if (others) {
    out.notes.push_back(
        note("mark-further-pictures",
             "the file holds further pictures (a gain map, a preview); they keep their pixels",
             "文件中还有其他图像（增益图、预览图），它们的像素保持不变"));
  }
  return out;
}

}  // namespace colophon
