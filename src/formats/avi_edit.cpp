// SPDX-License-Identifier: Apache-2.0
// Writing: indexes hold absolute offsets (OpenDML indx and ix, some idx1), so nothing that exists
// may move. The list INFO grows into the JUNK chunk behind it, else moves into another JUNK chunk,
// else to the end of the last form; its old place becomes JUNK.
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
  while (++index < chunks.size() && chunks[index].is(kJunk)) {
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
    const auto place = TRY(find(target));
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
    return put(place, std::move(chunk));
  }

  [[nodiscard]] const Form& last_form() const noexcept { return forms_.back(); }

 private:
  /// The chunk that holds the target; without a target, the first list INFO.
  Result<std::optional<Place>> find(const Carrier* target) {
    for (const Form& form : forms_) {
      const auto& all = form.chunks.all;
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (wanted(all[i], target)) return Place{all, i, is_last(form, i)};
        if (!all[i].is_list(fourcc("hdrl"))) continue;
        const Chunks inside = TRY(wire::riff::read_list(source_, all[i], budget_));
        for (std::size_t k = 0; k < inside.all.size(); ++k) {
          if (wanted(inside.all[k], target)) return Place{inside.all, k, false};
        }
      }
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

  [[nodiscard]] std::vector<Replacement> put(const std::optional<Place>& place,
                                             ByteBuffer chunk) const {
    if (place) {
      const Room room = room_at(place->among, place->index);
      if (room.fits(chunk.size())) {
        return {room.fill(std::move(chunk), place->chunk().whole.size)};
      }
      if (place->last) return {{room.range, std::move(chunk)}};
    }
    std::vector<Replacement> out;
    out.push_back(elsewhere(std::move(chunk)));
    if (place) clear(place->chunk(), out);
    return out;
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

  /// Readers look into the first form before they look behind the last.
  [[nodiscard]] Replacement elsewhere(ByteBuffer chunk) const {
    const auto& all = forms_.front().chunks.all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i].is(kJunk)) continue;
      const Room room = room_at(all, i);
      if (room.fits(chunk.size())) return room.fill(std::move(chunk), 0);
    }
    return append_chunk(forms_.back(), std::move(chunk));
  }

  Source& source_;
  const Limits& limits_;
  Budget budget_;
  std::vector<Form> forms_;
};

}  // namespace

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  Planner planner(source, limits);
  TRY(planner.open());
  std::vector<Replacement> replacements;
  for (const Edit& edit : edits) {
    TRY(check_text_value(edit));
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source, *target, limits)) == edit.value) continue;
    for (Replacement& change : TRY(planner.set(target, edit.value))) {
      replacements.push_back(std::move(change));
    }
  }
  if (replacements.empty()) return identity(source.size());
  TRY(fix_size(source, planner.last_form(), replacements));
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace colophon::avi
