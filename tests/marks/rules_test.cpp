// SPDX-License-Identifier: Apache-2.0
// The rules X-*: a table of what was found against what a profile demands.
#include "marks/rules.hpp"

#include <doctest/doctest.h>

using namespace colophon;

namespace {

std::string state_of(const char* profile, const MarkFacts& facts, std::string_view rule,
                     Origin origin = Origin::Generated) {
  const auto results = judge_marks(*builtin_profile(profile), origin, facts);
  REQUIRE(results);
  for (const RuleResult& result : *results) {
    if (result.rule == rule) return std::string(to_string(result.state));
  }
  return "not listed";
}

std::string why_of(const char* profile, const MarkFacts& facts, std::string_view rule) {
  const auto results = judge_marks(*builtin_profile(profile), Origin::Generated, facts);
  REQUIRE(results);
  for (const RuleResult& result : *results) {
    if (result.rule == rule) return result.why.en;
  }
  return {};
}

MarkFacts picture(std::uint32_t x, std::uint32_t y, std::uint32_t glyph,
                  std::string text = "AI生成", std::uint32_t width = 1920,
                  std::uint32_t height = 1080) {
  Mark mark;
  mark.text = std::move(text);
  mark.x = x;
  mark.y = y;
  mark.width = 4 * glyph;
  mark.height = glyph;
  mark.glyph_height = glyph;
  mark.shown_width = width;
  mark.shown_height = height;
  return {MarkMedium::Picture, {mark}, {}};
}

MarkFacts film(double begins, double ends, double duration) {
  MarkFacts facts = picture(1600, 1000, 54);
  facts.medium = MarkMedium::Film;
  facts.marks.front().medium = MarkMedium::Film;
  facts.marks.front().begins = begins;
  facts.marks.front().ends = ends;
  facts.marks.front().duration = duration;
  return facts;
}

MarkFacts sound(std::string text, double begins, double ends, std::string position = "start") {
  Mark mark;
  mark.medium = MarkMedium::Sound;
  mark.text = std::move(text);
  mark.language = "zh";
  mark.begins = begins;
  mark.ends = ends;
  mark.position = std::move(position);
  return {MarkMedium::Sound, {mark}, {}};
}

}  // namespace

TEST_CASE("the height of letters, rounded up") {
  struct Row {
    std::uint32_t width, height, least;
  };
  for (const Row& row : {Row{1920, 1080, 54}, Row{3840, 2160, 108}, Row{1024, 1024, 52},
                         Row{512, 768, 26}, Row{16, 16, 1}, Row{10000, 100, 5}, Row{101, 90, 5},
                         Row{1, 1, 1}, Row{1080, 1920, 54}, Row{65535, 65535, 3277}}) {
    CAPTURE(row.width);
    CAPTURE(row.height);
    CHECK(least_height(0.05, row.width, row.height) == row.least);
  }
  CHECK(state_of("cn", picture(1600, 1000, 54), "X-I1") == "pass");
  CHECK(state_of("cn", picture(1600, 1000, 53), "X-I1") == "fail");
  CHECK(why_of("cn", picture(1600, 1000, 53), "X-I1").starts_with("53 px of 54 px"));
}

TEST_CASE("an edge or a corner, and the top right corner") {
  CHECK(state_of("cn", picture(1600, 1000, 54), "X-I2") == "pass");
  CHECK(state_of("cn", picture(850, 1000, 54), "X-I2") == "pass");  // bottom edge
  CHECK(state_of("cn", picture(850, 500, 54), "X-I2") == "fail");   // middle
  CHECK(why_of("cn", picture(852, 513, 54), "X-I2") ==
        "its middle is 50 % from the left and 50 % from the top");
  CHECK(state_of("eu", picture(1600, 10, 54, "AI GENERATED"), "X-I2") == "pass");
  CHECK(state_of("eu", picture(10, 10, 54, "AI GENERATED"), "X-I2") == "fail");
  CHECK(state_of("eu", picture(1600, 1000, 54, "AI GENERATED"), "X-I2") == "fail");
}

