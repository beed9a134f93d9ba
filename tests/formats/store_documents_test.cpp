// SPDX-License-Identifier: Apache-2.0
// Where a C2PA manifest store goes in sound with ID3 tags, documents, text and fonts, and what goes
// when it comes. What all containers share is in tests/laws.
#include <doctest/doctest.h>

#include "formats/stores.hpp"
#include "formats/text_store.hpp"
#include "support/audio.hpp"
#include "support/pdf_files.hpp"
#include "support/support.hpp"
#include "support/values.hpp"
#include "support/zip_writer.hpp"
#include "wire/zip.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::stores;

namespace {

std::string with_store(std::string_view id, std::string_view text, const ByteBuffer& store) {
  return to_string(stores::with_store(id, as_bytes(text), store));
}
ByteBuffer specimen(std::string_view format, std::string_view what) {
  for (const Specimen& each : specimens()) {
    if (each.format == format && each.what == what) return each.bytes;
  }
  FAIL("no such specimen");
  return {};
}
}  // namespace

TEST_CASE("id3: an unsynchronised tag becomes a plain one, and its frames stay what they are") {
  for (const auto* what : {"2.3 unsynchronised", "2.4 unsynchronised frames"}) {
    const ByteBuffer bytes = specimen("mp3", what);
    const ByteBuffer one = with_store("mp3", bytes, store_of(900, 0xFF));
    CHECK((one[5] & 0x80) == 0);
    CHECK(one.size() == with_store("mp3", bytes, store_of(900, 0)).size());
    const ByteBuffer sound = audio::mpeg_frames(6);
    CHECK(as_text(one).ends_with(as_text(sound)));
  }
}

TEST_CASE("id3: the frame is c2pa-rs's, in the words of the tag's version") {
  const std::string names("application/c2pa\0c2pa\0c2pa manifest store\0", 42);
  const auto in = [&](std::string_view what) {
    return to_string(with_store("mp3", specimen("mp3", what), store_of(40)));
  };
  CHECK(in("no tag").substr(10, 4) == "GEOB");
  CHECK(times(in("no tag"), "\x03" + names) == 1);
  CHECK(times(in("2.3 with padding"), std::string(1, '\0') + names) == 1);
  CHECK(times(in("2.2"), "GEO") == 1);
  CHECK(times(in("2.2"), "GEOB") == 0);
}

TEST_CASE("id3: padding is used up first, and a store at the end of the file goes") {
  const ByteBuffer padded = specimen("mp3", "2.4 labelled, large padding");
  CHECK(with_store("mp3", padded, store_of(3000)).size() == padded.size());
  const ByteBuffer old = audio::frame4(
      "GEOB", std::string("\3application/c2pa\0c2pa\0c2pa manifest store\0the old one", 54));
  const ByteBuffer bytes = audio::joined(
      {audio::mpeg_frames(6), audio::tag(4, 0x10, old, 0), audio::footer(4, 0x10, old.size())});
  const ByteBuffer out = with_store("mp3", bytes, store_of(100));
  CHECK(times(as_text(out), "the old one") == 0);
  CHECK(as_text(out).starts_with("ID3"));
}

TEST_CASE("zip: the store is stored, and the last member in the file and in the directory") {
  for (const char* id : {"docx", "xlsx", "pptx", "epub"}) {
    for (const Specimen& each : specimens()) {
      if (each.format != id) continue;
      CAPTURE(each.what);
      ByteBuffer out = each.bytes;
      for (const std::size_t size : {500, 3000, 3000, 20}) {
        out = with_store(id, out, store_of(size, static_cast<std::uint8_t>(size)));
        MemorySource source(out);
        const auto zip = wire::read_zip(source, Limits{});
        REQUIRE(zip);
        const wire::ZipMember& last = zip->members.back();
        CHECK(last.name == "META-INF/content_credential.c2pa");
        CHECK(last.method == 0);
        for (const wire::ZipMember& member : zip->members) CHECK(member.header <= last.header);
        CHECK(wire::zip_collisions(*zip).empty());
      }
    }
  }
}

TEST_CASE("ooxml: the store gets a content type, once, among the defaults") {
  constexpr std::string_view kType =
      "<Default Extension=\"c2pa\" ContentType=\"application/c2pa\"/>";
  for (const Specimen& each : specimens()) {
    if (each.format != "docx" && each.format != "xlsx" && each.format != "pptx") continue;
    CAPTURE(each.what);
    ByteBuffer out = each.bytes;
    for (const std::size_t size : {300, 200}) {
      out = with_store(each.format, out, store_of(size));
      MemorySource source(out);
      const auto zip = wire::read_zip(source, Limits{});
      REQUIRE(zip);
      const auto types =
          wire::read_member(source, *zip, *zip->find("[Content_Types].xml"), Limits{});
      REQUIRE(types);
      const std::string_view text = as_text(*types);
      CHECK(times(text, kType) == 1);
      CHECK(text.find(kType) < text.find("<Override"));
    }
  }
}

