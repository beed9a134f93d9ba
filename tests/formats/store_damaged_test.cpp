// SPDX-License-Identifier: Apache-2.0
// Files whose damage would swallow a label or a store: it goes where it is read again, or nothing
// is written.
#include <doctest/doctest.h>

#include "formats/stores.hpp"
#include "support/movie.hpp"
#include "support/support.hpp"
#include "support/tiff_builder.hpp"
#include "support/values.hpp"
#include "wire/ogg.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::stores;

namespace {

/// Neither XMP nor a store is written, because of what lies behind the end.
void check_refused(std::string_view id, Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = row(id).inspect(source, Limits{});
  REQUIRE(layout);
  for (const CarrierKind kind : {CarrierKind::Xmp, CarrierKind::C2paStore}) {
    const Edit edit{kind, "", std::nullopt, value_for(kind, 0)};
    const auto plan = plan_edits(row(id), source, *layout, {&edit, 1}, Limits{});
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::Malformed);
    CHECK(plan.error().message.find("get the whole file") != std::string::npos);
  }
}

/// One page with an EXIF directory, which comes last.
ByteBuffer with_exif() {
  TestIfd page{{ascii(305, "by hand")}, {}};
  page.children.push_back({0x8769, {{number({}, 0x9000, wire::TiffType::Long, 7)}, {}}});
  return make_tiff({}, {page});
}

wire::TiffIfd directory(Bytes bytes, std::string_view name) {
  MemorySource source(bytes);
  wire::TiffIfd found;
  REQUIRE(wire::walk_tiff(source, {0, bytes.size()}, Limits{},
                          [&](const wire::TiffHeader&, const wire::TiffIfd& ifd) -> Status {
                            if (ifd.name == name) found = ifd;
                            return {};
                          }));
  REQUIRE(found.name == name);
  return found;
}

}  // namespace

TEST_CASE("tiff: nothing is put where a directory goes on behind the end of the file") {
  ByteBuffer bytes = with_exif();
  CHECK(with_store("tiff", bytes, store_of(300)).size() > bytes.size());
  const wire::TiffIfd exif = directory(bytes, "Exif");
  ByteBuffer more = bytes;
  more[exif.whole.offset + 1] = 2;  // 513 entries
  check_refused("tiff", more);
  ByteBuffer elsewhere = bytes;
  const wire::TiffIfd page = directory(bytes, "IFD0");
  const std::uint64_t field = page.find(0x8769)->value.offset;
  elsewhere[field] = static_cast<std::uint8_t>(bytes.size() + 4);
  check_refused("tiff", elsewhere);
}

TEST_CASE("tiff: a last page whose pointer is cut off gets no neighbour for a pointer") {
  ByteBuffer bytes = make_tiff({}, {{{number({}, 256, wire::TiffType::Long, 4)}, {}}});
  const wire::TiffIfd page = directory(bytes, "IFD0");
  REQUIRE(page.whole.end() == bytes.size());
  bytes.resize(bytes.size() - 2);
  check_refused("tiff", bytes);
}

TEST_CASE("jxl: a codestream that holds the words of a store is no store") {
  ByteBuffer bare = ByteBuffer{0xFF, 0x0A} + ByteBuffer(23, 'x');
  append(bare, std::string_view("c2pa\0 and the picture", 21));
  const ByteBuffer out = with_store("jxl", bare, store_of(300));
  CHECK(times(out, as_text(bare)) == 1);
  const ByteBuffer again = with_store("jxl", out, store_of(40));
  CHECK(times(again, as_text(bare)) == 1);
}

TEST_CASE("png: a file that begins with its end gets no store behind it") {
  ByteBuffer bytes = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  append(bytes, std::string_view("\0\0\0\0IEND\xAE\x42\x60\x82", 12));
  const auto plan = planned("png", bytes, store_of(300));
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::Malformed);
}

TEST_CASE("markdown: front matter that is never closed takes in no store") {
  const auto plan = planned("markdown", as_bytes("---\r\nAIGC--:\r"), store_of(300));
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::Malformed);
}

TEST_CASE("ogg: what an old store's stream hid is looked at before it goes") {
  ByteBuffer packet = to_buffer(std::string_view("\0c2pa", 5));
  append(packet, Bytes(store_of(40)));
  wire::ogg::Run old{0x777, 0, true};
  old.first = true;
  ByteBuffer bytes = wire::ogg::make_pages(old, {packet}, {1}).front();
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "ogg") continue;
    append(bytes, Bytes(specimen.bytes));
    break;
  }
  CHECK(with_store("ogg", bytes, store_of(300)).size() > bytes.size());
  // The last page belongs to a stream that is known, as long as the old store is there.
  append(bytes, "rubbish");
  append(bytes, Bytes(wire::ogg::make_pages({0x777, 1, false}, {to_buffer("x")}, {1}).front()));
  const auto plan = planned("ogg", bytes, store_of(300));
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::Malformed);
}

TEST_CASE("flac: comments behind a last block of padding are the last block") {
  ByteBuffer bytes = to_buffer(std::string_view("fLaC\x81\0\0\0the sound", 17));
  const ByteBuffer out = edited(
      row("flac"), bytes, {CarrierKind::AigcKey, "", std::nullopt, to_buffer(R"({"Label":"1"})")});
  CHECK_FALSE(inspected("flac", out).damage);
  CHECK(payload_of(row("flac"), out, CarrierKind::AigcKey) == R"({"Label":"1"})");
}

TEST_CASE("svg: the store goes into no <metadata> that stands inside a broken packet") {
  for (const std::string_view text : {"<svg><xmpmeta></a><metadata></xmpmeta></s>",
                                      "<svg><metadata/><rdf:RDF></b><metadata></rdf:RDF></svg>"}) {
    CHECK(times(with_store("svg", as_bytes(text), store_of(30)), "c2pa:manifest xmlns") == 1);
  }
}
