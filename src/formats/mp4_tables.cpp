// SPDX-License-Identifier: Apache-2.0
// Positions: stco, co64, saio in `moov` (ISO/IEC 14496-12 8.7.5, 8.7.9), tfhd (8.8.7), tfra
// (8.8.10), sidx (8.16.3), iloc (8.11.3). In fragments, saio counts from the fragment's base; mfro
// holds a size only.
#include "formats/mp4_tables.hpp"

#include "wire/iloc.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

Failure broken(const Box& box, const char* what) {
  return fail(ErrorCode::Malformed, std::string("the table ") + what + "; nothing is written",
              wire::to_string(box.type), box.whole.offset);
}
Failure overflow(const Box& box) {
  return fail(ErrorCode::Unsupported,
              "a position in the file no longer fits into the table's number size",
              wire::to_string(box.type), box.whole.offset);
}

}  // namespace

Status Tables::put_number(const Box& box, std::uint64_t at, std::uint64_t value, unsigned width) {
  if (width < 8 && value >> (8 * width) != 0) return overflow(box);
  ByteBuffer bytes;
  append_be(bytes, value, width);
  out_.push_back({{at, width}, std::move(bytes)});
  return {};
}

Status Tables::find(const Box& moov, std::uint64_t from) {
  from_ = from;
  std::vector<Box> chain;
  return walk(moov, chain);
}

