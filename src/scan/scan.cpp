// SPDX-License-Identifier: Apache-2.0
#include "scan/scan.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "ops/version.hpp"
#include "scan/outputs.hpp"
#include "scan/part_file.hpp"
#include "scan/pool.hpp"
#include "scan/reader.hpp"

namespace colophon::scan {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kCheckpointEvery = std::chrono::seconds(2);

struct InputFile {
  std::string path, below;  ///< `below`: from the folder that was named
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
};

/// A batch with what its documents say.
struct Judged {
  Batch batch;
  std::vector<Tag> tags;
  std::string lines;
};

class Scan {
 public:
  Scan(const ScanJob& job, const Env& env) : job_(job), env_(env) {}
  Result<ScanReport> run();

 private:
  Status find_inputs();
  bool is_output(const std::string& file) const;
  void add_input(std::string path, std::string below);
  std::string signature() const;
  Status scan_all();
  Status scan_file(std::size_t index, const Position& from);
  void give(Batch batch);
  Status take();
  Status begin_side_files(const InputFile& input);
  Status write_sides(const Judged& judged);
  Status end_file();
  void tell(const std::string& file, const Document* document, const Error& error);

  const ScanJob& job_;
  const Env& env_;
  ScanReport report_;
  std::vector<InputFile> inputs_;
  std::vector<std::pair<std::string, Error>> missing_;
  std::unique_ptr<PartFile> part_;
  std::unique_ptr<OrderedPool<std::shared_ptr<Judged>>> pool_;
  std::optional<SideFile> attributes_, copy_;
  Checkpoint start_;
  std::uint64_t total_ = 0, before_ = 0;
  Clock::time_point saved_ = Clock::now();
};

void Scan::tell(const std::string& file, const Document* document, const Error& error) {
  ++report_.counts.errors;
  if (job_.complain) job_.complain(file, document, error);
}

/// What this or an earlier run wrote is no input of the next.
bool Scan::is_output(const std::string& file) const {
  namespace fs = std::filesystem;
  const auto normal = [](const std::string& path) {
    return fs::absolute(path).lexically_normal().string();
  };
  for (const std::string* folder :
       {&job_.part_folder, &job_.attributes_folder, &job_.copies_folder}) {
    if (!folder->empty() && normal(file).starts_with(normal(*folder + "/"))) return true;
  }
  return false;
}

void Scan::add_input(std::string path, std::string below) {
  InputFile input{std::move(path), std::move(below), 0, 0};
  struct stat status{};
  if (input.path != "-" && ::stat(input.path.c_str(), &status) == 0) {
    input.size = static_cast<std::uint64_t>(status.st_size);
    input.modified_ns =
        static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
  }
  inputs_.push_back(std::move(input));
}

/// All inputs, and of them those of this shard: every `count`-th.
Status Scan::find_inputs() {
  for (const std::string& input : job_.inputs) {
    if (!is_folder(input)) {
      const auto slash = input.rfind('/');
      add_input(input, slash == std::string::npos ? input : input.substr(slash + 1));
      continue;
    }
    for (std::string& file : TRY(files_below(input))) {
      if (is_output(file)) continue;
      std::string below = file.substr(std::min(input.size(), file.size()));
      below.erase(0, below.find_first_not_of('/'));
      add_input(std::move(file), std::move(below));
    }
  }
  std::vector<InputFile> mine;
  for (std::size_t i = job_.shard.index; i < inputs_.size(); i += job_.shard.count) {
    total_ += inputs_[i].size;
    mine.push_back(std::move(inputs_[i]));
  }
  inputs_ = std::move(mine);
  return {};
}

/// What the results depend on.
std::string Scan::signature() const {
  Digest digest(DigestAlgorithm::Sha256);
  const auto add = [&](std::string_view text) {
    digest.update(as_bytes(fmt::format("{}:{};", text.size(), text)));
  };
  add(kVersion);
  add(job_.judging.text_field);
  add(job_.judging.id_field);
  add(job_.attributes_folder);
  add(job_.copies_folder);
  add(job_.only_labelled ? "labelled" : "all");
  for (const auto* list : {&job_.filter.keep, &job_.filter.drop}) {
    for (const Origin origin : *list) add(to_string(origin));
    add("|");
  }
  add(job_.filter.cap_share ? fmt::format("{}", *job_.filter.cap_share) : "");
  for (const InputFile& input : inputs_) {
    add(input.path);
    add(fmt::format("{} {}", input.size, input.modified_ns));
  }
  return hex_encode(digest.finish());
}

void Scan::give(Batch batch) {
  auto judged = std::make_shared<Judged>();
  judged->batch = std::move(batch);
  pool_->give([this, judged] {
    const std::string& file = inputs_[judged->batch.file].path;
    judged->tags.reserve(judged->batch.documents.size());
    for (const Document& document : judged->batch.documents) {
      Tag tag = judge(document, judged->batch.data, file, job_.judging, env_);
      if (!job_.only_labelled || has_label(tag.origin) || tag.error) {
        judged->lines += result_line(tag, document, file);
      }
      judged->tags.push_back(std::move(tag));
    }
    return judged;
  });
}

Status Scan::begin_side_files(const InputFile& input) {
  const bool attributes = !job_.attributes_folder.empty(), copies = !job_.copies_folder.empty();
  if ((!attributes && !copies) || attributes_ || copy_) return {};
  Packing packing = Packing::None;
  if (const auto stream = open_stream(input.path, {.unpack = true, .ahead = false})) {
    packing = (*stream)->packing();
  }
  if (attributes) attributes_ = TRY(SideFile::create(job_.attributes_folder, input.below, packing));
  if (copies) copy_ = TRY(SideFile::create(job_.copies_folder, input.below, packing));
  return {};
}

Status Scan::write_sides(const Judged& judged) {
  for (std::size_t i = 0; i < judged.tags.size(); ++i) {
    const Tag& tag = judged.tags[i];
    const Document& document = judged.batch.documents[i];
    if (attributes_) TRY(attributes_->write(attribute_line(tag)));
    // A record that cannot be read is nobody's loss in a copy, and is told.
    if (!copy_ || document.kind != DocumentKind::Record || document.error) continue;
    if (!passes(job_.filter, tag.origin, report_.counts)) continue;
    TRY(copy_->write(
        as_text(slice(judged.batch.data, document.bytes.offset, document.bytes.size))));
    TRY(copy_->write("\n"));
  }
  return {};
}

Status Scan::end_file() {
  ++report_.counts.files;
  if (attributes_) TRY(attributes_->commit());
  if (copy_) TRY(copy_->commit());
  attributes_.reset();
  copy_.reset();
  return {};
}

/// The oldest batch is counted and written.
Status Scan::take() {
  const std::shared_ptr<Judged> judged = pool_->take();
  const InputFile& input = inputs_[judged->batch.file];
  Counts& counts = report_.counts;
  for (std::size_t i = 0; i < judged->tags.size(); ++i) {
    const Tag& tag = judged->tags[i];
    const Document& document = judged->batch.documents[i];
    ++counts.documents;
    ++counts.origins[std::string(to_string(tag.origin))];
    counts.bytes += document.kind == DocumentKind::File ? input.size : document.bytes.size;
    counts.invalid += tag.invalid ? 1 : 0;
    counts.without_text += tag.without_text && document.kind == DocumentKind::Record ? 1 : 0;
    counts.bad_utf8 += tag.bad_utf8;
    counts.nuls += tag.nuls;
    counts.hidden += tag.hidden;
    if (tag.error) tell(input.path, &document, *tag.error);
  }
  TRY(begin_side_files(input));
  TRY(write_sides(*judged));
  TRY(part_ ? part_->write(judged->lines) : job_.print(judged->lines));
  if (judged->batch.error) tell(input.path, nullptr, *judged->batch.error);
  if (judged->batch.file_ends) {
    TRY(end_file());
    before_ += input.size;
  }
  const std::uint64_t read = before_ + (judged->batch.file_ends ? 0 : judged->batch.stored_read);
  if (job_.progress) job_.progress(read, total_, counts.documents);
  const bool sides = attributes_ || copy_;
  if (!part_ || sides || Clock::now() - saved_ < kCheckpointEvery) return {};
  saved_ = Clock::now();
  Checkpoint here;
  here.file = judged->batch.file + (judged->batch.file_ends ? 1 : 0);
  if (!judged->batch.file_ends) here.position = judged->batch.end;
  here.counts = counts;
  return part_->save(here);
}

Status Scan::scan_file(std::size_t index, const Position& from) {
  const InputFile& input = inputs_[index];
  const std::size_t most = 2 * std::max<std::size_t>(job_.jobs, 1) + 2;
  auto kind = kind_of(input.path);
  auto reader = kind ? open_reader(input.path, *kind, from, {}) : Failure(kind.error());
  while (true) {
    Batch batch;
    batch.file = index;
    if (reader) {
      (*reader)->next(batch);
    } else {
      batch.error = reader.error();
      batch.file_ends = true;
    }
    const bool ends = batch.file_ends;
    give(std::move(batch));
    while (pool_->pending() >= most) TRY(take());
    if (ends) return {};
  }
}

Status Scan::scan_all() {
  pool_ = std::make_unique<OrderedPool<std::shared_ptr<Judged>>>(job_.jobs);
  for (std::size_t i = start_.file; i < inputs_.size(); ++i) {
    TRY(scan_file(i, i == start_.file ? start_.position : Position{}));
  }
  while (pool_->pending() > 0) TRY(take());
  return {};
}

Result<ScanReport> Scan::run() {
  const auto began = Clock::now();
  TRY(find_inputs());
  if (!job_.part_folder.empty()) {
    part_ = TRY(PartFile::open(job_.part_folder, job_.shard, signature(), job_.fresh));
    report_.part = part_->path();
    report_.counts = part_->start().counts;
    report_.done_before = part_->is_done();
    if (report_.done_before) return std::move(report_);
    start_ = part_->start();
    for (std::size_t i = 0; i < std::min<std::size_t>(start_.file, inputs_.size()); ++i) {
      before_ += inputs_[i].size;
    }
  }
  const Status done = scan_all();
  pool_.reset();
  TRY(done);
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
