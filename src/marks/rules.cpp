// SPDX-License-Identifier: Apache-2.0
#include "marks/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace colophon {
namespace {

constexpr double kBand = 0.25;   ///< an edge: the outer quarter of the picture (china.md X-I2)
constexpr double kFrame = 0.05;  ///< seconds that a label may be late: a frame of 20 in a second
constexpr double kThroughout = 0.98;  ///< of a film, for "continuous"
constexpr std::string_view kRhythm = "·− ··";

struct Judged {
  RuleState state;
  Text why;
};

Judged pass(std::string en, std::string zh) {
  return {RuleState::Pass, {std::move(en), std::move(zh)}};
}
Judged broken(std::string en, std::string zh) {
  return {RuleState::Fail, {std::move(en), std::move(zh)}};
}
Judged unknown(std::string en, std::string zh) {
  return {RuleState::Unknown, {std::move(en), std::move(zh)}};
}

/// Which places does a box touch? It touches an edge when it reaches into the outer band.
std::vector<Place2d> places_of(const Mark& mark) {
  const double width = mark.shown_width;
  const double height = mark.shown_height;
  const bool left = mark.x < kBand * width;
  const bool right = mark.x + mark.width > (1 - kBand) * width;
  const bool top = mark.y < kBand * height;
  const bool bottom = mark.y + mark.height > (1 - kBand) * height;
  std::vector<Place2d> places;
  const auto add = [&](bool there, Place2d place) {
    if (there) places.push_back(place);
  };
  add(top && left, Place2d::TopLeft);
  add(top && right, Place2d::TopRight);
  add(bottom && left, Place2d::BottomLeft);
  add(bottom && right, Place2d::BottomRight);
  add(top, Place2d::Top);
  add(bottom, Place2d::Bottom);
  add(left, Place2d::Left);
  add(right, Place2d::Right);
  return places;
}

class Judge {
 public:
  Judge(const Profile& profile, Origin origin, const MarkFacts& facts, MarkDemand demand)
      : profile_(profile), origin_(origin), facts_(facts), demand_(std::move(demand)) {
    for (const Mark& mark : facts.marks) {
      if (is_rhythm(mark) || holds_words(mark.text, list("words"))) fitting_.push_back(&mark);
    }
  }

  [[nodiscard]] Judged run(std::string_view rule) const {
    // What was found counts even if not everything could be seen.
    if (facts_.marks.empty() && !facts_.blind.empty()) return blind();
    if (facts_.marks.empty() && is_told_around()) return around();
    if (facts_.marks.empty()) return none();
    if (rule == "X-W") return words();
    if (fitting_.empty()) return no_fitting();
    if (rule == "X-T1" || rule == "X-A1") return rule == "X-T1" ? ends() : cue();
    if (rule == "X-A2") return speed();
    if (rule == "X-V1") return first_frame();
    if (rule == "X-V2") return long_enough();
    if (rule == "X-V3") return both(height(), place());
    return rule == "X-I1" ? height() : place();
  }

 private:
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const {
    const ProfileValue* value =
        profile_.find(fmt::format("explicit.{}.{}", profile_word(facts_.medium), key));
    return value == nullptr ? std::vector<std::string>() : value->items;
  }
  static bool is_rhythm(const Mark& mark) { return mark.text == kRhythm; }