/// Walks trak/mdia/minf/stbl; `chain` leads to `box`.
Status Tables::walk(const Box& box, std::vector<Box>& chain) {
  constexpr FourCc kHolders[] = {fourcc("moov"), fourcc("trak"), fourcc("mdia"), fourcc("minf"),
                                 fourcc("stbl")};
  const std::size_t level = chain.size();
  for (const Box& child : TRY(children_of(source_, box.body, limits_))) {
    chain.push_back(child);
    if (level + 1 < std::size(kHolders) && child.is(kHolders[level + 1])) {
      TRY(walk(child, chain));
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

Status Tables::add_table(const std::vector<Box>& chain) {
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

Status Tables::rewrite(const Table& table, const Shift& shift) {
  if (table.highest == 0 && !table.widen) return {};
  const unsigned width = table.widen ? 8 : table.width;
  const Bytes entries = TRY(source_.view(table.entries()));
  ByteBuffer fresh;
  fresh.reserve(static_cast<std::size_t>(table.count * width));
  for (std::uint64_t i = 0; i < table.count; ++i) {
    const std::uint64_t position = shift.moved(*load_be(entries, i * table.width, table.width));
    if (width == 4 && position > UINT32_MAX) return overflow(table.box());
    append_be(fresh, position, width);
  }
  out_.push_back({table.entries(), std::move(fresh)});
  if (table.widen) TRY(put_number(table.box(), table.box().whole.offset + 4, fourcc("co64"), 4));
  return {};
}

/// tfhd may hold an absolute position (flag 1).
Status Tables::fragment(const Box& moof, const Shift& shift) {
  for (const Box& traf : TRY(children_of(source_, moof.body, limits_))) {
    if (!traf.is(fourcc("traf"))) continue;
    for (const Box& tfhd : TRY(children_of(source_, traf.body, limits_))) {
      if (!tfhd.is(fourcc("tfhd"))) continue;
      const wire::FullBox full = TRY(wire::read_full_box(source_, tfhd));
      if ((full.flags & 1) == 0) continue;
      if (full.body.size < 12) return broken(tfhd, "is cut short");
      const std::uint64_t position = TRY(read_be(source_, full.body.offset + 4, 8));
      if (shift.moved(position) == position) continue;
      TRY(put_number(tfhd, full.body.offset + 4, shift.moved(position), 8));
    }
  }
  return {};
}

Status Tables::random_access(const Box& mfra, const Shift& shift) {
  for (const Box& tfra : TRY(children_of(source_, mfra.body, limits_))) {
    if (tfra.is(fourcc("tfra"))) TRY(random_access_table(tfra, shift));
  }
  return {};
}

Status Tables::random_access_table(const Box& tfra, const Shift& shift) {
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
    const std::uint64_t position = shift.moved(*load_be(fresh, at, width));
    if (width == 4 && position > UINT32_MAX) return overflow(tfra);
    store_be(fresh, static_cast<std::size_t>(at), position, width);
  }
  out_.push_back({full.body, std::move(fresh)});
  return {};
}

/// A segment index counts from its own end: how far it is to the first subsegment, then how long
/// each one is. What comes between it and them, or into them, makes these numbers larger.
Status Tables::segment_index(const Box& sidx, const Shift& shift) {
  const std::uint64_t anchor = sidx.whole.end();
  if (anchor > shift.last()) return {};
  const wire::FullBox full = TRY(wire::read_full_box(source_, sidx));
  const unsigned width = full.version == 0 ? 4 : 8;
  const std::uint64_t head = 8 + 2 * width + 4;
  if (full.body.size < head) return broken(sidx, "is cut short");
  const ByteBuffer bytes = TRY(read(source_, full.body));
  const std::uint64_t first = *load_be(bytes, 8 + width, width);
  const std::uint64_t count = *load_be(bytes, head - 2, 2);
  if (count > (bytes.size() - head) / 12) return broken(sidx, "is cut short");
  const std::uint64_t moved_anchor = shift.moved(sidx.whole.offset) + sidx.whole.size;
  std::uint64_t at = anchor + first;
  const std::uint64_t distance = shift.moved(at) - moved_anchor;
  if (distance != first) {
    TRY(put_number(sidx, full.body.offset + 8 + width, distance, width));
  }
  for (std::uint64_t i = 0; i < count && at < shift.last(); ++i) {
    const std::uint64_t entry = head + i * 12;
    const std::uint64_t word = *load_be(bytes, entry, 4);
    const std::uint64_t size = word & INT32_MAX;
    const std::uint64_t changed = shift.moved(at + size) - shift.moved(at);
    at += size;
    if (changed == size) continue;
    if (changed > INT32_MAX) return overflow(sidx);
    TRY(put_number(sidx, full.body.offset + entry, changed | (word & ~std::uint64_t{INT32_MAX}),
                   4));
  }
  return {};
}

Status Tables::items(const Box& meta, const Shift& shift) {
  BoxBudget budget(limits_);
  const Range children = TRY(meta_children(source_, meta));
  const auto iloc = TRY(wire::find_box(source_, children, fourcc("iloc"), budget));
  if (!iloc) return {};
  const auto by = shift.distance();
  if (!by) {
    return fail(ErrorCode::Unsupported,
                "items that stand between two changes cannot be moved; nothing is written", "iloc",
                iloc->whole.offset);
  }
  const auto locations = TRY(wire::read_item_locations(source_, *iloc, limits_));
  for (const wire::Field& field : TRY(wire::moved_item_locations(locations, shift.first(), *by))) {
    TRY(put_number(*iloc, field.at.offset, field.value, static_cast<unsigned>(field.at.size)));
  }
  return {};
}

Status Tables::top_level(const Box& box, const Shift& shift) {
  if (box.is(fourcc("moof"))) return fragment(box, shift);
  if (box.is(fourcc("mfra"))) return random_access(box, shift);
  if (box.is(fourcc("sidx"))) return segment_index(box, shift);
  if (box.is(fourcc("meta"))) return items(box, shift);
  return {};
}

Status Tables::follow(const Shift& shift, std::vector<Replacement>& out) {
  for (const Table& table : tables_) TRY(rewrite(table, shift));
  for (const Box& box : map_.boxes) TRY(top_level(box, shift));
  for (const Box& meta : metas_) TRY(items(meta, shift));
  std::move(out_.begin(), out_.end(), std::back_inserter(out));
  out_.clear();
  return {};
}

}  // namespace colophon::mp4
