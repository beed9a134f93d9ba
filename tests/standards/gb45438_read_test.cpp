// SPDX-License-Identifier: Apache-2.0
// Reading is lenient: every shape of docs/gb45438.md, and nothing that is no label.
#include "standards/gb45438_support.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "support/support.hpp"
#include "wire/json_text.hpp"
#include "wire/xml.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kTc260 = "xmlns:TC260=\"http://www.tc260.org.cn/ns/AIGC/1.0/\"";

std::string entities(const std::string& text) {
  return wire::escape_xml_attribute(text);
}
std::string description(const std::string& attributes, const std::string& content = {}) {
  return xmp_with("<rdf:Description rdf:about=\"\" " + attributes + ">" + content +
                  "</rdf:Description>");
}

struct Shape {
  std::string what;
  CarrierKind kind;
  std::string payload;
  std::string key, shape;
};

}  // namespace

TEST_CASE("of very many labels in one place some are told, and that there are more") {
  std::string text;
  for (int i = 0; i < 300; ++i) text += kWrapped + "\n";
  const auto all = read_label(CarrierKind::PlainText, text);
  REQUIRE(all.size() == 256);
  REQUIRE(all.back().findings.size() == 1);
  CHECK(all.back().findings[0].rule == "gb45438-many");
  CHECK(all.front().findings.empty());
}

