// SPDX-License-Identifier: Apache-2.0
#include "formats/exif.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "support/support.hpp"
#include "support/tiff_builder.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace std::string_view_literals;

namespace {

constexpr TiffFlavour kFlavours[] = {{false, false}, {true, false}, {false, true}, {true, true}};

/// A block that stands at offset 10 of a source, as it does inside a container.
struct Block {
  explicit Block(Bytes block) : bytes(10, 'x') {
    append(bytes, block);
    MemorySource source(bytes);
    REQUIRE(exif_carriers(source, range(), {"test:exif", range()}, Limits{}, layout));
  }
  Range range() const { return {10, bytes.size() - 10}; }
  const Carrier* find(std::string_view path) const {
    const auto found = std::find_if(layout.carriers.begin(), layout.carriers.end(),
                                    [&](const Carrier& carrier) { return carrier.path == path; });
    return found == layout.carriers.end() ? nullptr : &*found;
  }
  std::string payload(std::string_view path) const {
    const Carrier* carrier = find(path);
    if (carrier == nullptr) return "(none)";
    MemorySource source(bytes);
    const auto read = extract_stored(source, *carrier, Limits{});
    REQUIRE(read);
    return to_string(*read);
  }

  ByteBuffer bytes;
  Layout layout;
};

ByteBuffer with_comment(TiffFlavour flavour, std::string_view stored) {
  return make_tiff(flavour,
                   {{{ascii(0x010F, "Maker")}, {{0x8769, {{undefined(0x9286, stored)}, {}}}}}});
}

std::string utf16(std::string_view ascii_text, bool big_endian) {
  std::string out;
  for (const char c : ascii_text) {
    out += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  }
  return out;
}

constexpr std::string_view kComment = "test:exif.UserComment";

}  // namespace

TEST_CASE("exif: text entries of every kind and flavour") {
  for (const TiffFlavour flavour : kFlavours) {
    const std::string wide = utf16("a title", false) + std::string(2, '\0');
    const ByteBuffer bytes = make_tiff(
        flavour, {{{ascii(0x010E, "{\"a\":1}"),
                    ascii(0x0110, "abc"),
                    ascii(0x0131, "caf\xE9"),
                    {0x9C9B, 1, wide.size(), to_buffer(wide)},
                    ascii(0x0132, "2026:01:01 00:00:00")},
                   {{0x8769, {{undefined(0x9286, "ASCII\0\0\0{\"AIGC\":{}}\0\0"sv)}, {}}}}},
                  {{ascii(0x010F, "on the thumbnail")}, {}}});
    const Block block(bytes);
    CHECK(block.layout.oddities.empty());
    CHECK(block.layout.carriers.size() == 6);
    CHECK(block.payload("test:exif.ImageDescription") == "{\"a\":1}");
    CHECK(block.payload("test:exif.Model") == "abc");
    CHECK(block.payload("test:exif.Software") == "caf\u00e9");
    CHECK(block.payload("test:exif.XPTitle") == "a title");
    CHECK(block.payload("test:exif.IFD1.Make") == "on the thumbnail");
    CHECK(block.payload(kComment) == "ASCII\0\0\0{\"AIGC\":{}}"sv);
    CHECK(block.find(kComment)->kind == CarrierKind::ExifComment);
    CHECK(block.find("test:exif.Model")->key == "Model");
  }
}

TEST_CASE("exif: a UserComment's charset, also where the producer got it wrong") {
  const std::string json = R"({"AIGC":{"Label":"1"}})";
  for (const TiffFlavour flavour : kFlavours) {
    for (const bool order : {false, true}) {
      const std::string stored = std::string("UNICODE\0"sv) + utf16(json, order);
      CHECK(Block(with_comment(flavour, stored)).payload(kComment) == json);
    }
    CHECK(Block(with_comment(flavour, std::string("UNICODE\0"sv) + json)).payload(kComment) ==
          json);
    CHECK(Block(with_comment(flavour, "UNICODE\0\xFF\xFEh\0i\0"sv)).payload(kComment) == "hi");
    CHECK(Block(with_comment(flavour, std::string(8, '\0') + json)).payload(kComment) == json);
    CHECK(Block(with_comment(flavour, json)).payload(kComment) == json);
    CHECK(Block(with_comment(flavour, "ASCII\0\0\0caf\xE9"sv)).payload(kComment) ==
          "ASCII\0\0\0caf\u00e9"sv);
  }
}

