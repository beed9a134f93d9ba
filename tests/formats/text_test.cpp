// SPDX-License-Identifier: Apache-2.0
// Markdown, JSON, JSON Lines, subtitles and plain text.
#include "formats/format.hpp"
#include "formats/text_regions.hpp"
#include "formats/texts.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing::texts;
using colophon::testing::edited;
using colophon::testing::payload_of;

namespace {

std::string set(std::string_view id, std::string_view text, CarrierKind kind,
                std::string_view value, std::optional<std::size_t> replaces = std::nullopt) {
  return to_string(edited(row(id), as_bytes(text), {kind, "", replaces, to_buffer(value)}));
}

ErrorCode refused(std::string_view id, std::string_view text, CarrierKind kind,
                  std::string_view value, const Limits& limits = {}) {
  MemorySource source(as_bytes(text));
  const auto layout = row(id).inspect(source, limits);
  REQUIRE(layout);
  const Edit edit{kind, "", std::nullopt, to_buffer(value)};
  const auto splice = plan_edits(row(id), source, *layout, {&edit, 1}, limits);
  REQUIRE_FALSE(splice);
  CHECK_FALSE(splice.error().message.empty());
  return splice.error().code;
}

std::vector<std::string> regions(std::string_view text) {
  std::vector<std::string> out;
  for (const TextRegion& region : find_label_regions(text, {0, text.size()}, 100)) {
    out.emplace_back(text.substr(region.where.offset, region.where.size));
  }
  return out;
}

using Strings = std::vector<std::string>;
constexpr auto kKey = CarrierKind::AigcKey;
constexpr auto kYaml = CarrierKind::FrontMatter;

}  // namespace

TEST_CASE("markdown: front matter is put at byte 0 and nothing else moves") {
  CHECK(set("markdown", "# T\n", kYaml, "AIGC: x\n") == "---\nAIGC: x\n---\n# T\n");
  CHECK(set("markdown", "# T\r\n", kYaml, "AIGC: x\n") == "---\r\nAIGC: x\r\n---\r\n# T\r\n");
  CHECK(set("markdown", "\xEF\xBB\xBF# T\n", kYaml, "AIGC: x\n") ==
        "\xEF\xBB\xBF---\nAIGC: x\n---\n# T\n");
  CHECK(set("markdown", "---\na: 1\n...\nbody", kYaml, "a: 1\nAIGC: x\n") ==
        "---\na: 1\nAIGC: x\n...\nbody");
  CHECK(set("markdown", "---\r\na: 1\r\n---\r\nb", kYaml, "a: 1\nAIGC: x\n") ==
        "---\r\na: 1\r\nAIGC: x\r\n---\r\nb");
  CHECK(set("markdown", "", kYaml, "AIGC: x\n") == "---\nAIGC: x\n---\n");
}

TEST_CASE("markdown: a label further down is evidence and is updated where it stands") {
  const std::string text = "# H\n\n---\nAIGC:\n  Label: '1'\n---\nbody\n";
  CHECK(carriers("markdown", text) ==
        Strings{"front-matter markdown:front-matter[2] AIGC:\n  Label: '1'\n"});
  CHECK(layout_of("markdown", text).oddities.at(0).rule == "front-matter-place");
  CHECK(set("markdown", text, kYaml, "AIGC: y\n") == "# H\n\n---\nAIGC: y\n---\nbody\n");
  // a block without a label is no place for one
  CHECK(set("markdown", "# H\n---\nNote: x\n---\n", kYaml, "AIGC: y\n") ==
        "---\nAIGC: y\n---\n# H\n---\nNote: x\n---\n");
}

TEST_CASE("markdown: what cannot be written safely is refused") {
  CHECK(refused("markdown", "+++\ntitle = 'x'\n+++\nb", kYaml, "AIGC: x\n") ==
        ErrorCode::Unsupported);
  CHECK(refused("markdown", "{\n\"title\": 1\n}\nb", kYaml, "AIGC: x\n") == ErrorCode::Unsupported);
  CHECK(refused("markdown", "---\nAIGC:\n  Label: '1", kYaml, "AIGC: x\n") == ErrorCode::Malformed);
  CHECK(refused("markdown", std::string("\xFF\xFE#\0", 4), kYaml, "AIGC: x\n") ==
        ErrorCode::Unsupported);
  CHECK(layout_of("markdown", "+++\nAIGC = {a = 1}\n+++\n").carriers.size() == 1);
}

