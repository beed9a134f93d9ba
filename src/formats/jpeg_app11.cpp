// SPDX-License-Identifier: Apache-2.0
// C2PA stores in JPEG: JUMBF boxes cut into APP11 segments (ISO/IEC 18477-3 annex B, C2PA A.3.1):
//   'JP' | En u16 (box instance) | Z u32 (sequence, from 1) | LBox u32 | TBox | [XLBox u64] | ...
// LBox and TBox are repeated in every segment.
#include "formats/jpeg_head.hpp"

#include <fmt/core.h>

namespace colophon::jpeg {
namespace {

constexpr std::uint64_t kPrefix = 8;  // CI, En, Z
constexpr std::string_view kC2paUuid{"c2pa\x00\x11\x00\x10\x80\x00\x00\xAA\x00\x38\x9B\x71", 16};

struct BoxPart {
  std::uint64_t instance = 0, sequence = 0;
  std::uint64_t box_size = 0;    // 0: to the end
  std::uint64_t box_header = 8;  // LBox, TBox and perhaps XLBox
  bool is_c2pa = false;          // starts with the C2PA store's description box
};

/// Nothing when the segment holds no JUMBF superbox.
std::optional<BoxPart> read_part(Bytes body) noexcept {
  BoxPart box;
  const auto size = load_be(body, kPrefix, 4);
  if (!size || as_text(slice(body, kPrefix + 4, 4)) != "jumb") return std::nullopt;
  box.instance = *load_be(body, 2, 2);
  box.sequence = *load_be(body, 4, 4);
  box.box_size = *size;
  if (*size == 1) {
    const auto large = load_be(body, kPrefix + 8, 8);
    if (!large) return std::nullopt;
    box.box_size = *large;
    box.box_header = 16;
  }
  const Bytes description = slice(body, kPrefix + box.box_header);
  box.is_c2pa = as_text(slice(description, 4, 4)) == "jumd" &&
                as_text(slice(description, 8, 16)) == kC2paUuid;
  return box;
}

Finding oddity(std::string message, std::string message_zh, std::uint64_t at) {
  return {"jpeg-c2pa", Severity::Warning, {std::move(message), std::move(message_zh)}, at};
}

/// The store that is being joined.
struct Joiner {
  Layout& layout;
  std::optional<Carrier> store;
  std::uint64_t instance = 0, next = 0, expected = 0, joined = 0;
  bool foreign = false;  // a JUMBF box of another kind runs under this instance number

  void start(const Segment& segment, const BoxPart& box) {
    finish();
    instance = box.instance;
    next = box.sequence + 1;
    foreign = !box.is_c2pa;
    if (foreign) return;
    expected = box.box_size;
    joined = segment.body.size - kPrefix;
    const Range part{segment.body.offset + kPrefix, joined};
    store = Carrier{
        CarrierKind::C2paStore, "jpeg:APP11[c2pa]", "", segment.whole, part, {part}, std::nullopt};
  }

  void append(const Segment& segment, const BoxPart& box) {
    if (box.sequence != next) {
      layout.oddities.push_back(
          oddity(fmt::format("C2PA segment {} comes where {} is due", box.sequence, next),
                 fmt::format("C2PA 段 {} 出现在应为段 {} 的位置", box.sequence, next),
                 segment.whole.offset));
    }
    next = box.sequence + 1;
    if (foreign || !store) return;
    if (segment.whole.offset != store->whole.end()) {
      layout.oddities.push_back(oddity("other data stands between the C2PA segments",
                                       "C2PA 段之间夹有其他数据", segment.whole.offset));
    }
    const std::uint64_t skip = std::min(kPrefix + box.box_header, segment.body.size);
    store->parts.push_back({segment.body.offset + skip, segment.body.size - skip});
    joined += segment.body.size - skip;
    store->whole.size = segment.whole.end() - store->whole.offset;
  }

  /// Cuts what stands behind the box's end, or tells what is missing.
  void finish() {
    if (!store) return;
    if (expected != 0 && joined < expected) {
      layout.oddities.push_back(oddity(
          fmt::format("the C2PA store announces {} bytes, but only {} are there", expected, joined),
          fmt::format("C2PA 清单声明 {} 字节，实际只有 {} 字节", expected, joined),
          store->whole.offset));
    }
    for (std::uint64_t excess = expected != 0 && joined > expected ? joined - expected : 0;
         excess > 0 && !store->parts.empty();) {
      Range& last = store->parts.back();
      const std::uint64_t cut = std::min(excess, last.size);
      last.size -= cut;
      excess -= cut;
      if (last.size == 0) store->parts.pop_back();
    }
    if (!store->parts.empty()) {
      store->payload = store->parts.front();
      if (store->parts.size() == 1) store->parts.clear();
      layout.carriers.push_back(*std::move(store));
    }
    store.reset();
  }
};

}  // namespace

Status add_c2pa(Source& source, const Head& head, const Limits& limits, Layout& layout) {
  Joiner joiner{layout, std::nullopt};
  bool running = false;
  for (const Segment& segment : head.segments) {
    if (segment.kind != SegmentKind::Jumbf) continue;
    const Bytes start =
        TRY(source.view({segment.body.offset, std::min<std::uint64_t>(segment.body.size, 48)}));
    const auto box = read_part(start);
    if (!box) continue;
    if (layout.carriers.size() >= limits.max_carriers || layout.oddities.size() > 64) {
      return fail(ErrorCode::LimitExceeded, "too many APP11 segments", "jpeg:APP11",
                  segment.whole.offset);
    }
    if (running && box->sequence > 1 && box->instance == joiner.instance) {
      joiner.append(segment, *box);
    } else {
      joiner.start(segment, *box);
      running = true;
    }
  }
  joiner.finish();
  return {};
}

}  // namespace colophon::jpeg
