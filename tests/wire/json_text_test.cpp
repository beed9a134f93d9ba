// SPDX-License-Identifier: Apache-2.0
#include "wire/json_text.hpp"
#include "wire/xml.hpp"

#include <doctest/doctest.h>

#include <simdjson.h>
#include <chrono>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::wire;

namespace {

std::string code_of(std::string_view text) {
  const auto parsed = parse_json(text, Limits{});
  return parsed ? "ok" : std::string(to_string(parsed.error().code));
}

std::string saved(std::string_view text) {
  const Salvage salvage = salvage_json(text, text.find('{'));
  std::string out;
  for (const SavedPair& pair : salvage.pairs) {
    out += pair.key + "=" + pair.text + (pair.cut ? "~" : "") + ";";
  }
  return out + (salvage.cut ? "cut" : "") + (salvage.elided ? "elided" : "");
}

}  // namespace

TEST_CASE("json keeps order, duplicates, types and positions") {
  const std::string text = R"( {"b": "x\"y", "a":[1,-2.5e+3,true],"b":null, "o":{}} )";
  const JsonValue value = parse_json(text, Limits{}).value();
  REQUIRE(value.members.size() == 4);
  std::string keys;
  for (const JsonMember& member : value.members) keys += member.key;
  CHECK(keys == "babo");
  CHECK(value.members[0].value.text == "x\"y");
  CHECK(text.substr(value.members[0].value.begin,
                    value.members[0].value.end - value.members[0].value.begin) == "\"x\\\"y\"");
  CHECK(value.members[1].value.items[1].text == "-2.5e+3");
  CHECK(value.find("b")->type == JsonType::Null);
  CHECK(value.find("zz") == nullptr);
  CHECK(text.substr(value.begin, value.end - value.begin).ends_with("{}}"));
}

TEST_CASE("json strings decode every escape") {
  CHECK(parse_json(R"("\"\\\/\b\f\n\r\t\u0041\u4e2d\ud83d\ude00é")", Limits{}).value().text ==
        "\"\\/\b\f\n\r\tA中😀é");
  CHECK(code_of(R"("\ud83d")") == "malformed");
  CHECK(code_of(R"("\ude00\ud83d")") == "malformed");
  CHECK(code_of(R"("\x41")") == "malformed");
  CHECK(code_of(R"("\u00g1")") == "malformed");
  CHECK(code_of("\"a\nb\"") == "malformed");
  CHECK(code_of("\"\xFF\"") == "malformed");
  CHECK(code_of(R"("\\")") == "ok");
}

TEST_CASE("json is strict") {
  for (const std::string_view bad :
       {"{\"a\":1,}", "[1,]", "{a:1}", "{'a':1}", "[01]", "[+1]", "[1.]", "[.5]", "[1e]", "[NaN]",
        "1 2", "{\"a\" 1}", "tru", "[1 2]", "//c\n1", "\xEF\xBB\xBF{}"}) {
    CAPTURE(bad);
    CHECK(code_of(bad) == "malformed");
  }
  for (const std::string_view cut : {"", " ", "{", "{\"a\"", "{\"a\":", "[1", "\"a", "\"a\\"}) {
    CAPTURE(cut);
    CHECK(code_of(cut) == "truncated");
  }
}

TEST_CASE("json is capped in depth and size, and fast on hostile text") {
  const auto started = testing::ComputingClock::now();
  CHECK(code_of(std::string(1'000'000, '[')) == "limit-exceeded");
  std::string wide = "[";
  for (int i = 0; i < 300'000; ++i) wide += "1,";
  CHECK(code_of(wide + "1]") == "limit-exceeded");
  CHECK(code_of("\"" + std::string(1'000'000, '\\') + "\"") == "ok");
  CHECK(salvage_json(std::string(1'000'000, '{'), 0).cut);
  CHECK(salvage_json("{" + std::string(1'000'000, '"'), 0).cut);
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
}

TEST_CASE("json agrees with simdjson on mutated labels") {
  const std::string text =
      R"({"AIGC":{"Label":"1","Produ\u0063eID":"a\"b\\c","n":[0,-1.5e3,true,false,null],"e":{}}})";
  testing::Random random(7);
  simdjson::dom::parser parser;
  for (int round = 0; round < 20'000; ++round) {
    ByteBuffer bytes = testing::mutate(as_bytes(text), random);
    const std::string_view mutated = as_text(bytes);
    const bool theirs =
        parser.parse(simdjson::padded_string(mutated)).error() == simdjson::error_code::SUCCESS;
    CAPTURE(std::string(mutated));
    CHECK(parse_json(mutated, Limits{}).has_value() == theirs);
  }
}

TEST_CASE("salvage keeps what stands before the damage") {
  CHECK(saved(R"(AIGC : {"Label": "1", "ProduceID": "RH_2093
    encoder : x)") == "Label=1;ProduceID=RH_2093~;cut");
  CHECK(saved(R"({"A":{"Label":"1","P":"p",…}} tail "x":"y")") == "Label=1;P=p;elided");
  CHECK(saved(R"({"Label":"1","R":"{\"T\":\" T\",\"A\":\"s\")") ==
        R"(Label=1;R={"T":" T","A":"s"~;cut)");
  CHECK(saved(R"({"s": "G", "is_g": True, 'q': 'w', "n": 12, "z": None})") ==
        "s=G;is_g=True;q=w;n=12;z=None;");
  CHECK(saved(R"({"Label)") == "cut");
  CHECK(saved(R"({"Label":)") == "cut");
  CHECK(saved(R"({"Label":1)") == "Label=1~;cut");
}

TEST_CASE("escapes know where each byte came from") {
  const Decoded json = unescape_json(R"(a\"b\u4e2d\q)");
  CHECK(json.text == "a\"b中\\q");
  CHECK(json.at == std::vector<std::size_t>{0, 1, 3, 4, 4, 4, 10, 11, 12});
  const Decoded entities = unescape_entities("&quot;&amp;quot;&#20013;&#x41;&nbsp;&");
  CHECK(entities.text == "\"&quot;中A&nbsp;&");
  CHECK(entities.at.back() == 37);
  CHECK(escape_json("a\"\\\n") == "a\\\"\\\\\\u000a");
  for (const std::string_view text : {"plain", "\"\\\x01é<>&'", ""}) {
    CHECK(unescape_json(escape_json(text)).text == text);
    CHECK(unescape_entities(escape_xml_attribute(text)).text == text);
    CHECK(parse_json(quote_json(text), Limits{}).value().text == text);
  }
}
