// SPDX-License-Identifier: Apache-2.0
#include "scan/scan.hpp"

#include <algorithm>
#include <map>

#include "scan/inputs.hpp"
#include "scan/lanes.hpp"
#include "scan/outputs.hpp"
#include "scan/part_file.hpp"
#include "scan/spool.hpp"

namespace colophon::scan {
namespace {

using Clock = std::chrono::steady_clock;

/// What comes of a file. Only the first unfinished one is written through; of those behind it the
/// lines wait.
struct Output {
  Spool lines;
  Counts counts;
  Position position;  ///< what has been taken
  std::optional<SideFile> attributes, copy;
  std::uint64_t stored_read = 0;
  bool begun = false, ended = false;
};

class Scan {
 public:
  Scan(const ScanJob& job, const Env& env) : job_(job), env_(env) {}
  Result<ScanReport> run();

 private:
  Status open_part();
  Status scan_all();
  Status take(const Judged& judged);
  Status begin(const Batch& batch, Output& output);
  Status write_sides(const Judged& judged, Output& output);
  Status end(Output& output);
  Status advance();
  Status save(const Position& position);
  Status emit(std::string_view lines) { return part_ ? part_->write(lines) : job_.print(lines); }
  void tell(const Judged& judged, Output& output);
  void show_progress(const Batch& batch, Output& output);

