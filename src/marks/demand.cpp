// SPDX-License-Identifier: Apache-2.0
#include "marks/demand.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace colophon {
namespace {

constexpr double kTallest = 0.5;    ///< of the shorter side
constexpr double kGreatest = 21;    ///< contrast of black and white
constexpr double kLongest = 86400;  ///< seconds

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// One profile's word on one medium.
class Ask {
 public:
  Ask(const Profile& profile, MarkMedium medium) : profile_(profile), medium_(medium) {}

  [[nodiscard]] const Profile& profile() const noexcept { return profile_; }
  [[nodiscard]] const ProfileValue* find(std::string_view key) const {
    return profile_.find(fmt::format("explicit.{}.{}", profile_word(medium_), key));
  }
  [[nodiscard]] std::string text(std::string_view key) const {
    const ProfileValue* value = find(key);
    return value == nullptr ? std::string() : value->value;
  }
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const {
    const ProfileValue* value = find(key);
    return value == nullptr ? std::vector<std::string>() : value->items;
  }
  [[nodiscard]] bool is_law(std::string_view key) const {
    const ProfileValue* value = find(key);
    return value != nullptr && value->basis == "law";
  }
  [[nodiscard]] Failure broken(std::string_view key, std::string_view why) const {
    return fail(ErrorCode::Malformed,
                fmt::format("profile {}: explicit.{}.{} {}", profile_.name, profile_word(medium_),
                            key, why),
                profile_.name);
  }
  /// Nothing: it says no number there.
  [[nodiscard]] Result<std::optional<double>> number(std::string_view key, double most) const {
    const ProfileValue* value = find(key);
    if (value == nullptr) return std::optional<double>();
    double number = 0;
    const char* end = value->value.data() + value->value.size();
    const auto [stop, error] = std::from_chars(value->value.data(), end, number);
    if (error != std::errc() || stop != end || !std::isfinite(number) || number < 0 ||
        number > most) {
      return broken(key, fmt::format("is no number from 0 to {}", most));
    }
    return std::optional<double>(number);
  }
  /// The words to show for an origin.
  [[nodiscard]] std::string words(Origin origin) const {
    const std::string own = text(fmt::format("string_{}", to_string(origin)));
    return own.empty() ? text("string") : own;
  }

 private:
  const Profile& profile_;
  MarkMedium medium_;
};

class Gathering {
 public:
  Gathering(std::vector<Ask> asks, Origin origin, const MarkWishes& wishes,
            std::vector<Finding>& notes)
      : asks_(std::move(asks)), origin_(origin), wishes_(wishes), notes_(notes) {}

  Result<MarkDemand> run(MarkMedium medium) {
    demand_.medium = medium;
    for (const Ask& ask : asks_) demand_.profiles.push_back(ask.profile().name);
    gather_words();
    TRY(gather_ends());
    if (medium == MarkMedium::Picture || medium == MarkMedium::Film) TRY(gather_picture());
    if (medium == MarkMedium::Film) TRY(gather_film());
    if (medium == MarkMedium::Sound) TRY(gather_sound());
    return std::move(demand_);
  }

 private:
  [[nodiscard]] static Failure clash(const Ask& ask, std::string_view key, std::string_view what) {
    const ProfileValue* value = ask.find(key);
    return fail(ErrorCode::Conflict,
                fmt::format("{}, but profile {} demands {} ({})", what, ask.profile().name,
                            value->value, value->source),
                ask.profile().name);
  }

  void gather_words() {
    if (!wishes_.text.empty()) {
      demand_.texts = {wishes_.text};
      for (const Ask& ask : asks_) note_wording(ask);
      return;
    }
    for (const Ask& ask : asks_) {
      const std::string words = ask.words(origin_);
      if (!words.empty() && !contains(demand_.texts, words)) demand_.texts.push_back(words);
    }
    // Asked for where no profile has words for it.
    if (demand_.texts.empty() && demand_.medium != MarkMedium::Sound) {
      demand_.texts = {origin_ == Origin::Edited ? "AI MODIFIED" : "AI GENERATED"};
    }
  }

  void note_wording(const Ask& ask) {
    if (demand_.medium == MarkMedium::Sound) return;
    if (holds_words(wishes_.text, ask.list("words"))) return;
    notes_.push_back(
        {"explicit-wording",
         Severity::Warning,
         {fmt::format("profile {} wants words of {} in the explicit label ({}); \"{}\" lacks them",
                      ask.profile().name, ask.text("words"), ask.find("words")->source,
                      wishes_.text),
          fmt::format("配置 {} 要求显式标识含有 {}（{}），“{}”不符合", ask.profile().name,
                      ask.text("words"), ask.find("words")->source, wishes_.text)},
         std::nullopt});
  }

