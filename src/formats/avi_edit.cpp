// SPDX-License-Identifier: Apache-2.0
// Writing: indexes hold absolute offsets (OpenDML indx and ix, some idx1), so nothing that exists
// may move. The list INFO grows into the JUNK chunk behind it, else moves into another JUNK chunk,
// else to the end of the last form; its old place becomes JUNK. A new label alone goes to the end,
// so that what readers see in the old list stays there. With several forms a list of its
// own in JUNK of the header comes before that: ffprobe 5.1 and MediaInfo read INFO from the first
// form only, among its chunks or in its header; behind the last form ExifTool alone finds it.
#include <algorithm>

#include "formats/avi.hpp"
#include "formats/id3_tags.hpp"

namespace colophon::avi {
namespace {

using namespace riff;

constexpr FourCc kJunk = fourcc("JUNK");

/// A stretch that may be overwritten: a chunk that is to be replaced, and the JUNK behind it.
struct Room {
  Range range;
  /// What is left of the stretch behind `size` bytes is nothing, or large enough for JUNK.
  [[nodiscard]] bool fits(std::uint64_t size) const noexcept {
    return size == range.size || (range.size % 2 == 0 && size + kHeader <= range.size);
  }
  /// The new chunk, and the header of the JUNK that is left. The body of JUNK need not be written,
  /// except where `used` bytes of the old chunk would stay readable.
  [[nodiscard]] Replacement fill(ByteBuffer chunk, std::uint64_t used) const {
    const std::uint64_t rest = range.size - chunk.size();
    if (rest > 0) {
      append_be(chunk, kJunk, 4);
      append_le(chunk, rest - kHeader, 4);
      chunk.resize(static_cast<std::size_t>(std::max<std::uint64_t>(chunk.size(), used)), 0);
    }
    const std::uint64_t written = chunk.size();
    return {{range.offset, written}, std::move(chunk)};
  }
};

/// The chunk at `index` and all JUNK that follows it directly.
Room room_at(const std::vector<Chunk>& chunks, std::size_t index) {
  Room room{chunks[index].whole};
  for (++index; index < chunks.size() && chunks[index].is(kJunk); ++index) {
    room.range.size = chunks[index].whole.end() - room.range.offset;
  }
  return room;
}

/// Where the old list or chunk stands: among the chunks of a form or of its header.
struct Place {
  std::vector<Chunk> among;
  std::size_t index = 0;
  bool last = false;  ///< nothing but JUNK stands behind it in the file's last form

  [[nodiscard]] const Chunk& chunk() const noexcept { return among[index]; }
};

class Planner {
 public:
  Planner(Source& source, const Limits& limits)
      : source_(source), limits_(limits), budget_(limits) {}

  Status open() {
    forms_ = TRY(read_forms(source_, budget_));
    for (const Chunk& chunk : forms_.front().chunks.all) {
      if (!chunk.is_list(fourcc("hdrl"))) continue;
      header_ = TRY(wire::riff::read_list(source_, chunk, budget_)).all;
      break;
    }
    for (const Form& form : forms_) {
      const auto& all = form.chunks.all;
      if (std::none_of(all.begin(), all.end(), [](const Chunk& chunk) { return chunk.open; })) {
        continue;
      }
      return fail(ErrorCode::Unsupported,
                  "the recording was never finished (its size is not written); remux it first",
                  "avi", form.whole.offset);
    }
    return {};
  }

  Result<std::vector<Replacement>> set(const Carrier* target, Bytes value) {
    const auto place = find(target);
    if (target != nullptr && !place) {
      return fail(ErrorCode::NotFound, "the label is not where it was found", target->path);
    }
    ByteBuffer chunk;
    if (place && is_aigc(place->chunk())) {
      chunk = wire::riff::make_chunk(kAigc, value);
    } else {
      const auto old = target != nullptr ? std::optional(target->whole) : std::nullopt;
      chunk = TRY(
          info_with_aigc(source_, place ? &place->chunk() : nullptr, old, value, budget_, limits_));
    }
    if (auto changes = fitted(place, chunk)) return std::move(*changes);
    if (target == nullptr && forms_.size() > 1) {
      ByteBuffer alone = TRY(info_with_aigc(source_, nullptr, {}, value, budget_, limits_));
      if (const auto room = junk_for(alone.size(), header_)) {
        return std::vector<Replacement>{room->fill(std::move(alone), 0)};
      }
    }
    behind_media_ = true;
    if (target == nullptr) {
      ByteBuffer alone = TRY(info_with_aigc(source_, nullptr, {}, value, budget_, limits_));
      return std::vector<Replacement>{append_chunk(forms_.back(), std::move(alone))};
    }
    std::vector<Replacement> changes{append_chunk(forms_.back(), std::move(chunk))};
    if (place) clear(place->chunk(), changes);
    return changes;
  }

