// SPDX-License-Identifier: Apache-2.0
// Extended XMP (XMP specification part 3, 1.1.3.1): a second packet, cut into APP1 segments:
//   "http://ns.adobe.com/xmp/extension/\0" | GUID (32 hex digits) | full length u32 | offset u32 |
//   ...
#include "formats/jpeg_head.hpp"

#include <algorithm>

namespace colophon::jpeg {
namespace {

constexpr std::uint64_t kGuid = 32;
constexpr std::uint64_t kHeader = kExtensionPrefix.size() + kGuid + 8;
constexpr std::size_t kMaxPackets = 16;

struct Part {
  std::uint64_t offset = 0;  // in the packet
  Range data, whole;
};
struct Packet {
  std::string guid;
  std::uint64_t size = 0;
  std::vector<Part> parts;
};

void add_part(std::vector<Packet>& packets, const Segment& segment, Bytes head) {
  std::string guid = to_string(slice(head, kExtensionPrefix.size(), kGuid));
  auto packet = std::find_if(packets.begin(), packets.end(),
                             [&](const Packet& other) { return other.guid == guid; });
  if (packet == packets.end()) {
    if (packets.size() >= kMaxPackets) return;
    packets.push_back({std::move(guid), *load_be(head, kHeader - 8, 4), {}});
    packet = packets.end() - 1;
  }
  const Range data{segment.body.offset + kHeader, segment.body.size - kHeader};
  packet->parts.push_back({*load_be(head, kHeader - 4, 4), data, segment.whole});
}

/// The packet as a carrier; `complete` says whether its parts join without gap or overlap.
Carrier join(Packet& packet, bool& complete) {
  std::uint64_t begin = UINT64_MAX;
  std::uint64_t end = 0;
  for (const Part& part : packet.parts) {
    begin = std::min(begin, part.whole.offset);
    end = std::max(end, part.whole.end());
  }
  std::sort(packet.parts.begin(), packet.parts.end(), [](const Part& a, const Part& b) {
    return std::pair(a.offset, a.whole.offset) < std::pair(b.offset, b.whole.offset);
  });
  Carrier carrier;
  carrier.kind = CarrierKind::Xmp;
  carrier.path = "jpeg:APP1[xmp-extension]";
  carrier.whole = {begin, end - begin};
  carrier.payload = packet.parts.front().data;
  std::uint64_t at = 0;
  complete = true;
  for (const Part& part : packet.parts) {
    complete = complete && part.offset == at;
    at += part.data.size;
    if (packet.parts.size() > 1) carrier.parts.push_back(part.data);
  }
  complete = complete && at == packet.size;
  return carrier;
}

}  // namespace

Status add_extended_xmp(Source& source, const Head& head, Layout& layout) {
  std::vector<Packet> packets;
  for (const Segment& segment : head.segments) {
    if (segment.kind != SegmentKind::XmpExtension || segment.body.size < kHeader) continue;
    add_part(packets, segment, TRY(source.view({segment.body.offset, kHeader})));
  }
  for (Packet& packet : packets) {
    bool complete = true;
    layout.carriers.push_back(join(packet, complete));
    if (complete) continue;
    add_oddity(layout, {"jpeg-xmp-extension",
                        Severity::Warning,
                        {"parts of the extended XMP packet are missing or out of place",
                         "扩展 XMP 数据包的部分内容缺失或错位"},
                        layout.carriers.back().whole.offset});
  }
  return {};
}

}  // namespace colophon::jpeg
