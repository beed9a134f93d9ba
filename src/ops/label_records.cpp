// SPDX-License-Identifier: Apache-2.0
#include "ops/label_records.hpp"

#include <algorithm>

namespace colophon {
namespace {

constexpr std::size_t kCarriersShown = 16;

bool is_label(const Statement& statement) {
  return statement.evidence.standard == StandardId::Gb45438 &&
         statement.evidence.layer == Layer::Implicit;
}

bool any_label(const Reading& reading) {
  return std::any_of(reading.statements.begin(), reading.statements.end(), is_label);
}

}  // namespace

bool RecordLabeller::is_needed(const Reading& before, const LabelJob& job, const Limits& limits) {
  if (before.format == nullptr || before.format->next_records == nullptr || before.error) {
    return false;
  }
  const auto& wanted = job.standards;
  const bool gb = std::find(wanted.begin(), wanted.end(), "gb45438") != wanted.end();
  const std::uint64_t afterwards = before.layout.carriers.size() + before.layout.records;
  return gb && !job.sidecar && (before.grouped || afterwards > limits.max_carriers);
}

RecordLabeller::RecordLabeller(Source& source, const LabelJob& job, const Env& env,
                               const Reading& before)
    : source_(source),
      job_(job),
      env_(env),
      before_(before),
      format_(*before.format),
      raised_(stretch_limits(env.limits)),
      all_{{}, any_label(before)},
      after_(*before.format) {}

Status RecordLabeller::run(Sink* sink) {
  bool forced = false;  // the stretches note it
  TRY(respect_existing(before_, job_.force, forced));
  after_ = Grouping(format_);
  changes_ = false;
  written_ = {};
  size_ = 0;
  notes_.clear();
  TRY(for_each_stretch(source_, format_, env_.limits,
                       [&](Stretch& stretch) { return label(stretch, sink); }));
  if (written_.carriers_count > 0) return {};
  return fail(ErrorCode::Unsupported,
              "no record is an object, so there is no place for a label; use --sidecar",
              std::string(format_.id));
}

Status RecordLabeller::label(Stretch& stretch, Sink* sink) {
  MemorySource records(stretch.bytes);
  Env env = env_;
  env.limits = raised_;
  Reading before = read_stretch(records, format_, stretch.first, raised_);
  const PlannedLabel planned = TRY(plan_stretch(std::move(before), records, job_, env, all_));
  SplicedSource output(records, planned.plan.splice);
  Limits doubled = raised_;
  doubled.max_carriers *= 2;
  Reading after = read_stretch(output, format_, stretch.first, doubled);
  TRY(check_after(after, planned));
  count(after, planned);
  if (sink != nullptr) TRY(execute(records, planned.plan.splice, *sink));
  const RecordPlace first{size_, stretch.first.record, stretch.first.line};
  size_ += output.size();
  after_.add(std::move(after), first);
  return {};
}

void RecordLabeller::count(const Reading& after, const PlannedLabel& planned) {
  changes_ = changes_ || planned.plan.changes;
  for (const Piece& piece : planned.plan.splice.pieces) {
    if (const auto* put = std::get_if<Put>(&piece)) written_.bytes_put += put->bytes.size();
  }
  for (const Statement& statement : after.statements) {
    if (!is_label(statement)) continue;
    ++written_.carriers_count;
    if (written_.carriers.size() < kCarriersShown) {
      written_.carriers.push_back(statement.evidence.carrier);
    }
  }
  for (const Finding& note : planned.plan.notes) {
    const bool known = std::any_of(notes_.begin(), notes_.end(), [&](const Finding& earlier) {
      return earlier.rule == note.rule;
    });
    if (!known) notes_.push_back(note);
  }
}

Report RecordLabeller::report(Written written) {
  LabelPlan plan;
  plan.format = &format_;
  plan.notes = notes_;
  written.carriers = written_.carriers;
  written.carriers_count = written_.carriers_count;
  written.bytes_put = written_.bytes_put;
  Report report = report_on(after_.take(), size_, job_, plan);
  report.written = std::move(written);
  return report;
}

}  // namespace colophon