  /// Start and end of a text, a sound or a film: where any profile puts it.
  Status gather_ends() {
    bool start = false;
    bool end = false;
    for (const Ask& ask : asks_) {
      const std::vector<std::string> at = ask.list("at");
      start = start || at.empty() || contains(at, "start");
      end = end || contains(at, "end");
    }
    demand_.at_start = wishes_.at_start.value_or(start || asks_.empty());
    demand_.at_end = wishes_.at_end.value_or(end);
    demand_.any_end = !wishes_.at_start && std::ranges::all_of(asks_, [](const Ask& ask) {
      const std::vector<std::string> allowed = ask.list("position");
      return allowed.empty() || (contains(allowed, "start") && contains(allowed, "end"));
    });
    for (const Ask& ask : asks_) {
      const bool film = demand_.medium == MarkMedium::Film;
      const char* key = film ? "at" : "position";
      const std::vector<std::string> allowed = ask.list(key);
      if (allowed.empty() || !ask.is_law(key)) continue;
      const bool met = (demand_.at_start && contains(allowed, "start")) ||
                       (demand_.at_end && contains(allowed, "end"));
      const bool concerns = film || demand_.medium != MarkMedium::Picture;
      if (concerns && !met) return clash(ask, key, "the label would stand elsewhere");
    }
    return {};
  }

  Status gather_picture() {
    TRY(choose_place());
    demand_.min_height_ratio = TRY(strictest("min_height_ratio", kTallest, 0.05));
    demand_.min_contrast = TRY(strictest("min_contrast", kGreatest, 4.5));
    return {};
  }

  /// The greatest of the profiles' numbers.
  [[nodiscard]] Result<double> strictest(std::string_view key, double most, double usual) const {
    std::optional<double> strict;
    for (const Ask& ask : asks_) {
      const auto number = TRY(ask.number(key, most));
      if (number) strict = std::max(strict.value_or(0), *number);
    }
    return strict.value_or(usual);
  }

  /// A place that each allows; the wish, then the first preference that all share.
  Status choose_place() {
    constexpr std::array kAll = {Place2d::BottomRight, Place2d::TopRight, Place2d::TopLeft,
                                 Place2d::BottomLeft,  Place2d::Bottom,   Place2d::Top,
                                 Place2d::Right,       Place2d::Left};
    if (wishes_.place) {
      for (const Ask& ask : asks_) {
        if (ask.is_law("position") && !allows(ask.list("position"), *wishes_.place)) {
          return clash(ask, "position",
                       fmt::format("the place asked for is {}", to_string(*wishes_.place)));
        }
      }
      demand_.place = *wishes_.place;
      return {};
    }
    std::vector<Place2d> left(kAll.begin(), kAll.end());
    const Ask* narrowed = nullptr;
    for (const Ask& ask : asks_) {
      const std::vector<std::string> allowed = ask.list("position");
      std::vector<Place2d> both;
      for (const Place2d place : left) {
        if (allows(allowed, place)) both.push_back(place);
      }
      if (both.empty()) {
        if (narrowed == nullptr) return ask.broken("position", "names no place that there is");
        return clash(ask, "position",
                     fmt::format("profile {} demands the label at {}", narrowed->profile().name,
                                 narrowed->text("position")));
      }
      if (both.size() < left.size()) narrowed = &ask;
      left = std::move(both);
    }
    demand_.place = left.front();
    for (auto ask = asks_.rbegin(); ask != asks_.rend(); ++ask) {
      const std::string place = ask->text("place");
      for (const Place2d each : left) {
        if (to_string(each) == place) demand_.place = each;
      }
    }
    return {};
  }

  Status gather_film() {
    demand_.min_seconds = TRY(strictest("min_seconds", kLongest, 2));
    demand_.interval_seconds = TRY(soonest("interval_seconds"));
    const Ask* continuous = nullptr;
    for (const Ask& ask : asks_) {
      if (ask.text("duration") == "continuous") continuous = &ask;
    }
    demand_.whole_film = wishes_.whole_film || continuous != nullptr;
    if (wishes_.seconds) {
      TRY(check_seconds(continuous));
      demand_.min_seconds = *wishes_.seconds;
      demand_.whole_film = false;
    }
    if (wishes_.every) demand_.interval_seconds = *wishes_.every;
    return {};
  }

  [[nodiscard]] Status check_seconds(const Ask* continuous) const {
    const std::string what = fmt::format("{} s were asked for", *wishes_.seconds);
    if (continuous != nullptr && continuous->is_law("duration")) {
      return clash(*continuous, "duration", what);
    }
    for (const Ask& ask : asks_) {
      const auto least = TRY(ask.number("min_seconds", kLongest));
      if (least && ask.is_law("min_seconds") && *wishes_.seconds < *least) {
        return clash(ask, "min_seconds", what);
      }
    }
    return {};
  }