  [[nodiscard]] Judged blind() const {
    return unknown("could not be looked for: " + facts_.blind, "无法检查：" + facts_.blind);
  }
  [[nodiscard]] Judged none() const {
    return facts_.medium == MarkMedium::Text
               ? broken("no sentence of the text says that AI made it", "文本中没有 AI 生成的说明")
               : broken(
                     "0 explicit labels were found; one in other words or another form than "
                     "those that are looked for is not recognised",
                     "发现 0 个显式标识；文字或形式不在检查范围内的标识无法识别");
  }
  /// What a platform was told or suspects, it says around the content (Measures Art. 6).
  [[nodiscard]] bool is_told_around() const noexcept {
    return origin_ == Origin::Possible || origin_ == Origin::Suspected;
  }
  [[nodiscard]] static Judged around() {
    return unknown(
        "the label says possible or suspected: the platform's notice stands around the "
        "content, not in it",
        "标识为“可能”或“疑似”：平台的提示位于内容周边，不在文件内");
  }
  [[nodiscard]] Judged no_fitting() const {
    return broken("no label that was found has the words that are demanded",
                  "已发现的标识均不含要求的文字");
  }

  [[nodiscard]] Judged words() const {
    if (!fitting_.empty()) {
      const std::string& text = fitting_.front()->text;
      return pass(fmt::format("\"{}\"", text), fmt::format("“{}”", text));
    }
    const std::string& text = facts_.marks.front().text;
    return broken(fmt::format("\"{}\" lacks words of {}", text, fmt::join(list("words"), ", ")),
                  fmt::format("“{}”缺少 {}", text, fmt::join(list("words"), "、")));
  }

  /// Any of them at a place that is allowed.
  [[nodiscard]] Judged ends() const {
    const std::vector<std::string> allowed = list("position");
    for (const Mark* mark : fitting_) {
      const bool there = allowed.empty() ||
                         std::find(allowed.begin(), allowed.end(), mark->position) != allowed.end();
      if (there) return pass("at the " + mark->position, "位于" + mark->position);
    }
    return broken(
        fmt::format("it stands at the {}, not at the {}", fitting_.front()->position,
                    fmt::join(allowed, ", ")),
        fmt::format("位于 {}，而非 {}", fitting_.front()->position, fmt::join(allowed, "、")));
  }

  [[nodiscard]] Judged cue() const {
    const std::vector<std::string> form = list("form");
    for (const Mark* mark : fitting_) {
      const char* kind = is_rhythm(*mark) ? "rhythm" : "voice";
      if (form.empty() || std::find(form.begin(), form.end(), kind) != form.end()) return ends();
    }
    return broken(fmt::format("the cue is a rhythm, and {} is demanded", fmt::join(form, ", ")),
                  fmt::format("仅有节奏提示音，而要求 {}", fmt::join(form, "、")));
  }

