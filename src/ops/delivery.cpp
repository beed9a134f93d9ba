// SPDX-License-Identifier: Apache-2.0
#include "ops/delivery.hpp"

#include <unistd.h>

#include "ops/sealing.hpp"
#include "standards/http_disclosure.hpp"

namespace colophon {
namespace {

std::uint64_t bytes_put(const Splice& splice) {
  std::uint64_t size = 0;
  for (const Piece& piece : splice.pieces) {
    if (const auto* put = std::get_if<Put>(&piece)) size += put->bytes.size();
  }
  return size;
}

/// The label goes beside the file, which stays as it is.
bool is_beside(const PlannedLabel& planned) {
  return planned.plan.sidecar && !planned.seal && !planned.is_marked();
}

/// The file that `plan.splice` is a plan for.
Source& content_of(Source& source, const PlannedLabel& planned) {
  return planned.is_marked() ? planned.marking->content() : source;
}

/// In one pass from the file as it was.
Status write_all(Source& source, const PlannedLabel& planned, Sink& sink) {
  const Splice& splice = planned.plan.splice;
  return planned.is_marked() ? planned.marking->execute(splice, sink)
                             : execute(source, splice, sink);
}

Result<Reading> check_output(Source& output, const PlannedLabel& planned, const LabelJob& job,
                             const Env& env) {
  Reading after = TRY(read_back(output, planned, job, env));
  if (planned.is_marked()) TRY(planned.marking->check(output, env));
  return after;
}

Status finish_seal(Source& source, PlannedLabel& planned) {
  return complete_seal(content_of(source, planned), planned);
}

/// What is to be known of the explicit label.
void add_marking(Report& report, const PlannedLabel& planned) {
  if (!planned.marking) return;
  const auto& notes = planned.marking->notes();
  report.findings.insert(report.findings.end(), notes.begin(), notes.end());
}

Written written_by(const PlannedLabel& planned) {
  const LabelPlan& plan = planned.plan;
  Written written;
  written.mode = is_beside(planned) ? "sidecar" : plan.changes ? "rewritten" : "unchanged";
  written.carriers = plan.carriers;
  written.carriers_count = written.carriers.size();
  written.manifest_bytes = plan.manifest_bytes;
  written.bytes_put = is_beside(planned) ? plan.sidecar->size() : bytes_put(plan.splice);
  if (planned.marking) {
    written.marks = planned.marking->plan().marks;
    written.marked = planned.is_marked();
    written.bytes_put += planned.marking->bytes_put();
  }
  // Not every origin has a mode there, nor fits every name into a field.
  if (const auto value = http_disclosure(plan.labels.front())) {
    written.http_field = "AI-Disclosure: " + *value;
  }
  return written;
}

/// One file being labelled: the plan and the place are known.
class Delivery {
 public:
  Delivery(FileSource& source, Place& place, const LabelJob& job, const Env& env,
           PlannedLabel& planned)
      : source_(source), place_(place), job_(job), env_(env), planned_(planned) {}

  Result<Report> carry_out() {
    Written written = written_by(planned_);
    TRY(choose(written));
    Reading after = TRY(deliver(written));
    if (place_.is_dry()) turn_planned(written, place_);
    Report report = report_on(std::move(after), plan().splice.output_size(), job_, plan());
    report.written = std::move(written);
    add_marking(report, planned_);
    add_notes(report, place_);
    return report;
  }

 private:
  using Way = Place::Way;

  [[nodiscard]] const LabelPlan& plan() const noexcept { return planned_.plan; }
  [[nodiscard]] bool stays_unchanged() const noexcept {
    return place_.way() == Way::InPlace && !plan().changes;
  }

  /// What is going to happen, with everything that speaks against it before anything is written.
  Status choose(Written& written) {
    written.output = place_.name();
    if (plan().sidecar) {
      if (place_.way() == Way::Stream) {
        return fail(ErrorCode::Usage,
                    "this label goes to a sidecar file, which a stream cannot carry; give -o FILE");
      }
      // Beside the name that was given, where it is looked for.
      if (place_.way() != Way::Nothing) {
        written.sidecar_file = sidecar_name(place_.name());
        if (plan().store) written.store_file = store_name(place_.name());
      }
    }
    sidecar_ = written.sidecar_file;
    store_ = written.store_file;
    if (!plan().changes && place_.way() != Way::NewFile) written.mode = "unchanged";
    if (stays_unchanged()) written.bytes_put = 0;
    if (place_.way() != Way::InPlace || !plan().changes || is_beside(planned_)) return {};
    patches_ = !plan().sidecar && !planned_.is_marked() && plan().format->can.in_place &&
               !place_.keeps_backup() && plan().splice.fits_in_place(source_.size());
    if (patches_) written.mode = "in-place";
    return place_.check_backup();
  }

