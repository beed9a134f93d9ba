// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_listen.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "marks/sound_cue.hpp"
#include "marks/sound_rhythm.hpp"
#include "marks/sound_spoken.hpp"

namespace colophon::sound {
namespace {

// Shares of unmarked clips in which something was found (docs/marks.md). One rhythm of 3,000; no
// spoken label, so that this is the upper end of the 95 % interval.
constexpr double kRhythmFalseAlarms = 0.0003, kSpokenFalseAlarms = 0.001;
// Stretches that are asked for at once, and how much two of them share: more than any label.
constexpr double kStretch = 60, kShared = 6;

std::string position_of(double begins, double ends, double duration) {
  const double behind = duration - ends;
  if (begins <= kListened && begins <= behind) return "start";
  return behind <= kListened ? "end" : "middle";
}

void add(Labels& labels, Mark mark) {
  const auto same = [&](const Mark& other) {
    return other.text == mark.text && mark.begins < other.ends && other.begins < mark.ends;
  };
  if (std::none_of(labels.marks.begin(), labels.marks.end(), same)) {
    labels.marks.push_back(std::move(mark));
  }
}

Finding equal_gaps(double begins) {
  return {"mark-rhythm",
          Severity::Warning,
          {fmt::format("the tones at {:.1f} s have equal gaps (Morse L, short long short short): "
                       "the rhythm of a label has a longer gap in its middle",
                       begins),
           fmt::format("第 {:.1f} 秒处的提示音各间隔相等（摩尔斯电码 L），"
                       "不是“短长 短短”的节奏标识：两组之间的间隔应更长",
                       begins)},
          std::nullopt};
}

}  // namespace

Result<Heard> hear_ends(SoundFile& file, double whole_up_to) {
  Heard heard;
  const double duration = file.duration();
  heard.whole = duration <= std::max(whole_up_to, 2 * kListened);
  if (!heard.whole) {
    heard.parts.push_back({0, TRY(file.hear(0, kListened))});
    const double from = duration - kListened;
    heard.parts.push_back({from, TRY(file.hear(from, kListened + 1))});
    return heard;
  }
  for (double from = 0; from == 0 || from + kShared < duration; from += kStretch - kShared) {
    heard.parts.push_back({from, TRY(file.hear(from, kStretch))});
  }
  return heard;
}

Labels labels_in(const Heard& heard, double duration, const std::vector<std::string>* only) {
  Labels labels;
  for (const Heard::Part& part : heard.parts) {
    for (const Rhythm& rhythm : find_rhythms(part.samples)) {
      if (!rhythm.letters_apart) {
        if (labels.notes.size() < 16) {
          labels.notes.push_back(equal_gaps(part.from + rhythm.begins));
        }
        continue;
      }
      Mark mark;
      mark.text = kRhythmText;
      mark.begins = part.from + rhythm.begins;
      mark.ends = part.from + rhythm.ends;
      mark.score = rhythm.score;
      mark.false_alarms = kRhythmFalseAlarms;
      add(labels, std::move(mark));
    }
    for (const Spoken& spoken : find_spoken(part.samples, only)) {
      Mark mark;
      mark.text = spoken.prompt->text;
      mark.language = spoken.prompt->language;
      mark.begins = part.from + spoken.begins;
      mark.ends = part.from + spoken.ends;
      mark.score = std::min(1.0, spoken.score);
      mark.false_alarms = kSpokenFalseAlarms;
      add(labels, std::move(mark));
    }
  }
  for (Mark& mark : labels.marks) {
    mark.medium = MarkMedium::Sound;
    mark.duration = duration;
    mark.position = position_of(mark.begins, mark.ends, duration);
  }
  std::sort(labels.marks.begin(), labels.marks.end(),
            [](const Mark& a, const Mark& b) { return a.begins < b.begins; });
  return labels;
}

}  // namespace colophon::sound
