// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <chrono>

#include "ops/delivery.hpp"
#include "ops/label_records.hpp"

namespace colophon {
namespace {

/// One pass that writes; a stream gets nothing before all of it has been read back.
Status write_records(const FileSource& source, Place& place, RecordLabeller& labeller) {
  if (place.way() == Place::Way::Stream) {
    TRY(labeller.run(nullptr));
    StreamSink sink(STDOUT_FILENO);
    return labeller.run(&sink);
  }
  const auto file = TRY(place.create());
  TRY(labeller.run(file.get()));
  const bool stays = place.way() == Place::Way::InPlace && !labeller.changes();
  return stays ? Status{} : place.commit(*file, source);
}

Result<Report> deliver_records(const FileSource& source, Place& place, RecordLabeller& labeller) {
  Written written;
  written.output = place.name();
  if (place.is_dry()) {
    TRY(labeller.run(nullptr));
  } else {
    TRY(write_records(source, place, labeller));
  }
  written.mode = labeller.changes() ? "rewritten" : "unchanged";
  if (place.is_dry()) {
    if (labeller.changes()) {
      TRY(place.check_backup());
      TRY(place.note_replacing());
    }
    turn_planned(written, place);
  }
  Report report = labeller.report(std::move(written));
  add_notes(report, place);
  return report;
}

}  // namespace

Result<Report> label(Source& source, Sink& sink, const LabelJob& job, const Env& env) {
  Reading before = read_statements(source, job.format, job.file_name, job.old_sidecar, env.limits);
  if (RecordLabeller::is_needed(before, job, env.limits)) {
    RecordLabeller labeller(source, job, env, before);
    TRY(labeller.run(nullptr));
    TRY(labeller.run(&sink));
    Written written;
    written.mode = labeller.changes() ? "rewritten" : "unchanged";
    return labeller.report(std::move(written));
  }
  PlannedLabel planned = TRY(plan_marked(std::move(before), source, job, env));
  return deliver(source, sink, job, env, planned);
}

Result<Report> label_file(const std::string& path, const Destination& destination, LabelJob job,
                          const Env& env) {
  const auto start = std::chrono::steady_clock::now();
  if (job.file_name.empty()) job.file_name = path;
  if (path == "-" && destination.kind == Destination::Kind::InPlace) {
    return fail(ErrorCode::Usage, "standard input cannot be changed in place; give -o");
  }
  const auto source = TRY(Place::open(path, destination));
  if (auto old = read_small_file(sidecar_name(path), env.limits.max_payload)) {
    job.old_sidecar = std::move(*old);
  }
  if (auto old = read_small_file(store_name(path), env.limits.max_payload)) {
    job.old_store = std::move(*old);
  }
  Reading before = read_statements(*source, job.format, job.file_name, job.old_sidecar, env.limits);
  Place place = TRY(Place::choose(path, destination));
  job.in_place = place.way() == Place::Way::InPlace && !place.keeps_backup();
  Report report;
  if (RecordLabeller::is_needed(before, job, env.limits)) {
    RecordLabeller labeller(*source, job, env, before);
    report = TRY(deliver_records(*source, place, labeller));
  } else {
    PlannedLabel planned = TRY(plan_marked(std::move(before), *source, job, env));
    report = TRY(deliver(*source, place, job, env, planned));
  }
  const auto took = std::chrono::steady_clock::now() - start;
  report.milliseconds = std::chrono::duration<double, std::milli>(took).count();
  return report;
}

}  // namespace colophon
