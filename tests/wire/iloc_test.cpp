// SPDX-License-Identifier: Apache-2.0
#include "wire/iloc.hpp"

#include <doctest/doctest.h>

using namespace colophon;
using namespace colophon::wire;

namespace {

/// Version 1, 4-byte numbers everywhere but the index; items of (construction, base, offsets).
struct Item {
  unsigned construction;
  std::uint64_t base;
  std::vector<std::uint64_t> offsets;
};
ByteBuffer iloc(const std::vector<Item>& items) {
  ByteBuffer body;
  append_be(body, 0x4440, 2);
  append_be(body, items.size(), 2);
  for (const Item& item : items) {
    append_be(body, 7, 2);
    append_be(body, item.construction, 2);
    append_be(body, 0, 2);
    append_be(body, item.base, 4);
    append_be(body, item.offsets.size(), 2);
    for (const std::uint64_t offset : item.offsets) {
      append_be(body, offset, 4);
      append_be(body, 10, 4);
    }
  }
  ByteBuffer out;
  append_full_box(out, fourcc("iloc"), 1, 0, body);
  return out;
}

Result<std::vector<ItemLocation>> parsed(const ByteBuffer& bytes) {
  MemorySource source(bytes);
  return read_item_locations(source, read_box(source, {0, bytes.size()}).value(), Limits{});
}

std::vector<std::uint64_t> new_values(const std::vector<Item>& items, std::uint64_t from,
                                      std::int64_t by) {
  std::vector<std::uint64_t> values;
  const auto moved = moved_item_locations(parsed(iloc(items)).value(), from, by).value();
  for (const Field& field : moved) {
    values.push_back(field.value);
  }
  return values;
}

}  // namespace

TEST_CASE("iloc: items, extents and where their numbers stand") {
  const ByteBuffer bytes = iloc({{0, 100, {5, 50}}, {1, 0, {3}}});
  const auto items = parsed(bytes);
  REQUIRE(items);
  REQUIRE(items->size() == 2);
  CHECK(items->front().id == 7);
  CHECK(items->front().in_file());
  CHECK_FALSE(items->back().in_file());
  CHECK(items->front().base.value == 100);
  CHECK(items->front().extents[1].offset.value == 50);
  CHECK(items->front().extents[1].length == 10);
  CHECK(load_be(bytes, items->front().extents[1].offset.at.offset, 4) == 50);
}

TEST_CASE("iloc: what moves and what stays") {
  CHECK(new_values({{0, 0, {50, 150}}}, 100, 7) == std::vector<std::uint64_t>{157});
  CHECK(new_values({{0, 90, {10, 20}}}, 100, 7) == std::vector<std::uint64_t>{97});
  CHECK(new_values({{0, 90, {5, 20}}}, 100, 7) == std::vector<std::uint64_t>{27});
  CHECK(new_values({{0, 200, {5}}}, 100, -7) == std::vector<std::uint64_t>{193});
  CHECK(new_values({{1, 200, {5}}, {0, 0, {5}}}, 100, 7).empty());
  CHECK_FALSE(moved_item_locations(parsed(iloc({{0, 0, {UINT32_MAX}}})).value(), 100, 1));
}

TEST_CASE("iloc: hostile tables") {
  const ByteBuffer good = iloc({{0, 100, {5, 50}}, {1, 0, {3}}});
  for (std::size_t size = 12; size < good.size(); ++size) {
    ByteBuffer cut = to_buffer(slice(good, 0, size));
    store_be(cut, 0, size, 4);
    CHECK_FALSE(parsed(cut));
  }
  for (const std::size_t at : {8U, 12U, 13U, 14U}) {  // version, widths, count
    ByteBuffer bad = good;
    bad[at] = 0xFF;
    CHECK_FALSE(parsed(bad));
  }
  // No numbers at all and 65535 extents for each of 65535 items: ends at the cap.
  ByteBuffer body;
  append_be(body, 0, 2);
  append_be(body, 65535, 2);
  for (int i = 0; i < 65535; ++i) {
    append_be(body, 0, 6);
    append_be(body, 65535, 2);
  }
  ByteBuffer empty;
  append_full_box(empty, fourcc("iloc"), 1, 0, body);
  const auto items = parsed(empty);
  REQUIRE_FALSE(items);
  CHECK(items.error().code == ErrorCode::LimitExceeded);
}
