// SPDX-License-Identifier: Apache-2.0
// WebP by name: the extended header, its flags, the order of chunks, hostile sizes.
#include <doctest/doctest.h>

#include "support/riff_builder.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace std::string_view_literals;

namespace {

constexpr std::string_view kPacket = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>!";  // even size

const Format& webp() {
  return *find_format("webp");
}
ByteBuffer file(std::initializer_list<ByteBuffer> chunks) {
  return riff_form("WEBP", together(chunks));
}
Edit set_xmp(std::string_view packet = kPacket) {
  return {CarrierKind::Xmp, "", std::nullopt, to_buffer(packet)};
}
Layout inspected(Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = webp().inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}
Result<Splice> planned(Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = webp().inspect(source, Limits{});
  REQUIRE(layout);
  const Edit edit = set_xmp();
  return plan_edits(webp(), source, *layout, {&edit, 1}, Limits{});
}

}  // namespace

TEST_CASE("webp: a simple lossy file gets an extended header with its size") {
  CHECK(edited(webp(), file({webp_lossy()}), set_xmp()) ==
        file({webp_vp8x(0x04), webp_lossy(), riff_chunk("XMP ", kPacket)}));
}

TEST_CASE("webp: a simple lossless file keeps its transparency") {
  CHECK(edited(webp(), file({webp_lossless()}), set_xmp()) ==
        file({webp_vp8x(0x14), webp_lossless(), riff_chunk("XMP ", kPacket)}));
}

TEST_CASE("webp: the flags of metadata that a file without VP8X holds are set") {
  const ByteBuffer exif = riff_chunk("EXIF", "MM\0\x2A\0\0\0\x08\0\0\0\0\0\0"sv);
  CHECK(edited(webp(), file({webp_lossy(), exif}), set_xmp()) ==
        file({webp_vp8x(0x0C), webp_lossy(), exif, riff_chunk("XMP ", kPacket)}));
}

TEST_CASE("webp: a manifest store stays last") {
  const ByteBuffer store = riff_chunk("C2PA", "store!");
  CHECK(edited(webp(), file({webp_lossy(), store}), set_xmp()) ==
        file({webp_vp8x(0x04), webp_lossy(), riff_chunk("XMP ", kPacket), store}));
}

TEST_CASE("webp: an XMP chunk that VP8X does not announce is told, and mended by an edit") {
  const ByteBuffer bytes =
      file({webp_vp8x(0x10), webp_lossy(), riff_chunk("XMP ", "<x:xmpmeta/>")});
  const Layout layout = inspected(bytes);
  REQUIRE(layout.oddities.size() == 1);
  CHECK(layout.oddities[0].rule == "webp-xmp-flag");
  CHECK(layout.oddities[0].offset == 20);
  CHECK(edited(webp(), bytes, set_xmp()) ==
        file({webp_vp8x(0x14), webp_lossy(), riff_chunk("XMP ", kPacket)}));
}

TEST_CASE("webp: XMP under an id with a zero is read and replaced") {
  const ByteBuffer bytes =
      file({webp_vp8x(0x04), webp_lossy(), riff_chunk("XMP\0"sv, "<x:xmpmeta/>")});
  CHECK(payload_of(webp(), bytes, CarrierKind::Xmp) == "<x:xmpmeta/>");
  CHECK(edited(webp(), bytes, set_xmp()) ==
        file({webp_vp8x(0x04), webp_lossy(), riff_chunk("XMP ", kPacket)}));
}

TEST_CASE("webp: bytes behind the form stay behind it") {
  ByteBuffer bytes = file({webp_lossy()});
  append(bytes, "tail"sv);
  ByteBuffer expected = file({webp_vp8x(0x04), webp_lossy(), riff_chunk("XMP ", kPacket)});
  append(expected, "tail"sv);
  CHECK(edited(webp(), bytes, set_xmp()) == expected);
}

TEST_CASE("webp: a wrong size in the header is told and mended") {
  for (const std::uint32_t size : {0U, 20U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    CAPTURE(size);
    ByteBuffer bytes = file({webp_lossy()});
    store_le(bytes, 4, size, 4);
    const Layout layout = inspected(bytes);
    CHECK_FALSE(layout.damage);
    REQUIRE(layout.oddities.size() == 1);
    CHECK(layout.oddities[0].rule == "riff-size");
    CHECK(edited(webp(), bytes, set_xmp()) ==
          file({webp_vp8x(0x04), webp_lossy(), riff_chunk("XMP ", kPacket)}));
  }
}

TEST_CASE("webp: a chunk that passes the end of the file is damage, what precedes it is kept") {
  ByteBuffer bytes =
      file({webp_vp8x(0x04), webp_lossy(), riff_chunk("XMP ", "<x:xmpmeta/>"), webp_lossy()});
  bytes.resize(bytes.size() - 9);
  const Layout layout = inspected(bytes);
  CHECK(layout.carriers.size() == 1);
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::Truncated);
  CHECK(layout.damage->where == "webp");
  CHECK_FALSE(planned(bytes));
}

TEST_CASE("webp: a file without a picture is not extended") {
  CHECK_FALSE(planned(file({})));
  CHECK_FALSE(planned(file({riff_chunk("VP8 ", "not a frame of VP8")})));
  CHECK_FALSE(planned(file({riff_chunk("VP8X", "short"), webp_lossy()})));
}

TEST_CASE("webp: a giant number of chunks ends with the cap") {
  ByteBuffer chunks = webp_lossy();
  for (int i = 0; i < 300'000; ++i) append(chunks, riff_chunk("XXXX", ""));
  const Layout layout = inspected(riff_form("WEBP", chunks));
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::LimitExceeded);
}
