// SPDX-License-Identifier: Apache-2.0
// A place that is clearly one for a C2PA store is reported as one, however damaged the store is,
// and the file is refused as any signed file is.
#include <doctest/doctest.h>

#include <algorithm>

#include "io/io.hpp"
#include "ops/ops.hpp"
#include "support/documents.hpp"
#include "support/jpeg_builder.hpp"
#include "support/movie.hpp"
#include "support/support.hpp"
#include "support/tiff_builder.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

std::vector<Evidence> stores_in(Bytes bytes) {
  MemorySource source(bytes);
  const Report report = verify(source, system_env(), {}, {});
  std::vector<Evidence> stores;
  for (const Evidence& evidence : report.evidence) {
    if (evidence.standard == StandardId::C2pa) stores.push_back(evidence);
  }
  return stores;
}

void check_one_invalid(Bytes bytes) {
  const auto stores = stores_in(bytes);
  REQUIRE(stores.size() == 1);
  CHECK(stores[0].integrity == Integrity::Invalid);
  CHECK(stores[0].c2pa->state == "Invalid");
  REQUIRE(stores[0].findings.size() == 1);
  CHECK(stores[0].findings[0].rule == "C2PA-malformed");
}

void check_refused(Bytes bytes, const std::string& name) {
  LabelJob job;
  job.file_name = name;
  job.wanted.origin = Origin::Generated;
  job.wanted.producer = "001191110102MAD55U9H0F10002";
  job.standards = {"gb45438"};
  MemorySource source(bytes);
  MemorySink sink;
  const auto report = label(source, sink, job, system_env());
  REQUIRE_FALSE(report);
  CHECK(report.error().code == ErrorCode::Refused);
}

}  // namespace

TEST_CASE("every byte of a JPEG's JUMBF head may be damaged, and the store is still one") {
  const ByteBuffer store = jumbf_store(200);
  const ByteBuffer whole = jpeg_picture(jumbf_segments(store, 120));
  const std::size_t head = 20 + 4 + 8;  // JFIF, the segment's head, CI En Z
  REQUIRE(as_text(slice(whole, head + 4, 4)) == "jumb");
  for (std::size_t at = head; at < head + 8 + 30; ++at) {
    for (const int change : {0x00, 0x20, 0x58, 0xFF}) {
      ByteBuffer damaged = whole;
      damaged[at] = static_cast<std::uint8_t>(change);
      if (damaged == whole) continue;
      CAPTURE(at - head);
      CAPTURE(change);
      CHECK(stores_in(damaged).size() == 1);
    }
  }
  ByteBuffer type = whole;
  std::fill_n(type.begin() + static_cast<std::ptrdiff_t>(head) + 4, 4, 'X');
  check_one_invalid(type);
  check_refused(type, "x.jpg");
  ByteBuffer uuid = whole;
  std::fill_n(uuid.begin() + static_cast<std::ptrdiff_t>(head) + 16, 16, 'X');
  check_one_invalid(uuid);
}

TEST_CASE("a JPEG's store without its start, and one that the file's end cuts, are still one") {
  const ByteBuffer store = jumbf_store(2000);
  ByteBuffer worded = store;
  const std::string_view word = "c2pa.assertions";
  std::copy(word.begin(), word.end(), worded.begin() + 1500);
  const ByteBuffer segments = jumbf_segments(worded, 1000);
  const std::size_t one = 4 + 16 + 1000;
  check_one_invalid(jpeg_picture(slice(segments, one)));
  ByteBuffer renumbered = segments;
  renumbered[one + 9] = 9;  // the instance of the second piece
  check_one_invalid(jpeg_picture(renumbered));
  ByteBuffer repeated = segments;
  std::fill_n(repeated.begin() + static_cast<std::ptrdiff_t>(one) + 12, 8, 0x55);
  CHECK(stores_in(jpeg_picture(repeated)).size() == 1);
  const ByteBuffer whole = jpeg_picture(jumbf_segments(worded, 3000));
  check_one_invalid(slice(whole, 0, 20 + 1800));
}

TEST_CASE("other boxes in APP11 are no damaged store") {
  const auto box_of = [](std::string_view type, std::string_view body) {
    ByteBuffer segment = to_buffer("JP");
    append_be(segment, 0x0001'0000'0001, 6);
    append_be(segment, 8 + body.size(), 4);
    append(segment, type);
    append(segment, body);
    return jpeg_picture(jpeg_segment(0xEB, segment));
  };
  CHECK(stores_in(box_of("RESI", "\xFF\xD8 a residual picture")).empty());
  CHECK(stores_in(box_of("jumb", std::string(60, 'j'))).empty());
  CHECK(stores_in(jpeg_picture(jpeg_segment(0xEB, "JP"))).empty());
}

TEST_CASE("a C2PA box of a film that names no purpose, or is cut, is a damaged store") {
  const ByteBuffer uuid{0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C,
                        0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81};
  for (const std::string_view purpose : {"manifest", "XXXXXXXX", ""}) {
    for (const std::size_t rest : {0U, 4U, 40U}) {
      CAPTURE(purpose);
      CAPTURE(rest);
      Film f;
      f.before_moov = box("uuid", uuid + number(0, 4) + to_buffer(purpose) + ByteBuffer(1, 0) +
                                      ByteBuffer(rest, 'x'));
      check_one_invalid(film(f));
      check_refused(film(f), "x.mp4");
    }
  }
  Film f;
  f.before_moov = box("uuid", uuid);
  check_one_invalid(film(f));
}

TEST_CASE("a TIFF's C2PA entry is a store whatever type and count it has") {
  for (const wire::TiffType type : {wire::TiffType::Long, wire::TiffType::Short}) {
    const ByteBuffer bytes =
        make_tiff_picture({}, {{{testing::number({}, 0xCD41, type, 0x6A756D62)}, {}}});
    check_one_invalid(bytes);
    check_refused(bytes, "x.tif");
  }
  TiffField empty = undefined(0xCD41, "");
  check_one_invalid(make_tiff_picture({}, {{{empty}, {}}}));
}

TEST_CASE("a store that cannot be unpacked is a damaged one") {
  Entries entries = ooxml_entries();
  entries.push_back({"META-INF/content_credential.c2pa", std::string(500, 'j'), true});
  ByteBuffer bytes = make_zip(entries);
  const std::string_view text = as_text(bytes);
  const std::size_t name = text.find("META-INF/content_credential.c2pa");
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(name) + 32, 4, 0xFF);
  MemorySource source(bytes);
  const Report report = verify(source, system_env(), {}, {});
  CHECK(std::count_if(report.evidence.begin(), report.evidence.end(), [](const Evidence& each) {
          return each.c2pa && each.c2pa->state == "Invalid";
        }) == 1);
  check_one_invalid(
      to_buffer("<svg xmlns='http://www.w3.org/2000/svg'><metadata><c2pa:manifest/>"
                "</metadata></svg>"));
  check_one_invalid(
      to_buffer("<svg xmlns='http://www.w3.org/2000/svg'><metadata><c2pa:manifest>"
                "!!!</c2pa:manifest></metadata></svg>"));
}
