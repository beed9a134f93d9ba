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
