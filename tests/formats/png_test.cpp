// SPDX-License-Identifier: Apache-2.0
// Animated PNG: ComfyUI's private "comf" chunks, which have the grammar of tEXt, and the place of a
// new chunk.
#include <doctest/doctest.h>

#include "support/support.hpp"
#include "wire/inflate.hpp"

#include <algorithm>

using namespace colophon;

namespace {

void chunk(ByteBuffer& out, std::string_view type, std::string_view data) {
  append_be(out, data.size(), 4);
  ByteBuffer body = to_buffer(type);
  append(body, data);
  append(out, body);
  append_be(out, wire::crc32(body), 4);
}

}  // namespace

TEST_CASE("a comf chunk is read as the text that it is") {
  ByteBuffer file = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  chunk(file, "IHDR", std::string_view("\0\0\0\1\0\0\0\1\x08\0\0\0\0", 13));
  chunk(file, "comf", std::string_view("prompt\0{\"class_type\": 1}", 24));
  chunk(file, "IEND", "");
  MemorySource source(file);
  const auto layout = find_format("png")->inspect(source, Limits{});
  REQUIRE(layout);
  CHECK_FALSE(layout->damage);
  const auto carrier =
      std::find_if(layout->carriers.begin(), layout->carriers.end(),
                   [](const Carrier& one) { return one.path == "png:comf[prompt]"; });
  REQUIRE(carrier != layout->carriers.end());
  CHECK(carrier->kind == CarrierKind::TextChunk);
  CHECK(carrier->payload.size == 17);
}

TEST_CASE("a new chunk does not part an animation's frame control from its pixels") {
  ByteBuffer file = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  chunk(file, "IHDR", std::string_view("\0\0\0\1\0\0\0\1\x08\0\0\0\0", 13));
  chunk(file, "acTL", std::string_view("\0\0\0\1\0\0\0\0", 8));
  chunk(file, "fcTL", std::string(26, '\0'));
  chunk(file, "IDAT", "pixels");
  chunk(file, "IEND", "");
  const Edit edit{CarrierKind::Xmp, "", std::nullopt, to_buffer("<x/>"), 0};
  const ByteBuffer done = testing::edited(*find_format("png"), file, edit);
  const std::string_view text = as_text(done);
  CHECK(text.find("iTXt") < text.find("fcTL"));
  CHECK(text.find("fcTL") + 4 + 26 + 4 + 4 == text.find("IDAT"));
}

namespace {

/// As ImageMagick writes it: 36 bytes in a line.
std::string raw_profile(const std::string& name, std::string_view bytes, std::size_t announced) {
  std::string text = "\n" + name + "\n" + std::string(8 - std::to_string(announced).size(), ' ') +
                     std::to_string(announced);
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 36 == 0) text += '\n';
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text + "\n";
}

ByteBuffer with_profile(const std::string& name, const std::string& text,
                        std::string_view more = {}) {
  ByteBuffer file = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  chunk(file, "IHDR", std::string_view("\0\0\0\1\0\0\0\1\x08\0\0\0\0", 13));
  ByteBuffer body = to_buffer("Raw profile type " + name);
  body.resize(body.size() + 2, 0);
  append(body, Bytes(wire::deflate(as_bytes(text), wire::Deflate::Zlib)));
  chunk(file, "zTXt", as_text(body));
  if (!more.empty())
    chunk(file, "iTXt",
          std::string("XML:com.adobe.xmp") + std::string(5, '\0') + std::string(more));
  chunk(file, "IDAT", "pixels");
  chunk(file, "IEND", "");
  return file;
}

Layout inspected(const ByteBuffer& file) {
  MemorySource source(file);
  const auto layout = find_format("png")->inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

constexpr std::string_view kPacket = "<x:xmpmeta xmlns:x='adobe:ns:meta/'> a packet of two lines";

}  // namespace

TEST_CASE("png: a raw profile of XMP is a packet, and a write makes it a chunk for XMP") {
  const Format& png = *find_format("png");
  const ByteBuffer file = with_profile("xmp", raw_profile("xmp", kPacket, kPacket.size()));
  REQUIRE(inspected(file).carriers.size() == 1);
  CHECK(inspected(file).carriers[0].path == "png:zTXt[Raw profile type xmp]");
  CHECK(testing::payload_of(png, file, CarrierKind::Xmp) == kPacket);
  const Edit edit{CarrierKind::Xmp, "", std::nullopt, to_buffer("<x/>")};
  const ByteBuffer out = testing::edited(png, file, edit);
  REQUIRE(inspected(out).carriers.size() == 1);
  CHECK(inspected(out).carriers[0].path == "png:iTXt[XML:com.adobe.xmp]");
  // The chunk that is meant for it comes first.
  const ByteBuffer both = with_profile("xmp", raw_profile("xmp", kPacket, kPacket.size()), "<y/>");
  CHECK(testing::payload_of(png, both, CarrierKind::Xmp) == "<y/>");
  CHECK(inspected(testing::edited(png, both, edit)).carriers.size() == 2);
}

TEST_CASE("png: a raw profile of EXIF is read and not rewritten") {
  const std::string_view exif(
      "Exif\0\0II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0\x06\0\0\0\x1a\0\0\0\0\0\0\0hello\0", 38);
  for (const char* name : {"exif", "APP1"}) {
    const ByteBuffer file = with_profile(name, raw_profile("exif", exif, exif.size()));
    const Layout layout = inspected(file);
    REQUIRE(layout.carriers.size() == 1);
    CHECK(layout.carriers[0].key == "ImageDescription");
    CHECK(to_string(*layout.carriers[0].value) == "hello");
    MemorySource source(file);
    const Edit edit{CarrierKind::ExifText, "ImageDescription", 0, to_buffer("other")};
    const auto plan = plan_edits(*find_format("png"), source, layout, {&edit, 1}, Limits{});
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::Unsupported);
  }
}

TEST_CASE("png: a raw profile that is none stays a text") {
  for (const std::string& text : {std::string("no lines"), std::string("\nxmp\nmany\n3c3c\n"),
                                  std::string("\nxmp\n 4\nzz"), raw_profile("xmp", "", 0)}) {
    const Layout layout = inspected(with_profile("xmp", text));
    REQUIRE(layout.carriers.size() == 1);
    CHECK(layout.carriers[0].kind == CarrierKind::TextChunk);
  }
  // Less than was announced is kept as far as it goes, more is left.
  const auto payload = [](std::size_t announced) {
    return testing::payload_of(*find_format("png"),
                               with_profile("xmp", raw_profile("xmp", "<packet/>", announced)),
                               CarrierKind::Xmp);
  };
  CHECK(payload(900) == "<packet/>");
  CHECK(payload(4) == "<pac");
}

TEST_CASE("png hostile: many texts that grow share one cap") {
  ByteBuffer bomb = to_buffer(std::string_view("Comment\0\0", 9));
  append(bomb, wire::deflate(ByteBuffer(8 << 20, 'a'), wire::Deflate::Zlib));
  ByteBuffer file = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  for (int i = 0; i < 100; ++i) chunk(file, "zTXt", as_text(bomb));
  chunk(file, "IEND", "");
  MemorySource source(file);
  const auto layout = find_format("png")->inspect(source, Limits{});
  REQUIRE(layout);
  std::uint64_t held = 0;
  for (const Carrier& carrier : layout->carriers) held += carrier.value ? carrier.value->size() : 0;
  CHECK(held <= Limits{}.max_memory);
  CHECK(held > 0);
}
