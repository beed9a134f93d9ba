// SPDX-License-Identifier: Apache-2.0
// A label in a film: only the pictures that carry it are coded again, inside the file as it is.
#include "marks/film_eye.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

using namespace film;

Shape shape_of(const Film& film, const Coding& coding) {
  Shape shape;
  shape.width = coding.set.width;
  shape.height = coding.set.height;
  shape.turn = film.turn;
  const bool told = film.pixel_width > 0 && film.pixel_height > 0;
  const double pixel = told ? static_cast<double>(film.pixel_width) / film.pixel_height
                            : static_cast<double>(coding.set.pixel_width) / coding.set.pixel_height;
  if (pixel >= 0.05 && pixel <= 20) shape.pixel = pixel;
  return shape;
}

/// One attempt: coded, put into the file, looked at.
Result<MarkPlan> attempt(Source& source, const Format& format, const Film& film,
                         const Coding& coding, const std::vector<Part>& parts,
                         const DrawnLabel& label, Joins& joins, EncodeChoice choice,
                         const MarkEnv& env) {
  constexpr double kCodingShare = 0.85;
  const MarkProgress progress = [&](double share) {
    if (env.progress) env.progress(share * kCodingShare);
  };
  Coded coded = TRY(encode(source, film, coding, parts, label, choice, progress));
  MarkPlan plan;
  plan.changes = true;
  plan.splice = TRY(replace_samples(source, format, coded.samples, coded.config, env.limits));
  (void)TRY(check(source, format, film, parts, coded, plan.splice, label, joins, env));
  if (env.progress) env.progress(1);
  if (coded.bytes->size() > env.limits.max_memory) {
    plan.made = std::make_shared<BehindSource>(source, std::move(coded.bytes));
    return plan;
  }
  for (Piece& piece : plan.splice.pieces) {
    const auto* range = std::get_if<Range>(&piece);
    if (range == nullptr || range->offset < source.size()) continue;
    piece = Put{TRY(read(*coded.bytes, {range->offset - source.size(), range->size}))};
  }
  return plan;
}

/// What costs more than its label is told.
void tell_long_parts(const std::vector<Part>& parts, const MarkDemand& demand, MarkPlan& plan) {
  constexpr double kLong = 12;
  for (const Part& part : parts) {
    const double seconds = part.ends - part.begins;
    if (demand.whole_film || seconds < demand.min_seconds + kLong) continue;
    plan.notes.push_back(
        {"mark-long",
         Severity::Info,
         {fmt::format("the film can be entered nowhere sooner, so the label stays for {:.1f} s and "
                      "all pictures of that time were coded again",
                      seconds),
          fmt::format("影片没有更近的切入点，标识持续 {:.1f} 秒，这段时间的画面已全部重新编码",
                      seconds)},
         std::nullopt});
  }
}

/// New pictures in the place of those that carry the label.
Result<MarkPlan> relabel(Source& source, const Format& format, const MarkDemand& demand,
                         const MarkEnv& env) {
  const Film film = TRY(read_film(source, format, env.limits));
  if (film.codec != "h264") {
    return fail(ErrorCode::Unsupported,
                fmt::format("{}: only pictures of H.264 can be replaced one by one", format.name));
  }
  const Coding coding = TRY(coding_of(source, film));
  Joins joins(source, film, coding.config.length_size);
  const std::vector<Part> parts = TRY(parts_of(film, joins, demand));
  const DrawnLabel label = TRY(make_label(shape_of(film, coding), demand));
  EncodeChoice choice;
  choice.b_frames = coding.reorder > 0 ? 3 : 0;
  auto plan = attempt(source, format, film, coding, parts, label, joins, choice, env);
  if (!plan && choice.b_frames > 0 && plan.error().code == ErrorCode::Unsupported) {
    choice.b_frames = 0;
    plan = attempt(source, format, film, coding, parts, label, joins, choice, env);
  }
  if (!plan && plan.error().code == ErrorCode::Conflict) {
    choice.quality = 8;  // noise needs far more bits than pictures do
    plan = attempt(source, format, film, coding, parts, label, joins, choice, env);
  }
  if (!plan) return plan;
  tell_long_parts(parts, demand, *plan);
  for (const Part& part : parts) {
    Mark mark = label.mark;
    mark.begins = part.begins;
    mark.ends = part.ends;
    mark.duration = film.duration();
    plan->marks.push_back(std::move(mark));
  }
  return plan;
}

}  // namespace

Result<MarkPlan> plan_film_mark(Source& source, const Format& format, const MarkDemand& demand,
                                const MarkEnv& env) {
  MarkPlan there;
  there.marks = standing_marks(source, demand);
  if (!there.marks.empty()) {
    there.splice = identity(source.size());
    return there;
  }
  auto plan = relabel(source, format, demand, env);
  const bool other_way = !plan && (plan.error().code == ErrorCode::Unsupported ||
                                   plan.error().code == ErrorCode::Conflict);
  if (other_way) return remake(source, format, demand, env, plan.error());
  return plan;
}

}  // namespace colophon
