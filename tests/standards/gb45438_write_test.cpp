// SPDX-License-Identifier: Apache-2.0
// Writing touches what was asked for and nothing else.
#include <doctest/doctest.h>

#include "standards/gb45438_support.hpp"
#include "standards/merge.hpp"
#include "wire/json_text.hpp"
#include "wire/xml.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

Label first() {
  Label label;
  label.origin = Origin::Generated;
  label.producer = kCode;
  label.produce_id = "id-1";
  return label;
}

std::string written(const Label& label, CarrierKind kind, std::string_view old = {}) {
  const auto result = kGb45438.write(label, kind, as_bytes(old));
  return result ? to_string(Bytes(*result))
                : "error " + std::string(to_string(result.error().code));
}

/// What a platform makes of the one label in `old`.
std::string spread(CarrierKind kind, const std::string& old) {
  const auto found = read_label(kind, old, "AIGC");
  if (found.size() != 1) return "not found";
  Label wanted;
  wanted.propagator = "Q";
  wanted.propagate_id = "9";
  return written(merge(*found[0].says, wanted, Role::Platform, false).value(), kind, old);
}

/// `text` with the propagation half of kBare exchanged; quotes as `quote`.
std::string expected(std::string text, const std::string& quote = "\"") {
  const std::string q = quote;
  text = with(text, "ContentPropagator" + q + ":" + q + std::string(kCode),
              "ContentPropagator" + q + ":" + q + "Q");
  return with(text, "PropagateID" + q + ":" + q + "id-1", "PropagateID" + q + ":" + q + "9");
}

}  // namespace

TEST_CASE("a first label has seven keys in order and repeats the production half") {
  using namespace std::string_view_literals;
  CHECK(written(first(), CarrierKind::AigcKey) == kBare);
  CHECK(written(first(), CarrierKind::HtmlMeta) == kBare);
  CHECK(written(first(), CarrierKind::ExifComment) == std::string("ASCII\0\0\0"sv) + kWrapped);
  CHECK(written(first(), CarrierKind::Sidecar) == kWrapped);
  CHECK(written(first(), CarrierKind::Sidecar, "{\"sha256\":\"x\"}") ==
        "{\"AIGC\":" + kBare + ",\"sha256\":\"x\"}");
  CHECK(written(first(), CarrierKind::PlainText) == "error unsupported");
  CHECK(written(first(), CarrierKind::AppSegment) == "error unsupported");
}

TEST_CASE("what is written reads back, conforms, and is not written again") {
  Label label = first();
  label.reserved1 = R"({"SecurityData":{"Type":"TC260PG","Version":1}})";
  for (const CarrierKind kind :
       {CarrierKind::AigcKey, CarrierKind::Xmp, CarrierKind::ExifComment, CarrierKind::ExifText,
        CarrierKind::TextChunk, CarrierKind::FrontMatter, CarrierKind::HtmlMeta, CarrierKind::Tag,
        CarrierKind::Sidecar}) {
    CAPTURE(to_string(kind));
    const std::string once = written(label, kind);
    const auto found = read_label(kind, once, "AIGC");
    REQUIRE(found.size() == 1);
    CHECK(rules_of(found[0]).empty());
    CHECK(found[0].says->produce_id == "id-1");
    CHECK(found[0].says->propagate_id == "id-1");
    CHECK(found[0].says->reserved1 == label.reserved1);
    CHECK(written(*found[0].says, kind, once) == once);
  }
}

TEST_CASE("a platform changes its half byte for byte, in every shape") {
  const std::string spaced =
      replaced_all(replaced_all(kBare, "\":\"", "\" : \""), ",\"", ",\n\t\"");
  const std::string extra = with(kBare, "{", "{ \"x\" : [1, 2],");
  const std::string reference = wire::escape_xml_attribute(kBare);
  CHECK(spread(CarrierKind::AigcKey, kBare) == expected(kBare));
  CHECK(spread(CarrierKind::AigcKey, extra) == expected(extra));
  CHECK(spread(CarrierKind::AigcKey, " " + kWrapped + "\n") == " " + expected(kWrapped) + "\n");
  CHECK(spread(CarrierKind::AigcKey, spaced) ==
        with(with(spaced, "ContentPropagator\" : \"" + std::string(kCode),
                  "ContentPropagator\" : \"Q"),
             "PropagateID\" : \"id-1", "PropagateID\" : \"9"));
  CHECK(spread(CarrierKind::Tag, "note AIGC=" + kBare + " end") ==
        "note AIGC=" + expected(kBare) + " end");
  CHECK(spread(CarrierKind::AppSegment, "AIGC" + kBare) == "AIGC" + expected(kBare));
  CHECK(spread(CarrierKind::AigcKey, wire::quote_json(kBare)) == wire::quote_json(expected(kBare)));
  CHECK(spread(CarrierKind::AigcKey, reference) == expected(reference, "&quot;"));
  for (const std::string& open : {std::string("<t:AIGC>"), std::string("<t:AIGC><![CDATA[")}) {
    const bool cdata = open.size() > 10;
    const auto packet = [&](const std::string& value) {
      return xmp_with(
          "<rdf:Description xmlns:t=\"http://www.tc260.org.cn/ns/AIGC/1.0/\" dc:x='1'>" + value +
          "</rdf:Description>");
    };
    const std::string old = packet(open + kBare + (cdata ? "]]>" : "") + "</t:AIGC>");
    const std::string out = spread(CarrierKind::Xmp, old);
    if (!cdata) CHECK(out == packet(open + expected(kBare) + "</t:AIGC>"));
    const auto found = read_label(CarrierKind::Xmp, out);
    REQUIRE(found.size() == 1);
    CHECK(found[0].says->propagator == "Q");
    CHECK(found[0].says->producer == kCode);
  }
}

