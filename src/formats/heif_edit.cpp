// SPDX-License-Identifier: Apache-2.0
// Writing a label into HEIF and AVIF. XMP is a `mime` item that describes the primary item
// (ISO/IEC 23008-12 6.5.3 and annex A). An existing item is replaced where it stands; a new one
// gets an `mdat` of its own behind the boxes that describe the file, so that whatever counts from
// the file's end (motion photos) stays there. What stands behind a change moves, and every position
// in `iloc` and in the tables of an image sequence follows.
#include "formats/exif.hpp"
#include "formats/heif_plan.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::heif {
namespace {

bool inside(Range outer, Range inner) noexcept {
  return outer.offset <= inner.offset && inner.end() <= outer.end();
}

}  // namespace

Status Plan::grow(const Box& box, std::int64_t by) {
  // Asked here because MovieChange takes it for granted that a size fits its field.
  (void)TRY(mp4::size_field(box, box.whole.size + static_cast<std::uint64_t>(by)));
  change_.grow({&box, 1}, by);
  return {};
}

/// The boxes around an item's bytes change in size with them.
Status Plan::grow_holders(Range range, std::int64_t by) {
  const auto holder = std::find_if(map_.boxes.begin(), map_.boxes.end(),
                                   [&](const Box& box) { return inside(box.body, range); });
  const bool in_idat = meta_.idat && inside(meta_.idat->body, range);
  if (holder == map_.boxes.end() || (!holder->is(fourcc("mdat")) && !in_idat)) {
    return fail(ErrorCode::Unsupported,
                "the metadata is stored outside the media data, where it cannot be changed", "iloc",
                range.offset);
  }
  if (by == 0) return {};
  if (in_idat) TRY(grow(*meta_.idat, by));
  return holder->to_end && holder->is(fourcc("mdat")) ? Status{} : grow(*holder, by);
}

Status Plan::drop_encoding(const HeifItem& item) {
  if (item.content_encoding.empty()) return {};
  change_.content.push_back({item.encoding, {}});
  const auto by = -static_cast<std::int64_t>(item.encoding.size);
  TRY(grow(item.box, by));
  TRY(grow(*meta_.iinf, by));
  return grow(meta_.box, by);
}

Status Plan::set_item(const HeifItem& item, const std::vector<Range>& ranges, ByteBuffer value) {
  if (ranges.empty() || ranges.front().size == 0) {
    return fail(ErrorCode::Unsupported, "the item has no bytes to be replaced", "iloc",
                item.box.whole.offset);
  }
  const auto at = meta_.locations.index.find(item.id);
  ItemLocation& location = meta_.locations.items[at->second];
  const bool in_place = ranges.size() == 1 && ranges.front().size == value.size();
  const std::uint64_t base = location.construction == wire::kInIdat ? meta_.idat->body.offset : 0;
  location.extents = {{0, {ranges.front().offset - base, {}}, value.size()}};
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    ByteBuffer bytes;
    if (i == 0) bytes.swap(value);
    TRY(grow_holders(ranges[i], static_cast<std::int64_t>(bytes.size()) -
                                    static_cast<std::int64_t>(ranges[i].size)));
    change_.content.push_back({ranges[i], std::move(bytes)});
  }
  set_items_.push_back(item.id);
  relocate_ = relocate_ || !in_place;
  return {};
}

Status Plan::set(const Carrier& target, const Edit& edit) {
  for (const HeifItem& item : meta_.items) {
    if (item.type != fourcc("mime") && item.type != fourcc("Exif")) continue;
    const auto stored = wire::item_ranges(meta_, item, source_.size());
    if (!stored) continue;
    std::vector<Range> ranges = *stored;
    std::erase_if(ranges, [](const Range& range) { return range.size == 0; });
    if (ranges.empty() || ranges.front() != target.whole) continue;
    if (edit.kind == CarrierKind::Xmp) {
      if (item.type != fourcc("mime")) continue;
      TRY(drop_encoding(item));
      return set_item(item, ranges, edit.value);
    }
    if (item.type != fourcc("Exif")) continue;
    return set_item(
        item, ranges,
        TRY(exif_item_with_value(source_, ranges.front(), target, edit.value, limits_)));
  }
  const auto box = std::find_if(map_.boxes.begin(), map_.boxes.end(),
                                [&](const Box& other) { return other.whole == target.whole; });
  if (box == map_.boxes.end() || !box->is(mp4::kXmpUuid)) {
    return fail(ErrorCode::Unsupported, "this place can be read, but not written", target.path,
                target.whole.offset);
  }
  const auto by =
      static_cast<std::int64_t>(edit.value.size()) - static_cast<std::int64_t>(box->body.size);
  if (by != 0 && !box->to_end) TRY(grow(*box, by));
  change_.content.push_back({box->body, edit.value});
  relocate_ = relocate_ || by != 0;
  return {};
}

