// SPDX-License-Identifier: Apache-2.0
// HTML and HTTP disclosure.
#include <doctest/doctest.h>

#include "standards/details.hpp"
#include "standards/html_disclosure.hpp"
#include "standards/http_disclosure.hpp"
#include "standards/standards.hpp"

using namespace colophon;

namespace {

std::vector<Evidence> read(CarrierKind kind, std::string key, std::string_view value) {
  Carrier carrier;
  carrier.kind = kind;
  carrier.key = std::move(key);
  carrier.path = "html:meta[ai-disclosure]";
  return kHtmlDisclosure.read(carrier, as_bytes(value), Limits{});
}
Evidence meta(std::string_view value) {
  const auto all = read(CarrierKind::HtmlMeta, "ai-disclosure", value);
  REQUIRE(all.size() == 1);
  return all[0];
}
Evidence attribute(std::string_view value, std::string key = "ai-disclosure") {
  const auto all = read(CarrierKind::HtmlAttribute, std::move(key), value);
  REQUIRE(all.size() == 1);
  return all[0];
}

std::string rules(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    CHECK_FALSE(finding.message.zh.empty());
    out += finding.rule + " ";
  }
  return out;
}
std::string rules(const Evidence& evidence) {
  return rules(kHtmlDisclosure.lint(evidence));
}

Evidence http(std::string_view value) {
  return read_http_field("ai-disclosure", value).value();
}

}  // namespace

TEST_CASE("HTML disclosure values") {
  CHECK(meta("ai-autonomous").says->origin == Origin::Generated);
  CHECK(meta("ai-assisted").says->origin == Origin::Edited);
  CHECK(meta("AI-Assisted").says->origin == Origin::Edited);
  CHECK(meta("human-only").says->origin == Origin::None);
  CHECK(rules(meta("human-only")).empty());
  for (const auto& [word, origin] :
       {std::pair{"none", Origin::None}, std::pair{"ai-generated", Origin::Generated},
        std::pair{"autonomous", Origin::Generated}, std::pair{"mixed", Origin::Edited}}) {
    CHECK(meta(word).says->origin == origin);
    CHECK(rules(meta(word)) == "H-2 ");
  }
}

TEST_CASE("an invalid HTML disclosure is as if absent, with a finding") {
  for (const std::string_view value : {"", "yes", "ai-generated; required=yes", "digitalCapture"}) {
    CHECK_FALSE(meta(value).says);
    CHECK(rules(meta(value)) == "H-1 ");
  }
  CHECK_FALSE(attribute("mixed").says);
  CHECK(rules(attribute("mixed")) == "H-2 H-3 ");
  CHECK(meta(" ai-assisted").says->origin == Origin::Edited);
  CHECK(rules(meta(" ai-assisted")) == "H-1 ");
}

TEST_CASE("HTML disclosure attributes, old spellings, model and provider") {
  CHECK(attribute("ai-assisted").says->origin == Origin::Edited);
  CHECK(detail_of(attribute("ai-assisted"), "scope") == "element");
  CHECK(attribute("ai-assisted", "aidisclosure").says->origin == Origin::Edited);
  CHECK(rules(attribute("ai-assisted", "aidisclosure")) == "H-5 ");
  CHECK(rules(attribute("ai-assisted", "data-ai-disclosure")) == "H-5 ");
  CHECK(detail_of(attribute("gpt", "ai-model"), "model") == "gpt");
  CHECK(detail_of(attribute("gpt", "aimodel"), "model") == "gpt");
  CHECK(detail_of(attribute("Org", "AI-Provider"), "provider") == "Org");
  CHECK_FALSE(attribute("gpt", "ai-model").says);
  CHECK(read(CarrierKind::HtmlAttribute, "ai-prompt-url", "/p").empty());
  CHECK(read(CarrierKind::HtmlMeta, "AIGC", "ai-assisted").empty());
  CHECK(read(CarrierKind::Tag, "ai-disclosure", "ai-assisted").empty());
}

TEST_CASE("only the first HTML meta counts, even an invalid one") {
  std::vector<Evidence> page = {attribute("ai-assisted"), meta("nonsense"), meta("ai-autonomous")};
  keep_first_meta(page);
  CHECK(page[0].says);
  CHECK_FALSE(page[1].says);
  CHECK_FALSE(page[2].says);
  CHECK(rules(page[2].findings) == "H-4 ");
}

