// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "support/support.hpp"
#include "support/tiff_builder.hpp"
#include "wire/tiff_ifd.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace std::string_view_literals;

namespace {

const Format& row(std::string_view id) {
  const Format* format = find_format(id);
  REQUIRE(format != nullptr);
  return *format;
}

Layout inspected(const Format& format, Bytes bytes) {
  MemorySource source(bytes);
  auto layout = format.inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

std::string payload(const Format& format, Bytes bytes, std::string_view path) {
  MemorySource source(bytes);
  for (const Carrier& carrier : inspected(format, bytes).carriers) {
    if (carrier.path != path) continue;
    const auto read = format.extract(source, carrier, Limits{});
    REQUIRE(read);
    return to_string(*read);
  }
  return "(none)";
}

std::vector<Specimen> specimens_of(std::string_view format, std::string_view word) {
  std::vector<Specimen> found;
  for (Specimen& specimen : specimens()) {
    if (specimen.format == format && specimen.what.find(word) != std::string::npos) {
      found.push_back(std::move(specimen));
    }
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

Edit xmp(std::string_view value) {
  return {CarrierKind::Xmp, "", std::nullopt, to_buffer(value)};
}

}  // namespace

TEST_CASE("tiff: every carrier of every flavour") {
  const Format& tiff = row("tiff");
  for (const Specimen& specimen : specimens_of("tiff", "every carrier")) {
    CAPTURE(specimen.what);
    const auto read = [&](std::string_view path) { return payload(tiff, specimen.bytes, path); };
    CHECK(inspected(tiff, specimen.bytes).carriers.size() == 7);
    CHECK(inspected(tiff, specimen.bytes).oddities.empty());
    CHECK(read("tiff:IFD0[xmp]") == "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>");
    CHECK(read("tiff:IFD0.ImageDescription") == "a grey ramp");
    CHECK(read("tiff:IFD0.Software") == "by hand");
    CHECK(read("tiff:Exif.UserComment") == "ASCII\0\0\0{\"AIGC\":{}}"sv);
    CHECK(read("tiff:IFD0[iptc].Caption-Abstract") == "caption");
    CHECK(read("tiff:IFD1.ImageDescription") == "page two");
    CHECK(read("tiff:IFD1[c2pa]") == "not a real store");
  }
}

TEST_CASE("tiff: DNG is told from TIFF by its version tag") {
  for (const Specimen& specimen : specimens_of("dng", "XMP")) {
    MemorySource source(specimen.bytes);
    CHECK(detect(source, "x.tif")->id == "dng");
    CHECK(row("tiff").sniff(source));
  }
}

TEST_CASE("tiff: a write appends, patches one pointer, and moves nothing") {
  for (const std::string_view id : {"tiff", "dng"}) {
    for (const Specimen& specimen : specimens_of(id, "")) {
      CAPTURE(specimen.what);
      const Format& format = row(id);
      const ByteBuffer out = edited(format, specimen.bytes, xmp("<a longer packet/>"));
      REQUIRE(out.size() > specimen.bytes.size());
      std::size_t changed = 0;
      for (std::size_t i = 0; i < specimen.bytes.size(); ++i)
        changed += out[i] != specimen.bytes[i];
      CHECK(changed <= 16);  // count and offset of an entry, or the header's pointer
      MemorySource source(specimen.bytes);
      const Edit edit = xmp("<a longer packet/>");
      const auto splice =
          plan_edits(format, source, inspected(format, specimen.bytes), {&edit, 1}, Limits{});
      REQUIRE(splice);
      CHECK(splice->fits_in_place(specimen.bytes.size()));
      // Word boundary, TIFF 6.0 section 2.
      for (const Carrier& carrier : inspected(format, out).carriers) {
        if (carrier.kind == CarrierKind::Xmp) CHECK(carrier.payload.offset % 2 == 0);
      }
    }
  }
}

TEST_CASE("tiff: a tiny packet is stored inside its entry and replaced again") {
  for (const Specimen& specimen : specimens_of("tiff", "")) {
    const Format& tiff = row("tiff");
    ByteBuffer bytes = specimen.bytes;
    for (const std::string_view value : {"<a/>", "<abcdef/>", "<b/>", "<a><b></b></a>"}) {
      bytes = edited(tiff, bytes, xmp(value));
      CHECK(payload_of(tiff, bytes, CarrierKind::Xmp) == value);
    }
  }
}

TEST_CASE("tiff: text entries and a new XMP entry are set in one plan") {
  const Format& tiff = row("tiff");
  for (const TiffFlavour flavour :
       {TiffFlavour{false, false}, TiffFlavour{true, false}, TiffFlavour{false, true}}) {
    const ByteBuffer bytes =
        make_tiff_picture(flavour, {{{ascii(270, "old description"), ascii(305, "kept")},
                                     {{0x8769, {{undefined(0x9286, "ASCII\0\0\0old"sv)}, {}}}}}});
    const Layout layout = inspected(tiff, bytes);
    REQUIRE(layout.carriers.size() == 3);
    const std::vector<Edit> edits = {
        {CarrierKind::ExifText, "", std::size_t{0}, to_buffer("a new and longer description")},
        xmp("<x/><x/>"),
        {CarrierKind::ExifComment, "", std::size_t{2}, to_buffer("ASCII\0\0\0new comment"sv)}};
    MemorySource source(bytes);
    const auto splice = plan_edits(tiff, source, layout, edits, Limits{});
    REQUIRE_MESSAGE(splice, (splice ? "" : splice.error().message));
    const ByteBuffer out = testing::apply(bytes, *splice);
    CHECK(payload(tiff, out, "tiff:IFD0.ImageDescription") == "a new and longer description");
    CHECK(payload(tiff, out, "tiff:IFD0.Software") == "kept");
    CHECK(payload(tiff, out, "tiff:IFD0[xmp]") == "<x/><x/>");
    CHECK(payload(tiff, out, "tiff:Exif.UserComment") == "ASCII\0\0\0new comment"sv);
    CHECK(slice(out, bytes.size() - 16, 16).size() == 16);
    CHECK(to_buffer(slice(out, bytes.size() - 16, 16)) ==
          to_buffer(slice(bytes, bytes.size() - 16)));
  }
}

TEST_CASE("tiff: an entry of another kind is never replaced") {
  const Format& tiff = row("tiff");
  const Specimen specimen = specimens_of("tiff", "every carrier").front();
  const Layout layout = inspected(tiff, specimen.bytes);
  for (std::size_t i = 0; i < layout.carriers.size(); ++i) {
    if (layout.carriers[i].kind == CarrierKind::Xmp) continue;
    const Edit edit{CarrierKind::Xmp, "", i, to_buffer("<x/>")};
    MemorySource source(specimen.bytes);
    CHECK_FALSE(plan_edits(tiff, source, layout, {&edit, 1}, Limits{}));
  }
}

TEST_CASE("tiff: hostile directories") {
  const Format& tiff = row("tiff");
  // The first directory far away, inside the header, and none at all.
  for (const std::string_view start : {"II*\0\xFF\xFF\xFF\x7F"sv, "II*\0\2\0\0\0"sv, "II*\0"sv,
                                       "MM\0+\0\x08\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv}) {
    CHECK(inspected(tiff, as_bytes(start)).damage);
  }
  // 65535 entries announced, two there.
  ByteBuffer cut = make_tiff({}, {{{ascii(270, "xy"), ascii(271, "z")}, {}}});
  cut[8] = cut[9] = 0xFF;
  const Layout layout = inspected(tiff, cut);
  REQUIRE(layout.damage);
  CHECK(layout.carriers.size() == 2);
  // 2^64 - 1 entries in a BigTIFF.
  ByteBuffer big = make_tiff({false, true}, {{{ascii(270, "xy")}, {}}});
  std::fill(big.begin() + 16, big.begin() + 24, std::uint8_t{0xFF});
  CHECK(inspected(tiff, big).damage);
  // A broken EXIF pointer is no reason to refuse a label.
  const ByteBuffer exif =
      make_tiff_picture({}, {{{number({}, 0x8769, wire::TiffType::Long, 0x7FFFFFFF)}, {}}});
  CHECK_FALSE(inspected(tiff, exif).damage);
  CHECK(inspected(tiff, exif).oddities.size() == 1);
  CHECK(payload_of(tiff, edited(tiff, exif, xmp("<xmp/>")), CarrierKind::Xmp) == "<xmp/>");
}

TEST_CASE("tiff: a page chain of many thousands is walked in bounded time, a longer one is told") {
  std::vector<TestIfd> pages(20'000, TestIfd{{ascii(305, "s")}, {}});
  const ByteBuffer bytes = make_tiff({}, pages);
  MemorySource source(bytes);
  Limits limits;
  limits.max_carriers = 100'000;
  const auto layout = row("tiff").inspect(source, limits);
  REQUIRE(layout);
  CHECK(layout->carriers.size() == 20'000);
  limits.max_carriers = 1000;
  const auto few = row("tiff").inspect(source, limits);
  REQUIRE(few);
  CHECK_FALSE(few->damage);
  CHECK(few->carriers.size() == 500);
  CHECK(few->oddities.size() == 1);
  limits.max_structures = 100;
  const auto capped = row("tiff").inspect(source, limits);
  REQUIRE(capped);
  REQUIRE(capped->damage);
  CHECK(capped->damage->code == ErrorCode::LimitExceeded);
}

TEST_CASE("tiff: real samples give their C2PA store") {
  const std::string folder = samples_folder();
  if (folder.empty()) {
    MESSAGE("skipped: the samples are not there");
    return;
  }
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"tiff", "/c2pa/generated/ai-tiff.tiff"}, {"dng", "/c2pa/c2pa-cpp/C.dng"}};
  for (const auto& [id, name] : expected) {
    const ByteBuffer bytes = read_file(folder + std::string(name));
    if (bytes.empty()) continue;
    CAPTURE(name);
    MemorySource source(bytes);
    REQUIRE(detect(source, name) != nullptr);
    CHECK(detect(source, name)->id == id);
    CHECK_FALSE(inspected(row(id), bytes).damage);
    const std::string store = payload_of(row(id), bytes, CarrierKind::C2paStore);
    REQUIRE(store.size() > 8);
    CHECK(*load_be(as_bytes(store), 0, 4) == store.size());
    CHECK(payload_of(row(id), edited(row(id), bytes, xmp("<xmp/>")), CarrierKind::C2paStore) ==
          store);
  }
}