  /// Chinese characters in a minute; other languages have no number.
  [[nodiscard]] Judged speed() const {
    for (const Mark* mark : fitting_) {
      const double seconds = mark->ends - mark->begins;
      if (is_rhythm(*mark) || mark->language != "zh" || seconds <= 0) continue;
      const auto characters = static_cast<double>(std::ranges::count_if(
          mark->text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
      const double speed = characters * 60 / seconds;
      const std::string en = fmt::format("{:.0f} characters a minute", speed);
      const std::string zh = fmt::format("每分钟 {:.0f} 字", speed);
      return speed >= 120 && speed <= 160 ? pass(en, zh) : broken(en, zh);
    }
    return unknown("no spoken label in Chinese was recognised", "未识别到中文语音标识");
  }

  [[nodiscard]] Judged height() const {
    const Mark& mark = **std::ranges::max_element(
        fitting_, {}, [](const Mark* each) { return each->height_share(); });
    const std::uint32_t least =
        least_height(demand_.min_height_ratio, mark.shown_width, mark.shown_height);
    const std::string en = fmt::format("{} px of {} px ({:.1f} % of the shorter side)",
                                       mark.glyph_height, least, 100 * mark.height_share());
    const std::string zh = fmt::format("字高 {} px，要求 {} px（为最短边的 {:.1f} %）",
                                       mark.glyph_height, least, 100 * mark.height_share());
    return mark.glyph_height >= least ? pass(en, zh) : broken(en, zh);
  }

  [[nodiscard]] Judged place() const {
    const std::vector<std::string> allowed = list("position");
    for (const Mark* mark : fitting_) {
      for (const Place2d place : places_of(*mark)) {
        if (!allows(allowed, place)) continue;
        return pass(std::string(to_string(place)), std::string(to_string(place)));
      }
    }
    const Mark& mark = *fitting_.front();
    const double x = 100.0 * (mark.x + mark.width / 2.0) / std::max(1U, mark.shown_width);
    const double y = 100.0 * (mark.y + mark.height / 2.0) / std::max(1U, mark.shown_height);
    return broken(
        fmt::format("its middle is {:.0f} % from the left and {:.0f} % from the top", x, y),
        fmt::format("标识中心距左 {:.0f} %、距上 {:.0f} %", x, y));
  }

  static Judged both(const Judged& one, const Judged& other) {
    if (one.state == RuleState::Fail) return one;
    if (other.state == RuleState::Fail) return other;
    return {one.state, {one.why.en + ", " + other.why.en, one.why.zh + "，" + other.why.zh}};
  }

  [[nodiscard]] const Mark& earliest() const {
    return **std::ranges::min_element(fitting_, {}, [](const Mark* mark) { return mark->begins; });
  }

  [[nodiscard]] Judged first_frame() const {
    const Mark& mark = earliest();
    const std::string en = fmt::format("from {:.2f} s", mark.begins);
    const std::string zh = fmt::format("自 {:.2f} 秒起", mark.begins);
    return mark.begins <= kFrame ? pass(en, zh) : broken(en, zh);
  }

  [[nodiscard]] Judged long_enough() const {
    const Mark& mark = earliest();
    double least = demand_.whole_film ? kThroughout * mark.duration : demand_.min_seconds;
    // A shorter film carries it throughout.
    if (mark.duration > 0) least = std::min(least, mark.duration);
    const double shown = mark.ends - mark.begins;
    const std::string en = fmt::format("{:.2f} s of {:.2f} s", shown, least);
    const std::string zh = fmt::format("{:.2f} 秒，要求 {:.2f} 秒", shown, least);
    return shown + kFrame >= least ? pass(en, zh) : broken(en, zh);
  }

  const Profile& profile_;
  Origin origin_;
  const MarkFacts& facts_;
  MarkDemand demand_;
  std::vector<const Mark*> fitting_;
};

bool concerns(std::string_view rule, MarkMedium medium) {
  constexpr char kLetters[] = {'T', 'I', 'A', 'V'};
  if (rule == "X-W") return medium != MarkMedium::Sound;
  return rule.size() > 2 && rule[2] == kLetters[static_cast<std::size_t>(medium)];
}

}  // namespace

std::string_view to_string(RuleState state) noexcept {
  constexpr std::string_view kWords[] = {"pass", "fail", "not-checkable"};
  return kWords[static_cast<std::size_t>(state)];
}

std::uint32_t least_height(double ratio, std::uint32_t width, std::uint32_t height) {
  // A hair less, so that 0.05 times 1080, which is no exact number, is 54.
  return static_cast<std::uint32_t>(std::ceil(ratio * std::min(width, height) - 1e-9));
}

Result<std::vector<RuleResult>> judge_marks(const Profile& profile, Origin origin,
                                            const MarkFacts& facts) {
  const ProfileValue* rules = profile.find("check.rules");
  MarkWishes wishes;
  wishes.label = MarkWishes::Label::Auto;
  std::vector<Finding> notes;
  const auto demand = TRY(demand_of({profile}, facts.medium, origin, wishes, notes));
  std::vector<RuleResult> results;
  if (rules == nullptr || !demand) return results;
  const Judge judge(profile, origin, facts, *demand);
  for (const std::string& rule : rules->items) {
    if (!concerns(rule, facts.medium)) continue;
    Judged judged = judge.run(rule);
    results.push_back({rule, profile.name, judged.state, std::move(judged.why)});
  }
  return results;
}

}  // namespace colophon