TEST_CASE("every shape gives the same label") {
  using namespace std::string_view_literals;
  const std::string ascii(std::string("ASCII\0\0\0"sv));
  const std::string tc260(kTc260);
  const std::string dc =
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" dc:Label=\"1\" "
      "dc:ContentProducer=\"" +
      std::string(kCode) + "\" dc:ProduceID=\"id-1\" dc:ContentPropagator=\"" + std::string(kCode) +
      "\" dc:PropagateID=\"id-1\"";
  const std::string yaml =
      "  Label: \"1\"\n  ContentProducer: " + std::string(kCode) +
      "\n  ProduceID: 'id-1' # note\n  ContentPropagator: " + std::string(kCode) +
      "\n  PropagateID: id-1\n";
  const Shape shapes[] = {
      {"bare", CarrierKind::AigcKey, kBare, "AIGC", "bare"},
      {"wrapped", CarrierKind::AigcKey, kWrapped, "AIGC", "wrapped"},
      {"byte order mark", CarrierKind::AigcKey, "\xEF\xBB\xBF" + kBare + "\n", "AIGC", "bare"},
      {"string", CarrierKind::AigcKey, wire::quote_json(kBare), "AIGC", "string-in-string"},
      {"string in wrapper", CarrierKind::Tag, "{\"AIGC\":" + wire::quote_json(kBare) + "}",
       "comment", "string-in-string"},
      {"two strings deep", CarrierKind::AigcKey,
       wire::quote_json("{\"AIGC\":" + wire::quote_json(kBare) + "}"), "AIGC", "string-in-string"},
      {"references", CarrierKind::AigcKey, entities(kBare), "AIGC", "bare"},
      {"references twice", CarrierKind::AigcKey, entities(entities(kBare)), "AIGC", "bare"},
      {"glued", CarrierKind::AppSegment, "AIGC" + kBare, "APP9", "prefix"},
      {"spaced", CarrierKind::TextChunk, "AIGC " + kBare, "Comment", "prefix"},
      {"equals", CarrierKind::Tag, "AIGC=" + kWrapped, "comment", "prefix"},
      {"ffprobe", CarrierKind::PlainText, "[FORMAT]\nTAG:AIGC=" + kBare + "\nTAG:x=y", "",
       "prefix"},
      {"ffmpeg", CarrierKind::PlainText, "    AIGC            : " + kBare + "\n  Duration: 1", "",
       "prefix"},
      {"exif", CarrierKind::ExifComment, ascii + kWrapped, "", "wrapped"},
      {"exif without charset", CarrierKind::ExifComment, kWrapped, "", "wrapped"},
      {"padding", CarrierKind::ExifComment, ascii + kWrapped + std::string(4, '\0'), "", "wrapped"},
      {"element", CarrierKind::Xmp, description(tc260, "<TC260:AIGC>" + kBare + "</TC260:AIGC>"),
       "", "bare"},
      {"escaped element", CarrierKind::Xmp,
       description(tc260, "<TC260:AIGC>" + entities(kBare) + "</TC260:AIGC>"), "", "bare"},
      {"character data", CarrierKind::Xmp,
       description(tc260, "<TC260:AIGC><![CDATA[" + kBare + "]]></TC260:AIGC>"), "", "bare"},
      {"any prefix", CarrierKind::Xmp,
       description("xmlns:q=\"http://www.tc260.org.cn/ns/AIGC/1.0/\"",
                   "<q:AIGC>" + kBare + "</q:AIGC>"),
       "", "bare"},
      {"attribute", CarrierKind::Xmp,
       description(tc260 + " TC260:AIGC=\"" + entities(kBare) + "\""), "", "bare"},
      {"list item", CarrierKind::Xmp,
       description(tc260, "<TC260:AIGC><rdf:Alt><rdf:li>" + kBare +
                              "</rdf:li></rdf:Alt>"
                              "</TC260:AIGC>"),
       "", "bare"},
      {"adobe namespace", CarrierKind::Xmp,
       description("xmlns:AIGC=\"http://ns.adobe.com/AIGC/1.0/\" AIGC:AIGC=\"" + entities(kBare) +
                   "\""),
       "", "bare"},
      {"unbound prefix", CarrierKind::Xmp, "<xmp:AIGC>" + kBare + "</xmp:AIGC>", "", "bare"},
      {"broken xml", CarrierKind::Xmp, "<a><b TC260:AIGC=\"" + entities(kBare) + "\"", "", "bare"},
      {"other property", CarrierKind::Xmp,
       description("xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
                   "<dc:description>" + kWrapped + "</dc:description>"),
       "", "wrapped"},
      {"attributes", CarrierKind::Xmp, description(dc), "", "per-field"},
      {"base64", CarrierKind::Xmp,
       description("XmpKvBase64=\"" + base64_encode(as_bytes(kWrapped)) + "\""), "", "base64"},
      {"yaml block", CarrierKind::FrontMatter, "title: x\nAIGC:\n" + yaml + "tags: y\n", "",
       "yaml-block"},
      {"yaml flow", CarrierKind::FrontMatter, "AIGC: " + kBare + "\n", "", "yaml-flow"},
      {"yaml text", CarrierKind::FrontMatter, "AIGC: '" + kBare + "'\n", "", "yaml-quoted"},
      {"yaml later", CarrierKind::PlainText, "# Title\n\nAIGC:\n" + yaml + "---\nbody", "",
       "yaml-block"},
      {"html", CarrierKind::HtmlMeta, kBare, "AIGC", "bare"},
      {"nested document", CarrierKind::PlainText,
       "{\"a\":[{\"frontmatter\":" + kWrapped + "}],\"z\":{}}", "", "wrapped"},
      {"bundle", CarrierKind::PlainText, "const d=JSON.parse(" + wire::quote_json(kWrapped) + ");",
       "", "string-in-string"},
      {"no key around", CarrierKind::Tag, "words " + kBare + " words", "comment", "bare"},
      {"keys of another order", CarrierKind::AigcKey,
       R"({"PropagateID":"id-1","ContentPropagator":"001191110102MAD55U9H0F10002","ProduceID":"id-1",)"
       R"("x":{"y":[1]},"ContentProducer":"001191110102MAD55U9H0F10002","Label":"1"})",
       "AIGC", "bare"},
  };
  for (const Shape& shape : shapes) {
    CAPTURE(shape.what);
    const auto found = read_label(shape.kind, shape.payload, shape.key);
    REQUIRE(found.size() == 1);
    const Evidence& label = found.front();
    CHECK(detail_of(label, "shape") == shape.shape);
    CHECK(label.integrity == Integrity::Unsigned);
    CHECK(label.standard == StandardId::Gb45438);
    CHECK(label.carrier == "test:place");
    REQUIRE(label.says);
    CHECK(label.says->origin == Origin::Generated);
    CHECK(label.says->producer == kCode);
    CHECK(label.says->produce_id == "id-1");
    CHECK(label.says->propagator == kCode);
    CHECK(label.says->propagate_id == "id-1");
    CHECK(detail_of(label, "raw").starts_with("{"));
  }
}

