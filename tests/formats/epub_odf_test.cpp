// SPDX-License-Identifier: Apache-2.0
// EPUB and OpenDocument: where the label is, and odd ways to write it.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "formats/zip_documents.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::documents;

TEST_CASE("epub: an EPUB 3 gets a meta property and its prefix") {
  const ByteBuffer bytes = make_zip(epub_entries("3.0"));
  const ByteBuffer out = labelled("epub", bytes);
  const std::string opf =
      replaced(member(bytes, "OEBPS/content.opf"), "<package",
               "<package prefix=\"tc260: http://www.tc260.org.cn/ns/AIGC/1.0/\"");
  CHECK(member(out, "OEBPS/content.opf") ==
        replaced(opf, "</dc:language>",
                 "</dc:language>\n    <meta property=\"tc260:AIGC\">" + kEscaped + "</meta>"));
  CHECK(said("epub", out).back() == "epub:OEBPS/content.opf[tc260:AIGC]=" + kJson);
  CHECK(as_text(slice(out, 30, 28)) == "mimetypeapplication/epub+zip");
}

TEST_CASE("epub: prefixes that are there are used or kept") {
  const auto opf = [](const std::string& attributes) {
    return member(labelled("epub", make_zip(epub_entries("3.0", "", attributes))),
                  "OEBPS/content.opf");
  };
  CHECK(has(opf(" prefix=\"a: b gb: http://www.tc260.org.cn/ns/AIGC/1.0/\""),
            "<meta property=\"gb:AIGC\">"));
  const std::string joined = opf(" prefix=\"a: b\"");
  CHECK(has(joined, "prefix=\"a: b tc260: http://www.tc260.org.cn/ns/AIGC/1.0/\""));
  const std::string taken = opf(" prefix=\"tc260: else\"");
  CHECK(has(taken, "tc260-2: http://www.tc260.org.cn/ns/AIGC/1.0/\""));
  CHECK(has(taken, "<meta property=\"tc260-2:AIGC\">"));
}

TEST_CASE("epub: an OPF 2 gets name and content") {
  const ByteBuffer out = labelled("epub", make_zip(epub_entries("2.0")));
  CHECK(has(member(out, "OEBPS/content.opf"), "<meta name=\"AIGC\" content=\"{&quot;Label&quot;"));
  CHECK(payload_of(row("epub"), out, CarrierKind::AigcKey) == kJson);
}

TEST_CASE("epub: every form of the label is read, and other metadata are tags") {
  const ByteBuffer bytes = make_zip(epub_entries(
      "3.0",
      "<meta name=\"aigc\" content=\"one\"/><meta property=\"q:Aigc\">two</meta>"
      "<meta property=\"dcterms:modified\">2026</meta><meta name=\"generator\" content=\"g\"/>"));
  const auto all = said("epub", bytes);
  const std::vector<std::string> tail(all.end() - 4, all.end());
  CHECK(tail == std::vector<std::string>{"epub:OEBPS/content.opf[aigc]=one",
                                         "epub:OEBPS/content.opf[q:Aigc]=two",
                                         "epub:OEBPS/content.opf[dcterms:modified]=2026",
                                         "epub:OEBPS/content.opf[generator]=g"});
  CHECK(all[1] == "epub:OEBPS/content.opf[dc:title]=A book");
}

TEST_CASE("epub: a mimetype in the wrong place or form is told") {
  Entries late = epub_entries("3.0");
  std::rotate(late.begin(), late.begin() + 1, late.end());
  CHECK(rules(inspected("epub", make_zip(late))) == std::vector<std::string>{"epub-mimetype"});
  Entries packed = epub_entries("3.0");
  packed[0].deflated = true;
  CHECK(rules(inspected("epub", make_zip(packed))) == std::vector<std::string>{"epub-mimetype"});
}

TEST_CASE("odf: a label goes into office:meta, which is made when missing") {
  const std::string property = "<meta:user-defined meta:name=\"AIGC\" meta:value-type=\"string\">" +
                               kEscaped + "</meta:user-defined>";
  const auto meta = [](const char* content) {
    return member(labelled("odt", make_zip(odf_entries("text", content))), "meta.xml");
  };
  CHECK(has(meta("<office:meta><dc:title>t</dc:title></office:meta>"),
            "</dc:title>" + property + "</office:meta>"));
  CHECK(has(meta("<office:meta/>"), "<office:meta>" + property + "</office:meta>"));
  CHECK(has(meta(""), "<office:meta>" + property + "</office:meta></office:document-meta>"));
  CHECK(has(meta("<office:meta><meta:user-defined meta:name=\"aigc\"/></office:meta>"),
            "<meta:user-defined meta:name=\"aigc\">" + kEscaped + "</meta:user-defined>"));
}

TEST_CASE("odf: a missing meta.xml is made and listed in the manifest") {
  const ByteBuffer bytes = make_zip(odf_entries("text"));
  const ByteBuffer out = labelled("odt", bytes);
  CHECK(said("odt", out) == std::vector<std::string>{"odt:meta.xml[AIGC]=" + kJson});
  CHECK(has(member(out, "meta.xml"), "office:version=\"1.2\""));
  CHECK(has(member(out, "META-INF/manifest.xml"),
            "<manifest:file-entry manifest:full-path=\"meta.xml\" "
            "manifest:media-type=\"text/xml\"/>"));
  CHECK(as_text(slice(out, 30, 47)) == "mimetypeapplication/vnd.oasis.opendocument.text");
}

TEST_CASE("odf: other metadata are tags, an encrypted document is damage") {
  const ByteBuffer bytes = make_zip(
      odf_entries("text",
                  "<office:meta><meta:generator>g</meta:generator><dc:title>t</dc:title>"
                  "<meta:user-defined meta:name=\"Owner\">me</meta:user-defined></office:meta>"));
  CHECK(said("odt", bytes) == std::vector<std::string>{"odt:meta.xml[meta:generator]=g",
                                                       "odt:meta.xml[dc:title]=t",
                                                       "odt:meta.xml[Owner]=me"});
  const Entries encrypted = replace_in(
      odf_entries("text", "<office:meta/>"), "META-INF/manifest.xml",
      "manifest:media-type=\"text/xml\"/>",
      "manifest:media-type=\"text/xml\"><manifest:encryption-data/></manifest:file-entry>");
  const Layout layout = inspected("odt", make_zip(encrypted));
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::Unsupported);
}