TEST_CASE("HTML disclosure is written as a value of the report") {
  const auto write = [](Origin origin, std::string_view old) {
    Label label;
    label.origin = origin;
    return kHtmlDisclosure.write(label, CarrierKind::HtmlMeta, as_bytes(old));
  };
  CHECK(as_text(*write(Origin::Generated, "")) == "ai-autonomous");
  CHECK(as_text(*write(Origin::Edited, "none")) == "ai-assisted");
  CHECK(as_text(*write(Origin::Generated, "ai-generated")) == "ai-generated");
  CHECK(as_text(*write(Origin::Generated, "AI-Autonomous")) == "AI-Autonomous");
  CHECK(write(Origin::NotGenerated, "").error().code == ErrorCode::Unsupported);
  CHECK(write(Origin::Possible, "").error().code == ErrorCode::Unsupported);
  Label label;
  label.origin = Origin::Generated;
  CHECK_FALSE(kHtmlDisclosure.write(label, CarrierKind::HtmlAttribute, {}));
}

TEST_CASE("HTTP disclosure is read with commas and with semicolons") {
  const Evidence commas = http(
      "mode=ai-originated, model=\"gpt-4 \\\"x\\\"\", provider=\"Org, Inc; X\", "
      "reviewed-by=\"team\", date=@1745286896");
  CHECK(commas.says->origin == Origin::Generated);
  CHECK(commas.says->system == "gpt-4 \"x\"");
  CHECK(commas.says->created == 1745286896);
  CHECK(detail_of(commas, "provider") == "Org, Inc; X");
  CHECK(detail_of(commas, "reviewed-by") == "team");
  CHECK(commas.standard == StandardId::HttpDisclosure);
  CHECK(commas.findings.empty());
  const Evidence semicolons = http("mode=ai-modified;\r\n model=\"m\";\r\n date=@1745286896");
  CHECK(semicolons.says->origin == Origin::Edited);
  CHECK(semicolons.says->created == 1745286896);
  CHECK(rules(semicolons.findings) == "D-2 ");
  CHECK(http("mode=none").says->origin == Origin::None);
  CHECK(http("mode=machine-generated").says->origin == Origin::Generated);
}

TEST_CASE("broken HTTP disclosure keeps what could be read") {
  for (const std::string_view value :
       {"mode=ai-originated,", "mode=ai-originated, =x", "mode=ai-originated, model=\"cut",
        "mode=ai-originated model=\"m\"", "mode=ai-originated, model=\"a\"b"}) {
    CAPTURE(value);
    CHECK(http(value).says->origin == Origin::Generated);
    CHECK(rules(http(value).findings) == "D-1 ");
  }
  CHECK(rules(http("mode=robots").findings) == "D-3 ");
  CHECK(http("mode=robots").says->origin == Origin::None);
  CHECK(http("").says->origin == Origin::None);
  CHECK_FALSE(http("date=@99999999999999999999").says->created);
  CHECK(read_http_field("AI-Disclosure", std::string(1 << 20, ',')).has_value());
}

TEST_CASE("vendor HTTP fields") {
  CHECK(read_http_field("X-AI-Generated", "true").value().says->origin == Origin::Generated);
  CHECK(read_http_field("x-ai-generated", " TRUE ").value().says->origin == Origin::Generated);
  CHECK(read_http_field("X-AI-Generated", "false").value().says->origin == Origin::None);
  CHECK_FALSE(read_http_field("Content-Type", "text/html"));
}

TEST_CASE("HTTP disclosure round trips") {
  Label label;
  label.origin = Origin::Generated;
  label.system = "a \"model\" \\ 2";
  label.producer = "Org";
  label.created = 1745286896;
  const std::string value = http_disclosure(label).value();
  CHECK(value ==
        R"(mode=machine-generated, model="a \"model\" \\ 2", provider="Org", date=@1745286896)");
  CHECK(http(value).says->system == label.system);
  CHECK(http(value).findings.empty());
  label.origin = Origin::Edited;
  CHECK(http_disclosure(label).value().starts_with("mode=ai-modified,"));
  label.system = "模型";
  CHECK(http_disclosure(label).error().code == ErrorCode::Usage);
  label.origin = Origin::NotGenerated;
  CHECK(http_disclosure(label).error().code == ErrorCode::Unsupported);
}
