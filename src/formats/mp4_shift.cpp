// SPDX-License-Identifier: Apache-2.0
// Moving the media data while `moov` stays in front of it: every table that holds a position in the
// file follows. Positions: stco, co64, saio in `moov` (ISO/IEC 14496-12 8.7.5, 8.7.9), tfhd
// (8.8.7), tfra (8.8.10), sidx (8.16.3), iloc (8.11.3). In fragments, saio counts from the
// fragment's base; mfro holds a size only.
#include "formats/mp4_edit.hpp"
#include "wire/iloc.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

constexpr std::uint64_t kReserve = 4096;  // least padding left behind `moov` for the next edit
// The media moves by whole pages: then file systems that can share blocks copy nothing.
constexpr std::int64_t kPage = 4096;

Failure broken(const Box& box, const char* what) {
  return fail(ErrorCode::Malformed, std::string("the table ") + what + "; nothing is written",
              wire::to_string(box.type), box.whole.offset);
}
Failure overflow(const Box& box) {
  return fail(ErrorCode::Unsupported,
              "a position in the file no longer fits into the table's number size",
              wire::to_string(box.type), box.whole.offset);
}

/// A table of positions inside `moov`.
struct Table {
  std::vector<Box> chain;  ///< from below `moov` down to the table's box
  unsigned width = 4;
  std::uint64_t count = 0;
  std::uint64_t entries_at = 0;
  std::uint64_t highest = 0;  ///< of the positions that move
  bool widen = false;         ///< stco becomes co64
  [[nodiscard]] const Box& box() const { return chain.back(); }
  [[nodiscard]] Range entries() const { return {entries_at, count * width}; }
};

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
      : source_(source), map_(map), limits_(limits), moov_(map.boxes[*map.moov]) {}

  [[nodiscard]] Result<std::vector<Replacement>> run(const MovieChange& change);

 private:
  [[nodiscard]] Status find_tables(const Box& box, std::vector<Box>& chain);
  [[nodiscard]] Status add_table(const std::vector<Box>& chain);
  [[nodiscard]] Result<std::vector<Replacement>> dropped_padding();
  [[nodiscard]] Status top_level(const Box& box);
  /// The size of the padding box that makes the distance a whole number of pages.
  std::uint64_t choose_reserve(std::int64_t growth);
  void choose_distance(std::int64_t fixed);
  [[nodiscard]] Status rewrite(const Table& table);
  [[nodiscard]] Status fragment(const Box& moof);
  [[nodiscard]] Status random_access(const Box& mfra);
  [[nodiscard]] Status random_access_table(const Box& tfra);
  [[nodiscard]] Status segment_index(const Box& sidx);
  [[nodiscard]] Status items(const Box& meta);

  [[nodiscard]] std::uint64_t moved(std::uint64_t position) const {
    return position < from_ ? position : position + static_cast<std::uint64_t>(by_);
  }
  [[nodiscard]] Status put_number(const Box& box, std::uint64_t at, std::uint64_t value,
                                  unsigned width);

  Source& source_;
  const FileMap& map_;
  const Limits& limits_;
  const Box& moov_;
  std::vector<Table> tables_;
  std::vector<Box> metas_;  // inside moov
  std::vector<Replacement> out_;
  std::uint64_t from_ = 0;  // what stands here or behind moves
  std::int64_t by_ = 0;
};

Status Shifter::put_number(const Box& box, std::uint64_t at, std::uint64_t value, unsigned width) {
  if (width < 8 && value >> (8 * width) != 0) return overflow(box);
  ByteBuffer bytes;
  append_be(bytes, value, width);
  out_.push_back({{at, width}, std::move(bytes)});
  return {};
}

/// Walks trak/mdia/minf/stbl; `chain` leads to `box`.
Status Shifter::find_tables(const Box& box, std::vector<Box>& chain) {
  constexpr FourCc kHolders[] = {fourcc("moov"), fourcc("trak"), fourcc("mdia"), fourcc("minf"),
                                 fourcc("stbl")};
  const std::size_t level = chain.size();
  for (const Box& child : TRY(children_of(source_, box.body, limits_))) {
    chain.push_back(child);
    if (level + 1 < std::size(kHolders) && child.is(kHolders[level + 1])) {
      TRY(find_tables(child, chain));
    } else if (level == 4 &&
               (child.is(fourcc("stco")) || child.is(fourcc("co64")) || child.is(fourcc("saio")))) {
      TRY(add_table(chain));
    } else if (child.is(fourcc("meta"))) {
      metas_.push_back(child);
    }
    chain.pop_back();
  }
  return {};
}