TEST_CASE("markdown: cut front matter, comments, examples in code") {
  CHECK(carriers("markdown", "---\nAIGC:\n  Label: '1") ==
        Strings{"front-matter markdown:front-matter AIGC:\n  Label: '1"});
  CHECK(carriers("markdown", "x <!-- no --> <!-- AIGC{} --> <!-- AIGC cut") ==
        Strings{"plain-text markdown:comment[2]  AIGC{} ",
                "plain-text markdown:comment[3]  AIGC cut"});
  CHECK(carriers("markdown", "# doc\n```\n---\nAIGC: {}\n---\n```\n").empty());
  CHECK(carriers("markdown", "# doc\n```\n<!-- AIGC{} -->\n```\nor `<!-- AIGC{} -->`\n").empty());
  CHECK(carriers("markdown", "~~~\nx\n~~~\n<!-- AIGC{} -->").size() == 1);
}

TEST_CASE("markdown: a huge file is read at its head only") {
  Limits limits;
  limits.max_text = 4096;
  std::string text = "---\nAIGC: x\n---\n";
  text.append(10'000, 'x');
  MemorySource source(as_bytes(text));
  const auto layout = row("markdown").inspect(source, limits);
  REQUIRE(layout);
  CHECK(layout->carriers.size() == 1);
  CHECK(layout->oddities.at(0).rule == "text-cut");
  const Edit edit{kYaml, "", std::nullopt, to_buffer("AIGC: y\n")};
  CHECK(plan_edits(row("markdown"), source, *layout, {&edit, 1}, limits));
}

TEST_CASE("json: label members, strings that hold labels, bare labels") {
  CHECK(carriers("json",
                 R"({"aigc":{"a":1},"x":[{"AIGC":"{\"b\":2}"}],"aigc_type":1,"AIGC":null})") ==
        Strings{R"(aigc-key json:$.aigc {"a":1})", R"(aigc-key json:$.x[0].AIGC {"b":2})",
                "tag json:$.aigc_type 1", "aigc-key json:$.AIGC null"});
  CHECK(carriers("json", R"({"UserComment":"ASCII AIGC{\"Label\":\"1\"}"})") ==
        Strings{R"(tag json:$.UserComment ASCII AIGC{"Label":"1"})"});
  CHECK(carriers("json", R"({"Label":"1","ContentProducer":"p"})") ==
        Strings{R"(plain-text json:$ {"Label":"1","ContentProducer":"p"})"});
  CHECK(carriers("json", R"({"k":"v"})").empty());
}

TEST_CASE("json: a member is written as an object, beside private ones, or refused") {
  CHECK(set("json", R"({"aigc_type": 1})", kKey, "{}") == R"({"aigc_type": 1, "AIGC": {}})");
  CHECK(set("json", "\xEF\xBB\xBF{\"AIGC\": \"{\\\"a\\\":1}\"}", kKey, "{}") ==
        "\xEF\xBB\xBF{\"AIGC\": {}}");
  CHECK(set("json", R"({"AIGC":null})", kKey, "{}") == R"({"AIGC":{}})");
  CHECK(set("json", R"({"ProduceID":"p","data":[1]})", kKey, "{}") ==
        R"({"ProduceID":"p","data":[1],"AIGC":{}})");
  CHECK(refused("json", "[1]", kKey, "{}") == ErrorCode::Unsupported);
  CHECK(refused("json", "{}", kKey, "no json") == ErrorCode::Usage);
  CHECK(refused("json", "{\"a\":", kKey, "{}") == ErrorCode::Malformed);
}