/// Items, entity groups and (with the brand 'unif') tracks share one set of numbers. Track numbers
/// are small, so the new one goes above all of ours.
Result<std::uint16_t> Plan::free_id() const {
  std::uint32_t highest = 0;
  for (const HeifItem& item : meta_.items) highest = std::max(highest, item.id);
  for (const ItemLocation& item : meta_.locations.items) highest = std::max(highest, item.id);
  for (const std::uint32_t group : meta_.groups) highest = std::max(highest, group);
  if (map_.moov) highest = std::max<std::uint32_t>(highest, 1000);
  if (highest >= UINT16_MAX) {
    return fail(ErrorCode::Unsupported, "the item numbers below 65536 are used up", "iinf",
                meta_.box.whole.offset);
  }
  return static_cast<std::uint16_t>(highest + 1);
}

/// The entries of a list leave no room that would swallow one more behind them.
Status Plan::check_filled(Range list, std::string otherwise) {
  wire::BoxBudget budget(limits_);
  wire::BoxWalker entries(source_, list, budget);
  bool open = false;
  while (const auto entry = TRY(entries.next())) open = entry->to_end;
  if (!open && entries.rest().size == 0) return {};
  return fail(ErrorCode::Unsupported, std::move(otherwise), "meta", entries.rest().offset);
}

Status Plan::add_item(std::uint16_t id) {
  const Box& iinf = *meta_.iinf;
  const wire::FullBox full = TRY(wire::read_full_box(source_, iinf));
  const unsigned width = full.version == 0 ? 2 : 4;
  const std::uint64_t count = TRY(read_be(source_, full.body.offset, width));
  if (count >= (width == 2 ? UINT16_MAX : UINT32_MAX)) {
    return fail(ErrorCode::Unsupported, "the list of items is full", "iinf", iinf.whole.offset);
  }
  TRY(check_filled({full.body.offset + width, full.body.size - width},
                   "the list of items ends in something that is no item; use --sidecar"));
  ByteBuffer more;
  append_be(more, count + 1, width);
  change_.content.push_back({{full.body.offset, width}, std::move(more)});
  ByteBuffer entry = wire::make_mime_item(id, kXmpType);
  const auto by = static_cast<std::int64_t>(entry.size());
  inserts_.push_back({{iinf.whole.end(), 0}, std::move(entry)});
  TRY(grow(iinf, by));
  return grow(meta_.box, by);
}

Status Plan::add_reference(std::uint16_t id) {
  if (!meta_.primary) return {};
  bool wide = *meta_.primary > UINT16_MAX;
  if (meta_.iref) {
    const wire::FullBox list = TRY(wire::read_full_box(source_, *meta_.iref));
    TRY(check_filled(
        list.body, "the list of references ends in something that is no reference; use --sidecar"));
    wide = list.version > 0;
  }
  if (!wide && *meta_.primary > UINT16_MAX) {
    return fail(ErrorCode::Unsupported, "the references have no room for the primary item's number",
                "iref", meta_.box.whole.offset);
  }
  ByteBuffer bytes = wire::make_reference(fourcc("cdsc"), id, *meta_.primary, wide ? 4 : 2);
  if (!meta_.iref) {
    ByteBuffer box;
    wire::append_full_box(box, fourcc("iref"), wide ? 1 : 0, 0, bytes);
    bytes = std::move(box);
  }
  const auto by = static_cast<std::int64_t>(bytes.size());
  const std::uint64_t at = meta_.iref ? meta_.iref->whole.end() : meta_.end;
  inserts_.push_back({{at, 0}, std::move(bytes)});
  if (meta_.iref) TRY(grow(*meta_.iref, by));
  return grow(meta_.box, by);
}

/// Before the first media data behind `meta`, so that readers which stop there see the label.
std::uint64_t Plan::place_for_data() const noexcept {
  for (const Box& box : map_.boxes) {
    if (box.is(fourcc("mdat")) && box.whole.offset >= meta_.box.whole.end()) {
      return box.whole.offset;
    }
  }
  return meta_.box.whole.end();
}

Status Plan::add_xmp(Bytes packet) {
  // An open box in `meta` could not have anything put behind it; this finds one.
  (void)TRY(mp4::children_of(
      source_,
      {meta_.children.front().whole.offset, meta_.end - meta_.children.front().whole.offset},
      limits_));
  const std::uint16_t id = TRY(free_id());
  TRY(add_item(id));
  TRY(add_reference(id));
  ByteBuffer box;
  wire::append_box(box, fourcc("mdat"), packet);
  const std::uint64_t at = place_for_data();
  inserts_.push_back({{at, 0}, std::move(box)});
  meta_.locations.add({id, wire::kInFile, 0, {}, {{0, {at, {}}, packet.size()}}});
  new_item_ = id;
  relocate_ = true;
  return {};
}

