// SPDX-License-Identifier: Apache-2.0
#include "wire/heif_items.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire {
namespace {

constexpr std::uint64_t kMaxTable = 4ULL << 20;  // bytes of iloc, iref or one infe

/// Reads numbers one after another; past the end all are 0 and `ok` is false.
struct Cursor {
  Bytes bytes;
  std::uint64_t at = 0;
  bool ok = true;

  std::uint64_t number(unsigned width) {
    if (width == 0) return 0;
    const auto value = load_be(bytes, at, width);
    ok = ok && value.has_value();
    at += width;
    return ok ? *value : 0;
  }
  std::string text() {
    const std::string_view rest = as_text(slice(bytes, at));
    const std::string_view found = rest.substr(0, rest.find('\0'));
    at += found.size() + 1;
    return std::string(found);
  }
};

Failure broken(const char* type, const char* what) {
  return fail(ErrorCode::Malformed,
              fmt::format("the box '{}' {}; the list of items is damaged", type, what), type);
}

/// The fields of a FullBox, copied.
struct Table {
  std::uint8_t version = 0;
  ByteBuffer bytes;
};
Result<Table> read_table(Source& source, const Box& box) {
  const FullBox full = TRY(read_full_box(source, box));
  if (full.body.size > kMaxTable) {
    return fail(ErrorCode::LimitExceeded, "a table of items is too large", to_string(box.type),
                box.whole.offset);
  }
  return Table{full.version, TRY(read(source, full.body))};
}

Result<HeifItem> read_item(Source& source, const Box& box) {
  const Table table = TRY(read_table(source, box));
  Cursor cursor{table.bytes};
  HeifItem item;
  item.box = box;
  item.id = static_cast<std::uint32_t>(cursor.number(table.version >= 3 ? 4 : 2));
  item.is_protected = cursor.number(2) != 0;
  if (table.version >= 2) {
    item.type = static_cast<FourCc>(cursor.number(4));
    item.name = cursor.text();
    if (item.type == fourcc("mime")) {
      item.content_type = cursor.text();
      const std::uint64_t start = cursor.at;
      item.content_encoding = cursor.text();
      if (start < table.bytes.size()) {
        const std::uint64_t end = std::min<std::uint64_t>(cursor.at, table.bytes.size());
        item.encoding = {box.body.offset + 4 + start, end - start};
      }
    }
  }
  if (!cursor.ok) return broken("infe", "is cut short");
  return item;
}

Status read_items(Source& source, const Limits& limits, BoxBudget& budget, HeifMeta& meta) {
  const FullBox full = TRY(read_full_box(source, *meta.iinf));
  const std::uint64_t head = full.version == 0 ? 2 : 4;
  if (full.body.size < head) return broken("iinf", "has no count");
  BoxWalker walker(source, {full.body.offset + head, full.body.size - head}, budget);
  while (const auto child = TRY(walker.next())) {
    if (!child->is(fourcc("infe"))) continue;
    if (meta.items.size() >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "the file has too many items", "iinf",
                  child->whole.offset);
    }
    meta.items.push_back(TRY(read_item(source, *child)));
  }
  return {};
}

Status read_references(Source& source, const Box& iref, BoxBudget& budget, HeifMeta& meta) {
  const Table table = TRY(read_table(source, iref));
  const unsigned width = table.version == 0 ? 2 : 4;
  BoxWalker walker(source, {iref.body.offset + 4, iref.body.size - 4}, budget);
  while (const auto child = TRY(walker.next())) {
    Cursor cursor{slice(table.bytes, child->body.offset - iref.body.offset - 4, child->body.size)};
    ItemReference reference;
    reference.type = child->type;
    reference.from = static_cast<std::uint32_t>(cursor.number(width));
    const std::uint64_t count = cursor.number(2);
    for (std::uint64_t i = 0; i < count && cursor.ok; ++i) {
      reference.to.push_back(static_cast<std::uint32_t>(cursor.number(width)));
    }
    if (!cursor.ok) return broken("iref", "is cut short");
    meta.references.push_back(std::move(reference));
  }
  return {};
}

Status read_groups(Source& source, const Box& grpl, BoxBudget& budget, HeifMeta& meta) {
  BoxWalker walker(source, grpl.body, budget);
  while (const auto child = TRY(walker.next())) {
    if (child->body.size < 8) continue;
    meta.groups.push_back(
        static_cast<std::uint32_t>(TRY(read_be(source, child->body.offset + 4, 4))));
  }
  return {};
}

Status read_child(Source& source, const Box& child, const Limits& limits, BoxBudget& budget,
                  HeifMeta& meta) {
  if (child.is(fourcc("hdlr")) && child.body.size >= 12) {
    meta.handler = static_cast<FourCc>(TRY(read_be(source, child.body.offset + 8, 4)));
  } else if (child.is(fourcc("pitm")) && !meta.primary) {
    const Table table = TRY(read_table(source, child));
    const auto id = load_be(table.bytes, 0, table.version == 0 ? 2 : 4);
    if (!id) return broken("pitm", "is cut short");
    meta.primary = static_cast<std::uint32_t>(*id);
  } else if (child.is(fourcc("iinf")) && !meta.iinf) {
    meta.iinf = child;
    return read_items(source, limits, budget, meta);
  } else if (child.is(fourcc("iloc")) && !meta.iloc) {
    meta.iloc = child;
    meta.locations = TRY(read_location_table(source, child, limits));
  } else if (child.is(fourcc("iref")) && !meta.iref) {
    meta.iref = child;
    return read_references(source, child, budget, meta);
  } else if (child.is(fourcc("idat")) && !meta.idat) {
    meta.idat = child;
  } else if (child.is(fourcc("grpl"))) {
    return read_groups(source, child, budget, meta);
  }
  return {};
}