TEST_CASE("json: a cut document keeps its label and says where it broke") {
  const Layout layout = layout_of("json", R"({"AIGC":{"Label":"1","Prod)");
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::Truncated);
  CHECK(layout.carriers.at(0).payload == Range{8, 18});
  CHECK(layout_of("json", "{\"AIGC\":1} x").damage->code == ErrorCode::Malformed);
}

TEST_CASE("jsonl: every object record gets the label, other records' own labels stay") {
  CHECK(set("jsonl", "{\"a\":1}\r\n\r\n[2]\r\n{ }", kKey, "{}") ==
        "{\"a\":1,\"AIGC\":{}}\r\n\r\n[2]\r\n{\"AIGC\":{} }");
  CHECK(set("jsonl", "{\"AIGC\":{\"x\":1}}\n{\"AIGC\":{\"y\":1}}\n{\"AIGC\":{\"x\":1}}\n{}\n", kKey,
            "{}") == "{\"AIGC\":{}}\n{\"AIGC\":{\"y\":1}}\n{\"AIGC\":{}}\n{\"AIGC\":{}}\n");
  CHECK(set("jsonl", "{\"AIGC\":\"x\"}\n{\"AIGC\":{\"y\":1}}\n", kKey, "{}", 1) ==
        "{\"AIGC\":\"x\"}\n{\"AIGC\":{}}\n");
  CHECK(set("jsonl", "{\"AIGC\":\"x\"}\n{}\n", kKey, "{}", 0) == "{\"AIGC\":{}}\n{}\n");
  CHECK(set("jsonl", "{}\n", kKey, "{\n}") == "{\"AIGC\":{ }}\n");
  CHECK(carriers("jsonl", "{}\n\n{\"a\":{\"AIGC\":{}}}\n{\"ProduceID\":\"x\"}") ==
        Strings{"aigc-key jsonl:$[1].a.AIGC {}", "plain-text jsonl:$[2] {\"ProduceID\":\"x\"}"});
  CHECK(refused("jsonl", "[1]\n2\n", kKey, "{}") == ErrorCode::Unsupported);
  CHECK(refused("jsonl", "{}\n{\n", kKey, "{}") == ErrorCode::Malformed);
  CHECK(layout_of("jsonl", "{}\n{\n{\"AIGC\":1}").damage->offset == 4);
}

TEST_CASE("jsonl: many records in bounded memory, with a clear error at the cap") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "{\"text\":\"some words of a data set\"}\n";
  MemorySource source(as_bytes(text));
  Limits limits;
  const auto layout = row("jsonl").inspect(source, limits);
  REQUIRE(layout);
  CHECK_FALSE(layout->damage);
  const Edit edit{kKey, "", std::nullopt, to_buffer("{\"Label\":\"1\"}")};
  const auto splice = plan_edits(row("jsonl"), source, *layout, {&edit, 1}, limits);
  REQUIRE(splice);
  const ByteBuffer out = testing::apply(as_bytes(text), *splice);
  CHECK(out.size() ==
        text.size() + 100'000 * std::string_view(",\"AIGC\":{\"Label\":\"1\"}").size());
  limits.max_memory = 1 << 20;
  CHECK(refused("jsonl", text, kKey, "{}", limits) == ErrorCode::LimitExceeded);
  const std::string long_line = std::string("{\"a\":\"").append(3 << 20, 'x').append("\"}\n{}");
  CHECK_FALSE(layout_of("jsonl", long_line).damage);
  limits.max_text = 2 << 20;
  MemorySource long_source(as_bytes(long_line));
  CHECK(row("jsonl").inspect(long_source, limits)->damage->code == ErrorCode::LimitExceeded);
}

