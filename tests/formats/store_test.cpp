// SPDX-License-Identifier: Apache-2.0
// Where a C2PA manifest store goes in each container, and what follows it there. What all
// containers share is in tests/laws.
#include <doctest/doctest.h>

#include <algorithm>

#include "formats/mp4.hpp"
#include "formats/stores.hpp"
#include "support/gif_builder.hpp"
#include "support/jpeg_builder.hpp"
#include "support/movie.hpp"
#include "support/picture.hpp"
#include "support/riff_builder.hpp"
#include "support/support.hpp"
#include "support/tiff_builder.hpp"
#include "support/values.hpp"
#include "wire/ogg.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::stores;
using namespace std::string_view_literals;

namespace {

/// Every box of the file's top level: type and size.
std::vector<std::string> boxes_of(Bytes bytes) {
  MemorySource source(bytes);
  const auto map = mp4::map_file(source, Limits{});
  REQUIRE(map);
  std::vector<std::string> boxes;
  for (const wire::Box& box : map->boxes) boxes.push_back(wire::to_string(box.type));
  return boxes;
}
ByteBuffer c2pa_box(std::string_view purpose, const ByteBuffer& store) {
  return box("uuid", ByteBuffer(mp4::kC2paUuid.begin(), mp4::kC2paUuid.end()) + number(0, 4) +
                         to_buffer(purpose) + ByteBuffer(9, 0) + store);
}

}  // namespace

TEST_CASE("png: the store stands right behind IHDR") {
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "png") continue;
    const ByteBuffer out = with_store("png", specimen.bytes, store_of(300));
    CHECK(as_text(out).substr(8 + 25 + 4, 4) == "caBX");
  }
}

