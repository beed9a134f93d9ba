// SPDX-License-Identifier: Apache-2.0
// What all ZIP documents share: signatures, C2PA, encodings, damage, hostile parts.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "formats/zip_documents.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::documents;

TEST_CASE("zip documents: other archives are not ours") {
  for (const ByteBuffer& bytes :
       {make_zip({{"a.txt", "x"}}), make_zip({{"mimetype", "application/x-krita", false}}),
        make_zip({{"[Content_Types].xml", "<Types/>"}}), make_zip({}), to_buffer("PK\x03\x04")}) {
    MemorySource source(bytes);
    for (const char* id : {"docx", "xlsx", "pptx", "epub", "odt", "ods", "odp", "odg"}) {
      CHECK_FALSE(row(id).sniff(source));
    }
  }
}

TEST_CASE("zip documents: packages that do not name the type of their main part") {
  const std::pair<const char*, const char*> parts[] = {
      {"docx", "word/document.xml"}, {"xlsx", "xl/workbook.xml"}, {"pptx", "ppt/presentation.xml"}};
  for (const auto& [id, part] : parts) {
    const ByteBuffer bytes = make_zip({{"[Content_Types].xml", "<Types/>"}, {part, "<x/>"}});
    MemorySource source(bytes);
    CHECK(row(id).sniff(source));
    const ByteBuffer untyped = make_zip({{part, "<x/>"}});
    MemorySource other(untyped);
    CHECK_FALSE(row(id).sniff(other));
  }
}

TEST_CASE("zip documents: an archive behind another file") {
  const ByteBuffer junk = make_zip(ooxml_entries(), {.prefix = "#!/bin/sh\nexit\n"});
  MemorySource script(junk);
  REQUIRE(detect(script, "x") != nullptr);
  CHECK(detect(script, "x")->id == "docx");
  CHECK(payload_of(row("docx"), labelled("docx", junk), CarrierKind::AigcKey) == kJson);
  const ByteBuffer polyglot = make_zip(ooxml_entries(), {.prefix = "%PDF-1.4\n%%EOF\n"});
  MemorySource pdf(polyglot);
  REQUIRE(detect(pdf, "x") != nullptr);
  CHECK(detect(pdf, "x")->id == "pdf");
}

TEST_CASE("zip documents: a signed document is told and never written") {
  Entries word = ooxml_entries();
  word.push_back({"_xmlsignatures/origin.sigs", ""});
  Entries text = odf_entries("text", "<office:meta/>");
  text.push_back({"META-INF/documentsignatures.xml", "<x/>"});
  Entries book = epub_entries("3.0");
  book.push_back({"META-INF/signatures.xml", "<x/>"});
  for (const auto& [id, entries] : std::vector<std::pair<std::string, Entries>>{
           {"docx", word}, {"odt", text}, {"epub", book}}) {
    CAPTURE(id);
    const ByteBuffer bytes = make_zip(entries);
    CHECK(rules(inspected(id, bytes)) == std::vector<std::string>{"signed-document"});
    const auto splice = try_label(id, bytes);
    REQUIRE_FALSE(splice);
    CHECK(splice.error().code == ErrorCode::Refused);
  }
  // A label that is there already needs no change, so nothing is refused.
  Entries same = with_custom(word, custom_property("AIGC", 2, "{}"));
  const auto identical = try_label("docx", make_zip(same), "{}");
  REQUIRE(identical);
  CHECK(identical->pieces.size() == 1);
}

TEST_CASE("zip documents: the C2PA store is a carrier of its own") {
  Entries entries = ooxml_entries();
  entries.push_back({"META-INF/content_credential.c2pa", "jumbf", false});
  const ByteBuffer stored = make_zip(entries);
  CHECK(payload_of(row("docx"), stored, CarrierKind::C2paStore) == "jumbf");
  CHECK(inspected("docx", stored).oddities.empty());
  const Carrier carrier = inspected("docx", stored).carriers.front();
  CHECK(as_text(slice(stored, carrier.payload.offset, carrier.payload.size)) == "jumbf");
  entries.back().deflated = true;
  const ByteBuffer deflated = make_zip(entries);
  CHECK(payload_of(row("docx"), deflated, CarrierKind::C2paStore) == "jumbf");
  CHECK(rules(inspected("docx", deflated)) == std::vector<std::string>{"c2pa-compressed"});
}

TEST_CASE("zip documents: UTF-16 parts are read and refused on writing") {
  Entries entries = with_custom(ooxml_entries(), custom_property("AIGC", 2, "{}"));
  std::string wide = "\xFF\xFE";
  for (const char c : entry(entries, "docProps/custom.xml").content) wide += {c, '\0'};
  entry(entries, "docProps/custom.xml").content = wide;
  const ByteBuffer bytes = make_zip(entries);
  CHECK(said("docx", bytes) == std::vector<std::string>{"docx:docProps/custom.xml[AIGC]={}"});
  const auto splice = try_label("docx", bytes);
  REQUIRE_FALSE(splice);
  CHECK(splice.error().code == ErrorCode::Unsupported);
  CHECK(has(splice.error().message, "UTF-8"));
}

