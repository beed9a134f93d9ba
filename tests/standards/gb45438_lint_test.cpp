// SPDX-License-Identifier: Apache-2.0
// The rules of annex E and of the practice guides, one by one (docs/gb45438.md).
#include <doctest/doctest.h>

#include "standards/gb45438_support.hpp"
#include "wire/json_text.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

Evidence label(std::string_view payload, CarrierKind kind = CarrierKind::AigcKey,
               std::string path = "test:place") {
  auto found = read_label(kind, payload, kind == CarrierKind::AigcKey ? "AIGC" : "", path);
  REQUIRE(found.size() == 1);
  return std::move(found.front());
}
std::string rules(std::string_view payload) {
  return rules_of(label(payload));
}
std::string without(std::string_view key) {
  const auto at = kBare.find("\"" + std::string(key) + "\"");
  auto end = kBare.find(',', at);
  if (end == std::string::npos) return kBare.substr(0, at - 1) + "}";
  return kBare.substr(0, at) + kBare.substr(end + 1);
}
std::string valued(std::string_view key, std::string_view value) {
  const std::string name = "\"" + std::string(key) + "\":";
  const auto at = kBare.find(name) + name.size();
  const auto end = kBare.find_first_of(",}", at);
  return kBare.substr(0, at) + std::string(value) + kBare.substr(end);
}
std::string placed(CarrierKind kind, const std::string& path, std::string_view payload = kBare) {
  const auto found = read_label(kind, payload, "AIGC", path);
  REQUIRE(found.size() == 1);
  return rules_of(found.front(), true);
}

}  // namespace

TEST_CASE("a whole label breaks no rule") {
  CHECK(rules(kBare).empty());
  CHECK(rules(kWrapped).empty());
  CHECK(rules(valued("ReservedCode1", "\"abc\"")).empty());
  CHECK(rules("\xEF\xBB\xBF" + kBare).empty());
  CHECK(conforming(label(kBare)));
}

TEST_CASE("E-3: Label") {
  CHECK(rules(valued("Label", "\"2\"")).empty());
  CHECK(rules(valued("Label", "\"3\"")).empty());
  CHECK(rules(valued("Label", "1")) == "E-3!");
  CHECK(rules(valued("Label", "\"4\"")) == "E-3!");
  CHECK(rules(valued("Label", "\"\"")) == "E-3!");
  CHECK(rules(valued("Label", "\"AIGC\"")) == "E-3!");
  CHECK(rules(valued("Label", "null")) == "E-3! E-3!");
  CHECK(rules(without("Label")) == "E-3!");
}

TEST_CASE("E-4 to E-7: each key missing, empty, of another type") {
  CHECK(rules(without("ContentProducer")) == "E-4!");
  CHECK(rules(without("ProduceID")) == "E-5!");
  CHECK(rules(without("ReservedCode1")) == "E-7?");
  CHECK(rules(without("ContentPropagator")) == "E-6!");
  CHECK(rules(without("PropagateID")) == "E-6!");
  CHECK(rules(without("ReservedCode2")) == "E-7?");
  CHECK(rules(valued("ContentProducer", "\"\"")) == "E-4!");
  CHECK(rules(valued("ProduceID", "\"\"")) == "E-5!");
  CHECK(rules(valued("ContentPropagator", "\"\"")) == "E-6?");
  CHECK(rules(valued("PropagateID", "\"\"")) == "E-6?");
  CHECK(rules(valued("ReservedCode1", "null")) == "E-7!");
  CHECK(rules(valued("ReservedCode2", "{}")) == "E-7!");
  CHECK(rules(valued("ProduceID", "7")) == "E-5!");
  CHECK(conforming(label(valued("PropagateID", "\"\""))));
  CHECK_FALSE(conforming(label(valued("ReservedCode1", "null"))));
}

TEST_CASE("E-5: identifiers that identify nothing") {
  CHECK(rules(valued("ProduceID", "\"00000000000000000000000000000000\"")) == "E-5!");
  CHECK(rules(valued("ProduceID", "\"00000000-0000-0000-0000-000000000000\"")) == "E-5!");
  CHECK(rules(valued("ProduceID", "\"%!s(MISSING)\"")) == "E-5!");
  CHECK(rules(valued("ProduceID", "\"Request(a=1)\"")) == "E-5!");
  CHECK(rules(valued("ProduceID", "\"undefined\"")) == "E-5!");
  CHECK(rules(valued("ProduceID", "\"0\"")).empty());
}

