// SPDX-License-Identifier: Apache-2.0
// Writing a label into an ISO media file. The ways, cheapest first (docs/containers.md tells them
// in short):
//   1. the value keeps its size: it is overwritten;
//   2. a changed `udta` or `meta` goes into padding inside or right behind `moov`, and the old one
//      becomes padding: a few hundred bytes are written, `moov` and the media stay where they are;
//   3. `moov` stands behind the media: a new one goes into padding or to the end of the file, and
//      the old one becomes padding;
//   4. `moov` stands before the media (fast start): what is behind it moves, every table that
//      points there follows, and padding is left so that the next edit is of the second way.
// Ways 1 to 3 can be carried out in place. New boxes are written where no reader looks yet, then
// become visible by one 8-byte header, then the old ones disappear by one header.
#include "formats/mp4_edit.hpp"

#include <algorithm>
#include <set>

namespace colophon::mp4 {
namespace {

enum Phase : std::uint8_t { kHidden, kVisible, kAdopted, kRetired, kWiped };

constexpr std::uint64_t kLargeMovie = 64 * 1024;  // from here on padding behind `moov` pays
constexpr std::uint64_t kSpare = 4096;

class Plan {
 public:
  Plan(Source& source, const FileMap& map, const Limits& limits)
      : source_(source), map_(map), limits_(limits) {}

  [[nodiscard]] Status movie(const MovieChange& change);
  [[nodiscard]] Status xmp(const Carrier* old, Bytes packet);
  [[nodiscard]] Result<Splice> finish() {
    return replace_ranges(source_.size(), std::move(replacements_));
  }

 private:
  [[nodiscard]] const Box& moov() const { return map_.boxes[*map_.moov]; }
  [[nodiscard]] bool moov_behind_media() const;
  [[nodiscard]] Result<bool> replace_child(const MovieChange& change);
  [[nodiscard]] Result<bool> replace_movie(const MovieChange& change);
  [[nodiscard]] Status shift(const MovieChange& change);
  [[nodiscard]] bool place(const Box& padding, Bytes box);
  [[nodiscard]] bool append(ByteBuffer box, bool retires_moov = false);
  void retire(std::span<const Box> siblings, const Box& box);
  void wipe(std::span<const Range> stale);
  void put(Range range, ByteBuffer bytes, std::uint8_t phase) {
    replacements_.push_back({range, std::move(bytes), phase});
  }
  [[nodiscard]] bool is_free(const Box& box) const {
    return is_padding(box) && !box.to_end && !used_.contains(box.whole.offset);
  }