Status Shifter::add_table(const std::vector<Box>& chain) {
  Table table;
  table.chain = chain;
  const Box& box = table.box();
  const wire::FullBox full = TRY(wire::read_full_box(source_, box));
  std::uint64_t head = 4;
  if (box.is(fourcc("saio"))) {
    if ((full.flags & 1) != 0) head += 8;
    table.width = full.version == 0 ? 4 : 8;
  } else {
    table.width = box.is(fourcc("co64")) ? 8 : 4;
  }
  if (full.body.size < head) return broken(box, "has no count");
  table.count = TRY(read_be(source_, full.body.offset + head - 4, 4));
  table.entries_at = full.body.offset + head;
  if (table.count > (full.body.size - head) / table.width) return broken(box, "is cut short");
  const Bytes entries = TRY(source_.view(table.entries()));
  for (std::uint64_t i = 0; i < table.count; ++i) {
    const std::uint64_t position = *load_be(entries, i * table.width, table.width);
    if (position >= from_) table.highest = std::max(table.highest, position);
  }
  tables_.push_back(std::move(table));
  return {};
}

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
  for (const Table& table : tables_) {
    if (table.widen) by_ += static_cast<std::int64_t>(table.count * 4);
  }
  for (bool again = true; again;) {
    again = false;
    for (Table& table : tables_) {
      if (table.widen || table.width == 8 || !table.box().is(fourcc("stco"))) continue;
      if (table.highest == 0 || moved(table.highest) <= UINT32_MAX) continue;
      table.widen = again = true;
      by_ += static_cast<std::int64_t>(table.count * 4);
    }
  }
}

Status Shifter::rewrite(const Table& table) {
  if (table.highest == 0 && !table.widen) return {};
  const unsigned width = table.widen ? 8 : table.width;
  const Bytes entries = TRY(source_.view(table.entries()));
  ByteBuffer fresh;
  fresh.reserve(static_cast<std::size_t>(table.count * width));
  for (std::uint64_t i = 0; i < table.count; ++i) {
    const std::uint64_t position = moved(*load_be(entries, i * table.width, table.width));
    if (width == 4 && position > UINT32_MAX) return overflow(table.box());
    append_be(fresh, position, width);
  }
  out_.push_back({table.entries(), std::move(fresh)});
  if (table.widen) TRY(put_number(table.box(), table.box().whole.offset + 4, fourcc("co64"), 4));
  return {};
}

/// tfhd may hold an absolute position (flag 1).
Status Shifter::fragment(const Box& moof) {
  for (const Box& traf : TRY(children_of(source_, moof.body, limits_))) {
    if (!traf.is(fourcc("traf"))) continue;
    for (const Box& tfhd : TRY(children_of(source_, traf.body, limits_))) {
      if (!tfhd.is(fourcc("tfhd"))) continue;
      const wire::FullBox full = TRY(wire::read_full_box(source_, tfhd));
      if ((full.flags & 1) == 0) continue;
      if (full.body.size < 12) return broken(tfhd, "is cut short");
      const std::uint64_t position = TRY(read_be(source_, full.body.offset + 4, 8));
      if (position < from_) continue;
      TRY(put_number(tfhd, full.body.offset + 4, moved(position), 8));
    }
  }
  return {};
}

Status Shifter::random_access(const Box& mfra) {
  for (const Box& tfra : TRY(children_of(source_, mfra.body, limits_))) {
    if (tfra.is(fourcc("tfra"))) TRY(random_access_table(tfra));
  }
  return {};
}

