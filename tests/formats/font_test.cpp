// SPDX-License-Identifier: Apache-2.0
// Fonts and stores that are a file of their own.
#include "formats/box_map.hpp"

#include <doctest/doctest.h>

#include "support/support.hpp"

using namespace colophon;

namespace {

ByteBuffer specimen(std::string_view format, std::string_view what) {
  for (const testing::Specimen& each : testing::specimens()) {
    if (each.format == format && each.what == what) return each.bytes;
  }
  return {};
}

}  // namespace

TEST_CASE("the store of a font is found in its table") {
  const ByteBuffer bytes = specimen("font", "with a store");
  const ByteBuffer alone = specimen("c2pa", "an empty store");
  for (const auto& [id, file] : {std::pair{"font", bytes}, {"c2pa", alone}}) {
    const Format* format = find_format(id);
    REQUIRE(format != nullptr);
    CHECK(testing::payload_of(*format, file, CarrierKind::C2paStore) == to_string(Bytes(alone)));
  }
}

TEST_CASE("a font's C2PA table that is too short, or points out of itself, is damage") {
  const ByteBuffer bytes = specimen("font", "with a store");
  const auto inspect = [](ByteBuffer file) {
    MemorySource source(file);
    auto layout = find_format("font")->inspect(source, Limits{});
    REQUIRE(layout);
    return *layout;
  };
  ByteBuffer far = bytes;
  const std::size_t table = 12 + 3 * 16;
  store_be(far, table + 12, UINT32_MAX, 4);
  CHECK(inspect(far).damage);
  CHECK(inspect(far).carriers.size() == 1);
  ByteBuffer small = bytes;
  store_be(small, 12 + 12, 10, 4);
  const Layout layout = inspect(small);
  REQUIRE(layout.carriers.size() == 1);
  CHECK(layout.carriers[0].value->empty());
  ByteBuffer outside = bytes;
  store_be(outside, 12 + 16 + 8, UINT32_MAX, 4);
  CHECK(inspect(outside).damage);
  CHECK(inspect(outside).carriers.size() == 1);
}

TEST_CASE("the texts of a font's names are read in both encodings") {
  const ByteBuffer bytes = specimen("font", "OpenType with names");
  MemorySource source(bytes);
  const auto layout = find_format("font")->inspect(source, Limits{});
  REQUIRE(layout);
  REQUIRE(layout->carriers.size() == 2);
  for (const Carrier& carrier : layout->carriers) {
    CHECK(carrier.path == "font:name[10]");
    CHECK(to_string(Bytes(*carrier.value)) == "AI");
  }
}

TEST_CASE("boxes of a font: its tables, with a check sum that does not count") {
  const ByteBuffer bytes = specimen("font", "with a store");
  MemorySource source(bytes);
  const Format* format = find_format("font");
  const auto layout = format->inspect(source, Limits{});
  const auto map = format->boxes(source, *layout, Limits{});
  REQUIRE(map);
  REQUIRE(map->boxes.size() == 3);
  CHECK(map->boxes[0].name == "C2PA");
  CHECK(map->boxes[2].zeroed == Range{map->boxes[2].whole.offset + 8, 4});
}