TEST_CASE("what is no label") {
  const char* texts[] = {
      "AIGC",
      "This picture is AIGC content, 人工智能生成",
      "{\"AIGC\":true}",
      "{\"AIGC\":\"yes\"}",
      "{\"AIGC\":{\"standard\":\"GB 45438-2025\",\"is_generated\":true}}",
      "AIGC = {\"standard\": \"GB 45438-2025\", \"is_generated\": True}",
      "{\"Label\":\"1\"}",
      "{\"label\":\"cat\",\"score\":0.9}",
      "{\"AIGC\":{\"label\":3}}",
      "{\"aigc_label_type\":0,\"source_info\":\"dreamina\"}",
      "{\"ContentProducer\":\"\",\"ProduceID\":\"\"}",
      "The keys are ContentProducer, ProduceID and Label.",
      "AIGC: true\n",
      "",
      "{",
      "\"",
      "[[[[",
  };
  for (const char* text : texts) {
    CAPTURE(text);
    for (const CarrierKind kind : {CarrierKind::PlainText, CarrierKind::Tag, CarrierKind::Xmp,
                                   CarrierKind::ExifComment, CarrierKind::FrontMatter}) {
      CHECK(read_label(kind, text).empty());
    }
  }
  CHECK(read_label(CarrierKind::AigcKey, "true").empty());
  CHECK(read_label(CarrierKind::AigcKey, "yes").empty());
  CHECK(read_label(CarrierKind::AigcKey, "").empty());
  CHECK(read_label(CarrierKind::C2paStore, kWrapped).empty());
}

TEST_CASE("a form with placeholders, quoted in running text, is no label") {
  const auto count = [](CarrierKind kind, const std::string& producer, const std::string& id) {
    return read_label(kind,
                      R"({"AIGC":{"Label":"1","ContentProducer":")" + producer +
                          R"(","ProduceID":")" + id + "\"}}",
                      "")
        .size();
  };
  for (const std::string form :
       {"value1", "xxx", "...", "\xE2\x80\xA6", "<code>", "${id}", "your-code", "string"}) {
    CAPTURE(form);
    CHECK(count(CarrierKind::PlainText, form, form) == 0);
    CHECK(count(CarrierKind::PlainText, std::string(kCode), form) == 1);
    CHECK(count(CarrierKind::PlainText, "a company", form) == 1);
    CHECK(count(CarrierKind::AigcKey, form, form) == 1);  // a place for labels: a wrong one
  }
  CHECK(count(CarrierKind::PlainText, "x", "1") == 1);
  CHECK(count(CarrierKind::PlainText, "", "") == 1);
}

TEST_CASE("Label 1, 2, 3 and everything else") {
  const auto origin = [](std::string_view value) {
    const auto found = read_label(CarrierKind::AigcKey, with(kBare, "\"1\"", value));
    return found.size() == 1 ? std::string(to_string(found[0].says->origin)) : "none";
  };
  CHECK(origin("\"1\"") == "generated");
  CHECK(origin("\"2\"") == "possible");
  CHECK(origin("\"3\"") == "suspected");
  CHECK(origin("1") == "generated");
  CHECK(origin("2") == "possible");
  CHECK(origin("\"0\"") == "suspected");
  CHECK(origin("\"AIGC\"") == "suspected");
  CHECK(origin("null") == "suspected");
  CHECK(origin("true") == "suspected");
  CHECK(origin("\"\"") == "suspected");
}

TEST_CASE("a damaged label is a label") {
  for (std::size_t size = 12; size < kBare.size(); ++size) {
    const auto found = read_label(CarrierKind::AigcKey, std::string_view(kBare).substr(0, size));
    CAPTURE(size);
    REQUIRE(found.size() == 1);
    CHECK(found[0].integrity == Integrity::Damaged);
    CHECK(conformity(found[0]) == Conformity::Damaged);
    CHECK(found[0].says->origin != Origin::None);
  }
  const auto junk = read_label(CarrierKind::AigcKey, "fTAvKTQybl5VAXRHHA8JCygHfFZTWGYC");
  REQUIRE(junk.size() == 1);
  CHECK(junk[0].says->origin == Origin::Suspected);
  CHECK(detail_of(junk[0], "damage") == "unreadable");
  const auto elided = read_label(CarrierKind::Tag, "AIGC={\"Label\":\"2\",\"ProduceID\":\"x\",…}");
  REQUIRE(elided.size() == 1);
  CHECK(elided[0].says->origin == Origin::Suspected);
  CHECK(detail_of(elided[0], "damage") == "elided");
}