TEST_CASE("odf: a store is read and never written, since LibreOffice takes it for damage") {
  for (const char* id : {"odt", "ods", "odp", "odg"}) {
    CHECK_FALSE(row(id).can_write(CarrierKind::C2paStore));
    CHECK((row(id).put_store == nullptr));
  }
}

TEST_CASE("zip: a compressed store in the middle goes") {
  const ByteBuffer bytes = make_zip({{"mimetype", "application/epub+zip", false},
                                     {"META-INF/content_credential.c2pa", "an old one", true},
                                     {"META-INF/container.xml",
                                      "<container><rootfiles><rootfile full-path='a.opf'/>"
                                      "</rootfiles></container>"},
                                     {"a.opf", "<package><metadata/></package>"}});
  const ByteBuffer out = with_store("epub", bytes, store_of(300));
  CHECK(times(as_text(out), "content_credential") == 2);
  CHECK(as_text(out).substr(30, 8) == "mimetype");
}

TEST_CASE("pdf: what points to files goes on doing so") {
  const std::string file = "<</Type/Filespec/F(a)/EF<</F 8 0 R>>>>";
  const std::string data = pdf_stream("/Type/EmbeddedFile", "attached");
  const auto made = [&](const std::string& entries, std::map<int, std::string> more) {
    auto objects = pdf_page(entries);
    objects.insert({7, file});
    objects.insert({8, data});
    objects.merge(more);
    return classic_pdf(objects);
  };
  const auto after = [&](const ByteBuffer& bytes) {
    const ByteBuffer out = with_store("pdf", bytes, store_of(300));
    CHECK(as_text(out).starts_with(as_text(bytes)));
    return to_string(slice(out, bytes.size()));
  };
  CHECK(times(after(made("/AF[7 0 R]", {})), "/AF [7 0 R ") == 1);
  CHECK(times(after(made("/AF 9 0 R", {{9, "[7 0 R]"}})), "/AF [7 0 R ") == 1);
  const std::string inlined =
      after(made("/Names<</EmbeddedFiles<</Names[(zz)7 0 R]>>/Dests 3 0 R>>", {}));
  CHECK(times(inlined, "[(zz)7 0 R <7A7A7E> ") == 1);
  CHECK(times(inlined, "/Dests 3 0 R") == 1);
  const std::string kids =
      after(made("/Names 9 0 R", {{9, "<</EmbeddedFiles 10 0 R>>"},
                                  {10, "<</Kids[11 0 R]>>"},
                                  {11, "<</Limits[(a)(b)]/Names[(a)7 0 R(b)7 0 R]>>"}}));
  CHECK(times(kids, "/Kids [11 0 R ") == 1);
  CHECK(times(kids, "/Limits[<636F6E74656E745F63726564656E7469616C2E63327061> ") == 1);
  CHECK(times(kids, "9 0 obj") == 0);
}

TEST_CASE("pdf: of several stores one is left, where the others can be told apart") {
  const auto naming = [](const char* stream) {
    return std::string("<</AFRelationship/C2PA_Manifest/EF<</F ") + stream + " 0 R>>>>";
  };
  auto objects = pdf_page("/AF[7 0 R 9 0 R]");
  objects.insert({7, naming("8")});
  objects.insert({8, pdf_stream("", "the first store")});
  objects.insert({9, naming("10")});
  objects.insert({10, pdf_stream("", "the second store")});
  const ByteBuffer bytes = classic_pdf(objects);
  const ByteBuffer out = with_store("pdf", bytes, store_of(300));
  CHECK(times(as_text(out), "/Unspecified") == 1);
  auto direct = pdf_page("/AF[" + naming("8") + naming("10") + "]");
  direct.insert({8, pdf_stream("", "the first store")});
  direct.insert({10, pdf_stream("", "the second store")});
  CHECK_FALSE(planned("pdf", classic_pdf(direct), store_of(300)));
}

TEST_CASE("html: one script in the head; others and links to a store go") {
  const std::string page = with_store(
      "html",
      "<html><head><meta charset=utf-8><link rel=c2pa-manifest href=x></head><body>t</body></html>",
      store_of(30));
  CHECK(times(page, "<script type=\"application/c2pa\">") == 1);
  CHECK(page.find("<script") < page.find("</head>"));
  CHECK(times(page, "<link") == 0);
  const std::string two = with_store("html",
                                     "<html><head><script type='application/c2pa'>AAAA</script>"
                                     "<script type='application/c2pa'>AA</script></head></html>",
                                     store_of(30));
  CHECK(times(two, "<script type='application/c2pa'>") == 1);
  CHECK_FALSE(
      planned("html", as_bytes("<html><head><script type=application/c2pa>AAAA"), store_of(30)));
}