TEST_CASE("exif: a UserComment in IFD0, and one of type ASCII") {
  const ByteBuffer bytes = make_tiff({}, {{{ascii(0x9286, "{\"Label\":\"1\"}")}, {}}});
  const Block block(bytes);
  CHECK(block.payload(kComment) == "{\"Label\":\"1\"}");
}

TEST_CASE("exif: the Exif prefix is skipped, a maker note counts only when it is text") {
  ByteBuffer bytes = to_buffer("Exif\0\0"sv);
  append(bytes,
         make_tiff({}, {{{undefined(0x927C, "Nikon\0\2\1\0\0binary"sv), ascii(0x0131, "s")}, {}}}));
  const Block block(bytes);
  CHECK(block.payload("test:exif.Software") == "s");
  CHECK(block.find("test:exif.MakerNote") == nullptr);
  const Block text(make_tiff({}, {{{undefined(0x927C, "{\"signature\":\"abc\"}")}, {}}}));
  CHECK(text.payload("test:exif.MakerNote") == "{\"signature\":\"abc\"}");
}

TEST_CASE("exif: a damaged block is an oddity with a sentence in both languages") {
  for (const std::string_view bytes : {""sv, "no tiff at all"sv, "II*\0\xFF\xFF\xFF\xFF"sv}) {
    const Block block(as_bytes(bytes));
    CHECK(block.layout.carriers.empty());
    REQUIRE(block.layout.oddities.size() == 1);
    CHECK_FALSE(block.layout.oddities[0].message.en.empty());
    CHECK_FALSE(block.layout.oddities[0].message.zh.empty());
  }
}