TEST_CASE("text: the shapes in which labels are quoted") {
  CHECK(regions("  AIGC            : {\"a\":\"}\"} tail\n") ==
        Strings{"  AIGC            : {\"a\":\"}\"}"});
  CHECK(regions("x {\"AIGC\":{\"a\":1},\"b\":2} y") == Strings{"x {\"AIGC\":{\"a\":1},\"b\":2}"});
  CHECK(regions("s = \"{\\\"AIGC\\\":{\\\"Label\\\":\\\"1\\\"}}\"") ==
        Strings{"s = \"{\\\"AIGC\\\":{\\\"Label\\\":\\\"1\\\"}}"});
  CHECK(regions("{&quot;AIGC&quot;:{&quot;a&quot;:1}} z") ==
        Strings{"{&quot;AIGC&quot;:{&quot;a&quot;:1}}"});
  CHECK(regions("AIGC={\"a\": \"cut\nnext {x}") == Strings{"AIGC={\"a\": \"cut"});
  CHECK(regions("a\nTAG:AIGC=bGFiZWw=\nb") == Strings{"TAG:AIGC=bGFiZWw="});
  CHECK(regions("q\nAIGC:\n  Label: '1'\n  P: x\nz: 1\n") ==
        Strings{"AIGC:\n  Label: '1'\n  P: x"});
  CHECK(regions("<p a='1'><meta name=\"AIGC\" content='{}'> z") ==
        Strings{"<meta name=\"AIGC\" content='{}'>"});
  CHECK(regions("<TC260:AIGC>{}</TC260:AIGC>") == Strings{"<TC260:AIGC>{}</TC260:AIGC>"});
  CHECK(regions("<d:D dc:Label=\"1\" dc:ContentProducer=\"p\"/>") ==
        Strings{"<d:D dc:Label=\"1\" dc:ContentProducer=\"p\"/>"});
  CHECK(regions("z\n\nLabel: 1\nContentProducer: p\n\nz") ==
        Strings{"Label: 1\nContentProducer: p"});
  CHECK(regions("AIGC 是人工智能生成内容。about aigc, AIGC-based <b>AIGC</b> tools").empty());
  CHECK(regions("a <x:xmpmeta><rdf:RDF/></x:xmpmeta> b <rdf:RDF>cut") ==
        Strings{"<x:xmpmeta><rdf:RDF/></x:xmpmeta>", "<rdf:RDF>cut"});
}

TEST_CASE("text: UTF-16 is read, with the decoded stretch as value") {
  std::string text("\xFE\xFF", 2);
  for (const char c : std::string_view("AIGC{\"Label\":\"1\"}")) text.append(1, '\0').append(1, c);
  CHECK(carriers("text", text) == Strings{"plain-text text:line[1] AIGC{\"Label\":\"1\"}"});
  const Format* found = [&] {
    MemorySource source(as_bytes(text));
    return detect(source, "a.txt");
  }();
  REQUIRE(found != nullptr);
  CHECK(found->id == "text");
}

TEST_CASE("text: front matter behind a heading, line numbers, bytes that are no UTF-8") {
  CHECK(carriers("text", "# H\n\n---\nAIGC: x\n---\n\xC9\xFA AIGC{\"a\":\"\xB3\xC9\"}\n") ==
        Strings{"front-matter text:front-matter[3] AIGC: x\n",
                "plain-text text:line[6] \xEF\xBF\xBD\xEF\xBF\xBD "
                "AIGC{\"a\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"}"});
}

TEST_CASE("text: hostile repetition stays cheap") {
  for (const std::string_view unit :
       {"AIGC", "AIGC{", "{\"AIGC{\"\n", "<a AIGC=", "ContentProducer:", "{ContentProducer:",
        "<x:RDF>", "<a ", "AIGC:\n ", "\nAIGC=x", "---\na: AIGC\n", "<!--AIGC",
        "ContentProducer:\n\n", "}ContentProducer=", "<AIGC>", "XmpKvBase64"}) {
    std::string text;
    while (text.size() < (1 << 20)) text += unit;
    CAPTURE(unit);
    for (const std::string_view id :
         {"text", "subtitle", "markdown", "html", "svg", "json", "jsonl"}) {
      const auto started = testing::ComputingClock::now();
      CHECK(layout_of(id, text).carriers.size() <= Limits{}.max_carriers);
      const auto took = testing::ComputingClock::now() - started;
      CHECK_MESSAGE(took < std::chrono::seconds(1), id);
    }
  }
}
