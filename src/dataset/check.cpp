// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "dataset/comparison.hpp"
#include "dataset/manifest.hpp"
#include "dataset/shards.hpp"
#include "io/packing.hpp"

namespace colophon {
namespace {

class Checking {
 public:
  explicit Checking(const CheckJob& job) : job_(job) {}
  Result<CheckReport> run();

 private:
  Status load();
  void check_signature();
  Status find_files();
  const ShardFile* file_of(const Shard& shard) const;
  Status check_shard(const Shard& shard, ProgressMeter& meter);
  Status skip_missing(const Shard& shard);
  void check_added(const ShardFile& file, ProgressMeter& meter);
  void end_shard(const Shard& shard);

  const CheckJob& job_;
  CheckReport report_;
  std::vector<ShardFile> files_;
  std::vector<bool> used_;
  std::optional<HashListReader> hashes_;
  Comparison comparison_;
  std::uint64_t removed_ = 0, added_ = 0;  // in whole shards
};

void Checking::check_signature() {
  const auto& signature = report_.manifest.signature;
  if (!signature) return;
  const auto algorithm = parse_signature_algorithm(signature->algorithm);
  const auto key = read_public_key(signature->public_key);
  if (!algorithm || !key) {
    report_.signature = Integrity::Unrecognised;
    return;
  }
  report_.fingerprint = key->fingerprint();
  if (!key->verifies(*algorithm, report_.manifest.signed_bytes, signature->value)) {
    report_.signature = Integrity::Invalid;
    return;
  }
  report_.signature = Integrity::Valid;
  if (!job_.trust) return;
  for (const TrustStore::Pin& pin : job_.trust->pins) {
    if (pin.key.fingerprint() != report_.fingerprint) continue;
    report_.signature = Integrity::Trusted;
    report_.signer = pin.producer;
    return;
  }
}

Status Checking::load() {
  Manifest& manifest = report_.manifest;
  manifest = TRY(read_manifest(report_.file));
  check_signature();
  Tally sum;
  for (const Shard& shard : manifest.shards) add(sum, shard.tally);
  report_.manifest_intact =
      root_of(manifest.shards) == manifest.root && sum == manifest.tally && manifest.shares_follow;
  const std::string hashes = hashes_name(report_.file);
  if (auto list = HashListReader::open(hashes)) {
    hashes_ = *std::move(list);
  } else {
    report_.hashes_intact = false;
    report_.troubles.push_back({hashes, 0, list.error()});
  }
  return {};
}

Status Checking::find_files() {
  std::vector<std::string> inputs = job_.inputs;
  if (inputs.empty()) {
    const std::filesystem::path base = folder_of(report_.file);
    for (const Shard& shard : report_.manifest.shards) {
      const std::string path = (base / shard.name).string();
      // The set may have been packed, or unpacked, since.
      const std::string plain(unpacked_name(path));
      for (const std::string& name : {path, plain, plain + ".zst", plain + ".gz"}) {
        if (!exists(name)) continue;
        inputs.push_back(name);
        break;
      }
    }
  }
  if (inputs.empty()) return {};
  files_ = TRY(find_shards(inputs, report_.file));
  used_.assign(files_.size(), false);
  return {};
}

const ShardFile* Checking::file_of(const Shard& shard) const {
  const auto by = [&](auto matches) -> const ShardFile* {
    const auto file = std::ranges::find_if(files_, matches);
    return file == files_.end() ? nullptr : &*file;
  };
  if (const ShardFile* same = by([&](const ShardFile& f) { return f.name == shard.name; }))
    return same;
  return by([&](const ShardFile& f) { return unpacked_name(f.name) == unpacked_name(shard.name); });
}

/// The entries of a shard have been read: are they those that were sealed?
void Checking::end_shard(const Shard& shard) {
  if (!hashes_) return;
  if (hashes_->end_shard() != shard.hashes_digest) report_.hashes_intact = false;
}

/// A shard whose list of hashes is of no use is judged by its root alone.
Status Checking::check_shard(const Shard& shard, ProgressMeter& meter) {
  const ShardFile& file = *file_of(shard);
  used_[static_cast<std::size_t>(&file - files_.data())] = true;
  const auto stream = TRY(open_stream(file.path));
  RecordReader records(*stream, report_.manifest.field);
  MerkleTree tree;
  std::optional<Error> failed;
  const auto found = [&]() -> Result<std::optional<HashEntry>> {
    auto record = records.next();
    if (!record) {  // what comes behind the damage counts as removed
      failed = record.error();
      return std::nullopt;
    }
    if (!*record) return std::nullopt;
    tree.add((*record)->hash);
    if (tree.size() % 4096 == 0) meter.reached(stream->stored_read());
    return HashEntry{(*record)->hash, tree.size(), (*record)->record.id};
  };
  const std::uint64_t same_before = comparison_.same();
  if (hashes_) hashes_->begin_shard(shard.tally.all.records);
  const auto sealed = [&]() -> Result<std::optional<HashEntry>> {
    if (!hashes_) return std::nullopt;
    auto entry = hashes_->next();
    if (entry) return entry;
    report_.troubles.push_back({hashes_name(report_.file), 0, entry.error()});
    report_.hashes_intact = false;
    hashes_.reset();
    return std::nullopt;
  };
  if (hashes_) {
    TRY(comparison_.compare(file.name, sealed, found));
    end_shard(shard);
  } else {
    while (TRY(found())) {
    }
  }
  meter.end_shard(file.stored);
  if (failed) report_.troubles.push_back({file.path, 0, *failed});
  const bool same_root = to_buffer(Bytes(tree.root())) == shard.root;
  if (!same_root) report_.changed_shards.push_back(file.name);
  if (!hashes_ && same_root) report_.same += tree.size();
  if (hashes_) report_.same += comparison_.same() - same_before;
  return {};
}

Status Checking::skip_missing(const Shard& shard) {
  report_.missing.push_back(shard.name);
  removed_ += shard.tally.all.records;
  if (!hashes_) return {};
  hashes_->begin_shard(shard.tally.all.records);
  while (true) {
    const auto entry = hashes_->next();
    if (entry && *entry) continue;
    if (!entry) {
      report_.hashes_intact = false;
      hashes_.reset();
    }
    break;
  }
  end_shard(shard);
  return {};
}

/// A file that no shard of the manifest is called; perhaps it was called otherwise.
void Checking::check_added(const ShardFile& file, ProgressMeter& meter) {
  const auto stream = open_stream(file.path);
  if (!stream) {
    report_.troubles.push_back({file.path, 0, stream.error()});
    return;
  }
  RecordReader records(**stream, report_.manifest.field);
  MerkleTree tree;
  while (true) {
    const auto record = records.next();
    if (!record) report_.troubles.push_back({file.path, 0, record.error()});
    if (!record || !*record) break;
    tree.add((*record)->hash);
  }
  meter.end_shard(file.stored);
  const ByteBuffer root = to_buffer(Bytes(tree.root()));
  const auto was = std::ranges::find_if(report_.manifest.shards, [&](const Shard& shard) {
    return shard.root == root && std::ranges::count(report_.missing, shard.name) > 0;
  });
  if (was == report_.manifest.shards.end()) {
    report_.added.push_back(file.name);
    added_ += tree.size();
    return;
  }
  report_.renamed.emplace_back(was->name, file.name);
  std::erase(report_.missing, was->name);
  removed_ -= tree.size();
  report_.same += tree.size();
}

Result<CheckReport> Checking::run() {
  report_.file = job_.manifest.empty() ? TRY(usual_manifest(job_.inputs)) : job_.manifest;
  TRY(load());
  TRY(find_files());
  ProgressMeter meter(files_, job_.progress);
  for (const Shard& shard : report_.manifest.shards) {
    TRY(file_of(shard) != nullptr ? check_shard(shard, meter) : skip_missing(shard));
  }
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (!used_[i]) check_added(files_[i], meter);
  }
  Comparison::Outcome outcome = comparison_.finish(job_.most_named);
  report_.differences = std::move(outcome.differences);
  report_.counts = std::move(outcome.counts);
  report_.more = outcome.more;
  // A list that was changed differs from records that were not.
  if (!report_.hashes_intact && report_.changed_shards.empty()) {
    report_.differences.clear();
    report_.counts.clear();
  }
  if (removed_ > 0) report_.counts["removed"] += removed_;
  if (added_ > 0) report_.counts["added"] += added_;
  return std::move(report_);
}

}  // namespace

