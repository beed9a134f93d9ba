// SPDX-License-Identifier: Apache-2.0
// Office Open XML: where the label is, and odd ways to write it.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "formats/zip_documents.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::documents;

TEST_CASE("ooxml: content types decide which office program it is") {
  const std::vector<std::pair<std::string, std::string>> types = {
      {"wordprocessingml.document.main+xml", "docx"},
      {"wordprocessingml.template.main+xml", "docx"},
      {"spreadsheetml.sheet.main+xml", "xlsx"},
      {"spreadsheetml.template.main+xml", "xlsx"},
      {"presentationml.presentation.main+xml", "pptx"},
      {"presentationml.template.main+xml", "pptx"},
      {"presentationml.slideshow.main+xml", "pptx"}};
  for (const auto& [type, id] : types) {
    const ByteBuffer bytes = make_zip(ooxml_entries(type));
    MemorySource source(bytes);
    REQUIRE(detect(source, "x") != nullptr);
    CHECK(detect(source, "x")->id == id);
  }
  const std::string document =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
  for (const auto& [type, id] : std::vector<std::pair<std::string, std::string>>{
           {"application/vnd.ms-word.document.macroEnabled.main+xml", "docx"},
           {"application/vnd.ms-word.template.macroEnabledTemplate.main+xml", "docx"},
           {"application/vnd.ms-excel.sheet.macroEnabled.main+xml", "xlsx"},
           {"application/vnd.ms-excel.sheet.binary.macroEnabled.main", "xlsx"},
           {"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", "pptx"}}) {
    const ByteBuffer bytes =
        make_zip(replace_in(ooxml_entries(), "[Content_Types].xml", document, type));
    MemorySource source(bytes);
    REQUIRE(detect(source, "x") != nullptr);
    CHECK(detect(source, "x")->id == id);
  }
}

TEST_CASE("ooxml: a label in a package without properties makes part, relationship and type") {
  const ByteBuffer bytes = make_zip(ooxml_entries());
  const ByteBuffer out = labelled("docx", bytes);
  CHECK(said("docx", out) == std::vector<std::string>{"docx:docProps/custom.xml[AIGC]=" + kJson});
  CHECK(inspected("docx", out).oddities.empty());
  CHECK(has(member(out, "docProps/custom.xml"),
            "<property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"2\" "
            "name=\"AIGC\"><vt:lpwstr>" +
                kEscaped + "</vt:lpwstr></property></Properties>"));
  CHECK(member(out, "_rels/.rels") ==
        replaced(member(bytes, "_rels/.rels"), "</Relationships>",
                 "<Relationship Id=\"rId2\" "
                 "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
                 "custom-properties\" Target=\"docProps/custom.xml\"/></Relationships>"));
  CHECK(member(out, "[Content_Types].xml") ==
        replaced(member(bytes, "[Content_Types].xml"), "</Types>",
                 "<Override PartName=\"/docProps/custom.xml\" ContentType=\"application/"
                 "vnd.openxmlformats-officedocument.custom-properties+xml\"/></Types>"));
  CHECK(member(out, "word/document.xml") == member(bytes, "word/document.xml"));
}

TEST_CASE("ooxml: a label joins other properties under the next free pid") {
  const ByteBuffer bytes = make_zip(with_custom(
      ooxml_entries(), custom_property("Owner", 7, "me") + custom_property("Team", 3, "us")));
  const ByteBuffer out = labelled("docx", bytes);
  CHECK(member(out, "docProps/custom.xml") ==
        replaced(member(bytes, "docProps/custom.xml"), "</Properties>",
                 custom_property("AIGC", 8, kEscaped) + "</Properties>"));
  CHECK(member(out, "_rels/.rels") == member(bytes, "_rels/.rels"));
  CHECK(said("docx", out).size() == 3);
}

TEST_CASE("ooxml: the custom part is found through its relationship, whatever its name") {
  Entries entries = with_custom(ooxml_entries(), custom_property("aigc", 2, "{}"));
  entry(entries, "docProps/custom.xml").name = "props/my custom.xml";
  entries = replace_in(entries, "_rels/.rels", "docProps/custom.xml", "/props/my%20custom.xml");
  const ByteBuffer bytes = make_zip(entries);
  CHECK(said("docx", bytes) == std::vector<std::string>{"docx:props/my custom.xml[aigc]={}"});
  const ByteBuffer out = labelled("docx", bytes);
  CHECK(said("docx", out) == std::vector<std::string>{"docx:props/my custom.xml[aigc]=" + kJson});
}

TEST_CASE("ooxml: a custom part that nothing leads to is read with a warning, and linked") {
  Entries entries = with_custom(ooxml_entries(), custom_property("Owner", 2, "me"));
  entries[1] = ooxml_entries()[1];
  entries[0] = ooxml_entries()[0];
  const ByteBuffer bytes = make_zip(entries);
  CHECK(rules(inspected("docx", bytes)) == std::vector<std::string>{"ooxml-unlinked"});
  const ByteBuffer out = labelled("docx", bytes);
  CHECK(inspected("docx", out).oddities.empty());
  CHECK(said("docx", out).size() == 2);
}