TEST_CASE("jpeg: a large store is one run of segments behind APP0") {
  const ByteBuffer store = store_of(150'000);
  const ByteBuffer plain = jpeg_picture({});
  const ByteBuffer out = with_store("jpeg", plain, store);
  const Layout layout = inspected("jpeg", out);
  const Carrier& carrier = *stores_of(layout).front();
  CHECK(carrier.parts.size() == 3);
  CHECK(carrier.whole.offset == 20);  // SOI, APP0
  CHECK(carrier.whole.size == store.size() + 3 * 12 + 2 * 8);
  CHECK(layout.oddities.empty());
  CHECK(out.size() == plain.size() + carrier.whole.size);
  // C2PA's own tools do not write the 64-bit form; it is cut all the same.
  ByteBuffer wide = number(1, 4) + to_buffer("jumb") + number(store.size() + 8, 8);
  append(wide, slice(store, 8));
  (void)with_store("jpeg", plain, wide);
}

TEST_CASE("jpeg: other JUMBF boxes stay, and keep their number to themselves") {
  ByteBuffer other =
      number(40, 4) + to_buffer("jumb") + number(32, 4) + to_buffer("jumd") + ByteBuffer(24, 7);
  const ByteBuffer foreign = jumbf_segments(other, 100, 0x0211);
  const ByteBuffer bytes = jpeg_picture(foreign + jumbf_segments(jumbf_store(200), 60, 3));
  const ByteBuffer out = with_store("jpeg", bytes, store_of(500));
  CHECK(times(out, as_text(foreign)) == 1);
  CHECK(times(out, "JP\x02\x12") == 1);
  CHECK(times(out, "JP\0\x03"sv) == 0);
}

TEST_CASE("jpeg: what is left of a damaged run goes with it") {
  const ByteBuffer run = jumbf_segments(jumbf_store(300), 60);
  const std::size_t second = as_text(run).find("JP", 20) - 4;
  const std::size_t third = as_text(run).find("JP", second + 10) - 4;
  ByteBuffer gap = to_buffer(slice(run, 0, second));
  append(gap, jpeg_segment(0xFE, "a comment between"));
  append(gap, slice(run, third));
  const ByteBuffer out = with_store("jpeg", jpeg_picture(gap), store_of(500));
  CHECK(times(out, "JP\x02\x11") == 1);
  CHECK(times(out, "a comment between") == 1);
}

TEST_CASE("gif: the store stands before the first image, and 87a becomes 89a") {
  ByteBuffer bytes = gif({gif_image()});
  bytes[4] = '7';
  const ByteBuffer out = with_store("gif", bytes, store_of(900));
  CHECK(as_text(out).starts_with("GIF89a"));
  CHECK(as_text(out).find("\x21\xFF\x0B"
                          "C2PA_GIF\x01\0\0\xFF"sv) == bytes.size() - gif_image().size() - 1);
}

TEST_CASE("riff: the store is the last chunk, and none is left before it") {
  const ByteBuffer old = riff_chunk("C2PA", "an old one!");
  const ByteBuffer sound = riff_form("WAVE", together({old, wav_format(), old, wav_data()}));
  const ByteBuffer out = with_store("wav", sound, store_of(301));
  CHECK(times(out, "C2PA") == 1);
  CHECK(as_text(out).rfind("C2PA") == out.size() - riff_chunk("C2PA", store_of(301)).size());
  CHECK(load_le(out, 4, 4) == out.size() - 8);
  const ByteBuffer again = with_store("wav", out, store_of(40));
  CHECK(again.size() == out.size() - 262);  // with its padding
  const ByteBuffer simple = riff_form("WEBP", webp_lossy());
  const ByteBuffer picture = with_store("webp", simple, store_of(300));
  CHECK(times(picture, "VP8X") == 0);
  CHECK(picture.size() == simple.size() + riff_chunk("C2PA", store_of(300)).size());
}

TEST_CASE("avi: nothing moves, wherever an older store stands") {
  const ByteBuffer old = riff_chunk("C2PA", "an older store with an even size");
  const ByteBuffer bytes = avi(old, old);
  const ByteBuffer out = with_store("avi", bytes, store_of(300));
  const std::size_t movie = as_text(bytes).find("movi");
  CHECK(as_text(out).find("movi") == movie);
  CHECK(times(out, "an older store") == 0);
  CHECK(as_text(out).substr(as_text(bytes).find("C2PA"), 4) == "JUNK");
  CHECK(with_store("avi", out, store_of(200)).size() == out.size() - 100);
}

TEST_CASE("tiff: the store goes into the last page, and the pages stay as many") {
  for (const bool big : {false, true}) {
    const TiffFlavour flavour{false, big};
    const TestIfd page{{ascii(305, "a page")}, {}};
    const ByteBuffer bytes = make_tiff_picture(flavour, {page, page, page});
    const ByteBuffer out = with_store("tiff", bytes, store_of(300));
    CHECK(stores_of(inspected("tiff", out)).front()->path == "tiff:IFD2[c2pa]");
    std::vector<std::string> names;
    std::uint16_t type = 0;
    MemorySource source(out);
    REQUIRE(wire::walk_tiff(source, {0, out.size()}, Limits{},
                            [&](const wire::TiffHeader&, const wire::TiffIfd& ifd) -> Status {
                              names.push_back(ifd.name);
                              if (const auto* entry = ifd.find(52545)) type = entry->type;
                              return {};
                            }));
    CHECK(names == std::vector<std::string>{"IFD0", "IFD1", "IFD2"});
    CHECK(type == 7);
    // The next one takes its place: at the file's end, or where it fits.
    const ByteBuffer same = with_store("tiff", out, store_of(300, 1));
    CHECK(same.size() == out.size());
    ByteBuffer behind = out;
    behind.resize(out.size() + 2);
    CHECK(with_store("tiff", behind, store_of(300, 1)).size() == behind.size());
    CHECK(with_store("tiff", behind, store_of(400)).size() > behind.size() + 400);
  }
}

TEST_CASE("tiff: of several stores one is left, in the last page") {
  const auto old = [](std::string_view text) { return undefined(52545, text); };
  const ByteBuffer bytes = make_tiff_picture(
      {}, {{{old("the first store"), ascii(305, "a")}, {}}, {{old("the second store")}, {}}});
  const ByteBuffer out = with_store("tiff", bytes, store_of(300));
  CHECK(stores_of(inspected("tiff", out)).front()->path == "tiff:IFD1[c2pa]");
  CHECK(times(out, as_text(to_buffer(slice(store_of(300), 0, 40)))) == 1);
}

TEST_CASE("tiff: a store that says it is larger than it is does not cost what follows it") {
  ByteBuffer bytes =
      make_tiff_picture({}, {{{undefined(52545, "no store, but bytes that stay")}, {}}});
  const ByteBuffer out = with_store("tiff", bytes, store_of(300));
  CHECK(times(out, "no store, but bytes that stay") == 1);
}

TEST_CASE("mp4: every table follows a store behind ftyp, and follows when it is replaced") {
  const ByteBuffer old = c2pa_box("manifest", store_of(100));
  for (const Specimen& specimen : specimens()) {
    const bool is_film =
        specimen.format == "mp4" || specimen.format == "mov" || specimen.format == "m4a";
    if (!is_film) continue;
    CAPTURE(specimen.what);
    const auto wanted = pointed_at(specimen.bytes);
    ByteBuffer bytes = specimen.bytes;
    for (const std::size_t size : {5000, 700, 6000, 6000, 1}) {
      bytes = with_store(specimen.format, bytes, store_of(size, static_cast<std::uint8_t>(size)));
      REQUIRE(pointed_at(bytes) == wanted);
    }
  }
}

TEST_CASE("mp4: the store is the second box, and older ones go") {
  for (const bool moov_first : {true, false}) {
    Film made;
    made.moov_first = moov_first;
    made.before_moov = c2pa_box("original", store_of(100));
    made.at_end = c2pa_box("update", store_of(50));
    const ByteBuffer bytes = film(made);
    const ByteBuffer out = with_store("mp4", bytes, store_of(300));
    const auto boxes = boxes_of(out);
    CHECK(boxes[1] == "uuid");
    CHECK(std::count(boxes.begin(), boxes.end(), "uuid") == 1);
    CHECK(pointed_at(out) == pointed_at(bytes));
  }
}

TEST_CASE("mp4: a film without ftyp gets the store at its end") {
  for (const bool open : {true, false}) {
    Film made;
    made.ftyp = {};
    made.moov_first = made.open_mdat = open;
    const ByteBuffer bytes = film(made);
    const ByteBuffer out = with_store("mov", bytes, store_of(300));
    CHECK(boxes_of(out).back() == "uuid");
    CHECK(pointed_at(out) == pointed_at(bytes));
  }
}

TEST_CASE("mp4: fragments follow, and a store among them becomes padding") {
  for (const bool absolute : {true, false}) {
    for (const bool before : {true, false}) {
      Fragments made;
      made.absolute = absolute;
      made.index = !before;
      made.index_before_moov = before;
      ByteBuffer bytes = fragmented(made);
      const ByteBuffer out = with_store("mp4", bytes, store_of(3000));
      CHECK(pointed_at(out) == pointed_at(bytes));
      CHECK(pointed_at(with_store("mp4", out, store_of(30))) == pointed_at(bytes));
    }
  }
  Fragments plain;
  plain.access = false;
  const ByteBuffer bytes = fragmented(plain) + c2pa_box("manifest", store_of(200, 'o'));
  const ByteBuffer out = with_store("mp4", bytes, store_of(300));
  CHECK(boxes_of(out).back() == "free");
  CHECK(times(out, "ooo") == 0);
}

TEST_CASE("mp4: a store that pushes a position past its field is refused") {
  Film made;
  made.moov_first = true;
  made.behind_moov = c2pa_box("manifest", store_of(8));
  ByteBuffer bytes = film(made);
  const std::size_t stco = as_text(bytes).find("stco");
  store_be(bytes, stco + 12, UINT32_MAX - 100, 4);
  const auto refused = planned("mp4", bytes, store_of(300));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Unsupported);
}

