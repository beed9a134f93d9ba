// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "standards/details.hpp"
#include "standards/standards.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

constexpr std::string_view kTrained = "https://schema.org/TrainedAlgorithmicMediaDigitalSource";
constexpr std::string_view kComposite =
    "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource";

std::vector<Evidence> read(std::string_view text, CarrierKind kind = CarrierKind::JsonLd,
                           std::string key = {}) {
  Carrier carrier;
  carrier.kind = kind;
  carrier.key = std::move(key);
  carrier.path = "html:script[application/ld+json]";
  return kSchemaOrg.read(carrier, as_bytes(text), Limits{});
}
Evidence only(std::string_view text) {
  const auto all = read(text);
  REQUIRE(all.size() == 1);
  return all[0];
}
Evidence typed(std::string_view value) {
  return only(fmt::format(R"({{"@type":"WebPage","digitalSourceType":"{}"}})", value));
}
std::string rules(const Evidence& evidence) {
  std::string out;
  for (const Finding& finding : kSchemaOrg.lint(evidence)) {
    CHECK_FALSE(finding.message.zh.empty());
    out += finding.rule + " ";
  }
  return out;
}

std::string written(std::string_view old, Origin origin = Origin::Generated) {
  Label label;
  label.origin = origin;
  const auto out = kSchemaOrg.write(label, CarrierKind::JsonLd, as_bytes(old));
  REQUIRE_MESSAGE(out, (out ? "" : out.error().message));
  CHECK(nlohmann::json::accept(as_text(*out)));
  const auto again = kSchemaOrg.write(label, CarrierKind::JsonLd, *out);
  REQUIRE(again);
  CHECK(*again == *out);
  Origin strongest = Origin::None;
  for (const Evidence& evidence : read(as_text(*out))) {
    if (evidence.says) strongest = std::max(strongest, evidence.says->origin);
  }
  CHECK(strongest >= origin);
  return to_string(*out);
}

}  // namespace

