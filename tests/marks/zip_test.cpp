// SPDX-License-Identifier: Apache-2.0
// Labels in Word, OpenDocument and EPUB documents made in code.
#include <doctest/doctest.h>

#include <algorithm>

#include "marks/demand.hpp"
#include "support/support.hpp"
#include "support/zip_writer.hpp"
#include "wire/xml.hpp"
#include "wire/zip.hpp"

using namespace colophon;
using testing::make_zip;
using testing::ZipEntry;

namespace {

using Entries = std::vector<ZipEntry>;

Entries word(const std::string& body) {
  return {{"[Content_Types].xml",
           "<Types><Override PartName=\"/w/d.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"},
          {"_rels/.rels",
           "<Relationships><Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/"
           "officeDocument/2006/relationships/officeDocument\" Target=\"w/d.xml\"/>"
           "</Relationships>"},
          {"w/d.xml",
           "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/"
           "2006/main\"><w:body>" +
               body + "</w:body></w:document>"},
          {"w/media/a.bin", "other bytes"}};
}
std::string run_of(const std::string& text) {
  return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

Entries open_text(const std::string& body) {
  return {{"mimetype", "application/vnd.oasis.opendocument.text", false},
          {"content.xml",
           "<office:document-content "
           "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
           "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body>"
           "<office:text>" +
               body + "</office:text></office:body></office:document-content>"}};
}

Entries book(const std::string& page) {
  return {{"mimetype", "application/epub+zip", false},
          {"META-INF/container.xml",
           "<container><rootfiles><rootfile full-path=\"E/p.opf\"/></rootfiles></container>"},
          {"E/p.opf",
           "<package><manifest><item id=\"b\" href=\"x.xhtml\"/><item id=\"a\" "
           "href=\"t/one.xhtml\"/></manifest><spine><itemref idref=\"a\"/></spine></package>"},
          {"E/t/one.xhtml", page},
          {"E/x.xhtml", "<html/>"}};
}

MarkDemand demand_for(bool start, bool end) {
  MarkDemand demand;
  demand.medium = MarkMedium::Text;
  demand.texts = {"本内容由AI生成", "AI GENERATED"};
  demand.at_start = start;
  demand.at_end = end;
  return demand;
}

std::string member_of(Source& source, std::string_view name) {
  const auto zip = wire::read_zip(source, {});
  REQUIRE(zip);
  REQUIRE(zip->find(name) != nullptr);
  const auto bytes = wire::read_member(source, *zip, *zip->find(name), {});
  REQUIRE(bytes);
  return to_string(*bytes);
}

/// The member with the label, after proofs that the others stand and that it is put once.
std::string marked(std::string_view format, const Entries& entries, std::string_view member,
                   const MarkDemand& demand) {
  const ByteBuffer bytes = make_zip(entries);
  MemorySource source(bytes);
  const Format& row = *find_format(format);
  const auto plan = plan_text_mark(source, row, "a", demand, {});
  REQUIRE(plan);
  CHECK(plan->changes);
  MemorySink sink;
  REQUIRE(execute(source, plan->splice, sink));
  MemorySource output(sink.bytes());
  for (const ZipEntry& entry : entries) {
    if (entry.name != member) CHECK(member_of(output, entry.name) == entry.content);
  }
  const auto again = plan_text_mark(output, row, "a", demand, {});
  REQUIRE(again);
  CHECK_FALSE(again->changes);
  const auto found = find_text_marks(output, row, {});
  REQUIRE(found);
  CHECK(found->marks.size() >= 2);
  const std::string content = member_of(output, member);
  CHECK(wire::parse_xml(content, {}));
  return content;
}

ErrorCode refused(std::string_view format, const Entries& entries) {
  const ByteBuffer bytes = make_zip(entries);
  MemorySource source(bytes);
  const auto plan = plan_text_mark(source, *find_format(format), "a", demand_for(true, false), {});
  REQUIRE_FALSE(plan);
  return plan.error().code;
}

constexpr const char* kWords = "本内容由AI生成 · AI GENERATED";

}  // namespace

TEST_CASE("Word: the first and the last paragraph, in front of the section's properties") {
  const std::string text = marked("docx", word(run_of("One.") + run_of("Two.") + "<w:sectPr/>"),
                                  "w/d.xml", demand_for(true, true));
  const std::size_t first = text.find(kWords);
  const std::size_t second = text.find(kWords, first + 1);
  CHECK(first < text.find("One."));
  CHECK(text.find("Two.") < second);
  CHECK(second < text.find("<w:sectPr/>"));
}

TEST_CASE("Word: a label in a table or a list is none at the start") {
  const std::string rest = run_of("a") + run_of("b") + run_of("c") + run_of("d") + run_of("e");
  CHECK(
      marked("docx", word(rest + run_of("AI GENERATED") + rest), "w/d.xml", demand_for(true, false))
          .find(kWords) != std::string::npos);
}

TEST_CASE("OpenDocument: behind declarations that must come first") {
  const std::string text =
      marked("odt", open_text("<text:sequence-decls/><text:h>T</text:h><text:p>One.</text:p>"),
             "content.xml", demand_for(true, true));
  CHECK(text.find("<text:sequence-decls/><text:p>" + std::string(kWords) + "</text:p><text:h>") !=
        std::string::npos);
  CHECK(text.find("<text:p>" + std::string(kWords) + "</text:p></office:text>") !=
        std::string::npos);
}

TEST_CASE("EPUB: the first page of the spine") {
  const std::string text =
      marked("epub",
             book("<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><meta charset=\"utf-8\"/>"
                  "</head><body><h1>T</h1></body></html>"),
             "E/t/one.xhtml", demand_for(true, false));
  CHECK(text.find("<body>\n<p role=\"note\"") != std::string::npos);
}

TEST_CASE("signed and encrypted documents, and broken ones, are refused") {
  Entries sealed = word(run_of("One."));
  sealed.push_back({"_xmlsignatures/sig1.xml", "<a/>"});
  CHECK(refused("docx", sealed) == ErrorCode::Refused);
  Entries locked = word(run_of("One."));
  locked[2].encrypted = true;
  CHECK(refused("docx", locked) == ErrorCode::Unsupported);
  CHECK(refused("docx", word("<w:p>")) == ErrorCode::Malformed);
  Entries bare = word(run_of("One."));
  bare.erase(bare.begin() + 2);
  CHECK(refused("docx", bare) == ErrorCode::Malformed);
  CHECK(refused("epub", {{"mimetype", "application/epub+zip", false}}) == ErrorCode::Malformed);
}
