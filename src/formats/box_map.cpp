// SPDX-License-Identifier: Apache-2.0
// Containers whose boxes follow each other: PNG, RIFF, JPEG XL.
#include "formats/box_map.hpp"

#include "wire/bmff.hpp"
#include "wire/riff.hpp"

#include <algorithm>

namespace colophon {
namespace {

constexpr std::uint64_t kPngSignature = 8;
constexpr std::uint64_t kPngOverhead = 12;  // length, type, CRC

/// A four-character code as a name: its bytes, unchanged.
std::string name_of(wire::FourCc type) {
  ByteBuffer bytes;
  append_be(bytes, type, 4);
  return to_string(Bytes(bytes));
}

Failure too_many(std::uint64_t at) {
  return fail(ErrorCode::LimitExceeded, "too many boxes", {}, at);
}

void add(BoxMap& map, const StorePlaces& stores, std::string name, Range whole) {
  if (stores.any_in(whole)) name = kStoreBox;
  map.boxes.push_back({std::move(name), whole, {}, {}});
}

}  // namespace

StorePlaces::StorePlaces(const Layout& layout) {
  for (const Carrier* store : stores_of(layout)) {
    if (store->parts.empty()) {
      places_.push_back(store->payload);
    } else {
      places_.insert(places_.end(), store->parts.begin(), store->parts.end());
    }
  }
  std::ranges::sort(places_, {}, &Range::offset);
}

bool StorePlaces::any_in(Range box) const noexcept {
  const auto first = std::ranges::lower_bound(places_, box.offset, {}, &Range::offset);
  return first != places_.end() && first->end() <= box.end();
}

Result<BoxMap> png_boxes(Source& source, const Layout& layout, const Limits& limits) {
  BoxMap map;
  const StorePlaces stores(layout);
  map.boxes.push_back({"PNGh", {0, kPngSignature}, {}, {}});
  for (std::uint64_t at = kPngSignature; at < source.size();) {
    if (map.boxes.size() > limits.max_structures) return too_many(at);
    const Bytes head = TRY(source.view({at, 8}));
    const Range whole{at, *load_be(head, 0, 4) + kPngOverhead};
    std::string type = to_string(slice(head, 4, 4));
    if (whole.end() > source.size()) return truncated(whole, source.size());
    const bool last = type == "IEND";
    add(map, stores, std::move(type), whole);
    if (last) break;
    at = whole.end();
  }
  return map;
}

Result<BoxMap> riff_boxes(Source& source, const Layout& layout, const Limits& limits) {
  BoxMap map;
  const StorePlaces stores(layout);
  wire::riff::Budget budget(limits);
  for (std::uint64_t at = 0; source.size() - at >= wire::riff::kFormHeader;) {
    const auto form = wire::riff::read_form(source, at, budget);
    if (!form) {
      if (at == 0 || form.error().code == ErrorCode::Io) return Failure(form.error());
      break;  // what stands behind the last form is no box
    }
    if (form->chunks.damage) return Failure(*form->chunks.damage);
    map.boxes.push_back({name_of(form->type), {at, wire::riff::kFormHeader}, {}, {}});
    for (const wire::riff::Chunk& chunk : form->chunks.all) {
      add(map, stores, name_of(chunk.list != 0 ? chunk.list : chunk.id), chunk.whole);
    }
    if (form->whole.end() <= at) break;
    at = form->whole.end();
  }
  return map;
}

Result<BoxMap> jxl_boxes(Source& source, const Layout& layout, const Limits& limits) {
  BoxMap map;
  const StorePlaces stores(layout);
  wire::BoxBudget budget(limits);
  wire::BoxWalker walker(source, {0, source.size()}, budget);
  while (const auto box = TRY(walker.next())) {
    add(map, stores, name_of(box->type), box->whole);
  }
  return map;
}

}  // namespace colophon
