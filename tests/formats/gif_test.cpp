// SPDX-License-Identifier: Apache-2.0
// GIF and BMP by name.
#include <doctest/doctest.h>

#include "support/gif_builder.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace std::string_view_literals;

namespace {

constexpr std::string_view kPacket = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";

const Format& row() {
  return *find_format("gif");
}
Edit set_xmp(std::string_view packet = kPacket) {
  return {CarrierKind::Xmp, "", std::nullopt, to_buffer(packet)};
}
Layout inspected(Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = row().inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

}  // namespace

TEST_CASE("gif: XMP goes before the first image and its control extension") {
  const ByteBuffer loop = gif_extension("\x21\xFF\x0BNETSCAPE2.0"sv, "\x01\0\0"sv);
  const ByteBuffer control{0x21, 0xF9, 4, 0, 10, 0, 0, 0};
  CHECK(edited(row(), gif({loop, control, gif_image(), control, gif_image()}), set_xmp()) ==
        gif({loop, gif_xmp(kPacket), control, gif_image(), control, gif_image()}));
}

TEST_CASE("gif: version 87a becomes 89a, but not when nothing changes") {
  ByteBuffer old = gif({gif_image()});
  old[4] = '7';
  CHECK(edited(row(), old, set_xmp()) == gif({gif_xmp(kPacket), gif_image()}));
  ByteBuffer same = gif({gif_xmp(kPacket), gif_image()});
  same[4] = '7';
  CHECK(edited(row(), same, set_xmp()) == same);
}

TEST_CASE("gif: XMP without the magic trailer is read and replaced") {
  const ByteBuffer chunked =
      gif({gif_extension("\x21\xFF\x0BXMP DataXMP"sv, kPacket), gif_image()});
  CHECK(payload_of(row(), chunked, CarrierKind::Xmp) == kPacket);
  ByteBuffer block = gif_xmp(kPacket);
  block[14 + kPacket.size()] = 2;  // a trailer that is not the usual one
  CHECK(payload_of(row(), gif({block, gif_image()}), CarrierKind::Xmp) == kPacket);
  CHECK(edited(row(), chunked, set_xmp("<x/>")) == gif({gif_xmp("<x/>"), gif_image()}));
}

TEST_CASE("gif: a packet of any length ends at its terminator") {
  for (std::size_t size = 1; size < 600; size += 7) {
    const std::string packet = "<x>" + std::string(size, 'a') + "</x>";
    const ByteBuffer out = edited(row(), gif({gif_image()}), set_xmp(packet));
    CHECK(out == gif({gif_xmp(packet), gif_image()}));
    CHECK(payload_of(row(), out, CarrierKind::Xmp) == packet);
  }
}

TEST_CASE("gif: comments and the C2PA store are joined from their sub-blocks") {
  const std::string text = "made by hand" + std::string(600, '.');
  const ByteBuffer bytes = gif({gif_extension("\x21\xFE"sv, text),
                                gif_extension("\x21\xFF\x0B"
                                              "C2PA_GIF\x01\0\0"sv,
                                              std::string(700, 's')),
                                gif_image()});
  CHECK(payload_of(row(), bytes, CarrierKind::TextChunk, "comment") == text);
  CHECK(payload_of(row(), bytes, CarrierKind::C2paStore) == std::string(700, 's'));
  MemorySource source(bytes);
  const auto layout = row().inspect(source, Limits{});
  REQUIRE(layout);
  const std::string value(300, 'v');
  const Edit edit{CarrierKind::TextChunk, "", 0, to_buffer(value)};
  const ByteBuffer out = edited(row(), bytes, edit);
  CHECK(payload_of(row(), out, CarrierKind::TextChunk) == value);
}

TEST_CASE("gif: a missing trailer is told, a cut block is damage") {
  ByteBuffer bytes = gif({gif_xmp(kPacket), gif_image()});
  bytes.pop_back();
  const Layout open = inspected(bytes);
  CHECK_FALSE(open.damage);
  REQUIRE(open.oddities.size() == 1);
  CHECK(open.oddities[0].rule == "gif-trailer");
  bytes.pop_back();
  const Layout cut = inspected(bytes);
  REQUIRE(cut.damage);
  CHECK(cut.damage->where == "gif");
  CHECK(cut.carriers.size() == 1);
  CHECK(inspected(gif({to_buffer("no block"sv)})).damage->code == ErrorCode::Malformed);
}

TEST_CASE("gif: a packet that would end the extension early is refused") {
  const ByteBuffer bytes = gif({gif_image()});
  MemorySource source(bytes);
  const auto layout = row().inspect(source, Limits{});
  REQUIRE(layout);
  for (const std::string_view packet : {"<x>\0</x>"sv, "<x>\xFF</x>"sv}) {
    const Edit edit = set_xmp(packet);
    CHECK_FALSE(plan_edits(row(), source, *layout, {&edit, 1}, Limits{}));
  }
}

TEST_CASE("gif: a giant number of tiny sub-blocks ends with the cap") {
  ByteBuffer block = to_buffer("\x21\xFE"sv);
  for (int i = 0; i < 300'000; ++i) append(block, "\x01x"sv);
  block.push_back(0);
  const Layout layout = inspected(gif({block, gif_image()}));
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::LimitExceeded);
}

TEST_CASE("bmp: recognised by its headers, read only") {
  const Format& bmp = *find_format("bmp");
  CHECK((bmp.edit == nullptr));
  MemorySource nothing(Bytes{});
  const auto plan = plan_edits(bmp, nothing, Layout{}, {}, Limits{});
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::Unsupported);
  CHECK(bmp.can.write.empty());
  MemorySource text(as_bytes("BMW makes cars, and this is no picture"));
  CHECK_FALSE(bmp.sniff(text));
  ByteBuffer cut = to_buffer("BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"sv);
  MemorySource source(cut);
  CHECK(bmp.sniff(source));
  const auto layout = bmp.inspect(source, Limits{});
  REQUIRE(layout);
  CHECK(layout->damage);
}
