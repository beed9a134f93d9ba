// SPDX-License-Identifier: Apache-2.0
// JPEG XL: bare codestreams, plain and compressed boxes, what a write leaves alone.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/movie.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kPacket = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";

const Format& jxl() {
  return *find_format("jxl");
}
ByteBuffer head() {
  return box("JXL ", {0x0D, 0x0A, 0x87, 0x0A}) +
         box("ftyp", to_buffer("jxl ") + number(0, 4) + to_buffer("jxl "));
}
ByteBuffer codestream() {
  return ByteBuffer{0xFF, 0x0A} + to_buffer("the picture");
}
ByteBuffer with_xmp(Bytes bytes) {
  return edited(jxl(), bytes, {CarrierKind::Xmp, "", std::nullopt, to_buffer(kPacket)});
}
Layout inspected(Bytes bytes) {
  MemorySource source(bytes);
  return jxl().inspect(source, Limits{}).value();
}

}  // namespace

TEST_CASE("jxl: a bare codestream is told and is wrapped for a label") {
  const Layout layout = inspected(codestream());
  REQUIRE(layout.oddities.size() == 1);
  CHECK(layout.oddities[0].rule == "jxl-bare");
  CHECK(with_xmp(codestream()) ==
        head() + box("jxlc", codestream()) + box("xml ", to_buffer(kPacket)));
}

TEST_CASE("jxl: a new label goes behind the last box, which gets its size") {
  ByteBuffer open = head() + box("jxlc", codestream());
  const ByteBuffer closed = open;
  store_be(open, head().size(), 0, 4);
  const ByteBuffer expected = closed + box("xml ", to_buffer(kPacket));
  CHECK(with_xmp(closed) == expected);
  CHECK(with_xmp(open) == expected);
}

TEST_CASE("jxl: a compressed packet becomes a plain one in its place") {
  for (const Specimen& specimen : specimens()) {
    if (specimen.what != "compressed boxes" || specimen.format != "jxl") continue;
    const Layout before = inspected(specimen.bytes);
    REQUIRE(before.carriers.size() == 4);
    CHECK(before.carriers[0].path == "jxl:brob[xml]");
    CHECK(before.carriers[1].path == "jxl:brob[Exif].ImageDescription");
    CHECK(to_string(*before.carriers[1].value) == "a description");
    CHECK(before.carriers[3].path == "jxl:brob[jumb]");
    const ByteBuffer out = with_xmp(specimen.bytes);
    CHECK(inspected(out).carriers[0].path == "jxl:xml");
    CHECK(inspected(out).carriers.size() == 4);
  }
}

TEST_CASE("jxl: an EXIF text in a plain box is replaced, in a compressed one it is refused") {
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "jxl") continue;
    MemorySource source(specimen.bytes);
    const Layout layout = inspected(specimen.bytes);
    const auto target =
        std::find_if(layout.carriers.begin(), layout.carriers.end(),
                     [](const Carrier& carrier) { return carrier.key == "Software"; });
    if (target == layout.carriers.end()) continue;
    const auto index = static_cast<std::size_t>(target - layout.carriers.begin());
    const Edit edit{CarrierKind::ExifText, "Software", index,
                    to_buffer("a program with a longer name"), 0};
    const auto plan = plan_edits(jxl(), source, layout, {&edit, 1}, Limits{});
    if (target->value) {
      CHECK_FALSE(plan);
    } else {
      REQUIRE(plan);
      CHECK(payload_of(jxl(), testing::apply(specimen.bytes, *plan), CarrierKind::ExifText,
                       "Software") == "a program with a longer name");
    }
  }
}

TEST_CASE("jxl: hostile boxes") {
  const auto damaged = [](const ByteBuffer& boxes) {
    return inspected(head() + boxes).damage.has_value();
  };
  CHECK(damaged({}));
  CHECK(damaged(number(1, 4) + to_buffer("xml ") + number(1ULL << 63, 8)));
  CHECK(damaged(number(7, 4) + to_buffer("xml ")));
  CHECK_FALSE(damaged(box("brob", to_buffer("xm")) + box("jxlc", codestream())));
  const Layout broken =
      inspected(head() + box("brob", to_buffer("xml not brotli")) + box("jxlc", codestream()));
  CHECK_FALSE(broken.damage);
  REQUIRE(broken.oddities.size() == 1);
  CHECK(broken.oddities[0].rule == "jxl-brob");
  CHECK(inspected(head() + box("Exif", number(UINT32_MAX, 4)) + box("Exif", {}) +
                  box("jxlc", codestream()))
            .carriers.empty());
}