TEST_CASE("heif, avif: every item follows the store behind ftyp") {
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "heif" && specimen.format != "avif") continue;
    CAPTURE(specimen.what);
    const auto wanted = items_of(specimen.bytes);
    ByteBuffer bytes = specimen.bytes;
    for (const std::size_t size : {5000, 700, 700, 6000}) {
      bytes = with_store(specimen.format, bytes, store_of(size, static_cast<std::uint8_t>(size)));
      CHECK(boxes_of(bytes)[1] == "uuid");
      CHECK(items_of(bytes) == wanted);
      CHECK(pointed_at(bytes) == pointed_at(specimen.bytes));
    }
  }
}

TEST_CASE("jxl: the store stands behind the boxes that must be first, also around a bare picture") {
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "jxl") continue;
    const ByteBuffer out = with_store("jxl", specimen.bytes, store_of(300));
    const auto boxes = boxes_of(out);
    const auto store = std::find(boxes.begin(), boxes.end(), "jumb") - boxes.begin();
    CHECK(store == (boxes[2] == "jxll" ? 3 : 2));
  }
}

TEST_CASE("svg: the store is base64 in an element that binds its own prefix") {
  const std::string out = to_string(
      with_store("svg", as_bytes("<s:svg xmlns:s='http://www.w3.org/2000/svg'/>"sv), store_of(3)));
  CHECK(out.find("><s:metadata><c2pa:manifest xmlns:c2pa=\"http://c2pa.org/manifest\">AAAA") !=
        std::string::npos);
  CHECK(out.ends_with("</c2pa:manifest></s:metadata></s:svg>"));
  const std::string two = to_string(with_store(
      "svg",
      as_bytes("<svg><metadata><c2pa:manifest a='1'>AAAA</c2pa:manifest><c2pa:manifest>AA"
               "</c2pa:manifest></metadata></svg>"sv),
      store_of(3)));
  CHECK(two.find("<c2pa:manifest a='1'>AAAA") != std::string::npos);
  CHECK(two.find("</c2pa:manifest></metadata></svg>") != std::string::npos);
}