  /// The last chunk of the file. Other readers look at the first of several forms only, so there a
  /// store that fits goes into JUNK of that form.
  [[nodiscard]] std::vector<Replacement> set_store(Bytes store) const {
    ByteBuffer chunk = wire::riff::make_chunk(kC2pa, store);
    std::vector<Replacement> changes;
    bool placed = false;
    for (const Form& form : forms_) {
      const auto& all = form.chunks.all;
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (!all[i].is(kC2pa)) continue;
        if (!placed && is_last(form, i)) {
          changes.push_back({room_at(all, i).range, chunk});
          placed = true;
        } else {
          clear(all[i], changes);
        }
      }
    }
    if (placed) return changes;
    const auto room = forms_.size() > 1 ? junk_for(chunk.size(), forms_.front().chunks.all)
                                        : std::optional<Room>();
    changes.push_back(room ? room->fill(std::move(chunk), 0)
                           : append_chunk(forms_.back(), std::move(chunk)));
    return changes;
  }

  [[nodiscard]] const Form& last_form() const noexcept { return forms_.back(); }
  [[nodiscard]] bool behind_media() const noexcept { return behind_media_; }

 private:
  /// The chunk that holds the target; without a target, the first list INFO.
  [[nodiscard]] std::optional<Place> find(const Carrier* target) const {
    for (const Form& form : forms_) {
      const auto& all = form.chunks.all;
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (wanted(all[i], target)) return Place{all, i, is_last(form, i)};
      }
    }
    for (std::size_t i = 0; i < header_.size(); ++i) {
      if (wanted(header_[i], target)) return Place{header_, i, false};
    }
    return std::nullopt;
  }

  static bool wanted(const Chunk& chunk, const Carrier* target) noexcept {
    if (target == nullptr) return chunk.is_list(kInfo);
    return (chunk.is_list(kInfo) || is_aigc(chunk)) && chunk.whole.offset <= target->whole.offset &&
           target->whole.end() <= chunk.whole.end();
  }

  [[nodiscard]] bool is_last(const Form& form, std::size_t index) const noexcept {
    const auto& all = form.chunks.all;
    return &form == &forms_.back() &&
           std::all_of(all.begin() + static_cast<std::ptrdiff_t>(index) + 1, all.end(),
                       [](const Chunk& chunk) { return chunk.is(kJunk); });
  }

  /// The chunk in its old place, else in JUNK of the first form; nothing when neither has room.
  [[nodiscard]] std::optional<std::vector<Replacement>> fitted(const std::optional<Place>& place,
                                                               const ByteBuffer& chunk) const {
    std::vector<Replacement> changes;
    if (place) {
      const Room room = room_at(place->among, place->index);
      if (room.fits(chunk.size())) {
        changes.push_back(room.fill(chunk, place->chunk().whole.size));
        return changes;
      }
      if (place->last) {
        changes.push_back({room.range, chunk});
        return changes;
      }
    }
    const auto room = junk_for(chunk.size(), forms_.front().chunks.all);
    if (!room) return std::nullopt;
    changes.push_back(room->fill(chunk, 0));
    if (place) clear(place->chunk(), changes);
    return changes;
  }

  /// The old chunk becomes JUNK once the new one can be read; then its text goes.
  static void clear(const Chunk& chunk, std::vector<Replacement>& out) {
    ByteBuffer junk;
    append_be(junk, kJunk, 4);
    out.push_back({{chunk.whole.offset, 4}, std::move(junk), 2});
    const std::uint64_t body = chunk.whole.offset + kHeader;
    const std::uint64_t size = chunk.data.end() - body;
    out.push_back({{body, size}, ByteBuffer(static_cast<std::size_t>(size), 0), 3});
  }

  static std::optional<Room> junk_for(std::uint64_t size, const std::vector<Chunk>& among) {
    for (std::size_t i = 0; i < among.size(); ++i) {
      const Room room = room_at(among, i);
      if (among[i].is(kJunk) && room.fits(size)) return room;
    }
    return std::nullopt;
  }

  Source& source_;
  const Limits& limits_;
  Budget budget_;
  std::vector<Form> forms_;
  std::vector<Chunk> header_;  ///< inside LIST hdrl
  bool behind_media_ = false;
};

Finding behind_media() {
  return {"avi-info-behind",
          Severity::Info,
          {"there is no room in front of the media, so the label stands behind them, where some "
           "readers do not look (ffprobe)",
           "媒体数据之前没有空位，标识写在其后，部分工具不会读取（如 ffprobe）"},
          std::nullopt};
}

}  // namespace

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  Planner planner(source, limits);
  TRY(planner.open());
  auto replacements =
      TRY(text_changes(source, layout, edits, limits, [&](const Edit& edit, const Carrier* target) {
        return planner.set(target, edit.value);
      }));
  if (replacements.empty()) return identity(source.size());
  TRY(fix_size(source, planner.last_form(), replacements));
  Splice plan = TRY(replace_ranges(source.size(), std::move(replacements)));
  if (planner.behind_media()) plan.notes.push_back(behind_media());
  return plan;
}

Result<Splice> put_store(Source& source, const Layout&, Bytes store, const Limits& limits) {
  Planner planner(source, limits);
  TRY(planner.open());
  std::vector<Replacement> replacements = planner.set_store(store);
  TRY(fix_size(source, planner.last_form(), replacements));
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace colophon::avi
