// SPDX-License-Identifier: Apache-2.0
// Moving the media data while `moov` stays in front of it: every table that holds a position in the
// file follows.
#include "formats/mp4_tables.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

constexpr std::uint64_t kReserve = 4096;  // least padding left behind `moov` for the next edit
// The media moves by whole pages: then file systems that can share blocks copy nothing.
constexpr std::int64_t kPage = 4096;

std::int64_t growth_of(std::span<const Replacement> replacements) {
  std::int64_t by = 0;
  for (const Replacement& replacement : replacements) {
    by += static_cast<std::int64_t>(replacement.bytes.size()) -
          static_cast<std::int64_t>(replacement.range.size);
  }
  return by;
}

class Shifter {
 public:
  Shifter(Source& source, const FileMap& map, const Limits& limits)
      : source_(source),
        map_(map),
        limits_(limits),
        moov_(map.boxes[*map.moov]),
        tables_(source, map, limits) {}

  [[nodiscard]] Result<std::vector<Replacement>> run(const MovieChange& change);

 private:
  [[nodiscard]] Result<std::vector<Replacement>> dropped_padding();
  /// The size of the padding box that makes the distance a whole number of pages.
  std::uint64_t choose_reserve(std::int64_t growth);
  void choose_distance(std::int64_t fixed);

  Source& source_;
  const FileMap& map_;
  const Limits& limits_;
  const Box& moov_;
  Tables tables_;
  std::uint64_t from_ = 0;  // what stands here or behind moves
  std::int64_t by_ = 0;
};

/// Padding inside `moov` is where older labels stood: it goes, and the room comes back behind.
Result<std::vector<Replacement>> Shifter::dropped_padding() {
  std::vector<Replacement> dropped;
  for (const Box& child : TRY(children_of(source_, moov_.body, limits_))) {
    if (is_padding(child)) dropped.push_back({child.whole, {}});
  }
  return dropped;
}

/// How far the media moves. A table that must be widened makes it more, which may widen others.
void Shifter::choose_distance(std::int64_t fixed) {
  by_ = fixed;
  for (const Table& table : tables_.in_moov()) {
    if (table.widen) by_ += static_cast<std::int64_t>(table.count * 4);
  }
  for (bool again = true; again;) {
    again = false;
    for (Table& table : tables_.in_moov()) {
      if (table.widen || table.width == 8 || !table.box().is(fourcc("stco"))) continue;
      if (table.highest == 0 || table.highest + static_cast<std::uint64_t>(by_) <= UINT32_MAX)
        continue;
      table.widen = again = true;
      by_ += static_cast<std::int64_t>(table.count * 4);
    }
  }
}

std::uint64_t Shifter::choose_reserve(std::int64_t growth) {
  choose_distance(growth + static_cast<std::int64_t>(kReserve));
  const std::int64_t past = (by_ % kPage + kPage) % kPage;
  return kReserve + static_cast<std::uint64_t>(past == 0 ? 0 : kPage - past);
}

Result<std::vector<Replacement>> Shifter::run(const MovieChange& change) {
  const Range padding = padding_behind(map_, moov_);
  from_ = moov_.whole.end() + padding.size;
  TRY(tables_.find(moov_, from_));

  const bool media_behind = from_ < map_.boxes.back().whole.end();
  std::vector<Replacement> resized = TRY(dropped_padding());
  const std::int64_t growth = growth_of(change.content) + growth_of(resized) +
                              static_cast<std::int64_t>(change.added.size()) -
                              static_cast<std::int64_t>(padding.size);
  const std::uint64_t reserved = media_behind ? choose_reserve(growth) : 0;
  choose_distance(growth + static_cast<std::int64_t>(reserved));
  ByteBuffer behind = change.added;
  if (media_behind) wire::append_box(behind, fourcc("free"), ByteBuffer(reserved - 8, 0));
  resized.push_back({{moov_.whole.end(), padding.size}, std::move(behind)});

  // What is put in front of a byte must be listed before what replaces that byte.
  MovieChange widened = change;
  for (const Table& table : tables_.in_moov()) {
    if (table.widen) widened.grow(table.chain, static_cast<std::int64_t>(table.count * 4));
  }
  std::vector<Replacement> out = widened.replacements();
  for (Replacement& replacement : resized) out.push_back(std::move(replacement));
  const std::uint64_t end = from_ + static_cast<std::uint64_t>(by_) - reserved;
  out.push_back(TRY(size_field(moov_, end - moov_.whole.offset)));
  TRY(tables_.follow(Shift(from_, by_), out));
  return out;
}

}  // namespace

Range padding_behind(const FileMap& map, const Box& moov) noexcept {
  Range range{moov.whole.end(), 0};
  for (const Box& box : map.boxes) {
    if (box.whole.offset == range.end() && is_padding(box)) range.size += box.whole.size;
  }
  return range;
}

Result<std::vector<Replacement>> shift_media(Source& source, const FileMap& map,
                                             const MovieChange& change, const Limits& limits) {
  return Shifter(source, map, limits).run(change);
}

}  // namespace colophon::mp4
