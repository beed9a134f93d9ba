// SPDX-License-Identifier: Apache-2.0
// The other way: the worker makes the whole film anew. Every picture loses a little; sound,
// subtitles, chapters and metadata are copied.
#include "marks/film_eye.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace colophon::film {
namespace {

constexpr double kLeastLikeness = 0.6;
constexpr double kLeastDb = 32;  // of brightness beside the label, in frames that are looked at

Failure wrong(std::string why) {
  return fail(ErrorCode::Conflict, std::move(why), "film");
}

const char* container_of(const Format& format) {
  for (const char* name : {"mp4", "mov", "webm", "avi", "flv"}) {
    if (format.id == name) return name;
  }
  return format.id == "mkv" ? "matroska" : nullptr;
}

/// Brightness beside the label, PSNR.
double likeness_beside(const Plane& a, const Plane& b, const worker::Patch& without) {
  if (a.width != b.width || a.height != b.height) return 0;
  double squares = 0, count = 0;
  for (std::uint32_t y = 0; y < a.height; ++y) {
    for (std::uint32_t x = 0; x < a.width; ++x) {
      const bool inside = x >= without.x && x - without.x < without.width && y >= without.y &&
                          y - without.y < without.height;
      if (inside) continue;
      const std::size_t at = std::size_t{y} * a.width + x;
      const double d = static_cast<double>(a.samples[at]) - b.samples[at];
      squares += d * d;
      count += 1;
    }
  }
  return squares == 0 || count == 0 ? 100 : 10 * std::log10(255.0 * 255.0 * count / squares);
}

/// What came out is the film, and carries the label.
Status check(Source& source, Source& made, const Format& format, const DrawnLabel& label,
             const std::vector<Span>& spans) {
  const Format* kind = detect(made, "");
  if (kind == nullptr || kind->id != format.id) return wrong("the film became one of another kind");
  Eye before(source), after(made);
  std::vector<Plane> old;
  std::vector<double> times;
  for (const Span& span : spans) {
    if (times.size() < 8) times.push_back((span.from + span.to) / 2);
  }
  TRY(before.look_coded(times, [&](double, const Plane& plane) { old.push_back(plane); }));
  std::size_t at = 0;
  double least = 100, readable = 1;
  TRY(after.look_coded(times, [&](double, const Plane& plane) {
    least = std::min(least, likeness_beside(old[at++], plane, label.patch));
    readable = std::min(readable, likeness_of(plane, label));
  }));
  if (std::abs(before.duration() - after.duration()) > 0.2) {
    return wrong("the film became longer or shorter");
  }
  if (before.shape().turn != after.shape().turn ||
      std::abs(before.shape().pixel - after.shape().pixel) > 0.01) {
    return wrong("the film would be shown in another shape");
  }
  if (least < kLeastDb) return wrong("coding the film again changes its pictures too much");
  if (readable < kLeastLikeness) {
    return wrong("the label cannot be read in the pictures that were coded again");
  }
  return {};
}

}  // namespace

namespace {

/// The whole film once more, and looked at.
Result<MarkPlan> attempt(Source& source, const Format& format, const MarkEnv& env, const Eye& eye,
                         const DrawnLabel& label, const std::vector<Span>& spans,
                         const char* container, int better) {
  worker::RemakeWork work;
  work.better = better;
  std::string_view(container).copy(work.container.data(), work.container.size() - 1);
  work.threads = 2;
  work.spans = static_cast<std::uint32_t>(spans.size());
  ByteBuffer request;
  append_part(request, work);
  for (const Span& span : spans) {
    for (const double at : {span.from, span.to}) {
      append_part(request, static_cast<std::int64_t>(std::llround(at * 1e6)));
    }
  }
  append_part(request, label.patch);
  append(request, label.grey);
  append(request, label.opacity);

  const auto file = TRY(UnnamedFile::create());
  // Slow codings need ten times the time of H.264.
  const auto frames = static_cast<std::uint64_t>(std::max(eye.duration(), 1.0) * 60 * 10);
  const FilmBudget budget{frames, eye.shape().width, eye.shape().height, true};
  TRY(film_work(source, "film-remake", request, budget,
                [&](worker::Record kind, Bytes bytes) -> Status {
                  if (kind == worker::Record::Write) {
                    constexpr std::uint64_t kMost = 1ULL << 42;
                    const auto record = record_of<worker::WriteRecord>(bytes);
                    if (!record || record->at > kMost) return wrong("the new film is too large");
                    return file->write_at(record->at, slice(bytes, sizeof *record));
                  }
                  const auto share = record_of<double>(bytes);
                  if (kind == worker::Record::Progress && share && env.progress) {
                    env.progress(std::clamp(*share, 0.0, 1.0));
                  }
                  return {};
                }));
  MarkPlan plan;
  plan.changes = true;
  plan.made = TRY(file->take("the new film"));
  plan.splice = identity(plan.made->size());
  TRY(check(source, *plan.made, format, label, spans));
  return plan;
}

}  // namespace

Result<MarkPlan> remake(Source& source, const Format& format, const MarkDemand& demand,
                        const MarkEnv& env, const Error& reason) {
  const char* container = container_of(format);
  if (container == nullptr) return Failure(reason);
  Eye eye(source);
  TRY(eye.look({0}, [](double, const Plane&) {}));
  const DrawnLabel label = TRY(make_label(eye.shape(), demand));
  const std::vector<Span> spans = shown_spans(0, eye.duration(), demand);
  // Noise needs far more bits than pictures do.
  constexpr int kMuchBetter = 9;
  auto made = attempt(source, format, env, eye, label, spans, container, 0);
  if (!made && made.error().code == ErrorCode::Conflict) {
    made = attempt(source, format, env, eye, label, spans, container, kMuchBetter);
  }
  MarkPlan plan = TRY(std::move(made));
  for (const Span& span : spans) {
    Mark mark = label.mark;
    mark.begins = span.from;
    mark.ends = span.to;
    mark.duration = eye.duration();
    plan.marks.push_back(std::move(mark));
  }
  plan.notes.push_back(
      {"mark-recoded",
       Severity::Warning,
       {fmt::format("all pictures of the film were coded again: {}", reason.message),
        fmt::format("影片的全部画面已重新编码：{}", reason.message)},
       std::nullopt});
  return plan;
}

}  // namespace colophon::film