TEST_CASE("exif: overlapping giant text values share one budget") {
  std::vector<TiffField> fields;
  for (std::uint16_t i = 0; i < 2000; ++i) fields.push_back({0x010E, 2, 60'000, {}});
  ByteBuffer bytes = make_tiff({}, {{fields, {}}});
  bytes.resize(bytes.size() + 100'000, 'a');
  MemorySource source(bytes);
  Layout layout;
  Limits limits;
  limits.max_payload = 1 << 20;
  REQUIRE(exif_carriers(source, {0, bytes.size()}, {"test:exif", {}}, limits, layout));
  CHECK(layout.carriers.size() < 20);
  CHECK_FALSE(layout.oddities.empty());
}

TEST_CASE("exif: property: a replaced UserComment reads back and keeps every other entry") {
  Random random(9286);
  const std::string_view styles[] = {"ASCII\0\0\0"sv, "UNICODE\0"sv, "\0\0\0\0\0\0\0\0"sv, ""sv};
  for (int round = 0; round < 400; ++round) {
    const TiffFlavour flavour = kFlavours[random.below(4)];
    const std::string_view style = styles[random.below(4)];
    const std::string old_text = "{" + std::string(random.below(60), 'o') + "}";
    const std::string stored =
        std::string(style) +
        (style.starts_with("UNI") ? utf16(old_text, flavour.big_endian) : old_text);
    const bool last = random.below(2) == 0;
    TestIfd first{{ascii(0x010F, "Maker")}, {{0x8769, {{undefined(0x9286, stored)}, {}}}}};
    if (!last) first.fields.push_back(ascii(0x8825 + 100, "behind it"));
    ByteBuffer bytes = make_tiff(flavour, {first, {{ascii(0x0131, "thumb")}, {}}});
    for (int step = 0; step < 3; ++step) {
      const Block block(bytes);
      const Carrier* comment = block.find(kComment);
      REQUIRE(comment != nullptr);
      const std::string value = std::string(style.starts_with("ASCII") ? style : "") + "[" +
                                std::string(random.below(90), 'n') +
                                (style.starts_with("UNI") ? "\u4e2d\U0001F600" : "") + "]";
      const auto out =
          exif_with_value(slice(block.bytes, 10), 10, *comment, as_bytes(value), Limits{});
      REQUIRE(out);
      const Block after(*out);
      CHECK(after.layout.oddities.empty());
      CHECK(after.payload(kComment) == value);
      CHECK(after.payload("test:exif.Make") == "Maker");
      CHECK(after.payload("test:exif.IFD1.Software") == "thumb");
      CHECK(after.layout.carriers.size() == block.layout.carriers.size());
      bytes = *out;
    }
    CHECK(bytes.size() < 1024);
  }
}

TEST_CASE("exif: a value that two entries share is not overwritten") {
  TestIfd ifd{{ascii(0x010E, "shared text"), ascii(0x0131, "another one")}, {}};
  ByteBuffer bytes = make_tiff({}, {ifd});
  // Software points at the description's bytes.
  std::copy(bytes.begin() + 18, bytes.begin() + 22, bytes.begin() + 30);
  const Block block(bytes);
  REQUIRE(block.payload("test:exif.Software") == "shared text");
  const auto out =
      exif_with_value(slice(block.bytes, 10), 10, *block.find("test:exif.ImageDescription"),
                      as_bytes("new"), Limits{});
  REQUIRE(out);
  const Block after(*out);
  CHECK(after.payload("test:exif.ImageDescription") == "new");
  CHECK(after.payload("test:exif.Software") == "shared text");
}

TEST_CASE("exif: PNG's eXIf chunk is read and a comment in it replaced") {
  const Format* png = find_format("png");
  REQUIRE(png != nullptr);
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "png" || specimen.what != "with EXIF") continue;
    CHECK(payload_of(*png, specimen.bytes, CarrierKind::ExifComment) ==
          "ASCII\0\0\0{\"AIGC\":{}}"sv);
    for (const std::size_t size : {1U, 11U, 5000U}) {
      const std::string value = std::string("ASCII\0\0\0"sv) + std::string(size, 'v');
      const ByteBuffer out = edited(
          *png, specimen.bytes, {CarrierKind::ExifComment, "", std::size_t{1}, to_buffer(value)});
      CHECK(payload_of(*png, out, CarrierKind::ExifComment) == value);
      CHECK(payload_of(*png, out, CarrierKind::ExifText, "ImageDescription") == "a grey ramp");
    }
  }
}

TEST_CASE("exif: property: replacing text in mutated files never crashes, and stays readable") {
  const char* set = std::getenv("COLOPHON_MUTATIONS");
  const int rounds = set != nullptr ? std::atoi(set) : 300;
  for (const Specimen& specimen : specimens()) {
    const Format* format = find_format(specimen.format);
    if (format == nullptr || !format->can_replace(CarrierKind::ExifComment)) continue;
    CAPTURE(specimen.what);
    Random random(specimen.bytes.size());
    for (int round = 0; round < rounds; ++round) {
      const ByteBuffer bytes = mutate(specimen.bytes, random);
      MemorySource source(bytes);
      const auto layout = format->inspect(source, Limits{});
      if (!layout) continue;
      for (std::size_t i = 0; i < layout->carriers.size(); ++i) {
        const CarrierKind kind = layout->carriers[i].kind;
        if (kind != CarrierKind::ExifComment && kind != CarrierKind::ExifText) continue;
        const std::string value = std::string("ASCII\0\0\0"sv) + std::string(random.below(40), 'v');
        const Edit edit{kind, "", i, to_buffer(value)};
        const auto splice = plan_edits(*format, source, *layout, {&edit, 1}, Limits{});
        if (!splice) continue;
        SplicedSource spliced(source, *splice);
        CHECK(format->inspect(spliced, Limits{}));
      }
    }
  }
}
