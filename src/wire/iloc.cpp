// SPDX-License-Identifier: Apache-2.0
#include "wire/iloc.hpp"

#include <algorithm>

namespace colophon::wire {
namespace {

/// Reads numbers one after another; `ok` is lost for good when one passes the end.
class Cursor {
 public:
  Cursor(Bytes bytes, std::uint64_t start) : bytes_(bytes), start_(start) {}
  Field field(unsigned width) {
    Field field{0, {start_ + at_, width}};
    if (width == 0) return field;
    const auto value = load_be(bytes_, at_, width);
    ok = ok && value.has_value();
    field.value = value.value_or(0);
    at_ += width;
    return field;
  }
  std::uint64_t number(unsigned width) { return field(width).value; }
  [[nodiscard]] std::uint64_t left() const { return at_ < bytes_.size() ? bytes_.size() - at_ : 0; }
  bool ok = true;

 private:
  Bytes bytes_;
  std::uint64_t start_, at_ = 0;
};

struct Widths {
  unsigned offset, length, base, index;
  [[nodiscard]] bool valid() const {
    const auto good = [](unsigned width) { return width == 0 || width == 4 || width == 8; };
    return good(offset) && good(length) && good(base) && good(index);
  }
};

Failure broken(const Box& iloc) {
  return fail(ErrorCode::Malformed, "the table of item positions is damaged", "iloc",
              iloc.whole.offset);
}

ItemLocation read_item(Cursor& cursor, std::uint8_t version, const Widths& widths) {
  ItemLocation item;
  item.id = static_cast<std::uint32_t>(cursor.number(version < 2 ? 2 : 4));
  if (version > 0) item.construction = cursor.number(2) & 15;
  item.data_reference = static_cast<unsigned>(cursor.number(2));
  item.base = cursor.field(widths.base);
  const std::uint64_t count = cursor.number(2);
  const unsigned index = version > 0 ? widths.index : 0;
  const unsigned size = index + widths.offset + widths.length;
  if (size > 0 && count > cursor.left() / size) cursor.ok = false;
  for (std::uint64_t i = 0; cursor.ok && i < count; ++i) {
    ItemExtent extent;
    extent.index = cursor.number(index);
    extent.offset = cursor.field(widths.offset);
    extent.length = cursor.number(widths.length);
    item.extents.push_back(extent);
  }
  return item;
}

Result<Field> moved(const Field& field, std::int64_t by) {
  const std::uint64_t value = field.value + static_cast<std::uint64_t>(by);
  const bool fits = field.at.size == 8 || (field.at.size == 4 && value <= UINT32_MAX);
  if (!fits) {
    return fail(ErrorCode::Unsupported,
                "a position of an item no longer fits into the number that holds it", "iloc",
                field.at.offset);
  }
  return Field{value, field.at};
}

}  // namespace

Result<std::vector<ItemLocation>> read_item_locations(Source& source, const Box& iloc,
                                                      const Limits& limits) {
  const FullBox full = TRY(read_full_box(source, iloc));
  if (full.body.size > limits.max_payload) {
    return fail(ErrorCode::LimitExceeded, "the table of item positions is too large", "iloc",
                iloc.whole.offset);
  }
  Cursor cursor(TRY(source.view(full.body)), full.body.offset);
  const auto sizes = static_cast<unsigned>(cursor.number(2));
  const Widths widths{sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15,
                      full.version > 0 ? sizes & 15 : 0};
  const std::uint64_t count = cursor.number(full.version < 2 ? 2 : 4);
  if (!cursor.ok || full.version > 2 || !widths.valid()) return broken(iloc);
  if (count > limits.max_structures) {
    return fail(ErrorCode::LimitExceeded, "there are too many items", "iloc", iloc.whole.offset);
  }
  std::vector<ItemLocation> items;
  std::uint64_t extents = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    items.push_back(read_item(cursor, full.version, widths));
    extents += items.back().extents.size();
    if (!cursor.ok) return broken(iloc);
    if (extents > limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "there are too many item extents", "iloc",
                  iloc.whole.offset);
    }
  }
  return items;
}

Result<std::vector<Field>> moved_item_locations(const std::vector<ItemLocation>& locations,
                                                std::uint64_t from, std::int64_t by) {
  std::vector<Field> changed;
  for (const ItemLocation& item : locations) {
    if (!item.in_file()) continue;
    const auto moves = [&](const ItemExtent& extent) {
      return item.base.value >= from || extent.offset.value >= from - item.base.value;
    };
    const auto count = std::count_if(item.extents.begin(), item.extents.end(), moves);
    if (count == 0) continue;
    if (item.base.value > 0 && count == std::ssize(item.extents)) {
      changed.push_back(TRY(moved(item.base, by)));
      continue;
    }
    for (const ItemExtent& extent : item.extents) {
      if (moves(extent)) changed.push_back(TRY(moved(extent.offset, by)));
    }
  }
  return changed;
}

}  // namespace colophon::wire
