// SPDX-License-Identifier: Apache-2.0
#include "wire/yaml_front_matter.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::wire;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string value_of(const YamlValue& mapping, std::string_view key) {
  for (const YamlEntry& entry : mapping.entries) {
    if (entry.key == key) return entry.value.scalar;
  }
  return "<absent>";
}

YamlValue aigc(std::string_view yaml) {
  const auto found = find_top_level(yaml, "AIGC");
  REQUIRE(found);
  for (const YamlEntry& entry : found->entries) {
    CHECK(entry.value.where.end() <= yaml.size());
    CHECK(yaml.substr(entry.key_where.offset, entry.key_where.size).find(entry.key) !=
          std::string_view::npos);
  }
  return *found;
}

std::string set(std::string_view yaml, const Pairs& pairs) {
  const auto out = set_mapping(yaml, "AIGC", pairs);
  REQUIRE_MESSAGE(out, (out ? "" : out.error().message));
  const YamlValue value = aigc(*out);
  for (const auto& [key, text] : pairs) CHECK(value_of(value, key) == text);
  return *out;
}

}  // namespace

TEST_CASE("front matter: at the start, behind a byte order mark, and further down") {
  const std::string_view text =
      "\xEF\xBB\xBF---\r\na: 1\r\n---\r\nbody\n\n---\nb: 2\n---\nx\n---\ny";
  const auto blocks = find_front_matter(text, 10);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].at_start);
  CHECK(blocks[0].whole == Range{3, 16});
  CHECK(text.substr(blocks[0].content.offset, blocks[0].content.size) == "a: 1\r\n");
  CHECK_FALSE(blocks[1].at_start);
  CHECK(text.substr(blocks[1].content.offset, blocks[1].content.size) == "b: 2\n");
  CHECK(find_front_matter("---\n---\n", 10).size() == 1);
  CHECK(find_front_matter("----\na: 1\n----\n", 10).empty());
  CHECK(find_front_matter("x\n---\njust a rule\n---\n", 10).empty());
}

TEST_CASE("front matter: a rule that opens nothing may be followed by a block") {
  const auto blocks = find_front_matter("# H\n---\ntext\n---\nAIGC:\n  Label: x\n---\n", 10);
  REQUIRE(blocks.size() == 1);
  CHECK_FALSE(blocks[0].at_start);
  CHECK(blocks[0].content.size == 17);
}

TEST_CASE("front matter: an example in fenced code is no block") {
  CHECK(find_front_matter("# H\n```yaml\n---\nAIGC: x\n---\n```\n", 10).empty());
  CHECK(find_front_matter("~~~\n---\na: 1\n---\n```\n~~~\n---\nb: 2\n---\n", 10).size() == 1);
}

TEST_CASE("front matter: a block that is never closed is kept as far as it goes") {
  const auto blocks = find_front_matter("---\nAIGC:\n  Label: '1'\n  Prod", 10);
  REQUIRE(blocks.size() == 1);
  CHECK_FALSE(blocks[0].closed);
  CHECK(blocks[0].content == Range{4, 25});
  CHECK(find_front_matter("---\n\nnot yaml", 10).empty());
  CHECK(find_front_matter("", 10).empty());
}

TEST_CASE("yaml: the ways in which producers write the mapping") {
  CHECK(value_of(aigc("t: x\nAIGC:\n  Label: '1'\n  A: \"b\\\"c\"\n  E: ''\n"), "A") == "b\"c");
  CHECK(value_of(aigc("AIGC:\n    Label: AIGC\n    P: Minimax Agent AI\n"), "P") ==
        "Minimax Agent AI");
  // '#' without a space before it is data, a numeric-looking scalar stays text
  const YamlValue coze = aigc("AIGC:\r\n  P: 3308#178  # note\r\n  N: 0012\r\n  E:\r\n");
  CHECK(value_of(coze, "P") == "3308#178");
  CHECK(value_of(coze, "N") == "0012");
  CHECK(value_of(coze, "E").empty());
  const YamlValue flow = aigc("AIGC: {\"Label\":\"1\",\"R\":\"{\\\"a\\\":1}\",n: {x: [1]}, e: }\n");
  CHECK(flow.style == YamlStyle::FlowMapping);
  CHECK(value_of(flow, "R") == "{\"a\":1}");
  CHECK(value_of(flow, "n") == "{x: [1]}");
  CHECK(value_of(flow, "e").empty());
  const YamlValue lines = aigc("AIGC: {\n  \"Label\": \"1\", # c\n  it: it's\n}\nnext: 1\n");
  CHECK(value_of(lines, "it") == "it's");
  const YamlValue block =
      aigc("AIGC:\n  A: |\n    one\n\n    two\n  B: >-\n    one\n    two\n  C: x\n");
  CHECK(value_of(block, "A") == "one\n\ntwo\n");
  CHECK(value_of(block, "B") == "one two");
  CHECK(value_of(block, "C") == "x");
  CHECK(find_top_level("commits:\n- a\n- b\naigc: |\n  {\"Label\":\"1\"}\n", "AIGC")->scalar ==
        "{\"Label\":\"1\"}\n");
  CHECK_FALSE(find_top_level("x:\n  AIGC:\n    Label: 1\n", "AIGC"));
}