  Result<Reading> check_planned() {
    SplicedSource output(content_of(source_, planned_), plan().splice);
    TRY(finish_sidecar(output, job_, planned_));
    return check_output(output, planned_, job_, env_);
  }

  /// A new file is signed while it is written, everything else before.
  [[nodiscard]] bool signs_in_passing() const noexcept {
    return planned_.seal && !place_.is_dry() && !patches_ && place_.way() != Way::Stream;
  }

  Result<Reading> deliver(const Written& written) {
    if (!signs_in_passing()) TRY(finish_seal(source_, planned_));
    if (place_.is_dry()) {
      if (written.mode == "rewritten") TRY(place_.note_replacing());
      return check_planned();
    }
    if (stays_unchanged()) return check_planned();
    if (place_.way() == Way::Stream) return to_stream();
    if (place_.way() == Way::InPlace && is_beside(planned_)) {
      Reading after = TRY(check_planned());
      TRY(write_sidecar());
      return after;
    }
    if (patches_) {
      Reading after = TRY(check_planned());
      TRY(place_.patch(plan().splice, source_));
      return after;
    }
    Reading after = TRY(rewrite());
    if (plan().sidecar) TRY(write_sidecar());
    return after;
  }

  Result<Reading> to_stream() {
    Reading after = TRY(check_planned());
    StreamSink sink(STDOUT_FILENO);
    TRY(write_all(source_, planned_, sink));
    return after;
  }

  Result<Reading> rewrite() {
    const auto file = TRY(place_.create());
    TRY(signs_in_passing() ? write_signed(*file) : write_all(source_, planned_, *file));
    const auto output = TRY(file->reopen());
    TRY(finish_sidecar(*output, job_, planned_));
    Reading after = TRY(check_output(*output, planned_, job_, env_));
    TRY(place_.commit(*file, source_));
    return after;
  }

  /// Hashes what passes by on its way to the file, signs, and puts the store in.
  Status write_signed(Sink& file) {
    const c2pa::Seal& seal = *planned_.seal;
    c2pa::ContentHash hash = seal.hash();
    TRY(execute(content_of(source_, planned_), seal.placeholder(), file,
                [&](Bytes bytes) { hash.update(bytes); }));
    planned_.plan.splice = TRY(seal.finish(std::move(hash)));
    return c2pa::patch(file, seal.placeholder(), plan().splice);
  }

  Status write_sidecar() {
    TRY(write_beside(sidecar_, *plan().sidecar));
    return plan().store ? write_beside(store_, *plan().store) : Status{};
  }

  static Status write_beside(const std::string& name, Bytes bytes) {
    std::optional<FileTraits> old;
    if (exists(name)) old = TRY(traits_of(name));
    const auto file = TRY(AtomicFile::create(name, old ? &*old : nullptr));
    TRY(file->write(bytes));
    return file->commit(false);
  }

  FileSource& source_;
  Place& place_;
  const LabelJob& job_;
  const Env& env_;
  PlannedLabel& planned_;
  std::string sidecar_, store_;
  bool patches_ = false;  ///< inside the file
};

}  // namespace

void turn_planned(Written& written, const Place& place) {
  if (written.mode == "unchanged") return;
  written.would = place.way() == Place::Way::Nothing ? "" : written.mode;
  written.mode = "planned";
}

void add_notes(Report& report, const Place& place) {
  report.findings.insert(report.findings.end(), place.notes().begin(), place.notes().end());
}

Result<Report> deliver(FileSource& source, Place& place, const LabelJob& job, const Env& env,
                       PlannedLabel& planned) {
  return Delivery(source, place, job, env, planned).carry_out();
}

Result<Report> deliver(Source& source, Sink& sink, const LabelJob& job, const Env& env,
                       PlannedLabel& planned) {
  TRY(finish_seal(source, planned));
  SplicedSource output(content_of(source, planned), planned.plan.splice);
  TRY(finish_sidecar(output, job, planned));
  Reading after = TRY(check_output(output, planned, job, env));
  TRY(write_all(source, planned, sink));
  Report report = report_on(std::move(after), output.size(), job, planned.plan);
  report.written = written_by(planned);
  report.written->sidecar = planned.plan.sidecar;
  report.written->store = planned.plan.store;
  add_marking(report, planned);
  return report;
}

}  // namespace colophon
