// SPDX-License-Identifier: Apache-2.0
// Writing: the object frame (GEOB) with a C2PA manifest store (C2PA A.3.4), as the last frame of
// the file's first tag.
#include <algorithm>

#include "formats/id3_tags.hpp"

namespace colophon {
namespace {

namespace id3 = wire::id3;

constexpr std::uint8_t kExtended = 0x40, kUnsynchronised = 0x80;
/// ExifTool doubts the size of a last frame that no padding follows.
constexpr std::uint64_t kSpare = 16;
constexpr std::uint64_t kLowFlags4 = 9;  // of a 2.4 frame header
constexpr std::uint8_t kFrameUnsynchronised4 = 0x02;

ByteBuffer zeros(std::uint64_t size) {
  return ByteBuffer(static_cast<std::size_t>(size), 0);
}

Result<ByteBuffer> store_frame(const id3::Tag& tag, Bytes store) {
  return id3::make_frame(
      tag, id3::object_id(tag.version),
      id3::make_object(tag.version, {"application/c2pa", "c2pa", "c2pa manifest store", 0}, store));
}

/// One tag with frames taken out and one put behind the last. Padding takes up the difference.
class TagPlan {
 public:
  TagPlan(Source& source, const id3::Tag& tag) : source_(source), tag_(tag) {}

  void drop(Range frame) { dropped_.push_back(frame); }
  [[nodiscard]] bool drops() const noexcept { return !dropped_.empty(); }

  /// With a store the tag is no longer unsynchronised: what unsynchronisation does to the size
  /// depends on the bytes, and the store's frame must have one size.
  Result<std::vector<Replacement>> put(Bytes store) {
    id3::Tag plain = tag_;
    plain.flags = static_cast<std::uint8_t>(tag_.flags & ~kUnsynchronised);
    const ByteBuffer frame = TRY(store_frame(plain, store));
    if (tag_.unsynchronised()) TRY(synchronise_frames());
    flags_ = plain.flags;
    return finish(frame);
  }

  Result<std::vector<Replacement>> take() { return finish({}); }

 private:
  [[nodiscard]] bool is_dropped(Range frame) const {
    return std::find(dropped_.begin(), dropped_.end(), frame) != dropped_.end();
  }

  /// 2.4 says it for each frame, too, which then counts alone; 2.2 and 2.3 stuff the whole tag.
  Status synchronise_frames() {
    for (const id3::Frame& frame : tag_.frames) {
      if (is_dropped(frame.whole)) continue;
      if (tag_.version == 4) {
        const auto flags = static_cast<std::uint8_t>(frame.flags | kFrameUnsynchronised4);
        out_.push_back({{frame.whole.offset + kLowFlags4, 1}, ByteBuffer{flags}});
        continue;
      }
      ByteBuffer bytes = id3::synchronise(TRY(source_.view(frame.whole)));
      delta_ +=
          static_cast<std::int64_t>(bytes.size()) - static_cast<std::int64_t>(frame.whole.size);
      out_.push_back({frame.whole, std::move(bytes)});
    }
    return {};
  }

  [[nodiscard]] bool tail_is_padding() const {
    const Bytes bytes = view_some(source_, tag_.tail);
    return !tag_.junk && !tag_.has_footer() && bytes.size() == tag_.tail.size &&
           std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
  }

  Result<std::vector<Replacement>> finish(Bytes frame) {
    for (const Range& range : dropped_) remove(range);
    if (tag_.extended.size > 0) remove(tag_.extended);
    delta_ += static_cast<std::int64_t>(frame.size());
    ByteBuffer last = to_buffer(frame);
    Range place{tag_.tail.offset, 0};
    if (tail_is_padding()) {
      const auto growth = static_cast<std::uint64_t>(std::max<std::int64_t>(delta_, 0));
      if (delta_ < 0) {
        append(last, zeros(static_cast<std::uint64_t>(-delta_)));
        delta_ = 0;
      } else if (growth + kSpare <= tag_.tail.size) {
        place.size = growth;
        delta_ = 0;
      } else {
        place.size = tag_.tail.size;
        append(last, zeros(kSpare));
        delta_ = static_cast<std::int64_t>(growth + kSpare - place.size);
      }
    }
    out_.push_back({place, std::move(last)});
    TRY(set_header());
    return std::move(out_);
  }

  void remove(Range range) {
    delta_ -= static_cast<std::int64_t>(range.size);
    out_.push_back({range, {}});
  }

  /// Flags and size, in the header and in its copy at the end.
  Status set_header() {
    const std::uint64_t body = tag_.whole.size - id3::kHeader * (tag_.has_footer() ? 2 : 1) +
                               static_cast<std::uint64_t>(delta_);
    if (body > id3::kMaxSize) {
      return fail(ErrorCode::LimitExceeded, "the ID3 tag would be larger than a tag can be", "id3",
                  tag_.whole.offset);
    }
    const std::uint8_t extended = tag_.extended.size > 0 ? kExtended : 0;
    ByteBuffer fields{static_cast<std::uint8_t>(flags_ & ~extended)};
    append(fields, id3::synchsafe(body));
    out_.push_back({{tag_.whole.offset + 5, fields.size()}, fields});
    if (tag_.has_footer()) out_.push_back({{tag_.whole.end() - 5, fields.size()}, fields});
    return {};
  }

  Source& source_;
  const id3::Tag& tag_;
  std::uint8_t flags_ = tag_.flags;
  std::vector<Range> dropped_;
  std::vector<Replacement> out_;
  std::int64_t delta_ = 0;  // by how much the tag grows
};

}  // namespace

Result<std::vector<Replacement>> set_id3_store(Source& source, std::span<const id3::Tag> tags,
                                               const Layout& layout, Bytes store) {
  const bool leads = !tags.empty() && tags.front().whole.offset == 0;
  std::vector<Replacement> out;
  if (!leads) {
    out.push_back({{0, 0}, id3::make_tag(TRY(store_frame(id3::Tag{}, store)), kSpare)});
  }
  const auto old = stores_of(layout);
  for (std::size_t i = 0; i < tags.size(); ++i) {
    TagPlan plan(source, tags[i]);
    for (const Carrier* carrier : old) {
      if (id3_frame_of(tags[i], *carrier)) plan.drop(carrier->whole);
    }
    const bool home = i == 0 && leads;
    if (!home && !plan.drops()) continue;
    auto changes = home ? TRY(plan.put(store)) : TRY(plan.take());
    std::move(changes.begin(), changes.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace colophon
