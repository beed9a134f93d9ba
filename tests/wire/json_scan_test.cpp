// SPDX-License-Identifier: Apache-2.0
#include "wire/json_scan.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::wire;

namespace {

JsonScan find_aigc(std::string_view text) {
  return scan_json(text,
                   [](std::string_view key, JsonKind, std::string_view) { return key == "AIGC"; });
}

std::string stored(std::string_view text, Range range) {
  return std::string(text.substr(range.offset, range.size));
}

std::string set(std::string_view text, std::string_view json) {
  const auto edit = set_json_member(text, "AIGC", json);
  REQUIRE_MESSAGE(edit, (edit ? "" : edit.error().message));
  const std::string out = apply_edits(text, {*edit}).value();
  CHECK(is_json(out));
  return out;
}

}  // namespace

TEST_CASE("json: members are found at any depth, with path and range") {
  const std::string_view text = R"( {"a":[1,{"AIGC":{"x":"}\""}}],"b":{"AIGC":"{\"L\":1}"}} )";
  const JsonScan scan = find_aigc(text);
  CHECK_FALSE(scan.damage);
  CHECK(scan.root == Range{1, text.size() - 2});
  REQUIRE(scan.members.size() == 2);
  CHECK(scan.members[0].path == "$.a[1].AIGC");
  CHECK(stored(text, scan.members[0].value) == R"({"x":"}\""})");
  CHECK(scan.members[1].path == "$.b.AIGC");
  CHECK(json_string(stored(text, scan.members[1].value)) == R"({"L":1})");
  const std::string_view deep = R"({"AIGC":{"AIGC":{"AIGC":1}},"z":0})";
  const JsonScan nested = find_aigc(deep);
  REQUIRE(nested.members.size() == 1);
  CHECK(nested.members[0].path == "$.AIGC");
  CHECK(stored(deep, nested.last_key) == "\"z\"");
  CHECK(stored(deep, nested.last_value) == "0");
}

TEST_CASE("json: the grammar is obeyed") {
  for (const std::string_view good :
       {"0", "-1.5e+3", "\"\\u751f\"", "[]", "{}", "[true,false,null]", "{\"a\":[{}]}", " [1 , 2] ",
        "NaN", "-Infinity"}) {
    CAPTURE(good);
    CHECK(is_json(good));
  }
  for (const std::string_view bad :
       {"", "01", "1.", "tru", "[1,]", "{\"a\":1,}", "{a:1}", "\"\\x\"", "\"\n\"", "[1] 2",
        "{\"a\" 1}", "[1 2]", "}", "\"\\u12\"", "-", "nullx", "'a'"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_json(bad));
  }
}

TEST_CASE("json: a cut document keeps the value it was cut in") {
  const std::string_view text = R"({"k":1,"AIGC":{"Label":"1","P":"001)";
  const JsonScan scan = find_aigc(text);
  REQUIRE(scan.damage);
  CHECK(scan.damage->code == ErrorCode::Truncated);
  REQUIRE(scan.members.size() == 1);
  CHECK_FALSE(scan.members[0].complete);
  CHECK(stored(text, scan.members[0].value) == R"({"Label":"1","P":"001)");
  CHECK(json_string("\"abc") == "abc");
  CHECK(find_aigc(R"({"AIGC":1,)").members.at(0).complete);
}

TEST_CASE("json: hostile nesting and length stay cheap") {
  for (const std::string_view unit :
       {"[", "{\"a\":", "{\"AIGC\":", "[{\"AIGC\":[", "\"\\\"", "1,", "{\"AIGC\":1}", "[1,", "-"}) {
    std::string text;
    while (text.size() < (4 << 20)) text += unit;
    const auto started = testing::ComputingClock::now();
    const JsonScan scan = find_aigc(text);
    CHECK(scan.damage);
    CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
  }
}

TEST_CASE("json: a member is inserted in the document's style") {
  CHECK(set("{}", "{}") == R"({"AIGC":{}})");
  CHECK(set("{ }\n", "1") == "{\"AIGC\":1 }\n");
  CHECK(set(R"({"a":1})", "2") == R"({"a":1,"AIGC":2})");
  CHECK(set(R"({"a": 1, "b": 2})", "2") == R"({"a": 1, "b": 2, "AIGC": 2})");
  CHECK(set("{\r\n\t\"a\" : [1]\r\n}\r\n", "{}") ==
        "{\r\n\t\"a\" : [1],\r\n\t\"AIGC\" : {}\r\n}\r\n");
  CHECK(set(R"({"a":1,"AIGC": {"x":1} ,"b":2})", "{}") == R"({"a":1,"AIGC": {} ,"b":2})");
  CHECK(set(R"({"a":{"AIGC":0}})", "{}") == R"({"a":{"AIGC":0},"AIGC":{}})");
  CHECK(set_json_member("[1]", "AIGC", "{}").error().code == ErrorCode::Unsupported);
  CHECK(set_json_member("{\"a\":", "AIGC", "{}").error().code == ErrorCode::Truncated);
}

TEST_CASE("json: taking the inserted bytes out gives the document back") {
  testing::Random random(8259);
  constexpr std::string_view kLeaves[] = {"1",  "\"x\"",      "null",           "{}",
                                          "[]", "\"a\\\"}\"", "[1, {\"b\": 2}]"};
  constexpr std::string_view kGaps[] = {"", " ", "\n  ", "\r\n\t"};
  for (int round = 0; round < 2000; ++round) {
    const std::string_view gap = kGaps[random.below(4)];
    std::string text = "{";
    for (std::size_t i = 0, n = random.below(5); i < n; ++i) {
      if (i > 0) text += ',';
      text.append(gap).append("\"k").append(std::to_string(i)).append("\":");
      text.append(kGaps[random.below(2)]).append(kLeaves[random.below(std::size(kLeaves))]);
    }
    text.append(gap).append("}");
    const auto edit = set_json_member(text, "AIGC", "{\"Label\":\"1\"}");
    REQUIRE(edit);
    std::string out = apply_edits(text, {*edit}).value();
    CHECK(is_json(out));
    CHECK(find_aigc(out).members.size() == 1);
    out.erase(edit->range.offset, edit->text.size());
    CHECK(out == text);
  }
}