TEST_CASE("per-field attributes and YAML are changed where they stand") {
  const auto packet = [](const std::string& attributes) {
    return xmp_with(
        "<rdf:Description xmlns:dc=\"d\" dc:Label=\"1\" dc:ContentProducer=\"p\" "
        "dc:ProduceID='i'" +
        attributes + "/>");
  };
  CHECK(spread(CarrierKind::Xmp, packet(" dc:ContentPropagator=\"p\" dc:PropagateID=\"i\"")) ==
        packet(" dc:ContentPropagator=\"Q\" dc:PropagateID=\"9\""));
  CHECK(spread(CarrierKind::Xmp, packet("")) ==
        packet(" dc:ContentPropagator=\"Q\" dc:PropagateID=\"9\""));
  const std::string yaml =
      "title: x # y\nAIGC:\n    Label: '1'\n    ContentProducer: p\n    ProduceID: 1e5\n"
      "    ContentPropagator: 'p'\n    PropagateID: \"a\"\ntags: []\n";
  CHECK(spread(CarrierKind::FrontMatter, yaml) ==
        with(with(yaml, "ContentPropagator: 'p'", "ContentPropagator: 'Q'"), "PropagateID: \"a\"",
             "PropagateID: \"9\""));
  CHECK(spread(CarrierKind::PlainText,
               "words\nAIGC: {\"Label\":\"1\",\"ProduceID\":\"a\","
               "\"ContentPropagator\":\"b\",\"PropagateID\":\"c\"}\nmore") ==
        "words\nAIGC: {\"Label\":\"1\",\"ProduceID\":\"a\","
        "\"ContentPropagator\":\"Q\",\"PropagateID\":\"9\"}\nmore");
}

TEST_CASE("missing keys are added in the style of the label; misspelt ones stay") {
  CHECK(spread(CarrierKind::AigcKey, R"({"Label": "1", "ContentProducer": "p"})") ==
        R"({"Label": "1", "ContentProducer": "p", "ContentPropagator": "Q", "PropagateID": "9"})");
  CHECK(spread(CarrierKind::AigcKey, R"({"AIGC":{"ContentProducer":"p"}})") ==
        R"({"AIGC":{"ContentProducer":"p","ContentPropagator":"Q","PropagateID":"9"}})");
  CHECK(spread(CarrierKind::AigcKey,
               R"({"Label":"AIGC","ContentProducer":"名 字","Propagator":"o"})") ==
        R"({"Label":"AIGC","ContentProducer":"名 字","Propagator":"o","ContentPropagator":"Q",)"
        R"("PropagateID":"9"})");
  CHECK(
      spread(
          CarrierKind::AigcKey,
          R"({"ContentProducer":"p","PropagateID":"1","PropagateID":"2","ContentPropagator":"Q"})") ==
      R"({"ContentProducer":"p","PropagateID":"9","PropagateID":"9","ContentPropagator":"Q"})");
}

TEST_CASE("ids and codes outside annex E j) are refused, and only where we put them in") {
  for (const std::string_view bad : {"a b", "a\"b", "a\\b", "图", "a\nb", "\x7F"}) {
    CAPTURE(bad);
    Label label = first();
    label.produce_id = bad;
    const auto result = kGb45438.write(label, CarrierKind::AigcKey, {});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::Usage);
    CHECK(result.error().where == "ProduceID");
  }
  Label label = first();
  label.produce_id = "图";
  CHECK(kGb45438.write(label, CarrierKind::AigcKey, {}).error().message.find("图") !=
        std::string::npos);
  label = first();
  label.origin = Origin::NotGenerated;
  CHECK(written(label, CarrierKind::AigcKey) == "error usage");
}

TEST_CASE("a broken label is replaced, other people's words are not") {
  CHECK(written(first(), CarrierKind::AigcKey, kBare.substr(0, 50)) == kBare);
  CHECK(written(first(), CarrierKind::AigcKey, "fTAvKTQybl5VAXRHHA8JCygHfFZTWGYC") == kBare);
  CHECK(written(first(), CarrierKind::ExifComment, "my holiday") == "error refused");
  CHECK(written(first(), CarrierKind::Tag, "a comment") == "error refused");
  const std::string packet =
      xmp_with("<rdf:Description xmlns:dc=\"d\" dc:source=\"mine\"></rdf:Description>");
  const std::string out = written(first(), CarrierKind::Xmp, packet);
  CHECK(out.find("dc:source=\"mine\"") != std::string::npos);
  CHECK(read_label(CarrierKind::Xmp, out).size() == 1);
}
