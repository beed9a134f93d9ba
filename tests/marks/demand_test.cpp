// SPDX-License-Identifier: Apache-2.0
// What profiles and wishes together demand.
#include "marks/demand.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace colophon;

namespace {

std::vector<Profile> named(std::initializer_list<std::string_view> names) {
  std::vector<Profile> profiles;
  for (const std::string_view name : names) profiles.push_back(*builtin_profile(name));
  return profiles;
}

Profile made(std::string_view name, std::string_view body) {
  const auto profile = parse_profile("name = \"" + std::string(name) +
                                         "\"\n[explicit.image]\nasked = { value = \"yes\", basis = "
                                         "\"law\", source = \"s\" }\n" +
                                         std::string(body),
                                     name);
  REQUIRE(profile);
  return *profile;
}

MarkWishes automatic() {
  return *parse_wishes({});
}

struct Asked {
  Result<std::optional<MarkDemand>> demand;
  std::vector<Finding> notes;
};

Asked ask(const std::vector<Profile>& profiles, MarkMedium medium,
          const MarkWishes& wishes = automatic(), Origin origin = Origin::Generated) {
  std::vector<Finding> notes;
  auto demand = demand_of(profiles, medium, origin, wishes, notes);
  return {std::move(demand), std::move(notes)};
}

MarkDemand demanded(const std::vector<Profile>& profiles, MarkMedium medium,
                    const MarkWishes& wishes = automatic(), Origin origin = Origin::Generated) {
  const Asked asked = ask(profiles, medium, wishes, origin);
  REQUIRE(asked.demand);
  REQUIRE(asked.demand->has_value());
  return **asked.demand;
}

}  // namespace

TEST_CASE("each built-in profile's demand for a picture") {
  struct Row {
    const char* profile;
    const char* text;
    Place2d place;
  };
  for (const Row& row :
       {Row{"cn", "AI生成", Place2d::BottomRight}, Row{"eu", "AI GENERATED", Place2d::TopRight},
        Row{"in", "AI-generated (synthetic)", Place2d::BottomRight},
        Row{"kr", "AI 생성물", Place2d::BottomRight}}) {
    CAPTURE(row.profile);
    const MarkDemand demand = demanded(named({row.profile}), MarkMedium::Picture);
    CHECK(demand.texts == std::vector<std::string>{row.text});
    CHECK(demand.place == row.place);
    CHECK(demand.min_height_ratio == 0.05);
    CHECK(demand.min_contrast == 4.5);
    CHECK(demand.profiles == std::vector<std::string>{row.profile});
  }
}

TEST_CASE("an edited content has other words") {
  CHECK(demanded(named({"eu"}), MarkMedium::Picture, automatic(), Origin::Edited).texts.front() ==
        "AI MODIFIED");
  CHECK(demanded(named({"cn"}), MarkMedium::Picture, automatic(), Origin::Possible).texts.front() ==
        "可能为AI生成");
  CHECK(demanded(named({"cn"}), MarkMedium::Text, automatic(), Origin::Suspected).texts.front() ==
        "本内容疑似由AI生成");
}

TEST_CASE("several profiles at once give one demand that meets all") {
  const MarkDemand film = demanded(named({"cn", "eu"}), MarkMedium::Film);
  CHECK(film.place == Place2d::TopRight);  // an edge or corner for cn, too
  CHECK(film.texts == std::vector<std::string>{"AI生成", "AI GENERATED"});
  CHECK(film.min_seconds == 3);
  CHECK(film.interval_seconds == 300);
  CHECK_FALSE(film.whole_film);
  CHECK(demanded(named({"eu", "in"}), MarkMedium::Film).whole_film);

  const MarkDemand sound = demanded(named({"cn", "eu"}), MarkMedium::Sound);
  CHECK(sound.rhythm);
  CHECK(sound.spoken == std::vector<std::string>{"en"});
  CHECK(sound.repeat_seconds == 300);
  CHECK(demanded(named({"cn"}), MarkMedium::Sound).spoken.empty());
  CHECK_FALSE(demanded(named({"eu"}), MarkMedium::Sound).rhythm);
}

TEST_CASE("the stricter number wins, whichever profile comes first") {
  const Profile big = made("big",
                           "min_height_ratio = { value = 0.1, basis = \"law\", source = \"s\" }\n"
                           "min_contrast = { value = 7, basis = \"law\", source = \"s\" }\n");
  for (const bool first : {true, false}) {
    std::vector<Profile> profiles = named({"cn"});
    profiles.insert(first ? profiles.begin() : profiles.end(), big);
    const MarkDemand demand = demanded(profiles, MarkMedium::Picture);
    CHECK(demand.min_height_ratio == 0.1);
    CHECK(demand.min_contrast == 7);
  }
}

TEST_CASE("places that exclude each other are an error that names both profiles") {
  const Profile left = made(
      "left", "position = { value = [\"bottom-left\"], basis = \"law\", source = \"Art. 1\" }\n");
  std::vector<Profile> profiles = named({"cn", "eu"});
  profiles.push_back(left);
  const Asked asked = ask(profiles, MarkMedium::Picture);
  REQUIRE_FALSE(asked.demand);
  CHECK(asked.demand.error().code == ErrorCode::Conflict);
  CHECK(asked.demand.error().message.find("eu") != std::string::npos);
  CHECK(asked.demand.error().message.find("left") != std::string::npos);
  CHECK(demanded({*builtin_profile("cn"), left}, MarkMedium::Picture).place == Place2d::BottomLeft);
}