bool CheckReport::intact() const noexcept {
  return manifest_intact && missing.empty() && added.empty() && renamed.empty() &&
         changed_shards.empty() && differences.empty() && signature != Integrity::Invalid &&
         signature != Integrity::Unrecognised;
}

Result<CheckReport> check_dataset(const CheckJob& job, const Env&) {
  return Checking(job).run();
}

/// Of records that cannot be read so many are named; all are counted.
constexpr std::size_t kMostTroubles = 100;

Result<StatsReport> count_dataset(const std::vector<std::string>& inputs, const std::string& field,
                                  const OnProgress& progress) {
  StatsReport report;
  const std::vector<ShardFile> shards = TRY(find_shards(inputs, "."));
  ProgressMeter meter(shards, progress);
  for (const ShardFile& shard : shards) {
    Tally tally;
    const auto stream = open_stream(shard.path);
    if (!stream) {
      report.troubles.push_back({shard.path, 0, stream.error()});
      continue;
    }
    RecordReader records(**stream, field);
    while (true) {
      const auto record = records.next();
      if (!record) report.troubles.push_back({shard.path, 0, record.error()});
      if (!record || !*record) break;
      count(tally, (*record)->record, (*record)->line.size);
      const auto& error = (*record)->record.error;
      if (error && report.troubles.size() < kMostTroubles) {
        report.troubles.push_back({shard.path, (*record)->line.number, *error});
      }
      meter.reached((*stream)->stored_read());
    }
    meter.end_shard(shard.stored);
    add(report.tally, tally);
    report.shards.emplace_back(shard.path, std::move(tally));
  }
  return report;
}

}  // namespace colophon