Result<Range> extent_range(const HeifMeta& meta, const ItemLocation& location,
                           const ItemExtent& extent, std::uint64_t source_size) {
  Range holder{0, source_size};
  if (location.construction == kInIdat) {
    if (!meta.idat) return broken("iloc", "points into an 'idat' box that is not there");
    holder = meta.idat->body;
  }
  if (extent.offset.value > holder.size || extent.length > holder.size - extent.offset.value) {
    return fail(location.construction == kInFile ? ErrorCode::Truncated : ErrorCode::Malformed,
                fmt::format("item {} lies beyond the end of what holds it", location.id), "iloc",
                meta.iloc->whole.offset);
  }
  const bool open =
      extent.length == 0 && location.extents.size() == 1 && location.construction == kInIdat;
  return Range{holder.offset + extent.offset.value,
               open ? holder.size - extent.offset.value : extent.length};
}

}  // namespace

void ItemLocations::add(ItemLocation item) {
  index.emplace(item.id, items.size());
  items.push_back(std::move(item));
}

const ItemLocation* ItemLocations::find(std::uint32_t id) const noexcept {
  const auto found = index.find(id);
  return found == index.end() ? nullptr : &items[found->second];
}

ByteBuffer ItemLocations::encode() const {
  ByteBuffer body;
  append_be(body, (offset_width << 4) | length_width, 1);
  append_be(body, version == 0 ? 0 : index_width, 1);  // no base offset
  const unsigned id_width = version < 2 ? 2 : 4;
  append_be(body, items.size(), id_width);
  for (const ItemLocation& item : items) {
    append_be(body, item.id, id_width);
    if (version > 0) append_be(body, item.construction, 2);
    append_be(body, item.data_reference, 2);
    append_be(body, item.extents.size(), 2);
    for (const ItemExtent& extent : item.extents) {
      if (version > 0 && index_width > 0) append_be(body, extent.index, index_width);
      append_be(body, extent.offset.value, offset_width);
      append_be(body, extent.length, length_width);
    }
  }
  ByteBuffer box;
  append_full_box(box, fourcc("iloc"), version, 0, body);
  return box;
}

Result<ItemLocations> read_location_table(Source& source, const Box& iloc, const Limits& limits) {
  ItemLocations out;
  out.version = TRY(read_full_box(source, iloc)).version;
  for (ItemLocation& item : TRY(read_item_locations(source, iloc, limits))) {
    for (ItemExtent& extent : item.extents) {
      if (extent.offset.value > UINT64_MAX - item.base.value) {
        return broken("iloc", "has a position beyond all files");
      }
      extent.offset.value += item.base.value;
    }
    item.base = {};
    out.add(std::move(item));
  }
  const std::uint64_t widths = TRY(read_be(source, iloc.body.offset + 4, 2));
  if (out.version > 0) out.index_width = widths & 15;
  return out;
}

const HeifItem* HeifMeta::item(std::uint32_t id) const noexcept {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const HeifItem& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

Result<HeifMeta> read_heif_meta(Source& source, const Box& box, Range within, const Limits& limits,
                                BoxBudget& budget) {
  HeifMeta meta;
  meta.box = box;
  BoxWalker walker(source, within, budget);
  const auto note = [&](const Error& error) {
    if (!meta.damage) meta.damage = error;
    return error.code != ErrorCode::Io;
  };
  while (true) {
    const auto child = walker.next();
    if (!child) {
      if (!note(child.error())) return Failure(child.error());
      break;
    }
    if (!*child) break;
    meta.children.push_back(**child);
    const Status status = read_child(source, **child, limits, budget, meta);
    if (!status && !note(status.error())) return Failure(status.error());
  }
  meta.end = walker.rest().offset;
  return meta;
}

Result<std::vector<Range>> item_ranges(const HeifMeta& meta, const HeifItem& item,
                                       std::uint64_t source_size) {
  const ItemLocation* location = meta.locations.find(item.id);
  if (location == nullptr || !meta.iloc) {
    return broken("iloc", "does not say where an item stands");
  }
  if (item.is_protected || location->data_reference != 0 || location->construction > kInIdat) {
    return fail(ErrorCode::Unsupported,
                fmt::format("item {} is protected, stored in another file, or a part of another "
                            "item, and is not read",
                            item.id),
                "iloc", meta.iloc->whole.offset);
  }
  std::vector<Range> ranges;
  ranges.reserve(location->extents.size());
  for (const ItemExtent& extent : location->extents) {
    ranges.push_back(TRY(extent_range(meta, *location, extent, source_size)));
  }
  return ranges;
}

ByteBuffer make_mime_item(std::uint16_t id, std::string_view content_type) {
  ByteBuffer body;
  append_be(body, id, 2);
  append_be(body, 0, 2);  // not protected
  append_be(body, fourcc("mime"), 4);
  append_be(body, 0, 1);  // no name
  append(body, content_type);
  append_be(body, 0, 1);
  ByteBuffer box;
  append_full_box(box, fourcc("infe"), 2, 0, body);
  return box;
}

ByteBuffer make_reference(FourCc type, std::uint32_t from, std::uint32_t to, unsigned width) {
  ByteBuffer body;
  append_be(body, from, width);
  append_be(body, 1, 2);
  append_be(body, to, width);
  ByteBuffer box;
  append_box(box, type, body);
  return box;
}

}  // namespace colophon::wire