TEST_CASE("zip documents: what XML cannot hold is refused") {
  for (const std::string& value :
       {std::string("a\x01z"), std::string("\xFF"), std::string(1, '\0')}) {
    CHECK_FALSE(try_label("docx", make_zip(ooxml_entries()), value));
  }
}

TEST_CASE("zip documents: a broken or bombing part is damage, and the rest is still told") {
  Entries broken = with_core(with_custom(ooxml_entries(), custom_property("AIGC", 2, "{}")));
  entry(broken, "docProps/custom.xml").content.resize(100);
  const Layout layout = inspected("docx", make_zip(broken));
  REQUIRE(layout.damage);
  CHECK(layout.carriers.size() == 4);
  CHECK_FALSE(try_label("docx", make_zip(broken)));

  Entries bomb = with_core(ooxml_entries());
  entry(bomb, "docProps/core.xml").content = std::string(20 << 20, ' ');
  const auto started = testing::ComputingClock::now();
  const Layout exploded = inspected("docx", make_zip(bomb));
  REQUIRE(exploded.damage);
  CHECK(exploded.damage->code == ErrorCode::LimitExceeded);
  CHECK(exploded.carriers.size() == 1);
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));

  Entries rootless = ooxml_entries();
  rootless.erase(rootless.begin() + 1);
  CHECK(inspected("docx", make_zip(rootless)).damage);
}

TEST_CASE("zip documents: colliding members are told and never written") {
  Entries twice = with_custom(ooxml_entries(), custom_property("AIGC", 2, "first"));
  twice.push_back({"docProps/custom.xml", "<other/>"});
  const ByteBuffer bytes = make_zip(twice);
  CHECK(rules(inspected("docx", bytes)) == std::vector<std::string>{"zip-duplicate"});
  CHECK(payload_of(row("docx"), bytes, CarrierKind::AigcKey) == "first");
  CHECK_FALSE(try_label("docx", bytes));
}

TEST_CASE("zip documents: a package full of properties stops at the cap") {
  std::string many;
  for (int i = 0; i < 6000; ++i) many += custom_property("p", i + 2, "v");
  const Layout layout = inspected("docx", make_zip(with_custom(ooxml_entries(), many)));
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::LimitExceeded);
  CHECK(layout.carriers.size() <= Limits{}.max_carriers);
}

TEST_CASE("zip documents: mutated XML parts give a clean answer") {
  const std::vector<std::pair<std::string, std::pair<Entries, std::vector<std::string>>>>
      documents = {
          {"docx",
           {with_core(with_custom(ooxml_entries(), custom_property("AIGC", 2, "{}"))),
            {"[Content_Types].xml", "_rels/.rels", "docProps/custom.xml", "docProps/core.xml"}}},
          {"epub",
           {epub_entries("3.0", "<meta property=\"x:AIGC\">{}</meta>", " prefix=\"x: y\""),
            {"META-INF/container.xml", "OEBPS/content.opf"}}},
          {"odt",
           {odf_entries("text",
                        "<office:meta><meta:user-defined meta:name=\"AIGC\"/></office:meta>"),
            {"meta.xml", "META-INF/manifest.xml"}}}};
  for (const auto& [id, document] : documents) {
    Random random(id.size());
    for (int round = 0; round < 600; ++round) {
      Entries entries = document.first;
      const std::string& name = document.second[random.below(document.second.size())];
      ZipEntry& part = entry(entries, name);
      for (int i = 0; i < 2; ++i) part.content = to_string(mutate(as_bytes(part.content), random));
      const ByteBuffer bytes = make_zip(entries);
      MemorySource source(bytes);
      const auto layout = row(id).inspect(source, Limits{});
      REQUIRE(layout);
      const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer(kJson)};
      const auto splice = plan_edits(row(id), source, *layout, {&edit, 1}, Limits{});
      if (!splice) continue;
      CHECK(payload_of(row(id), testing::apply(bytes, *splice), CarrierKind::AigcKey) == kJson);
    }
  }
}

TEST_CASE("zip documents: real files with a C2PA store") {
  const std::string folder = samples_folder();
  if (folder.empty()) {
    MESSAGE("skipped: the samples are not here");
    return;
  }
  for (const auto& [id, name] :
       std::vector<std::pair<std::string, std::string>>{{"docx", "zip-stored-docx.docx"},
                                                        {"epub", "zip-stored-epub.epub"},
                                                        {"odt", "zip-stored-odt.odt"}}) {
    CAPTURE(name);
    const ByteBuffer bytes = read_file(folder + "/c2pa/generated/" + name);
    REQUIRE_FALSE(bytes.empty());
    const std::string store = payload_of(row(id), bytes, CarrierKind::C2paStore);
    CHECK(store.substr(4, 8) == "jumb" + store.substr(8, 4));
    const ByteBuffer out = labelled(id, bytes);
    CHECK(payload_of(row(id), out, CarrierKind::C2paStore) == store);
    CHECK(payload_of(row(id), out, CarrierKind::AigcKey) == kJson);
  }
}