Status Shifter::random_access_table(const Box& tfra) {
  const wire::FullBox full = TRY(wire::read_full_box(source_, tfra));
  if (full.body.size < 12) return broken(tfra, "is cut short");
  const Bytes bytes = TRY(source_.view(full.body));
  const std::uint64_t lengths = *load_be(bytes, 4, 4);
  const std::uint64_t count = *load_be(bytes, 8, 4);
  const unsigned width = full.version == 1 ? 8 : 4;
  const std::uint64_t entry =
      2 * width + 3 + ((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3);
  if (count > (bytes.size() - 12) / entry) return broken(tfra, "is cut short");
  ByteBuffer fresh = to_buffer(bytes);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = 12 + i * entry + width;
    const std::uint64_t position = moved(*load_be(fresh, at, width));
    if (width == 4 && position > UINT32_MAX) return overflow(tfra);
    store_be(fresh, static_cast<std::size_t>(at), position, width);
  }
  out_.push_back({full.body, std::move(fresh)});
  return {};
}

/// A segment index counts from its own end. It changes only when it stands before `moov` and what
/// it points to stands behind: then the first distance grows, or the subsegment that holds `moov`.
Status Shifter::segment_index(const Box& sidx) {
  if (sidx.whole.end() > from_) return {};
  const wire::FullBox full = TRY(wire::read_full_box(source_, sidx));
  const unsigned width = full.version == 0 ? 4 : 8;
  const std::uint64_t head = 8 + 2 * width + 4;
  if (full.body.size < head) return broken(sidx, "is cut short");
  const Bytes bytes = TRY(source_.view(full.body));
  const std::uint64_t first = *load_be(bytes, 8 + width, width);
  const std::uint64_t count = *load_be(bytes, head - 2, 2);
  if (count > (bytes.size() - head) / 12) return broken(sidx, "is cut short");
  if (from_ - sidx.whole.end() <= first) {
    return put_number(sidx, full.body.offset + 8 + width, first + static_cast<std::uint64_t>(by_),
                      width);
  }
  std::uint64_t left = from_ - sidx.whole.end() - first;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = head + i * 12;
    const std::uint64_t word = *load_be(bytes, at, 4);
    const std::uint64_t size = word & INT32_MAX;
    if (left >= size) {
      left -= size;
      continue;
    }
    const std::uint64_t grown = size + static_cast<std::uint64_t>(by_);
    if (grown > INT32_MAX) return overflow(sidx);
    return put_number(sidx, full.body.offset + at, grown | (word & ~std::uint64_t{INT32_MAX}), 4);
  }
  return {};
}

Status Shifter::items(const Box& meta) {
  BoxBudget budget(limits_);
  const Range children = TRY(meta_children(source_, meta));
  const auto iloc = TRY(wire::find_box(source_, children, fourcc("iloc"), budget));
  if (!iloc) return {};
  const auto locations = TRY(wire::read_item_locations(source_, *iloc, limits_));
  for (const wire::Field& field : TRY(wire::moved_item_locations(locations, from_, by_))) {
    TRY(put_number(*iloc, field.at.offset, field.value, static_cast<unsigned>(field.at.size)));
  }
  return {};
}

std::uint64_t Shifter::choose_reserve(std::int64_t growth) {
  choose_distance(growth + static_cast<std::int64_t>(kReserve));
  const std::int64_t past = (by_ % kPage + kPage) % kPage;
  return kReserve + static_cast<std::uint64_t>(past == 0 ? 0 : kPage - past);
}

Result<std::vector<Replacement>> Shifter::run(const MovieChange& change) {
  const Range padding = padding_behind(map_, moov_);
  from_ = moov_.whole.end() + padding.size;
  std::vector<Box> chain;
  TRY(find_tables(moov_, chain));

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
  for (const Table& table : tables_) {
    if (table.widen) widened.grow(table.chain, static_cast<std::int64_t>(table.count * 4));
  }
  out_ = widened.replacements();
  for (Replacement& replacement : resized) out_.push_back(std::move(replacement));
  for (const Table& table : tables_) TRY(rewrite(table));
  const std::uint64_t end = from_ + static_cast<std::uint64_t>(by_) - reserved;
  out_.push_back(TRY(size_field(moov_, end - moov_.whole.offset)));
  for (const Box& box : map_.boxes) TRY(top_level(box));
  for (const Box& meta : metas_) TRY(items(meta));
  return std::move(out_);
}

Status Shifter::top_level(const Box& box) {
  if (box.is(fourcc("moof"))) return fragment(box);
  if (box.is(fourcc("mfra"))) return random_access(box);
  if (box.is(fourcc("sidx"))) return segment_index(box);
  if (box.is(fourcc("meta"))) return items(box);
  return {};
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
