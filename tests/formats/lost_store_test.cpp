// SPDX-License-Identifier: Apache-2.0
// Stores that nothing leads to, and stores that are somebody else's.
#include "formats/lost_store.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "support/riff_builder.hpp"
#include "support/support.hpp"
#include "support/values.hpp"
#include "support/zip_writer.hpp"

namespace colophon::testing {
namespace {

using namespace std::string_view_literals;

std::optional<LostStore> lost_in(Bytes bytes, const std::string& name) {
  MemorySource source(bytes);
  return find_lost_store(source, detect(source, name), name, Limits{});
}

std::string with(std::string_view before, Bytes store, std::string_view after = "") {
  return std::string(before) + to_string(store) + std::string(after);
}

}  // namespace

TEST_CASE("lost store: in a file whose start is damaged, by its name, or by how it begins") {
  const ByteBuffer store = store_of(100);
  const std::string file = with("\x88PNG\r\n\x1a\n....caBX"sv, store, "....");
  const auto lost = lost_in(as_bytes(file), "a.png");
  REQUIRE(lost);
  CHECK(lost->bytes == store);
  CHECK(lost->where == Range{16, store.size()});
  CHECK(lost_in(as_bytes(file), "a.bin"));
  CHECK(lost_in(as_bytes(file), ""));
  const std::string other = "archive." + file;
  CHECK_FALSE(lost_in(as_bytes(other), ""));
  CHECK(lost_in(as_bytes(other), "a.png"));
  // The same bytes in what the name says is no PNG: a picture inside something else.
  CHECK_FALSE(lost_in(as_bytes(file), "a.pdf"));
}

TEST_CASE("lost store: a chunk of another name") {
  const ByteBuffer store = store_of(100);
  const ByteBuffer wave =
      riff_form("WAVE", together({wav_format(), wav_data(), riff_chunk("C2QA", as_text(store))}));
  REQUIRE(lost_in(wave, "a.wav"));
  CHECK(lost_in(wave, "")->bytes == store);
  // A cover in an ID3 tag has a store of its own.
  const std::string cover = with("\x89PNG\r\n\x1a\n....caBX"sv, store);
  CHECK_FALSE(lost_in(
      riff_form("WAVE", together({wav_format(), wav_data(), riff_chunk("id3 ", cover)})), "a.wav"));
}

TEST_CASE("lost store: long media are searched at both ends") {
  const ByteBuffer store = store_of(100);
  const std::string sound(5 << 20, 's');
  const auto file = [&](std::string_view before, std::string_view after) {
    return riff_form("WAVE",
                     together({wav_format(), riff_chunk("data", before),
                               riff_chunk("C2QA", as_text(store)), riff_chunk("more", after)}));
  };
  CHECK(lost_in(file("short", sound), "a.wav"));
  CHECK(lost_in(file(sound, "short"), "a.wav"));
  CHECK_FALSE(lost_in(file(sound, sound), "a.wav"));
}

TEST_CASE("lost store: a whole member of an archive is its own affair, one of a like name is not") {
  const std::string store = to_string(store_of(100));
  const auto epub = [&](const std::string& name) {
    return make_zip({{"mimetype", "application/epub+zip", false}, {name, store, false}});
  };
  CHECK_FALSE(lost_in(epub("OEBPS/picture.tiff"), "a.epub"));
  CHECK(lost_in(epub("META-INF/content_credential.c2qa"), "a.epub"));
  CHECK(lost_in(epub("META-INF/Content_credential.c2pa"), "a.epub"));
  ByteBuffer broken = epub("OEBPS/picture.tiff");
  broken[broken.size() - 60] ^= 1;  // of the directory
  CHECK(lost_in(broken, "a.epub"));
}

TEST_CASE("lost store: a member full of stores is read once") {
  std::string content;
  while (content.size() < (15 << 20))
    content += to_string(store_of(100)) + std::string(200'000, 's');
  const ByteBuffer epub = make_zip(
      {{"mimetype", "application/epub+zip", false}, {"OEBPS/picture.tiff", content, false}});
  const auto start = ComputingClock::now();
  CHECK_FALSE(lost_in(epub, "a.epub"));
  CHECK(ComputingClock::now() - start < std::chrono::milliseconds(500));
}

TEST_CASE("lost store: in text only where the text announced one") {
  const ByteBuffer store = store_of(100);
  const std::string text = base64_encode(store);
  const auto html = [&](const std::string& tag) { return "<html>" + tag + text + "</html>"; };
  const auto lost = lost_in(as_bytes(html("<script type=\"application/c2qa\">")), "a.html");
  REQUIRE(lost);
  CHECK(lost->bytes == store);
  CHECK_FALSE(lost_in(as_bytes(html("<pre>")), "a.html"));
  CHECK_FALSE(lost_in(as_bytes(html("<script type=\"application/c2qa\">AAAA")), "a.html"));
  CHECK(lost_in(as_bytes("<svg><c2pa:manifesd>" + text + "</svg>"), "a.svg"));
  CHECK(lost_in(
      as_bytes("-----BEGIO C2PA MANIFEST----- data:application/c2pa;base64," + text + "\nwords"),
      "a.md"));
  CHECK_FALSE(lost_in(as_bytes("words `" + text + "` words"), "a.md"));
}

}  // namespace colophon::testing