TEST_CASE("yaml: scalars") {
  const auto scalar = [](std::string_view yaml) { return find_top_level(yaml, "k")->scalar; };
  CHECK(scalar("k: 'it''s'") == "it's");
  CHECK(scalar("k: \"\\u751f\\ud83d\\ude00\\x41\\t\\q\"") == "生😀A\t\\q");
  CHECK(scalar("k: \"a\n  b\n\n  c\\\n  d\"") == "a b\ncd");
  CHECK(scalar("k: one\n  two # c\n") == "one two");
  CHECK(scalar("k: !!str &a 12\n") == "12");
  CHECK(scalar("k:\n  \"below\"\n") == "below");
  CHECK(scalar("\"k\" : v") == "v");
  CHECK(scalar("k: http://x/y#z") == "http://x/y#z");
  CHECK(scalar("{k: v}") == "v");
}

TEST_CASE("yaml: a cut value is damaged, not absent") {
  const auto cut = find_top_level("AIGC: {\"Label\":\"1\",\"P\":\"00119", "AIGC");
  REQUIRE(cut);
  CHECK_FALSE(cut->complete);
  CHECK(value_of(*cut, "Label") == "1");
  CHECK(value_of(*cut, "P") == "00119");
  const YamlValue block = aigc("t: \"open\nAIGC:\n  Label: '1'\n  P: 'abc");
  CHECK(value_of(block, "P") == "abc");
  CHECK_FALSE(block.entries.back().value.complete);
}

TEST_CASE("yaml: hostile text stays cheap") {
  for (const std::string_view unit : {"{", "[", "\"", "k: \"\n", "k: {\n", "k: '\n ", "k:\n", "- ",
                                      "k: |\n", "a: {b: {\n", "---\nk:\n", " k: \"\n", ",", ":"}) {
    std::string text;
    while (text.size() < (1 << 20)) text += unit;
    CAPTURE(unit);
    const auto started = testing::ComputingClock::now();
    (void)read_yaml(text);
    (void)read_yaml(std::string("AIGC: {").append(text));
    (void)find_front_matter(text, 1000);
    CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
  }
}

TEST_CASE("yaml: a new mapping follows the file's quoting, indentation and line ending") {
  CHECK(set("", {{"Label", "1"}}) == "AIGC:\n  Label: \"1\"\n");
  CHECK(set("t: 'x'\r\nm:\r\n    a: 'b'\r\n", {{"Label", "1"}}) ==
        "t: 'x'\r\nm:\r\n    a: 'b'\r\nAIGC:\r\n    Label: '1'\r\n");
  CHECK(set("t: x", {{"Label", "it's"}}) == "t: x\nAIGC:\n  Label: \"it's\"\n");
  CHECK(set("{\"t\": 1}", {{"Label", "1"}}) == "{\"t\": 1, \"AIGC\": {\"Label\":\"1\"}}");
  CHECK(set("AIGC: # empty\nb: 1\n", {{"Label", "1"}}) == "AIGC: # empty\n  Label: \"1\"\nb: 1\n");
  CHECK(set("AIGC:", {{"Label", "1"}}) == "AIGC:\n  Label: \"1\"");
  CHECK(set("AIGC: yes # c\n", {{"Label", "1"}}) == "AIGC: {\"Label\":\"1\"} # c\n");
}