TEST_CASE("schema.org source types are found anywhere in JSON-LD") {
  for (const std::string_view text :
       {R"({"digitalSourceType":"%"})", R"([{"a":1},{"digitalSourceType":"%"}])",
        R"({"@graph":[{"@type":"WebPage","digitalSourceType":{"@id":"%"}}]})",
        R"({"@type":"Article","image":{"@type":"ImageObject","digitalSourceType":"%"}})",
        R"({"schema:digitalSourceType":{"@value":"%"}})",
        R"({"https://schema.org/digitalSourceType":["x","%"]})"}) {
    std::string filled(text);
    filled.replace(filled.find('%'), 1, kTrained);
    CAPTURE(filled);
    const Evidence evidence = only(filled);
    REQUIRE(evidence.says);
    CHECK(evidence.says->origin == Origin::Generated);
    CHECK(detail_of(evidence, "term") == "trainedAlgorithmicMedia");
  }
  CHECK(detail_of(typed(kTrained), "type") == "WebPage");
}

TEST_CASE("schema.org values in every spelling, with findings") {
  CHECK(rules(typed(kTrained)).empty());
  CHECK(rules(typed("http://schema.org/CompositeSyntheticDigitalSource")).empty());
  CHECK(rules(typed("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"))
            .empty());
  CHECK(typed("TrainedAlgorithmicMediaDigitalSource").says->origin == Origin::Generated);
  CHECK(rules(typed("TrainedAlgorithmicMediaDigitalSource")) == "S-3 ");
  CHECK(rules(typed("trainedAlgorithmicMedia")) == "S-3 ");
  CHECK(rules(typed("https://schema.org/DigitalArtDigitalSource")) == "S-4 ");
  CHECK(rules(typed("robots")) == "S-2 ");
  CHECK(typed("robots").says->origin == Origin::None);
  CHECK(typed("https://schema.org/DigitalCaptureDigitalSource").says->origin == Origin::None);
}

TEST_CASE("no schema.org evidence without the property; aiDisclosure alone says nothing") {
  for (const std::string_view text :
       {"", "{}", R"({"@type":"WebPage"})", R"({"text":"about digitalSourceType"})", "not JSON",
        R"({"digitalSourceType":""})", R"({"digitalSourceType":7})"}) {
    CAPTURE(text);
    CHECK(read(text).empty());
  }
  const Evidence proposal = only(R"({"aiDisclosure":"ai-assisted"})");
  CHECK_FALSE(proposal.says);
  CHECK(detail_of(proposal, "aiDisclosure") == "ai-assisted");
}

TEST_CASE("broken JSON-LD is a damaged label") {
  const Evidence evidence =
      only(fmt::format(R"({{"@type":"WebPage","digitalSourceType":"{}",}})", kTrained));
  CHECK(evidence.integrity == Integrity::Damaged);
  CHECK(evidence.says->origin == Origin::Generated);
  REQUIRE(evidence.findings.size() == 1);
  CHECK(evidence.findings[0].rule == "S-1");
}

TEST_CASE("schema.org in microdata") {
  const auto all = read(kTrained, CarrierKind::Microdata, "digitalSourceType");
  REQUIRE(all.size() == 1);
  CHECK(all[0].says->origin == Origin::Generated);
  CHECK(read(kTrained, CarrierKind::Microdata, "name").empty());
  CHECK(read(kTrained, CarrierKind::HtmlMeta, "digitalSourceType").empty());
}

TEST_CASE("writing JSON-LD: new, merged, replaced, kept") {
  CHECK(written("") == fmt::format(R"({{"@context":"https://schema.org","@type":"CreativeWork",)"
                                   R"("digitalSourceType":"{}"}})",
                                   kTrained));
  CHECK(written("{\n  \"@context\": \"https://schema.org\",\n  \"@type\": \"Article\"\n}\n") ==
        fmt::format("{{\n  \"@context\": \"https://schema.org\",\n  \"@type\": \"Article\",\n  "
                    "\"digitalSourceType\": \"{}\"\n}}\n",
                    kTrained));
  CHECK(written(R"({"@type":"WebPage","digitalSourceType":"x","z":1})", Origin::Edited) ==
        fmt::format(R"({{"@type":"WebPage","digitalSourceType":"{}","z":1}})", kComposite));
  const std::string kept = R"({"@type":"WebPage","digitalSourceType":"compositeSynthetic"})";
  CHECK(written(kept, Origin::Edited) == kept);
  CHECK(written(R"({"@context":{"s":"http://schema.org/"},"@type":"http://schema.org/WebPage"})")
            .find("\"http://schema.org/digitalSourceType\"") != std::string::npos);
}

TEST_CASE("writing JSON-LD never speaks of something else than the page") {
  const std::string site = R"({"@context":"https://schema.org","@type":"WebSite","name":"n"})";
  const std::string out = written(site);
  CHECK(out.starts_with("[" + site + ","));
  const std::string graph = written(
      R"({"@context":"https://schema.org","@graph":[{"@type":"Organization"},{"@type":["WebPage","X"]}]})");
  CHECK(graph.find(fmt::format(R"({{"@type":["WebPage","X"],"digitalSourceType":"{}"}})",
                               kTrained)) != std::string::npos);
  CHECK(written(R"([{"@type":"Person"}])").starts_with(R"([{"@type":"Person"},{)"));
  CHECK(written("[]").starts_with("[{"));
  CHECK(written("{}").starts_with("[{},"));
}

TEST_CASE("writing JSON-LD refuses what it cannot do") {
  Label label;
  label.origin = Origin::Generated;
  const auto code = [&](CarrierKind kind, std::string_view old) {
    return kSchemaOrg.write(label, kind, as_bytes(old)).error().code;
  };
  CHECK(code(CarrierKind::JsonLd, "{broken") != ErrorCode::Unsupported);
  CHECK(code(CarrierKind::Microdata, "") == ErrorCode::Unsupported);
  label.origin = Origin::NotGenerated;
  CHECK(code(CarrierKind::JsonLd, "") == ErrorCode::Unsupported);
}

TEST_CASE("hostile JSON-LD gives a clean answer") {
  const auto started = testing::ComputingClock::now();
  std::string wide = "[";
  for (int i = 0; i < 20000; ++i) wide += "{\"digitalSourceType\":\"print\"},";
  CHECK(read(wide + "{}]").size() == 64);
  CHECK(read(std::string(100000, '[') + "digitalSourceType").empty());
  testing::Random random(9);
  const std::string base =
      fmt::format(R"({{"@graph":[{{"@type":"WebPage","digitalSourceType":"{}"}}]}})", kTrained);
  Label label;
  label.origin = Origin::Edited;
  for (int round = 0; round < 2000; ++round) {
    const ByteBuffer bytes = testing::mutate(as_bytes(base), random);
    (void)read(as_text(bytes));
    (void)kSchemaOrg.write(label, CarrierKind::JsonLd, bytes);
  }
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(2));
}