/// 4 bytes wherever they do; what was wider stays so.
void Plan::choose_widths() {
  wire::ItemLocations& table = meta_.locations;
  std::uint64_t highest = 0;
  for (const ItemLocation& item : table.items) {
    for (const ItemExtent& extent : item.extents) {
      highest = std::max({highest, extent.offset.value, extent.length});
    }
  }
  table.offset_width = table.length_width = 8;
  std::uint64_t added = table.encode().size();
  for (const Replacement& replacement : all()) added += replacement.bytes.size();
  const bool narrow = added <= UINT32_MAX && highest <= UINT32_MAX - added;
  if (narrow) table.offset_width = table.length_width = 4;
}

std::vector<Replacement> Plan::all() const {
  // What is put in front of a byte is listed before what replaces that byte.
  std::vector<Replacement> out = inserts_;
  for (Replacement& replacement : change_.replacements()) out.push_back(std::move(replacement));
  return out;
}

Status Plan::move_items(const Shift& shift) {
  const std::uint64_t idat = meta_.idat ? meta_.idat->body.offset : 0;
  for (ItemLocation& item : meta_.locations.items) {
    if (item.data_reference != 0 || item.construction > wire::kInIdat) continue;
    const std::uint64_t base = item.construction == wire::kInIdat ? idat : 0;
    const bool is_set =
        std::find(set_items_.begin(), set_items_.end(), item.id) != set_items_.end();
    for (ItemExtent& extent : item.extents) {
      const Range bytes{base + extent.offset.value, extent.length};
      const bool is_new = item.id == new_item_;
      if (!is_set && !is_new && shift.cuts(bytes)) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("item {} shares its bytes with what must change; nothing is "
                                "written",
                                item.id),
                    "iloc", meta_.iloc->whole.offset);
      }
      extent.offset.value = shift.moved(bytes.offset) - (base == 0 ? 0 : shift.moved(base));
      if (is_new)
        extent.offset.value -= extent.length;  // its bytes are the end of what was inserted
    }
  }
  return {};
}

Result<Splice> Plan::finish() {
  if (relocate_) {
    choose_widths();
    const std::size_t size = meta_.locations.encode().size();
    TRY(grow(meta_.box,
             static_cast<std::int64_t>(size) - static_cast<std::int64_t>(meta_.iloc->whole.size)));
    change_.content.push_back({meta_.iloc->whole, ByteBuffer(size, 0)});
    const Shift shift(all());
    if (!shift.empty()) {
      TRY(move_items(shift));
      for (Replacement& table : TRY(moved_tables(source_, map_, shift, limits_))) {
        change_.content.push_back(std::move(table));
      }
    }
    for (Replacement& replacement : change_.content) {
      if (replacement.range == meta_.iloc->whole) replacement.bytes = meta_.locations.encode();
    }
  }
  return replace_ranges(source_.size(), all());
}

/// The box of the C2PA store goes behind `ftyp`; the others go.
void Plan::put_store(const Layout& layout, Bytes store) {
  const std::uint64_t at = map_.boxes.front().whole.end();
  mp4::replace_stores(layout, at, store, inserts_, change_.content);
  relocate_ = true;
}

Result<Plan> open_plan(Source& source, const mp4::FileMap& map, const Limits& limits) {
  std::optional<HeifMeta> meta = TRY(find_meta(source, map, limits));
  if (!meta || !meta->iinf || !meta->iloc || meta->damage || meta->children.empty()) {
    return fail(ErrorCode::Unsupported,
                "the file has no complete list of items (meta, iinf, iloc) to hold the label",
                "meta");
  }
  return Plan(source, map, std::move(*meta), limits);
}

Result<ByteBuffer> exif_item_with_value(Source& source, Range item, const Carrier& target,
                                        Bytes value, const Limits& limits) {
  const Range block = TRY(exif_block(source, item));
  const ByteBuffer old = TRY(read(source, item));
  const std::uint64_t prefix = block.offset - item.offset;
  ByteBuffer out = to_buffer(slice(old, 0, prefix));
  append(out, TRY(exif_with_value(slice(old, prefix), block.offset, target, value, limits)));
  return out;
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const mp4::FileMap map = TRY(mp4::map_file(source, limits));
  Plan plan = TRY(open_plan(source, map, limits));
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target == nullptr) {
      TRY(plan.add_xmp(edit.value));
    } else if (TRY(extract_stored(source, *target, limits)) != edit.value) {
      TRY(plan.set(*target, edit));
    }
  }
  return plan.finish();
}

Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  const mp4::FileMap map = TRY(mp4::map_file(source, limits));
  Plan plan = TRY(open_plan(source, map, limits));
  plan.put_store(layout, store);
  return plan.finish();
}

}  // namespace colophon::heif
