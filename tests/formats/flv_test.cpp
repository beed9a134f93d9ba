// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>

#include "support/flash.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::flash;

namespace {

constexpr std::string_view kLabel = R"({"Label":"1","ContentProducer":"p","ProduceID":"01J"})";

const Format& flv() {
  return *find_format("flv");
}
Layout inspected(const ByteBuffer& bytes, const Limits& limits = {}) {
  MemorySource source(bytes);
  return flv().inspect(source, limits).value();
}
ByteBuffer checked(const ByteBuffer& bytes, std::string_view value = kLabel) {
  const ByteBuffer out =
      edited(flv(), bytes, {CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)});
  CHECK(payload_of(flv(), out, CarrierKind::AigcKey) == value);
  CHECK(flash::pointed_at(out) == flash::pointed_at(bytes));
  CHECK(is_well_formed(out));
  return out;
}

}  // namespace

TEST_CASE("flv: properties, the label and XMP are told") {
  const ByteBuffer bytes =
      film(script("onMetaData",
                  array(3, property("encoder", text("Lavf")) + property("width", number(4)) +
                               property("Aigc", long_text(kLabel)))) +
           script("onXMPData", object(property("liveXML", long_text("<x/>")))));
  const Layout layout = inspected(bytes);
  REQUIRE(layout.carriers.size() == 3);
  CHECK(layout.carriers[0].path == "flv:onMetaData[encoder]");
  CHECK(layout.carriers[0].kind == CarrierKind::Tag);
  CHECK(layout.carriers[1].path == "flv:onMetaData[Aigc]");
  CHECK(layout.carriers[1].kind == CarrierKind::AigcKey);
  CHECK(layout.carriers[2].path == "flv:onXMPData[liveXML]");
  CHECK(layout.carriers[2].kind == CarrierKind::Xmp);
  CHECK(payload_of(flv(), bytes, CarrierKind::Xmp) == "<x/>");
}

TEST_CASE("flv: positions and sizes follow, all else stays byte for byte") {
  const ByteBuffer encoder = property("encoder", text("Lavf"));
  for (const std::size_t size : {1U, 100U, 70'000U}) {
    const std::string value(size, 'v');
    const ByteBuffer once = checked(indexed_film(1, encoder), value);
    checked(once, "short");
    checked(once, std::string(66'000, 'w'));
    // A second onMetaData behind the first moves the pictures, too.
    checked(indexed_film(1, encoder, script("onMetaData", object(property("AIGC", text("old"))))),
            value);
  }
}

TEST_CASE("flv: the count of an array follows when it held") {
  const auto count = [](const ByteBuffer& bytes) { return *load_be(bytes, 13 + 11 + 13 + 1, 4); };
  const ByteBuffer encoder = property("encoder", text("Lavf"));
  CHECK(count(checked(film(script("onMetaData", array(1, encoder))))) == 2);
  CHECK(count(checked(film(script("onMetaData", array(0, encoder))))) == 0);
  CHECK(count(checked(film(script("onMetaData", array(1, property("AIGC", text("x"))))))) == 1);
}

TEST_CASE("flv: without metadata a tag is made, as the first of the film") {
  const ByteBuffer plain = film({});
  const ByteBuffer out = checked(plain);
  CHECK(out[13] == 18);
  CHECK(to_buffer(slice(out, out.size() - plain.size() + 13)) == to_buffer(slice(plain, 13)));
}

TEST_CASE("flv: a label that a tag cannot hold is refused") {
  const ByteBuffer bytes = film({});
  MemorySource source(bytes);
  const Edit edit{CarrierKind::AigcKey, "", std::nullopt, ByteBuffer(17 << 20, 'x')};
  const auto splice = plan_edits(flv(), source, inspected(bytes), {&edit, 1}, Limits{});
  REQUIRE_FALSE(splice);
  CHECK(splice.error().code == ErrorCode::LimitExceeded);
}

TEST_CASE("flv: hostile files get a clean answer at once") {
  const auto started = testing::ComputingClock::now();
  const auto damage = [](const ByteBuffer& metadata) {
    const Layout layout = inspected(film(tag(18, text("onMetaData") + metadata)));
    REQUIRE(layout.damage);
    CHECK(layout.damage->offset);
    return layout.damage->code;
  };
  SUBCASE("giant counts") {
    ByteBuffer giant{10, 0xFF, 0xFF, 0xFF, 0xFF};
    giant.resize(1 << 20, 5);
    CHECK(damage(giant) == ErrorCode::Truncated);
    CHECK(damage(object(property("AIGC", {12, 0xFF, 0xFF, 0xFF, 0xFF}))) == ErrorCode::Truncated);
  }
  SUBCASE("deep nesting") {
    ByteBuffer deep{5};
    for (int i = 0; i < 3000; ++i) deep = object(property("a", deep));
    CHECK(damage(deep) == ErrorCode::LimitExceeded);
  }
  SUBCASE("a tag that passes the end") {
    ByteBuffer bytes = film({});
    store_be(bytes, 14, 0xFFFFFF, 3);
    CHECK(inspected(bytes).damage->code == ErrorCode::Truncated);
  }
  SUBCASE("a header that passes the end") {
    ByteBuffer bytes = film({});
    store_be(bytes, 5, 0xFFFFFFFF, 4);
    MemorySource source(bytes);
    const Layout layout = inspected(bytes);
    const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer("x")};
    CHECK_FALSE(plan_edits(flv(), source, layout, {&edit, 1}, Limits{}));
  }
  SUBCASE("more tags than are looked at") {
    ByteBuffer many;
    for (int i = 0; i < 300; ++i) many = many + tag(8, {0});
    Limits limits;
    limits.max_structures = 100;
    const Layout layout = inspected(film(many), limits);
    CHECK_FALSE(layout.damage);
    CHECK(layout.oddities.size() == 1);
  }
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
}
