// SPDX-License-Identifier: Apache-2.0
// Labels that are heard: rhythm and speech, put in front of the programme, behind it, or both.
#include <fmt/core.h>

#include <algorithm>

#include "marks/sound_cue.hpp"
#include "marks/sound_listen.hpp"
#include "marks/sound_prompts.hpp"
#include "marks/sound_rhythm.hpp"

namespace colophon {
namespace {

using namespace sound;

constexpr std::uint32_t kLeastRate = 4000;

/// The parts that no mark at that position says yet.
CueParts missing(const MarkDemand& demand, const std::vector<Mark>& marks,
                 std::string_view position) {
  const auto stands = [&](std::string_view text) {
    return std::any_of(marks.begin(), marks.end(), [&](const Mark& mark) {
      return mark.position == position && mark.text == text;
    });
  };
  CueParts parts;
  parts.rhythm = demand.rhythm && !stands(kRhythmText);
  for (const std::string& language : demand.spoken) {
    const Prompt* prompt = find_prompt(language);
    if (prompt == nullptr || stands(prompt->text)) continue;
    const std::string own(prompt->language);
    if (std::find(parts.spoken.begin(), parts.spoken.end(), own) == parts.spoken.end()) {
      parts.spoken.push_back(own);
    }
  }
  return parts;
}

Status check(const MarkDemand& demand) {
  for (const std::string& language : demand.spoken) {
    if (find_prompt(language) != nullptr) continue;
    std::string known;
    for (const Prompt& prompt : prompts()) {
      known += (known.empty() ? "" : ", ") + std::string(prompt.language);
    }
    return fail(ErrorCode::Unsupported,
                fmt::format("there is no spoken label in the language \"{}\"; there is one in {}",
                            language, known));
  }
  if (!demand.rhythm && demand.spoken.empty()) {
    return fail(ErrorCode::Usage, "neither the rhythm nor spoken words are asked for");
  }
  if (!demand.at_start && !demand.at_end) {
    return fail(ErrorCode::Usage, "a label of a sound stands at its start, its end, or both");
  }
  return {};
}

/// The level of the stretch next to a place.
double level_near(const Heard& heard, Moment moment) {
  const std::span<const float> samples =
      moment == Moment::End ? heard.parts.back().samples : heard.parts.front().samples;
  const std::size_t most = static_cast<std::size_t>(kListened * kListenRate);
  const std::size_t size = std::min(samples.size(), most);
  return level_of(moment == Moment::End ? samples.last(size) : samples.first(size), kListenRate);
}

/// What is to be put in, with the marks of each.
struct Wish {
  std::vector<Insertion> insertions;
  std::vector<std::vector<Mark>> marks;

  void add(const CueParts& parts, Moment moment, double at, const SoundFile& file, double level) {
    if (parts.empty()) return;
    Cue cue = make_cue(parts, moment, file.rate(), level_beside(level));
    insertions.push_back({moment, at, std::move(cue.samples)});
    marks.push_back(std::move(cue.marks));
  }
};

Wish wish_for(const MarkDemand& demand, const SoundFile& file, const Heard& heard,
              const Labels& there, std::vector<Finding>& notes) {
  Wish wish;
  if (demand.at_start) {
    wish.add(missing(demand, there.marks, "start"), Moment::Start, 0, file,
             level_near(heard, Moment::Start));
  }
  if (demand.repeat_seconds > 0 && file.duration() > demand.repeat_seconds) {
    if (const auto why = file.no_middle()) {
      notes.push_back({"mark-repeat", Severity::Warning, *why, std::nullopt});
    } else if (!wish.insertions.empty()) {
      const CueParts all = missing(demand, {}, "");
      // Where less than half a period is left, the programme is nearly over.
      for (double at = demand.repeat_seconds; at + demand.repeat_seconds / 2 < file.duration();
           at += demand.repeat_seconds) {
        wish.add(all, Moment::Middle, at, file, level_near(heard, Moment::Start));
      }
    }
  }
  if (demand.at_end) {
    wish.add(missing(demand, there.marks, "end"), Moment::End, 0, file,
             level_near(heard, Moment::End));
  }
  return wish;
}

std::string_view position_of(Moment moment) {
  return moment == Moment::Start ? "start" : moment == Moment::End ? "end" : "middle";
}

/// What stood there before, where it is heard now, and what is new.
std::vector<Mark> marks_after(const Labels& there, const Wish& wish, const Inserted& inserted) {
  double in_front = 0;
  if (!wish.insertions.empty() && wish.insertions.front().moment == Moment::Start) {
    in_front = inserted.programme_begins;
  }
  std::vector<Mark> marks;
  for (Mark mark : there.marks) {
    mark.begins += in_front;
    mark.ends += in_front;
    marks.push_back(std::move(mark));
  }
  for (std::size_t i = 0; i < wish.marks.size(); ++i) {
    for (Mark mark : wish.marks[i]) {
      mark.begins += inserted.begins[i];
      mark.ends += inserted.begins[i];
      mark.position = position_of(wish.insertions[i].moment);
      marks.push_back(std::move(mark));
    }
  }
  for (Mark& mark : marks) mark.duration = inserted.duration;
  std::sort(marks.begin(), marks.end(),
            [](const Mark& a, const Mark& b) { return a.begins < b.begins; });
  return marks;
}

Failure nothing_to_hear() {
  return fail(ErrorCode::Unsupported,
              "there is no sound in the file: a label would be all that is heard");
}

}  // namespace

Result<MarkPlan> plan_sound_mark(Source& source, const Format& format, const MarkDemand& demand,
                                 const MarkEnv& env) {
  TRY(check(demand));
  const auto file = TRY(open_sound(source, format, env.limits));
  if (file->duration() <= 0) return nothing_to_hear();
  if (file->rate() < kLeastRate) {
    return fail(ErrorCode::Unsupported,
                fmt::format("the sound has {} samples per second, too few for a label that people "
                            "understand; convert it to at least {}",
                            file->rate(), kLeastRate));
  }
  const Heard heard = TRY(hear_ends(*file, 2 * kListened));
  const Labels there = labels_in(heard, file->duration(), &demand.spoken);
  MarkPlan plan;
  const Wish wish = wish_for(demand, *file, heard, there, plan.notes);
  if (wish.insertions.empty()) {
    plan.splice = identity(source.size());
    plan.marks = there.marks;
    return plan;
  }
  Inserted inserted = TRY(file->insert(wish.insertions));
  if (env.progress) env.progress(1);
  plan.changes = true;
  plan.marks = marks_after(there, wish, inserted);
  plan.made = std::move(inserted.made);
  plan.splice = std::move(inserted.splice);
  for (Finding& note : inserted.notes) plan.notes.push_back(std::move(note));
  return plan;
}

Result<MarkSearch> find_sound_marks(Source& source, const Format& format, const MarkEnv& env) {
  const auto file = TRY(open_sound(source, format, env.limits));
  MarkSearch search;
  if (file->duration() <= 0) return search;
  const Heard heard = TRY(hear_ends(*file, kWholeUpTo));
  Labels labels = labels_in(heard, file->duration());
  search.marks = std::move(labels.marks);
  search.notes = std::move(labels.notes);
  search.looked.push_back(heard.whole
                              ? fmt::format("the whole sound ({:.1f} s)", file->duration())
                              : fmt::format("the first and the last {:.0f} s of {:.0f} s of sound",
                                            kListened, file->duration()));
  return search;
}

}  // namespace colophon