TEST_CASE("ooxml: text outside vt:lpwstr is told and not joined (w073)") {
  const std::string property =
      "<property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"2\" "
      "name=\"AIGC\">fTAvKTQybl5VAXRHHA8J<vt:lpwstr></vt:lpwstr></property>";
  const ByteBuffer bytes = make_zip(with_custom(ooxml_entries(), property));
  CHECK(said("docx", bytes) ==
        std::vector<std::string>{"docx:docProps/custom.xml[AIGC]=",
                                 "docx:docProps/custom.xml[AIGC/text()]=fTAvKTQybl5VAXRHHA8J"});
  CHECK(rules(inspected("docx", bytes)) == std::vector<std::string>{"ooxml-stray-text"});
  CHECK(payload_of(row("docx"), labelled("docx", bytes), CarrierKind::AigcKey) == kJson);
}

TEST_CASE("ooxml: odd properties become well-formed ones when they are written") {
  const std::vector<std::pair<std::string, std::string>> odd = {
      {"<property name=\"AIGC\"/>", "ooxml-type"},
      {"<property name=\"AIGC\"></property>", "ooxml-type"},
      {"<property name=\"AIGC\"><vt:i4>1</vt:i4></property>", "ooxml-type"},
      {"<property name=\"AIGC\"><vt:lpwstr/></property>", "ooxml-fmtid"},
      {"<property name=\"AIGC\" pid=\"1\"><vt:lpwstr>x</vt:lpwstr></property>", "ooxml-pid"}};
  for (const auto& [property, rule] : odd) {
    CAPTURE(property);
    const ByteBuffer bytes = make_zip(with_custom(ooxml_entries(), property));
    const auto found = rules(inspected("docx", bytes));
    CHECK(std::find(found.begin(), found.end(), rule) != found.end());
    const ByteBuffer out = labelled("docx", bytes);
    CHECK(said("docx", out).size() == 1);
    CHECK(payload_of(row("docx"), out, CarrierKind::AigcKey) == kJson);
    CHECK(has(member(out, "docProps/custom.xml"), "lpwstr"));
    CHECK(has(member(out, "docProps/custom.xml"), "</property></Properties>"));
  }
}

TEST_CASE("ooxml: prefixed elements and the strict dialect are kept as they are") {
  Entries entries = ooxml_entries();
  entries = replace_in(entries, "_rels/.rels",
                       "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
                       "http://purl.oclc.org/ooxml/officeDocument/relationships/");
  const ByteBuffer strict = labelled("docx", make_zip(entries));
  CHECK(has(member(strict, "docProps/custom.xml"),
            "http://purl.oclc.org/ooxml/officeDocument/customProperties"));
  CHECK(has(member(strict, "_rels/.rels"),
            "http://purl.oclc.org/ooxml/officeDocument/relationships/customProperties"));

  entries = with_custom(ooxml_entries(), "");
  entry(entries, "docProps/custom.xml").content =
      "<op:Properties xmlns:op=\"http://schemas.openxmlformats.org/officeDocument/2006/"
      "custom-properties\"/>";
  const ByteBuffer prefixed = labelled("docx", make_zip(entries));
  CHECK(payload_of(row("docx"), prefixed, CarrierKind::AigcKey) == kJson);
  CHECK(has(member(prefixed, "docProps/custom.xml"), "<op:property fmtid="));
  CHECK(has(member(prefixed, "docProps/custom.xml"), "<vt:lpwstr xmlns:vt="));
  CHECK(has(member(prefixed, "docProps/custom.xml"), "</op:property></op:Properties>"));
}

TEST_CASE("ooxml: core and extended properties are tags and can be replaced where they stand") {
  const ByteBuffer bytes = make_zip(with_core(ooxml_entries()));
  CHECK(said("docx", bytes) ==
        std::vector<std::string>{"docx:docProps/core.xml[dc:title]=A & B",
                                 "docx:docProps/core.xml[dc:creator]=Somebody",
                                 "docx:docProps/core.xml[cp:keywords]=one, two",
                                 "docx:docProps/app.xml[Application]=By hand"});
  const ByteBuffer out =
      edited(row("docx"), bytes, {CarrierKind::Tag, "", std::size_t{2}, to_buffer("three")});
  CHECK(member(out, "docProps/core.xml") ==
        replaced(member(bytes, "docProps/core.xml"), "one, two", "three"));
}

TEST_CASE("ooxml: two labels are both told, and each can be replaced") {
  const ByteBuffer bytes = make_zip(with_custom(
      ooxml_entries(), custom_property("AIGC", 2, "a") + custom_property("AIGC", 3, "b")));
  CHECK(said("docx", bytes).size() == 2);
  const ByteBuffer out =
      edited(row("docx"), bytes, {CarrierKind::AigcKey, "", std::size_t{1}, to_buffer("c")});
  CHECK(said("docx", out) == std::vector<std::string>{"docx:docProps/custom.xml[AIGC]=a",
                                                      "docx:docProps/custom.xml[AIGC]=c"});
}