TEST_CASE("E-8: characters") {
  CHECK(rules(valued("ProduceID", "\"a b\"")) == "E-8?");
  CHECK(rules(valued("ProduceID", "\"图\"")) == "E-8?");
  CHECK(rules(valued("ProduceID", R"("a\\b")")) == "E-8?");
  CHECK(rules(valued("ProduceID", R"("a\"b")")) == "E-8?");
  CHECK(rules(valued("ReservedCode1", R"("a\"b")")).empty());
  CHECK(rules(valued("ProduceID", "\"!#$%&'()*+,-./:;<=>?@[]^_`{|}~\"")).empty());
}

TEST_CASE("E-1, E-2, E-11: names and form") {
  CHECK(rules(wire::quote_json(kBare)) == "E-2!");
  CHECK(rules("AIGC=" + kBare) == "E-2!");
  CHECK(rules(replaced_all(kBare, "\"", "&quot;")) == "E-2!");
  CHECK(rules(kBare.substr(0, 60)) == "E-2!");
  CHECK(rules(with(kBare, "{", "{\"Label\":\"1\",")) == "E-2!");
  CHECK(rules(with(kBare, "{", "{\"Extra\":\"1\",")) == "E-11?");
  CHECK(rules(with(kBare, "ReservedCode1", "ReserveCode1")) == "E-11!");
  CHECK(rules(with(kBare, "ReservedCode2\"", "ReservedCode2: \"")) == "E-11!");
  CHECK(rules(with(kBare, "ContentPropagator", "Propagator")) == "E-11!");
  CHECK(rules_of(label(kBare, CarrierKind::Tag)) == "E-1!");
  CHECK(rules_of(label(kBare, CarrierKind::PlainText)) == "E-1?");
  CHECK(rules_of(label("{\"aigc\":" + kBare + "}", CarrierKind::PlainText)) == "E-1?");
}

TEST_CASE("E-10 and codes") {
  CHECK(rules_of(label(valued("PropagateID", "\"other\"")), true) == "E-10.");
  const auto coded = [](std::string_view code) { return rules(replaced_all(kBare, kCode, code)); };
  CHECK(coded("001191110102MAD55U9H0E10002") == "C-3!");
  CHECK(coded("001191110102MAD55U9H0F1000") == "C-1!");
  CHECK(coded("001191110102MAD55U9H0F") == "C-1?");
  CHECK(coded("001191110102MAD55U9H0F70002") == "C-4?");
  CHECK(coded("doubao") == "E-4?");
}

TEST_CASE("S-1, S-4: reserved codes") {
  const auto reserved = [](const std::string& code) {
    return rules_of(label(valued("ReservedCode1", wire::quote_json(code))), true);
  };
  CHECK(reserved("9c546a2df206e4d4") == "S-4.");
  CHECK(reserved("{}") == "S-4.");
  CHECK(reserved("{\"a") == "S-1?");
  CHECK(reserved("{\"Type\":\"TC260PG\"}") == "S-1?");
}

TEST_CASE("S-1: security data") {
  const auto reserved = [](const std::string& code) {
    Evidence evidence = label(kBare);
    evidence.says->reserved1 = code;
    return rules_of(evidence, true);
  };
  CHECK(reserved(R"({"SecurityData":{"Type":"TC260PG","Version":1}})").empty());
  CHECK(reserved(R"({"SecurityData":{"Type":"-","Version":1}})") == "S-1?");
  CHECK(reserved(R"({"SecurityData":{"Type":"TC260PG"}})") == "S-1?");
}

TEST_CASE("P-*: places and forms") {
  CHECK(placed(CarrierKind::AigcKey, "mp4:moov.udta.meta.keys[AIGC]").empty());
  CHECK(placed(CarrierKind::AigcKey, "mp4:moov.udta.meta.keys[AIGC]", kWrapped) == "P-MP4.");
  CHECK(placed(CarrierKind::AigcKey, "mp4:moov.meta.keys[AIGC]") == "P-MP4.");
  CHECK(placed(CarrierKind::AigcKey, "mp4:moov.udta.meta.ilst[AIGC]") == "P-MP4?");
  CHECK(placed(CarrierKind::AigcKey, "mkv:Tags[AIGC]").empty());
  CHECK(placed(CarrierKind::Tag, "mkv:Tags[AIGC]") == "P-MKV?");
  CHECK(placed(CarrierKind::AigcKey, "flv:onMetaData[AIGC]").empty());
  CHECK(placed(CarrierKind::Tag, "avi:INFO[ICMT]") == "P-AVI?");
  CHECK(placed(CarrierKind::Tag, "wav:INFO[ICMT]") == "P-WAV?");
  CHECK(placed(CarrierKind::AigcKey, "mp3:ID3v2.TXXX[AIGC]").empty());
  CHECK(placed(CarrierKind::Tag, "mp3:ID3v2.COMM[AIGC]") == "P-MP3?");
  CHECK(placed(CarrierKind::AigcKey, "ogg:comment[AIGC]").empty());
  CHECK(placed(CarrierKind::Tag, "flac:ID3v2.TXXX[AIGC]") == "P-VC?");
  CHECK(placed(CarrierKind::AigcKey, "docx:docProps/custom.xml[AIGC]").empty());
  CHECK(placed(CarrierKind::Tag, "docx:docProps/core.xml[AIGC]") == "P-OOXML?");
  CHECK(placed(CarrierKind::AigcKey, "pdf:Info[AIGC]").empty());
  CHECK(placed(CarrierKind::AigcKey, "pdf:Info[AIGC]<dictionary>") == "P-PDF?");
  CHECK(placed(CarrierKind::AigcKey, "pdf:Catalog[AIGC]") == "P-PDF?");
  CHECK(placed(CarrierKind::TextChunk, "png:tEXt[AIGC]", kWrapped).empty());
  CHECK(placed(CarrierKind::TextChunk, "png:tEXt[AIGC]") == "P-EXIF?");
  CHECK(placed(CarrierKind::ExifText, "jpeg:APP1[exif].ImageDescription", kWrapped) == "P-EXIF?");
  CHECK(placed(CarrierKind::AppSegment, "jpeg:APP9", kWrapped) == "P-IMG?");
  using namespace std::string_view_literals;
  const std::string ascii("ASCII\0\0\0"sv);
  CHECK(placed(CarrierKind::ExifComment, "jpeg:APP1[exif].UserComment", ascii + kWrapped).empty());
  CHECK(placed(CarrierKind::ExifComment, "jpeg:APP1[exif].UserComment", kWrapped) == "P-EXIF?");
  CHECK(placed(CarrierKind::ExifComment, "jpeg:APP1[exif].UserComment", ascii + kBare) ==
        "P-EXIF?");
}

TEST_CASE("P-IMG: the namespace is exact") {
  const auto in_namespace = [](std::string_view uri) {
    return placed(CarrierKind::Xmp, "jpeg:APP1[xmp]",
                  xmp_with("<rdf:Description xmlns:t=\"" + std::string(uri) + "\"><t:AIGC>" +
                           kBare + "</t:AIGC></rdf:Description>"));
  };
  CHECK(in_namespace("http://www.tc260.org.cn/ns/AIGC/1.0/").empty());
  CHECK(in_namespace("http://www.tc260.org.cn/ns/AIGC/1.0") == "P-IMG!");
  CHECK(in_namespace("http://ns.adobe.com/AIGC/1.0/") == "P-IMG!");
}

TEST_CASE("P-MD: front matter") {
  CHECK(rules_of(label("AIGC: " + kBare + "\n", CarrierKind::FrontMatter, "markdown:front-matter"))
            .empty());
  CHECK(rules_of(label("AIGC: '" + kBare + "'\n", CarrierKind::FrontMatter,
                       "markdown:front-matter")) == "P-MD?");
  CHECK(rules_of(label("x\n\n" + kWrapped, CarrierKind::PlainText, "markdown:text")) == "P-MD?");
}

TEST_CASE("E-9: one label per file") {
  const Evidence a = label(kBare, CarrierKind::AigcKey, "x:a");
  const Evidence same = label(kWrapped, CarrierKind::AigcKey, "x:b");
  const Evidence other = label(valued("ProduceID", "\"id-2\""), CarrierKind::AigcKey, "x:c");
  const Evidence cut = label(kBare.substr(0, 78), CarrierKind::AigcKey, "x:d");
  const auto judged = [](std::vector<Evidence> labels) {
    std::string words;
    for (const Finding& finding : lint_file(labels)) {
      CHECK(finding.rule == "E-9");
      CHECK_FALSE(finding.message.zh.empty());
      words += finding.message.en.substr(0, finding.message.en.find(':')) + " ";
    }
    return words;
  };
  CHECK(judged({a}).empty());
  CHECK(judged({a, same}) == "duplicate ");
  CHECK(judged({a, other}) == "conflict ");
  CHECK(judged({a, cut}) == "duplicate ");
  CHECK(judged({a, same, other}) == "duplicate conflict ");
  CHECK(judged({a, same, same, same, other, other}) == "duplicate conflict ");
  CHECK(lint_file(std::vector<Evidence>{a, same, same, same})[0].count == 3);
  Evidence elsewhere = other;
  elsewhere.line = 2;
  CHECK(judged({a, elsewhere}).empty());
  Evidence iptc = other;
  iptc.standard = StandardId::Iptc;
  CHECK(judged({a, iptc}).empty());
}

TEST_CASE("every finding speaks both languages") {
  for (const std::string_view text :
       {"{\"aigc\":{\"Label\":7,\"ContentProducer\":\"\",\"x\":1}}", "AIGC={\"Label\":\"1\"",
        "{\"AIGC\":{\"ServiceProvider\":\"x\",\"ContentId\":\"y\"}}"}) {
    for (const Evidence& evidence : read_label(CarrierKind::Tag, text, "", "png:x")) {
      const auto findings = kGb45438.lint(evidence);
      CHECK_FALSE(findings.empty());
      for (const Finding& finding : findings) {
        CHECK_FALSE(finding.message.en.empty());
        CHECK_FALSE(finding.message.zh.empty());
      }
    }
  }
}