TEST_CASE("misspelt and foreign keys") {
  const auto old = read_label(
      CarrierKind::AigcKey,
      R"({"Label":"1","ContentProducer":"p","ReserveCode1":"r","Propagator":"q","PropatorID":"i"})");
  REQUIRE(old.size() == 1);
  CHECK(old[0].says->reserved1 == "r");
  CHECK(old[0].says->propagator == "q");
  CHECK(old[0].says->propagate_id == "i");
  const auto both = read_label(CarrierKind::AigcKey,
                               R"({"Label":"1","Propagator":"old","ContentPropagator":"new"})");
  REQUIRE(both.size() == 1);
  CHECK(both[0].says->propagator == "new");
  const auto tencent =
      read_label(CarrierKind::ExifText, R"({"AIGC":{"ServiceProvider":"x","ContentId":"y"}})",
                 "ImageDescription");
  REQUIRE(tencent.size() == 1);
  CHECK(tencent[0].says->origin == Origin::Suspected);
  CHECK(detail_of(tencent[0], "shape") == "other-schema");
  const auto camel =
      read_label(CarrierKind::PlainText, R"({"aiGenTag":{"contentProducer":"p","produceID":"i"}})");
  REQUIRE(camel.size() == 1);
  CHECK(camel[0].says->producer == "p");
  CHECK(camel[0].says->origin == Origin::Suspected);
}

TEST_CASE("every label of a carrier is found") {
  CHECK(read_label(CarrierKind::PlainText, kWrapped + "\n" + kWrapped + "\n").size() == 2);
  CHECK(read_label(CarrierKind::AigcKey, "[" + kBare + "," + kBare + "]").size() == 2);
  CHECK(read_label(CarrierKind::PlainText,
                   "AIGC:\n  Label: \"1\"\n  ProduceID: a\n---\n\n---\nAIGC:\n"
                   "  Label: \"1\"\n  ProduceID: b\n---\n")
            .size() == 2);
}

TEST_CASE("hostile text gives an answer quickly") {
  const std::string large(4 << 20, 'x');
  std::string objects, strings, nested, names;
  for (int i = 0; i < 200'000; ++i) objects += "{\"AIGC\":";
  for (int i = 0; i < 100'000; ++i) strings += "{\"AIGC\":\"{\\\"AIGC\\\":";
  for (int i = 0; i < 20'000; ++i) nested += "&amp;quot;AIGC";
  for (int i = 0; i < 400'000; ++i) names += "{\"c";
  const std::string texts[] = {
      "AIGC" + large,
      "AIGC" + std::string(2 << 20, '{'),
      "AIGC" + std::string(2 << 20, '['),
      "AIGC{" + std::string(2 << 20, '"'),
      "AIGC{\"" + std::string(2 << 20, '\\'),
      "AIGC " + names,
      objects,
      strings,
      nested,
      "<a AIGC=\"" + nested,
      kBare + std::string(64 << 10, '\0'),
      with(kBare, "\"ReservedCode1\":\"\"",
           "\"ReservedCode1\":\"" + std::string(64 << 10, 'r') + "\""),
  };
  for (const std::string& text : texts) {
    for (const CarrierKind kind : {CarrierKind::PlainText, CarrierKind::AigcKey, CarrierKind::Xmp,
                                   CarrierKind::FrontMatter}) {
      const auto started = testing::ComputingClock::now();
      for (const Evidence& label : read_label(kind, text)) (void)kGb45438.lint(label);
      const auto took = testing::ComputingClock::now() - started;
      CAPTURE(text.substr(0, 24));
      CAPTURE(to_string(kind));
      CHECK(took < std::chrono::seconds(1));
    }
  }
}

TEST_CASE("mutated labels are read, judged and updated without a crash") {
  const char* set = std::getenv("COLOPHON_MUTATIONS");
  const int rounds = set != nullptr ? std::atoi(set) : 1000;
  const std::string seeds[] = {
      kBare, kWrapped, "AIGC=" + wire::quote_json(kWrapped),
      "AIGC:\n  Label: \"1\"\n  ProduceID: a\n",
      description(std::string(kTc260) + " TC260:AIGC=\"" + entities(kBare) + "\"")};
  Label wanted;
  wanted.origin = Origin::Generated;
  wanted.producer = "p";
  wanted.produce_id = "i";
  Random random(45438);
  for (const std::string& seed : seeds) {
    for (int round = 0; round < rounds; ++round) {
      const ByteBuffer bytes = mutate(as_bytes(seed), random);
      for (const CarrierKind kind : {CarrierKind::AigcKey, CarrierKind::PlainText, CarrierKind::Xmp,
                                     CarrierKind::FrontMatter, CarrierKind::ExifComment}) {
        Carrier carrier;
        carrier.kind = kind;
        for (const Evidence& label : kGb45438.read(carrier, bytes, Limits{})) {
          (void)kGb45438.lint(label);
        }
        (void)kGb45438.write(wanted, kind, bytes);
      }
    }
  }
}