  /// The shortest interval of those that ask for one; 0 when none does.
  [[nodiscard]] Result<double> soonest(std::string_view key) const {
    double soon = 0;
    for (const Ask& ask : asks_) {
      const double number = TRY(ask.number(key, kLongest)).value_or(0);
      if (number > 0 && (soon == 0 || number < soon)) soon = number;
    }
    return soon;
  }

  Status gather_sound() {
    bool rhythm = false;
    bool voice = false;
    for (const Ask& ask : asks_) {
      const std::vector<std::string> cue = ask.list("cue");
      rhythm = rhythm || contains(cue, "rhythm");
      voice = voice || contains(cue, "voice");
    }
    if (!rhythm && !voice) rhythm = true;
    demand_.rhythm = wishes_.rhythm.value_or(rhythm);
    voice = wishes_.voice.value_or(voice);
    for (const Ask& ask : asks_) {
      const std::vector<std::string> form = ask.list("form");
      const bool met = form.empty() || (demand_.rhythm && contains(form, "rhythm")) ||
                       (voice && contains(form, "voice"));
      if (!met && ask.is_law("form")) return clash(ask, "form", "another cue was asked for");
    }
    if (voice) gather_languages();
    demand_.repeat_seconds = wishes_.every ? *wishes_.every : TRY(soonest("repeat_seconds"));
    return {};
  }

  /// Those of the profiles that want a voice; else of all.
  void gather_languages() {
    for (const bool all : {false, true}) {
      for (const Ask& ask : asks_) {
        if (!all && !contains(ask.list("cue"), "voice")) continue;
        for (const std::string& language : ask.list("languages")) {
          if (!contains(demand_.spoken, language)) demand_.spoken.push_back(language);
        }
      }
      if (!demand_.spoken.empty()) return;
    }
    demand_.spoken = {"en"};
  }

  std::vector<Ask> asks_;
  Origin origin_;
  const MarkWishes& wishes_;
  std::vector<Finding>& notes_;
  MarkDemand demand_;
};

}  // namespace

std::string_view profile_word(MarkMedium medium) noexcept {
  constexpr std::string_view kWords[] = {"text", "image", "audio", "video"};
  return kWords[static_cast<std::size_t>(medium)];
}

bool holds_words(std::string_view text, const std::vector<std::string>& groups) {
  const std::string given = lower(text);
  return std::all_of(groups.begin(), groups.end(), [&](const std::string& group) {
    std::string_view rest = group;
    while (!rest.empty()) {
      const std::size_t bar = std::min(rest.find('|'), rest.size());
      const std::string word = lower(rest.substr(0, bar));
      if (!word.empty() && given.find(word) != std::string::npos) return true;
      rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
    return false;
  });
}

bool allows(const std::vector<std::string>& positions, Place2d place) {
  if (positions.empty()) return true;
  const std::string_view kind = place < Place2d::Top ? "corner" : "edge";
  return contains(positions, kind) || contains(positions, to_string(place));
}

Result<std::optional<MarkDemand>> demand_of(const std::vector<Profile>& profiles, MarkMedium medium,
                                            Origin origin, const MarkWishes& wishes,
                                            std::vector<Finding>& notes) {
  if (wishes.label == MarkWishes::Label::Never) return std::optional<MarkDemand>();
  const bool in_any_case = wishes.label == MarkWishes::Label::Asked;
  std::vector<Ask> asks;
  std::vector<Finding> options;  // told where no other profile has a label put
  for (const Profile& profile : profiles) {
    const Ask ask(profile, medium);
    const std::string asked = ask.text("asked");
    if (asked == "yes" || (in_any_case && asked == "option")) {
      asks.push_back(ask);
    } else if (asked == "option") {
      const std::string words = ask.words(origin).empty() ? "AI-generated" : ask.words(origin);
      options.push_back(
          {"explicit-option",
           Severity::Info,
           {fmt::format(
                "profile {} leaves the explicit label to the user's choice, so none is put; "
                "--explicit \"{}\" puts one",
                profile.name, words),
            fmt::format("配置 {} 由用户选择是否添加显式标识，未添加；可用 --explicit \"{}\" 添加",
                        profile.name, words)},
           std::nullopt});
    } else if (!asked.empty() && asked != "no") {
      return ask.broken("asked", "is none of yes, option and no");
    }
  }
  if (asks.empty() && !in_any_case) {
    notes.insert(notes.end(), options.begin(), options.end());
    return std::optional<MarkDemand>();
  }
  return std::optional<MarkDemand>(
      TRY(Gathering(std::move(asks), origin, wishes, notes).run(medium)));
}

}  // namespace colophon
