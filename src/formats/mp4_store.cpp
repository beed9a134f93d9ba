// SPDX-License-Identifier: Apache-2.0
// The C2PA manifest store of an ISO media file (C2PA A.5.1): a `uuid` box behind `ftyp`. Everything
// behind it moves, and the tables follow. A file without `ftyp` gets it at its end.
#include "formats/mp4_tables.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

ByteBuffer store_box(Bytes store) {
  ByteBuffer body;
  append_be(body, 0, 4);  // version, flags
  append(body, std::string_view("manifest\0", 9));
  append_be(body, 0, 8);  // no `merkle` box
  append(body, store);
  ByteBuffer box;
  wire::append_uuid_box(box, kC2paUuid, body);
  return box;
}

/// Behind the box that says what the file is.
std::optional<std::uint64_t> place_behind_type(const FileMap& map) {
  const auto type = std::find_if(map.boxes.begin(), map.boxes.end(), [](const Box& box) {
    return box.is(fourcc("ftyp")) || box.is(fourcc("styp"));
  });
  if (type == map.boxes.end() || type->to_end) return std::nullopt;
  return type->whole.end();
}

/// Behind the last box, which gets a size if it has none; before an `mfra`, which readers look for
/// at the very end.
Result<std::uint64_t> place_at_end(const FileMap& map, std::vector<Replacement>& out) {
  const Box& last = map.boxes.back();
  if (last.to_end) out.push_back(TRY(size_field(last, last.whole.size)));
  return last.is(fourcc("mfra")) ? last.whole.offset : last.whole.end();
}

/// Among fragments distances are counted without a table: what goes there leaves padding.
Result<std::vector<Replacement>> emptied(Source& source, const Range& whole) {
  const Box box = TRY(wire::read_box(source, whole));
  const std::uint64_t header = box.large ? 16 : 8;
  ByteBuffer type;
  append_be(type, fourcc("free"), 4);
  return std::vector<Replacement>{{{whole.offset + 4, 4}, std::move(type)},
                                  {{whole.offset + header, whole.size - header},
                                   ByteBuffer(static_cast<std::size_t>(whole.size - header), 0)}};
}

}  // namespace

void replace_stores(const Layout& layout, std::uint64_t at, Bytes store,
                    std::vector<Replacement>& inserts, std::vector<Replacement>& removals) {
  ByteBuffer box = store_box(store);
  for (const Carrier* old : stores_of(layout)) {
    // In one piece where it can be: a store of the same size then moves nothing.
    const bool here = old->whole.offset == at && !box.empty();
    removals.push_back({old->whole, here ? std::move(box) : ByteBuffer{}});
    if (here) box.clear();
  }
  if (!box.empty()) inserts.push_back({{at, 0}, std::move(box)});
}

Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  const FileMap map = TRY(map_file(source, limits));
  if (map.moov) TRY(check_movie(source, map, limits));
  const auto moof = std::find_if(map.boxes.begin(), map.boxes.end(),
                                 [](const Box& box) { return box.is(fourcc("moof")); });
  std::vector<Replacement> out, fillings;
  Layout removed;
  for (const Carrier* old : stores_of(layout)) {
    if (moof == map.boxes.end() || old->whole.offset < moof->whole.offset) {
      removed.carriers.push_back(*old);
      continue;
    }
    for (Replacement& filling : TRY(emptied(source, old->whole))) {
      fillings.push_back(std::move(filling));
    }
  }
  auto at = place_behind_type(map);
  if (!at) at = TRY(place_at_end(map, fillings));
  replace_stores(removed, *at, store, out, out);
  const Shift shift(out);
  std::move(fillings.begin(), fillings.end(), std::back_inserter(out));
  if (!shift.empty()) {
    Tables tables(source, map, limits);
    if (map.moov) TRY(tables.find(map.boxes[*map.moov], shift.first()));
    TRY(tables.follow(shift, out));
  }
  return replace_ranges(source.size(), std::move(out));
}

}  // namespace colophon::mp4
