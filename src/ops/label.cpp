// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <unistd.h>

#include <chrono>

#include "io/io.hpp"
#include "ops/label_records.hpp"

namespace colophon {
namespace {

std::uint64_t bytes_put(const Splice& splice) {
  std::uint64_t size = 0;
  for (const Piece& piece : splice.pieces) {
    if (const auto* put = std::get_if<Put>(&piece)) size += put->bytes.size();
  }
  return size;
}

/// One file being labelled: the plan is made, the question is where it goes.
class Delivery {
 public:
  Delivery(std::string path, FileSource& source, const Destination& destination,
           const LabelJob& job, const Env& env, const PlannedLabel& planned)
      : path_(std::move(path)),
        source_(source),
        destination_(destination),
        job_(job),
        env_(env),
        planned_(planned) {}

  Result<Report> carry_out() {
    Written written;
    written.carriers = plan().carriers;
    written.carriers_count = written.carriers.size();
    Reading after = TRY(deliver(written));
    const std::uint64_t size = plan().splice.output_size();
    Report report = report_on(std::move(after), size, job_, plan());
    report.written = std::move(written);
    return report;
  }

 private:
  [[nodiscard]] const LabelPlan& plan() const noexcept { return planned_.plan; }

  Result<Reading> check_planned() {
    SplicedSource output(source_, plan().splice);
    return read_back(output, planned_, job_, env_);
  }

  Result<Reading> deliver(Written& written) {
    using Kind = Destination::Kind;
    written.bytes_put = plan().sidecar ? plan().sidecar->size() : bytes_put(plan().splice);
    switch (destination_.kind) {
      case Kind::Nowhere:
        written.mode = plan().changes ? "planned" : "unchanged";
        return check_planned();
      case Kind::Stream:
        return to_stream(written);
      case Kind::File:
        if (is_same_file(destination_.path, path_)) return in_place(written);
        return to_file(destination_.path, written);
      case Kind::InPlace:
        return in_place(written);
    }
    return check_planned();
  }

  Result<Reading> to_stream(Written& written) {
    if (plan().sidecar) {
      return fail(ErrorCode::Usage,
                  "this label goes to a sidecar file, which a stream cannot carry; give -o FILE");
    }
    Reading after = TRY(check_planned());
    StreamSink sink(STDOUT_FILENO);
    TRY(execute(source_, plan().splice, sink));
    written.mode = plan().changes ? "rewritten" : "unchanged";
    written.output = "-";
    return after;
  }

  Result<Reading> to_file(const std::string& target, Written& written) {
    written.output = target;
    written.mode = plan().sidecar ? "sidecar" : plan().changes ? "rewritten" : "unchanged";
    Reading after = TRY(rewrite(target));
    if (plan().sidecar) TRY(write_sidecar(target));
    return after;
  }

  Result<Reading> in_place(Written& written) {
    written.output = path_;
    if (!plan().changes) {
      written.mode = "unchanged";
      written.bytes_put = 0;
      return check_planned();
    }
    if (plan().sidecar) {
      written.mode = "sidecar";
      Reading after = TRY(check_planned());
      TRY(write_sidecar(path_));
      return after;
    }
    const std::string target = resolved(path_);
    const bool patch = plan().format->can.in_place && destination_.backup_suffix.empty() &&
                       plan().splice.fits_in_place(source_.size());
    if (!patch) {
      written.mode = "rewritten";
      return rewrite(target);
    }
    written.mode = "in-place";
    Reading after = TRY(check_planned());
    const FileTraits traits = TRY(traits_of(target));
    TRY(patch_in_place(target, plan().splice, source_.size()));
    if (destination_.keep_times) TRY(set_times(target, traits));
    return after;
  }

  Result<Reading> rewrite(const std::string& target) {
    std::optional<FileTraits> traits;
    if (path_ != "-") traits = TRY(traits_of(path_));
    const auto file = TRY(AtomicFile::create(target, traits ? &*traits : nullptr));
    TRY(execute(source_, plan().splice, *file));
    const auto output = TRY(file->reopen());
    Reading after = TRY(read_back(*output, planned_, job_, env_));
    if (destination_.kind == Destination::Kind::InPlace && !destination_.backup_suffix.empty()) {
      TRY(keep_backup(target, target + destination_.backup_suffix, job_.force));
    }
    TRY(file->commit(destination_.keep_times));
    return after;
  }

  Status write_sidecar(const std::string& target) {
    const auto file = TRY(AtomicFile::create(sidecar_name(target), nullptr));
    TRY(file->write(*plan().sidecar));
    return file->commit(false);
  }