TEST_CASE("yaml: a change touches only what changes") {
  const std::string block =
      "AIGC:\n  Label: '1'   # note\n  P: old\n  Q: \"q\"\n  Own: 5\nfeature: x\n";
  CHECK(set(block, {{"Label", "1"}, {"P", "new1x"}, {"Q", "r"}}) ==
        "AIGC:\n  Label: '1'   # note\n  P: new1x\n  Q: \"r\"\n  Own: 5\nfeature: x\n");
  CHECK(set(block, {{"P", "007"}, {"New", "n"}}) ==
        "AIGC:\n  Label: '1'   # note\n  P: \"007\"\n  Q: \"q\"\n  Own: 5\n  New: \"n\"\nfeature: "
        "x\n");
  CHECK(set(block, {{"Label", "1"}}) == block);
  CHECK(set("AIGC: {\"Label\":\"1\",\"P\":\"a\"}\n", {{"P", "b"}, {"Q", "\"c\""}}) ==
        "AIGC: {\"Label\":\"1\",\"P\":\"b\",\"Q\":\"\\\"c\\\"\"}\n");
  CHECK(set("AIGC: {\n  Label: 1,\n  P: a\n}\n", {{"Q", "c"}}) ==
        "AIGC: {\n  Label: 1,\n  P: a,\n  Q: \"c\"\n}\n");
  CHECK(set("AIGC: {}\n", {{"Q", "c"}}) == "AIGC: {\"Q\":\"c\"}\n");
  CHECK(set("AIGC:\n  a:\n  b: |\n    x\nc: 1", {{"a", "1"}, {"b", "2"}}) ==
        "AIGC:\n  a: \"1\"\n  b: \"2\"\nc: 1");
}

TEST_CASE("yaml: what is no mapping is refused, not broken") {
  CHECK(set_mapping("just text\n", "AIGC", Pairs{{"L", "1"}}).error().code == ErrorCode::Malformed);
  CHECK(set_mapping("- a\n- b\n", "AIGC", Pairs{{"L", "1"}}).error().code == ErrorCode::Malformed);
  CHECK(set_mapping("a: 'open\n", "AIGC", Pairs{{"L", "1"}}).error().code == ErrorCode::Malformed);
}

TEST_CASE("yaml: set, read, set again, over random documents and values") {
  testing::Random random(45438);
  const auto pick = [&](auto& list) { return list[random.below(std::size(list))]; };
  constexpr std::string_view kPieces[] = {
      "a",  "1", "'", "\"", "\\",   "#",  " #", ": ", "{", "}", ",", "生", "-", "=", "\n",
      "\t", "+", "[", "]",  "null", "1e", "|",  ">",  "&", "*", "!", "%",  "@", "`", " "};
  constexpr std::string_view kBefore[] = {"",
                                          "title: x\n",
                                          "title: 'x' # c\n",
                                          "t: \"a b\"\nlist:\n- a\n- b\n",
                                          "t: |\n  a\n\n  b\n",
                                          "# c\n",
                                          "n:\n",
                                          "n:\n   deep: 'x'\n",
                                          "t: [a, \"b\"]\n",
                                          "t: {\n a: b\n}\n"};
  constexpr std::string_view kLabel[] = {
      "",
      "AIGC:\n",
      "AIGC: {}\n",
      "AIGC:\n  k0: a\n  own: 'b'\n",
      "AIGC: {\"k0\":\"a\", own: b}\n",
      "AIGC: {\n  k0: a, # c\n  \"own\": b,\n}\n",
      "AIGC: text\n",
      "AIGC:\n    k1: >-\n      folded\n      text\n    own: 'b'\n"};
  constexpr std::string_view kAfter[] = {"", "z: 1\n", "z:\n  - 1\n", "# end\n", "z: \"1\""};
  for (int round = 0; round < 4000; ++round) {
    std::string yaml(pick(kBefore));
    yaml += pick(kLabel);
    yaml += pick(kAfter);
    if (random.below(3) == 0) {
      std::string crlf;
      for (const char c : yaml) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
      yaml = crlf;
    }
    Pairs pairs;
    for (std::size_t i = 0; i <= random.below(3); ++i) {
      std::string text;
      for (std::size_t n = random.below(6); n > 0; --n) text += pick(kPieces);
      pairs.emplace_back(std::string("k").append(std::to_string(i)), text);
    }
    CAPTURE(yaml);
    const std::string once = set(yaml, pairs);
    CHECK(set(once, pairs) == once);
    const YamlValue before = read_yaml(yaml);
    for (const YamlEntry& entry : before.entries) {
      if (entry.key == "AIGC") {
        for (const YamlEntry& own : entry.value.entries) {
          if (own.key == "own") CHECK(value_of(aigc(once), "own") == own.value.scalar);
        }
      } else {
        CHECK(find_top_level(once, entry.key)->scalar == entry.value.scalar);
      }
    }
  }
}