TEST_CASE(
    "ogg: the store is a stream of its own behind all first pages, and replaces the old one") {
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "ogg") continue;
    CAPTURE(specimen.what);
    ByteBuffer out = specimen.bytes;
    for (const std::size_t size : {70'000U, 300U, 250U}) {  // 250 and the mark fill a segment
      CAPTURE(size);
      out = with_store("ogg", out, store_of(size));
      MemorySource source(out);
      std::vector<wire::ogg::Page> pages;
      for (std::uint64_t at = 0; at < out.size(); at = pages.back().whole.end()) {
        const auto page = wire::ogg::read_page(source, at);
        REQUIRE(page);
        CHECK(*wire::ogg::check(source, *page));
        pages.push_back(*page);
      }
      const auto is_ours = [](const wire::ogg::Page& page) { return page.serial == 0x61703263; };
      CHECK(std::ranges::count_if(pages, is_ours) == (size > 65'000 ? 2 : 1));
      const auto ours = std::ranges::find_if(pages, is_ours);
      REQUIRE(ours != pages.end());
      CHECK(std::all_of(pages.begin(), ours + 1, [](const wire::ogg::Page& page) {
        return (page.flags & wire::ogg::kFirst) != 0;
      }));
      CHECK((ours + (size > 65'000 ? 1 : 0))->granule == 0);
      CHECK(((ours + (size > 65'000 ? 1 : 0))->flags & wire::ogg::kLast) != 0);
      CHECK((ours + (size > 65'000 ? 2 : 1))->flags != wire::ogg::kFirst);
    }
  }
}