  Source& source_;
  const FileMap& map_;
  const Limits& limits_;
  std::vector<Replacement> replacements_;
  std::set<std::uint64_t> used_;  // offsets of padding that this plan has taken
};

bool Plan::moov_behind_media() const {
  return std::any_of(map_.boxes.begin(),
                     map_.boxes.begin() + static_cast<std::ptrdiff_t>(*map_.moov),
                     [](const Box& box) { return box.is(fourcc("mdat")); });
}

/// Puts a box into padding: its header last, so that the padding stays whole until then.
bool Plan::place(const Box& padding, Bytes box) {
  constexpr std::uint64_t kHeader = 8;
  if (!is_free(padding) || padding.large || padding.whole.size < box.size()) return false;
  const std::uint64_t left = padding.whole.size - box.size();
  if (left != 0 && left < kHeader) return false;
  ByteBuffer hidden = to_buffer(slice(box, kHeader));
  if (left != 0) wire::append_box_header(hidden, fourcc("free"), left - kHeader);
  const Range behind_header{padding.whole.offset + kHeader, hidden.size()};
  put(behind_header, std::move(hidden), kHidden);
  put({padding.whole.offset, kHeader}, to_buffer(slice(box, 0, kHeader)), kVisible);
  used_.insert(padding.whole.offset);
  return true;
}

/// Puts a box behind the last one; before an `mfra`, which readers look for at the very end.
bool Plan::append(ByteBuffer box, bool retires_moov) {
  const Box& last = map_.boxes.back();
  if (last.to_end && !(retires_moov && last.is(fourcc("moov")))) {
    auto field = size_field(last, last.whole.size);
    if (!field) return false;
    const bool fixed =
        std::any_of(replacements_.begin(), replacements_.end(),
                    [&](const Replacement& r) { return r.range.offset == field->range.offset; });
    if (!fixed) replacements_.push_back(std::move(*field));
  }
  const std::uint64_t at =
      last.is(fourcc("mfra")) ? last.whole.offset : std::uint64_t{last.whole.end()};
  put({at, 0}, std::move(box), kHidden);
  return true;
}

/// Turns a box into padding, together with the padding around it that this plan leaves alone.
void Plan::retire(std::span<const Box> siblings, const Box& box) {
  auto first = static_cast<std::size_t>(
      std::find_if(siblings.begin(), siblings.end(),
                   [&](const Box& other) { return other.whole == box.whole; }) -
      siblings.begin());
  std::size_t last = first;
  const auto fits = [&](std::size_t from, std::size_t to) {
    return siblings[to].whole.end() - siblings[from].whole.offset <= UINT32_MAX;
  };
  while (first > 0 && is_free(siblings[first - 1]) && fits(first - 1, last)) --first;
  while (last + 1 < siblings.size() && is_free(siblings[last + 1]) && fits(first, last + 1)) ++last;
  const std::uint64_t start = siblings[first].whole.offset;
  for (std::size_t i = first; i <= last; ++i) used_.insert(siblings[i].whole.offset);
  ByteBuffer header;
  append_be(header, siblings[last].whole.end() - start, 4);
  append_be(header, fourcc("free"), 4);
  put({start, 8}, std::move(header), kRetired);
}

/// What the old label said must not survive in padding, where a search for text would find it.
void Plan::wipe(std::span<const Range> stale) {
  for (const Range& range : stale) {
    put(range, ByteBuffer(static_cast<std::size_t>(range.size), 0), kWiped);
  }
}

/// The second way. False: it is not open.
Result<bool> Plan::replace_child(const MovieChange& change) {
  const std::size_t changed = change.children.size();
  if (changed + (change.added.empty() ? 0 : 1) != 1) return false;
  const Box* old = changed == 1 ? &change.children.begin()->second : nullptr;
  // The order of tracks has a meaning; that of `udta` and `meta` has none.
  if (old != nullptr && !old->is(fourcc("udta")) && !old->is(fourcc("meta"))) return false;
  const ByteBuffer fresh = old == nullptr
                               ? change.added
                               : TRY(render(source_, old->whole, change.replacements(), limits_));
  const std::vector<Box> siblings = TRY(children_of(source_, moov().body, limits_));
  bool placed = std::any_of(siblings.begin(), siblings.end(),
                            [&](const Box& box) { return place(box, fresh); });
  // Behind a terminator no reader would look.
  const bool full = TRY(end_of_children(source_, moov(), limits_)) == moov().body.end();
  if (!placed && full && *map_.moov + 1 < map_.boxes.size() && !moov().to_end) {
    auto field = size_field(moov(), moov().whole.size + fresh.size());
    placed = field && place(map_.boxes[*map_.moov + 1], fresh);
    if (placed) put(field->range, std::move(field->bytes), kAdopted);
  }
  if (placed && old != nullptr) {
    retire(siblings, *old);
    wipe(change.stale);
  }
  return placed;
}

/// The third way. False: it is not open.
Result<bool> Plan::replace_movie(const MovieChange& change) {
  if (!moov_behind_media() || map_.moov_count > 1) return false;
  std::vector<Replacement> inner = change.replacements();
  for (const Box& child : TRY(children_of(source_, moov().body, limits_))) {
    if (is_padding(child)) inner.push_back({child.whole, {}});
  }
  inner.push_back({{moov().whole.end(), 0}, change.added});
  const ByteBuffer body = TRY(render(source_, moov().body, std::move(inner), limits_));
  ByteBuffer fresh;
  wire::append_box(fresh, fourcc("moov"), body);
  const bool placed = std::any_of(map_.boxes.begin(), map_.boxes.end(),
                                  [&](const Box& box) { return place(box, fresh); });
  if (!placed) {
    if (fresh.size() >= kLargeMovie) {
      wire::append_box(fresh, fourcc("free"), ByteBuffer(kSpare - 8, 0));
    }
    if (!append(std::move(fresh), true)) return false;
  }
  retire(map_.boxes, moov());
  wipe(change.stale);
  return true;
}

/// The fourth way.
Status Plan::shift(const MovieChange& change) {
  for (Replacement& replacement : TRY(shift_media(source_, map_, change, limits_))) {
    replacements_.push_back(std::move(replacement));
  }
  for (const Box& box : map_.boxes) {
    const Range padding = padding_behind(map_, moov());
    if (box.whole.offset >= padding.offset && box.whole.end() <= padding.end()) {
      used_.insert(box.whole.offset);
    }
  }
  return {};
}

Status Plan::movie(const MovieChange& change) {
  if (change.keeps_sizes()) {
    for (const Replacement& replacement : change.content) replacements_.push_back(replacement);
    return {};
  }
  if (TRY(replace_child(change)) || TRY(replace_movie(change))) return {};
  return shift(change);
}

/// The XMP packet in its `uuid` box at the top level.
Status Plan::xmp(const Carrier* old, Bytes packet) {
  if (old != nullptr && old->payload.size == packet.size()) {
    put(old->payload, to_buffer(packet), kHidden);
    return {};
  }
  ByteBuffer box;
  wire::append_uuid_box(box, kXmpUuid, packet);
  const Range kept = map_.moov ? padding_behind(map_, moov()) : Range{};  // for the next key
  const bool placed = std::any_of(map_.boxes.begin(), map_.boxes.end(), [&](const Box& padding) {
    const bool is_kept =
        kept.size > 0 && padding.whole.offset >= kept.offset && padding.whole.end() <= kept.end();
    return !is_kept && place(padding, box);
  });
  if (!placed && !append(std::move(box))) {
    return fail(ErrorCode::Unsupported,
                "the last box has no size of its own and is too large to be given one, so nothing "
                "can be put behind it",
                wire::to_string(map_.boxes.back().type), map_.boxes.back().whole.offset);
  }
  if (old == nullptr) return {};
  const auto box_of_old = std::find_if(map_.boxes.begin(), map_.boxes.end(),
                                       [&](const Box& other) { return other.whole == old->whole; });
  if (box_of_old == map_.boxes.end()) {
    return fail(ErrorCode::Conflict, "the file is not the one that was read", old->path,
                old->whole.offset);
  }
  retire(map_.boxes, *box_of_old);
  wipe({&old->payload, 1});
  return {};
}

bool inside(const Box& box, Range range) noexcept {
  return box.whole.offset <= range.offset && range.end() <= box.whole.end();
}

}  // namespace

Status check_movie(Source& source, const FileMap& map, const Limits& limits) {
  if (!map.moov) {
    return fail(ErrorCode::Unsupported,
                "a media segment has no moov box to hold the label; label the initialisation "
                "segment of the stream",
                "moov");
  }
  const Box& moov = map.boxes[*map.moov];
  if (moov.whole.size > limits.max_memory) {
    return fail(ErrorCode::LimitExceeded, "the moov box is larger than the memory cap", "moov",
                moov.whole.offset);
  }
  BoxBudget budget(limits);
  if (TRY(wire::find_box(source, moov.body, fourcc("cmov"), budget))) {
    return fail(ErrorCode::Unsupported,
                "the moov box is compressed (cmov); save the film without header compression first",
                "cmov", moov.whole.offset);
  }
  return {};
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const FileMap map = TRY(map_file(source, limits));
  Plan plan(source, map, limits);
  MovieChange change;
  std::vector<std::pair<const Carrier*, const Edit*>> packets;
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source, *target, limits)) == edit.value) continue;
    const bool in_movie =
        target != nullptr && map.moov && inside(map.boxes[*map.moov], target->whole);
    if (edit.kind == CarrierKind::Xmp && !in_movie) {
      packets.emplace_back(target, &edit);
      continue;
    }
    TRY(check_movie(source, map, limits));
    const Box& moov = map.boxes[*map.moov];
    if (in_movie) {
      TRY(set_value(source, moov, *target, edit.value, limits, change));
    } else if (target == nullptr && edit.kind == CarrierKind::AigcKey) {
      TRY(add_aigc_key(source, moov, edit.value, limits, change));
    } else {
      return fail(ErrorCode::Unsupported, "this place can be read, but not written",
                  target != nullptr ? target->path : "mp4");
    }
  }
  if (!change.empty()) TRY(plan.movie(change));
  for (const auto& [target, edit] : packets) TRY(plan.xmp(target, edit->value));
  return plan.finish();
}

}  // namespace colophon::mp4
