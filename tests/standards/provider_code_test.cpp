// SPDX-License-Identifier: Apache-2.0
#include "standards/provider_code.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace colophon;

namespace {

std::string rules_of(std::string_view code) {
  std::string rules;
  for (const Finding& finding : explain_code(code).findings) {
    rules += finding.rule + ":" + std::string(to_string(finding.severity)) + " ";
    CHECK_FALSE(finding.message.en.empty());
    CHECK_FALSE(finding.message.zh.empty());
  }
  return rules;
}

}  // namespace

TEST_CASE("credit codes seen in public labels pass GB 32100 and GB 11714") {
  for (const std::string_view uscc :
       {"91110102MAD55U9H0F", "91110102MACQD9K640", "9144030008867405X2", "91110108MA01R70K8D",
        "91440300708461136T", "91310104MACE0YX639", "91330106MA2CFLDG4R", "91440101MA9Y9T4H7A",
        "91330101MA27WPYJ18", "91110108MA01KP2T5U", "91110000802100433B", "91340000711771143J",
        "91110108335469089C", "91440300MA5G49LC9K", "91340100MAEB4N8H76", "91110105MACJ6K1C8A",
        "91310115MAEA70M85H", "914403001922038216", "91320118MAK93FC72D", "91110108596084056A",
        "91110108587659081E", "91330110MADHPQQY7L", "91330110MACRLGPT8B", "91440101MA9Y59E48Y",
        "913201147770231720"}) {
    CAPTURE(uscc);
    CHECK(is_uscc(uscc));
    CHECK(is_organisation_code(uscc.substr(8, 9)));
  }
}

TEST_CASE("every one-character change of a credit code is noticed") {
  const std::string good = "91110102MAD55U9H0F";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ")) {
      std::string changed = good;
      changed[at] = c;
      CHECK(is_uscc(changed) == (changed == good));
    }
  }
}

TEST_CASE("GB 11643 identity numbers") {
  CHECK(is_identity_number("11010519491231002X"));
  CHECK_FALSE(is_identity_number("110105194912310021"));
  CHECK_FALSE(is_identity_number("1101051949123100"));
  CHECK_FALSE(is_identity_number("1101O519491231002X"));
}

TEST_CASE("the worked example is explained field by field") {
  const CodeReport report = explain_code("001191110102MAD55U9H0F10002");
  CHECK(report.ok());
  CHECK(report.findings.empty());
  CHECK(report.seen_with == "China Telecom AI");
  std::string fields;
  for (const CodeField& field : report.fields) {
    CHECK(field.ok);
    CHECK_FALSE(field.meaning.zh.empty());
    fields +=
        std::string(field.name) + "@" + std::to_string(field.position) + "=" + field.value + " ";
  }
  CHECK(fields ==
        "format@1=00 subject@3=1 binding@4=1 uscc@5=91110102MAD55U9H0F role@23=1 "
        "extension@24=0002 ");
}

TEST_CASE("what is wrong with a code") {
  CHECK(rules_of("001191110108MA01KP2T5U00000").empty());
  CHECK(rules_of("001191330101MA27WPYJ18xliu") == "C-1:error C-1:error ");
  CHECK(rules_of("001191110000802100433BY43") == "C-1:error ");
  CHECK(rules_of("001191110102MAD55U9H0F") == "C-1:warning ");
  CHECK(rules_of("1191110102MACQD9K640") == "C-1:error C-2:error ");
  CHECK(rules_of("001191110102MAD55U9H0E10002") == "C-3:error ");
  CHECK(rules_of("001191110102MAD55U9H0F30002") == "C-4:warning ");
  CHECK(rules_of("011191110102MAD55U9H0F10002") == "C-2:error ");
  CHECK(rules_of("002111010519491231002X10000") == "C-2:warning ");
  CHECK(rules_of("") == "C-1:error ");
}

TEST_CASE("an identity card number of an individual is recognised but not claimed") {
  const CodeReport report = explain_code("002111010519491231002X10000");
  REQUIRE(report.fields.size() == 6);
  CHECK(report.fields[3].meaning.en == "identity card number, check character right");
  CHECK(report.ok());
}

TEST_CASE("a name is not a code") {
  for (const std::string_view name : {"doubao", "kling", "Minimax Agent AI", "000123",
                                      "0011DEMOAI00000", "", "00 not a code at all here"}) {
    CAPTURE(name);
    CHECK_FALSE(looks_like_code(name));
  }
  CHECK(looks_like_code("001191110102MAD55U9H0F10002"));
  CHECK(looks_like_code("001191330101MA27WPYJ18xliu"));
  CHECK(looks_like_code("1191110102MACQD9K640"));
}

TEST_CASE("codes are made only from good parts") {
  CHECK(make_code("91110102MAD55U9H0F", CodeRole::Generation, "0002").value() ==
        "001191110102MAD55U9H0F10002");
  CHECK(make_code("91110108MA01KP2T5U", CodeRole::Unused, "").value() ==
        "001191110108MA01KP2T5U00000");
  const auto wrong = make_code("91110102MAD55U9H0E", CodeRole::Generation, "0002");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::Usage);
  CHECK(wrong.error().message.find(": F was expected") != std::string::npos);
  CHECK_FALSE(make_code("91110102MAD55U9H0", CodeRole::Generation, "0002"));
  CHECK_FALSE(make_code("91110102MAD55U9HIF", CodeRole::Generation, "0002"));
  CHECK_FALSE(make_code("91110102MAD55U9H0F", CodeRole::Generation, "abcd"));
  CHECK_FALSE(make_code("91110102MAD55U9H0F", CodeRole::Generation, "12345"));
  CHECK_FALSE(make_code("91110102MAD55U9H0F", CodeRole::Unused, "0002"));
}