  std::string path_;
  FileSource& source_;
  const Destination& destination_;
  const LabelJob& job_;
  const Env& env_;
  const PlannedLabel& planned_;
};

/// A stream gets nothing before all of it has been read back.
Result<Written> stream_records(RecordLabeller& labeller) {
  TRY(labeller.run(nullptr));
  StreamSink sink(STDOUT_FILENO);
  TRY(labeller.run(&sink));
  Written written;
  written.mode = labeller.changes() ? "rewritten" : "unchanged";
  written.output = "-";
  return written;
}

/// Into `target`, which appears whole or not at all; the file itself stays when nothing changes.
Result<Written> write_records(const std::string& path, const std::string& target, bool in_place,
                              const Destination& destination, RecordLabeller& labeller,
                              bool force) {
  std::optional<FileTraits> traits;
  if (path != "-") traits = TRY(traits_of(path));
  const auto file = TRY(AtomicFile::create(target, traits ? &*traits : nullptr));
  TRY(labeller.run(file.get()));
  Written written;
  written.output = in_place ? path : target;
  written.mode = labeller.changes() ? "rewritten" : "unchanged";
  if (in_place && !labeller.changes()) return written;
  if (in_place && !destination.backup_suffix.empty()) {
    TRY(keep_backup(target, target + destination.backup_suffix, force));
  }
  TRY(file->commit(destination.keep_times));
  return written;
}

Result<Report> deliver_records(const std::string& path, const Destination& destination,
                               RecordLabeller& labeller, bool force) {
  using Kind = Destination::Kind;
  if (destination.kind == Kind::Nowhere) {
    TRY(labeller.run(nullptr));
    Written written;
    written.mode = labeller.changes() ? "planned" : "unchanged";
    return labeller.report(std::move(written));
  }
  if (destination.kind == Kind::Stream) return labeller.report(TRY(stream_records(labeller)));
  const bool in_place = destination.kind == Kind::InPlace || is_same_file(destination.path, path);
  const std::string target = in_place ? resolved(path) : destination.path;
  return labeller.report(TRY(write_records(path, target, in_place, destination, labeller, force)));
}

}  // namespace

Result<Report> label(Source& source, Sink& sink, const LabelJob& job, const Env& env) {
  Reading before = read_statements(source, job.format, job.file_name, job.old_sidecar, env.limits);
  if (RecordLabeller::is_needed(before, job, env.limits)) {
    RecordLabeller labeller(source, job, env, before);
    TRY(labeller.run(nullptr));
    TRY(labeller.run(&sink));
    return labeller.report({labeller.changes() ? "rewritten" : "unchanged", "", {}, 0, 0, {}});
  }
  const PlannedLabel planned = TRY(plan_from(std::move(before), source, job, env));
  SplicedSource output(source, planned.plan.splice);
  Reading after = TRY(read_back(output, planned, job, env));
  TRY(execute(source, planned.plan.splice, sink));
  Report report = report_on(std::move(after), output.size(), job, planned.plan);
  report.written = Written{planned.plan.sidecar   ? "sidecar"
                           : planned.plan.changes ? "rewritten"
                                                  : "unchanged",
                           "",
                           planned.plan.carriers,
                           planned.plan.carriers.size(),
                           bytes_put(planned.plan.splice),
                           planned.plan.sidecar};
  return report;
}

Result<Report> label_file(const std::string& path, const Destination& destination, LabelJob job,
                          const Env& env) {
  const auto start = std::chrono::steady_clock::now();
  if (job.file_name.empty()) job.file_name = path;
  if (path == "-" && destination.kind == Destination::Kind::InPlace) {
    return fail(ErrorCode::Usage, "standard input cannot be changed in place; give -o");
  }
  const auto source =
      TRY(path == "-" ? spool(STDIN_FILENO, "standard input") : FileSource::open(path));
  if (auto old = read_small_file(sidecar_name(path), env.limits.max_payload)) {
    job.old_sidecar = std::move(*old);
  }
  Reading before = read_statements(*source, job.format, job.file_name, job.old_sidecar, env.limits);
  Report report;
  if (RecordLabeller::is_needed(before, job, env.limits)) {
    RecordLabeller labeller(*source, job, env, before);
    report = TRY(deliver_records(path, destination, labeller, job.force));
  } else {
    const PlannedLabel planned = TRY(plan_from(std::move(before), *source, job, env));
    report = TRY(Delivery(path, *source, destination, job, env, planned).carry_out());
  }
  const auto took = std::chrono::steady_clock::now() - start;
  report.milliseconds = std::chrono::duration<double, std::milli>(took).count();
  return report;
}

}  // namespace colophon