TEST_CASE("a wish goes before a default, never before a law") {
  MarkWishes wishes = *parse_wishes({"auto", "bottom-left", "", "5", "", ""});
  CHECK(demanded(named({"eu"}), MarkMedium::Film, wishes).place == Place2d::BottomLeft);
  CHECK(demanded(named({"cn"}), MarkMedium::Film, wishes).min_seconds == 5);
  wishes = *parse_wishes({"auto", "", "", "1", "", ""});
  const Asked asked = ask(named({"cn"}), MarkMedium::Film, wishes);
  REQUIRE_FALSE(asked.demand);
  CHECK(asked.demand.error().code == ErrorCode::Conflict);
  CHECK(asked.demand.error().message.find("GB 45438-2025 5.4") != std::string::npos);
  CHECK(demanded(named({"eu"}), MarkMedium::Film, wishes).min_seconds == 1);
  const MarkWishes late = *parse_wishes({"auto", "", "end", "", "", ""});
  CHECK_FALSE(ask(named({"cn"}), MarkMedium::Film, late).demand);
  CHECK_FALSE(ask(named({"in"}), MarkMedium::Sound, late).demand);
  CHECK(demanded(named({"cn"}), MarkMedium::Sound, late).at_end);
  CHECK_FALSE(demanded(named({"cn"}), MarkMedium::Text, late).at_start);
}

TEST_CASE(
    "words of one's own stand in place of the profiles', with a warning where they break one") {
  const MarkWishes wishes = *parse_wishes({"Made with AI", "", "", "", "", ""});
  const Asked asked = ask(named({"cn"}), MarkMedium::Picture, wishes);
  REQUIRE(asked.demand);
  CHECK((*asked.demand)->texts == std::vector<std::string>{"Made with AI"});
  REQUIRE(asked.notes.size() == 1);
  CHECK(asked.notes.front().rule == "explicit-wording");
  const MarkWishes good = *parse_wishes({"本图由人工智能合成", "", "", "", "", ""});
  CHECK(ask(named({"cn"}), MarkMedium::Picture, good).notes.empty());
}

TEST_CASE("where no profile asks nothing is put, unless it was asked for") {
  CHECK_FALSE(ask(named({"in"}), MarkMedium::Text).demand->has_value());
  const Asked option = ask(named({"us-ca"}), MarkMedium::Picture);
  CHECK_FALSE(option.demand->has_value());
  REQUIRE(option.notes.size() == 1);
  CHECK(option.notes.front().rule == "explicit-option");
  CHECK(ask(named({"us-ca", "kr"}), MarkMedium::Picture).notes.empty());  // one is put for kr
  const MarkWishes asked = *parse_wishes({"AI-generated", "", "", "", "", ""});
  CHECK(demanded(named({"us-ca"}), MarkMedium::Picture, asked).texts.front() == "AI-generated");
  CHECK(demanded(named({"in"}), MarkMedium::Text, asked).texts.front() == "AI-generated");
  const MarkWishes never = *parse_wishes({"never", "", "", "", "", ""});
  CHECK_FALSE(ask(named({"cn"}), MarkMedium::Picture, never).demand->has_value());
}

TEST_CASE("a profile whose values make no sense is refused by name") {
  for (const char* body :
       {"min_height_ratio = { value = 3, basis = \"law\", source = \"s\" }\n",
        "min_height_ratio = { value = \"big\", basis = \"law\", source = \"s\" }\n",
        "min_contrast = { value = -1, basis = \"law\", source = \"s\" }\n",
        "position = { value = [\"somewhere\"], basis = \"law\", source = \"s\" }\n"}) {
    CAPTURE(body);
    const Asked asked = ask({made("odd", body)}, MarkMedium::Picture);
    REQUIRE_FALSE(asked.demand);
    CHECK(asked.demand.error().code == ErrorCode::Malformed);
    CHECK(asked.demand.error().message.find("odd") != std::string::npos);
  }
}

TEST_CASE("wishes in words") {
  const auto usage = [](const WishWords& words) {
    const auto wishes = parse_wishes(words);
    return !wishes && wishes.error().code == ErrorCode::Usage;
  };
  CHECK(usage({"auto", "nowhere", "", "", "", ""}));
  CHECK(usage({"auto", "", "middle", "", "", ""}));
  CHECK(usage({"auto", "", "", "0", "", ""}));
  CHECK(usage({"auto", "", "", "nan", "", ""}));
  CHECK(usage({"auto", "", "", "2s", "", ""}));
  CHECK(usage({"auto", "", "", "", "-3", ""}));
  CHECK(usage({"auto", "", "", "", "", "bell"}));
  CHECK(usage({"two\nlines", "", "", "", "", ""}));
  CHECK(usage({std::string(300, 'a'), "", "", "", "", ""}));
  const auto wishes = parse_wishes({"auto", "top", "both", "whole", "60", "both"});
  REQUIRE(wishes);
  CHECK(wishes->place == Place2d::Top);
  CHECK(wishes->at_start == true);
  CHECK(wishes->at_end == true);
  CHECK(wishes->whole_film);
  CHECK(wishes->every == 60);
  CHECK(wishes->rhythm == true);
  CHECK(wishes->voice == true);
}

TEST_CASE("words of groups, in any case of Latin letters") {
  const std::vector<std::string> groups = {"人工智能|AI", "生成|合成"};
  CHECK(holds_words("AI生成", groups));
  CHECK(holds_words("本内容由 ai 合成", groups));
  CHECK(holds_words("人工智能生成", groups));
  CHECK_FALSE(holds_words("AI-generated", groups));
  CHECK_FALSE(holds_words("生成", groups));
  CHECK_FALSE(holds_words("", groups));
  CHECK(holds_words("anything", {}));
}