  const ScanJob& job_;
  const Env& env_;
  ScanReport report_;
  std::vector<InputFile> inputs_;
  std::unique_ptr<PartFile> part_;
  std::map<std::size_t, Output> outputs_;  // of files that are begun and not written yet
  std::size_t first_ = 0;                  // the first file that is not written
  std::size_t begun_at_ = 0;               // the file in which an earlier run stopped
  Position from_;                          // in that file
  std::uint64_t total_ = 0, read_ = 0, documents_ = 0;
  Clock::time_point saved_ = Clock::now();
};

void Scan::tell(const Judged& judged, Output& output) {
  const std::string& file = inputs_[judged.batch.file].path;
  if (job_.complain) {
    for (const Told& told : judged.told) job_.complain(file, &told.document, told.error);
  }
  if (!judged.batch.error) return;
  ++output.counts.errors;
  if (job_.complain) job_.complain(file, nullptr, *judged.batch.error);
}

/// Attribute files go beside containers, copies beside JSON lines.
Status Scan::begin(const Batch& batch, Output& output) {
  if (std::exchange(output.begun, true) || !batch.kind || *batch.kind == InputKind::File) return {};
  const std::string& name = inputs_[batch.file].below;
  if (!job_.attributes_folder.empty()) {
    output.attributes = TRY(SideFile::create(job_.attributes_folder, name, batch.packing));
  }
  if (!job_.copies_folder.empty() && *batch.kind == InputKind::Lines) {
    output.copy = TRY(SideFile::create(job_.copies_folder, name, batch.packing));
  }
  return {};
}

Status Scan::write_sides(const Judged& judged, Output& output) {
  if (output.attributes) TRY(output.attributes->write(judged.attributes));
  if (!output.copy) return {};
  // A record that is too long to be read has no place in `records`, and none in a copy.
  for (std::size_t i = 0; i < judged.batch.records.size(); ++i) {
    if (!passes(job_.filter, judged.origins[i], output.counts)) continue;
    const Range& record = judged.batch.records[i].bytes;
    TRY(output.copy->write(as_text(slice(judged.batch.data, record.offset, record.size))));
    TRY(output.copy->write("\n"));
  }
  return {};
}

Status Scan::end(Output& output) {
  output.ended = true;
  ++output.counts.files;
  if (output.attributes) TRY(output.attributes->commit());
  if (output.copy) TRY(output.copy->commit());
  output.attributes.reset();
  output.copy.reset();
  return {};
}

void Scan::show_progress(const Batch& batch, Output& output) {
  const std::uint64_t stored =
      batch.file_ends ? inputs_[batch.file].size : std::max(batch.stored_read, output.stored_read);
  read_ += stored - std::min(stored, output.stored_read);
  output.stored_read = stored;
  if (job_.progress) job_.progress(read_, total_, documents_);
}

/// Notes how far the results go: `position` in the first file.
Status Scan::save(const Position& position) {
  if (!part_ || Clock::now() - saved_ < job_.save_every) return {};
  saved_ = Clock::now();
  Checkpoint here;
  here.file = first_;
  here.position = position;
  here.counts = report_.counts;
  const auto output = outputs_.find(first_);
  if (position.offset > 0 && output != outputs_.end()) add(here.counts, output->second.counts);
  return part_->save(here);
}

/// Past files that are complete, to the next one, whose lines have waited.
Status Scan::advance() {
  while (!outputs_.empty() && outputs_.begin()->first == first_ && outputs_[first_].ended) {
    add(report_.counts, outputs_[first_].counts);
    outputs_.erase(first_);
    ++first_;
    TRY(save({}));
    const auto next = outputs_.find(first_);
    if (next == outputs_.end()) break;
    TRY(next->second.lines.drain([this](std::string_view lines) { return emit(lines); }));
  }
  return {};
}

/// A batch is counted and written.
Status Scan::take(const Judged& judged) {
  const Batch& batch = judged.batch;
  Output& output = outputs_[batch.file];
  add(output.counts, judged.counts);
  documents_ += judged.counts.documents;
  output.position = batch.end;
  tell(judged, output);
  TRY(begin(batch, output));
  TRY(write_sides(judged, output));
  TRY(batch.file == first_ ? emit(judged.lines)
                           : output.lines.write(judged.lines, job_.part_folder));
  if (batch.file_ends) TRY(end(output));
  show_progress(batch, output);
  if (batch.file != first_) return {};
  if (output.ended) return advance();
  // Side files are whole or not there: then a file is done from its start.
  return output.attributes || output.copy ? Status() : save(output.position);
}

Status Scan::scan_all() {
  const auto open = [this](std::size_t file) -> Result<std::unique_ptr<Reader>> {
    const std::string& path = inputs_[file].path;
    const InputKind kind = TRY(kind_of(path));
    return open_reader(path, kind, file == begun_at_ ? from_ : Position{}, {});
  };
  const auto judge = [this](Judged& judged) {
    const InputFile& input = inputs_[judged.batch.file];
    judge_batch(judged, input.path, input.size, job_, env_);
  };
  Lanes lanes(first_, inputs_.size(), job_.jobs, {open, judge});
  while (const auto judged = lanes.take()) {
    TRY(take(*judged));
    lanes.reuse(std::move(judged->batch.data));
    lanes.written_up_to(first_);
  }
  return {};
}

Status Scan::open_part() {
  const auto is_stream = [](const InputFile& input) { return input.path == "-"; };
  // Of a stream nobody knows whether it is the same as the last time.
  const bool fresh = job_.fresh || std::ranges::any_of(inputs_, is_stream);
  part_ = TRY(PartFile::open(job_.part_folder, job_.shard, signature_of(job_, inputs_), fresh));
  report_.part = part_->path();
  report_.counts = part_->start().counts;
  report_.done_before = part_->is_done();
  first_ = std::min<std::size_t>(part_->start().file, inputs_.size());
  from_ = part_->start().position;
  for (std::size_t i = 0; i < first_; ++i) read_ += inputs_[i].size;
  return {};
}

Result<ScanReport> Scan::run() {
  const auto began = Clock::now();
  inputs_ = TRY(inputs_of(job_));
  for (const InputFile& input : inputs_) total_ += input.size;
  if (!job_.part_folder.empty()) TRY(open_part());
  if (report_.done_before) return std::move(report_);
  begun_at_ = first_;
  TRY(scan_all());
  if (part_) TRY(part_->finish(report_.counts));
  report_.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  return std::move(report_);
}

}  // namespace

Result<ScanReport> scan(const ScanJob& job, const Env& env) {
  ScanJob complete = job;
  if (complete.jobs == 0) complete.jobs = std::max(1U, std::thread::hardware_concurrency());
  if (complete.shard.index >= complete.shard.count) {
    return fail(ErrorCode::Usage, "a shard's number is below the number of shards, from 0");
  }
  if (complete.filter.active() != !complete.copies_folder.empty()) {
    return fail(ErrorCode::Usage, "--keep, --drop and --cap-share go with --copies FOLDER");
  }
  return Scan(complete, env).run();
}

}  // namespace colophon::scan
