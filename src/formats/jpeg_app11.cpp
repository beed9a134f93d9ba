// SPDX-License-Identifier: Apache-2.0
// C2PA stores in JPEG: JUMBF boxes cut into APP11 segments (ISO/IEC 18477-3 annex B, C2PA A.3.1):
//   'JP' | En u16 (box instance) | Z u32 (sequence, from 1) | LBox u32 | TBox | [XLBox u64] | ...
// LBox and TBox are repeated in every segment.
#include "formats/jpeg_head.hpp"
#include "wire/jumbf_mark.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::jpeg {
namespace {

using wire::JumbfUse;

constexpr std::uint64_t kPrefix = 8;  // CI, En, Z
constexpr std::uint64_t kStart = 64;  // of a segment: enough for the store's description

struct BoxPart {
  std::uint64_t instance = 0, sequence = 0;
  std::uint64_t box_size = 0;    // 0: to the end
  std::uint64_t box_header = 8;  // LBox, TBox and perhaps XLBox
  std::string box_type;
  bool is_c2pa = false;  // starts with the C2PA store's description box, or with what is left of it
};

/// Nothing when the segment has no room for a box's head.
std::optional<BoxPart> read_part(Bytes start) {
  BoxPart box;
  const auto size = load_be(start, kPrefix, 4);
  if (!size || start.size() < kPrefix + box.box_header) return std::nullopt;
  box.instance = *load_be(start, 2, 2);
  box.sequence = *load_be(start, 4, 4);
  box.box_type = to_string(slice(start, kPrefix + 4, 4));
  box.box_size = *size;
  if (*size == 1) {
    box.box_size = load_be(start, kPrefix + 8, 8).value_or(0);
    box.box_header = 16;
  }
  return box;
}

/// Is it a store? APP11 also holds the boxes of JPEG XT and JUMBF of other kinds, so a box that is
/// neither is one only if its words say so.
Result<bool> is_c2pa(Source& source, const Segment& segment, const BoxPart& box) {
  const Bytes body = TRY(source.view(segment.body));
  if (box.box_type == "jumb") {
    const JumbfUse use = wire::jumbf_use(slice(body, kPrefix + box.box_header));
    if (use != JumbfUse::Broken) return use == JumbfUse::C2pa;
  }
  return wire::bears_c2pa_words(body);
}

Finding oddity(std::string message, std::string message_zh, std::uint64_t at) {
  return {"jpeg-c2pa", Severity::Warning, {std::move(message), std::move(message_zh)}, at};
}

/// The store that is being joined.
struct Joiner {
  Layout& layout;
  std::optional<Carrier> store;
  BoxPart first = {};
  std::uint64_t next = 0, expected = 0, joined = 0;
  bool foreign = false;  // a JUMBF box of another kind runs under this instance number

  void start(const Segment& segment, const BoxPart& box) {
    finish();
    first = box;
    next = box.sequence + 1;
    foreign = !box.is_c2pa;
    if (foreign) return;
    expected = box.box_size;
    joined = segment.body.size - kPrefix;
    const Range part{segment.body.offset + kPrefix, joined};
    store = Carrier{
        CarrierKind::C2paStore, "jpeg:APP11[c2pa]", "", segment.whole, part, {part}, std::nullopt};
  }

  /// The repeated head of a box may be damaged in one segment only.
  [[nodiscard]] bool continues(const Segment& segment, const BoxPart& box) const {
    if (box.sequence <= 1 || box.instance != first.instance) return false;
    return box.box_type == first.box_type ||
           (store && box.sequence == next && segment.whole.offset == store->whole.end());
  }

  /// A piece whose run has lost its start, or its number, is no second store.
  [[nodiscard]] bool is_stray(const BoxPart& box) const {
    const auto is_store = [](const Carrier& each) { return each.kind == CarrierKind::C2paStore; };
    return box.sequence > 1 &&
           (store || std::any_of(layout.carriers.begin(), layout.carriers.end(), is_store));
  }

  void append(const Segment& segment, const BoxPart& box) {
    if (box.sequence != next) {
      add_oddity(layout,
                 oddity(fmt::format("C2PA segment {} comes where {} is due", box.sequence, next),
                        fmt::format("C2PA 段 {} 出现在应为段 {} 的位置", box.sequence, next),
                        segment.whole.offset));
    }
    next = box.sequence + 1;
    if (foreign || !store) return;
    if (segment.whole.offset != store->whole.end()) {
      add_oddity(layout, oddity("other data stands between the C2PA segments",
                                "C2PA 段之间夹有其他数据", segment.whole.offset));
    }
    const std::uint64_t skip = std::min(kPrefix + first.box_header, segment.body.size);
    store->parts.push_back({segment.body.offset + skip, segment.body.size - skip});
    joined += segment.body.size - skip;
    store->whole.size = segment.whole.end() - store->whole.offset;
  }

  /// Cuts what stands behind the box's end, or tells what is missing.
  void finish() {
    if (!store) return;
    if (expected != 0 && joined < expected) {
      add_oddity(layout,
                 oddity(fmt::format("the C2PA store announces {} bytes, but only {} are there",
                                    expected, joined),
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
        TRY(source.view({segment.body.offset, std::min<std::uint64_t>(segment.body.size, kStart)}));
    auto box = read_part(start);
    if (!box) continue;
    if (layout.carriers.size() >= limits.max_carriers || layout.oddities.size() > 64) {
      return fail(ErrorCode::LimitExceeded, "too many APP11 segments", "jpeg:APP11",
                  segment.whole.offset);
    }
    if (running && joiner.continues(segment, *box)) {
      joiner.append(segment, *box);
      continue;
    }
    if (joiner.is_stray(*box)) continue;
    box->is_c2pa = TRY(is_c2pa(source, segment, *box));
    joiner.start(segment, *box);
    running = true;
  }
  joiner.finish();
  return {};
}

}  // namespace colophon::jpeg