TEST_CASE("text: all stores of one size are wrapped into one size") {
  for (std::size_t size = 0; size < 40; ++size) {
    for (const int fill : {0, 15, 16, 255}) {
      const ByteBuffer store(size, static_cast<std::uint8_t>(fill));
      const std::string text = "x" + wrap_store(store);
      CHECK(text.size() == 1 + wrapped_size(size));
      CHECK(payload_of(row("text"), as_bytes(text), CarrierKind::C2paStore) == as_text(store));
      const Layout layout = inspected("text", as_bytes(text));
      CHECK(layout.carriers.front().whole == Range{1, wrapped_size(size)});
    }
  }
}

TEST_CASE("text: the wrapper begins as the published one") {
  // C2PA public test corpus, "published_unpadded": behind the marker the magic, version, length.
  const std::string wrapped = wrap_store(to_buffer("c2pa-manifest-01"));
  CHECK(wrapped.starts_with(
      "\xEF\xBB\xBF\xF3\xA0\x84\xB3\xF3\xA0\x84\xA2\xF3\xA0\x85\x80\xF3\xA0\x84\xB1\xF3\xA0\x85\x84"
      "\xF3\xA0\x85\x88\xF3\xA0\x85\x84\xEF\xB8\x80\xEF\xB8\x81\xEF\xB8\x80\xEF\xB8\x80\xEF\xB8\x80"
      "\xF3\xA0\x84\x80\xF3\xA0\x85\x93\xF3\xA0\x84\xA2"));
}

TEST_CASE("text: the wrapper changes the meaning of nothing that stands before it") {
  const ByteBuffer store = store_of(30);
  const std::string wrapper = wrap_store(store);
  CHECK(with_store("text", "a line\n", store) == "a line\n" + wrapper);
  CHECK(with_store("text", "# H\n\n---\nAIGC: x\n---", store).ends_with("---\n" + wrapper));
  CHECK(with_store("markdown", "```\ncode\n```", store) == "```\ncode\n```\n\n" + wrapper);
  CHECK(with_store("markdown", "|a|\r\n|-|\r\n", store) == "|a|\r\n|-|\r\n\r\n" + wrapper);
  CHECK(with_store("subtitle", "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n", store) ==
        "WEBVTT\n\n00:01.000 --> 00:02.000\nx" + wrapper + "\n\n");
  const std::string again = with_store("markdown", "word\n\n" + wrapper + "\n", store_of(40));
  CHECK(again == "word\n\n\n" + wrap_store(store_of(40)));
  CHECK_FALSE(planned("text", as_bytes("<?xml version='1.0'?><a/>"), store));
  CHECK_FALSE(planned("text", as_bytes("\xFF\xFEx\0y\0"), store));
}

TEST_CASE("text: a store in a line of its own stays there") {
  const std::string line = "# -----BEGIN C2PA MANIFEST----- data:application/c2pa;base64,";
  const std::string end = " -----END C2PA MANIFEST-----\n";
  const ByteBuffer store = store_of(30);
  const std::string out = with_store("text", line + "AAAA" + end + "x = 1\n", store);
  CHECK(out == with_store("text", out, store));
  CHECK(out.starts_with(line));
  CHECK(out.ends_with(end + "x = 1\n"));
  CHECK(
      with_store("text", line + "AAAA" + end + "x\n" + wrap_store(store_of(9)) + line + end, store)
          .ends_with(end + "x\n"));
}

TEST_CASE("font: check sums and directory are those of the new font") {
  for (const Specimen& each : specimens()) {
    if (each.format != "font") continue;
    CAPTURE(each.what);
    ByteBuffer out = each.bytes;
    for (const std::size_t size : {301, 301, 90, 1000}) {
      out = with_store("font", out, store_of(size, static_cast<std::uint8_t>(size)));
      std::uint32_t sum = 0;
      REQUIRE(out.size() % 4 == 0);
      for (std::size_t at = 0; at < out.size(); at += 4) {
        sum += static_cast<std::uint32_t>(*load_be(out, at, 4));
      }
      CHECK(sum == 0xB1B0AFBA);
      const std::size_t count = static_cast<std::size_t>(*load_be(out, 4, 2));
      for (std::size_t i = 1; i < count; ++i) {
        CHECK(as_text(slice(out, 12 + i * 16 - 16, 4)) < as_text(slice(out, 12 + i * 16, 4)));
      }
    }
    CHECK(*load_be(out, 6, 2) == (*load_be(out, 4, 2) >= 4 ? 64 : 32));
  }
}

TEST_CASE("font: a font that is signed is refused") {
  ByteBuffer bytes = specimen("font", "TrueType");
  const std::size_t glyphs = static_cast<std::size_t>(*load_be(bytes, 12 + 8, 4));
  std::copy_n("DSIG", 4, bytes.begin() + 12);
  CHECK(planned("font", bytes, store_of(30)));  // a signature table without signatures
  bytes[glyphs + 5] = 1;
  const auto refused = planned("font", bytes, store_of(30));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Refused);
}