TEST_CASE("the words") {
  CHECK(state_of("cn", picture(1600, 1000, 54), "X-W") == "pass");
  CHECK(state_of("cn", picture(1600, 1000, 54, "AI-generated"), "X-W") == "fail");
  CHECK(state_of("cn", picture(1600, 1000, 54, "AI-generated"), "X-I1") == "fail");
  CHECK(state_of("eu", picture(1600, 10, 54, "AI-generated"), "X-I1") == "pass");
  CHECK(state_of("eu", picture(1600, 10, 54), "X-W") == "not listed");
}

TEST_CASE("nothing found fails, not having looked cannot be checked") {
  MarkFacts facts{MarkMedium::Picture, {}, {}};
  for (const char* rule : {"X-W", "X-I1", "X-I2"}) {
    CHECK(state_of("cn", facts, rule) == "fail");
  }
  CHECK(state_of("cn", facts, "X-I1", Origin::Suspected) == "not-checkable");
  CHECK(state_of("cn", facts, "X-I1", Origin::Possible) == "not-checkable");
  CHECK(state_of("cn", facts, "X-I1", Origin::None) == "fail");
  facts.blind = "cannot be decoded";
  for (const char* rule : {"X-W", "X-I1", "X-I2"}) {
    CHECK(state_of("cn", facts, rule) == "not-checkable");
  }
  CHECK(why_of("cn", facts, "X-I1").find("cannot be decoded") != std::string::npos);
}

TEST_CASE("time in films") {
  CHECK(state_of("cn", film(0, 2, 60), "X-V1") == "pass");
  CHECK(state_of("cn", film(0.5, 3, 60), "X-V1") == "fail");
  CHECK(state_of("cn", film(0, 2, 60), "X-V2") == "pass");
  CHECK(state_of("cn", film(0, 1.5, 60), "X-V2") == "fail");
  CHECK(why_of("cn", film(0, 1.5, 60), "X-V2") == "1.50 s of 2.00 s");
  CHECK(state_of("cn", film(0, 1.5, 1.5), "X-V2") == "pass");  // throughout a short film
  CHECK(state_of("kr", film(0, 2, 60), "X-V2") == "fail");     // 3 s there
  CHECK(state_of("in", film(0, 3, 60), "X-V2") == "fail");     // the whole film
  CHECK(state_of("in", film(0, 60, 60), "X-V2") == "pass");
  CHECK(state_of("cn", film(0, 2, 60), "X-V3") == "pass");
}

TEST_CASE("cues in sounds") {
  CHECK(state_of("cn", sound("·− ··", 0, 1), "X-A1") == "pass");
  CHECK(state_of("cn", sound("·− ··", 30, 31, "middle"), "X-A1") == "pass");
  CHECK(state_of("eu", sound("·− ··", 0, 1), "X-A1") == "fail");
  CHECK(state_of("eu", sound("This audio was generated by AI.", 0, 3), "X-A1") == "pass");
  CHECK(state_of("eu", sound("This audio was generated by AI.", 60, 63, "end"), "X-A1") == "fail");
  const std::string spoken = "本内容由人工智能生成";  // ten characters
  CHECK(state_of("cn", sound(spoken, 0, 4), "X-A2") == "pass");
  CHECK(state_of("cn", sound(spoken, 0, 2), "X-A2") == "fail");
  CHECK(why_of("cn", sound(spoken, 0, 2), "X-A2") == "300 characters a minute");
  CHECK(state_of("cn", sound("·− ··", 0, 1), "X-A2") == "not-checkable");
}

TEST_CASE("places in texts") {
  Mark mark;
  mark.medium = MarkMedium::Text;
  mark.text = "本内容由AI生成";
  mark.position = "end";
  const MarkFacts facts{MarkMedium::Text, {mark}, {}};
  CHECK(state_of("cn", facts, "X-T1") == "pass");
  CHECK(state_of("eu", facts, "X-T1") == "fail");
  CHECK(state_of("kr", facts, "X-T1") == "pass");
}

TEST_CASE("a profile that asks for no label lists no rule") {
  for (const auto& [profile, facts] : {std::pair{"us-ca", picture(0, 0, 54)},
                                       std::pair{"in", MarkFacts{MarkMedium::Text, {}, {}}}}) {
    const auto results = judge_marks(*builtin_profile(profile), Origin::Generated, facts);
    REQUIRE(results);
    CHECK(results->empty());
  }
}
