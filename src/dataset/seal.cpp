// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "dataset/hash_list.hpp"
#include "dataset/manifest.hpp"
#include "dataset/shards.hpp"
#include "io/packing.hpp"
#include "ops/version.hpp"

namespace colophon {
namespace {

constexpr std::size_t kMostTroubles = 100;

/// One file descriptor for each shard that is rewritten: none appears before all are well.
void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// A shard that is written anew, packed as the old one.
struct NewShard {
  std::unique_ptr<AtomicFile> file;
  std::unique_ptr<Packer> packer;
  std::string path;
  bool changed = false;
  Status failed;  ///< of a callback that has no other way to say so

  Status line(Bytes bytes, bool ended) {
    TRY(packer->write(bytes));
    return ended ? packer->write(as_bytes("\n")) : Status();
  }
};

class Sealing {
 public:
  Sealing(const SealJob& job, const Env& env) : job_(job), env_(env) {}
  Result<SealReport> run();

 private:
  Status choose_places();
  Status name_copies();
  Status load_old();
  Status copy_old(HashListWriter& list);
  Status seal_shard(const ShardFile& file, HashListWriter& list, ProgressMeter& meter);
  Result<NewShard*> begin_copy(const ShardFile& file, Packing packing);
  Result<Hash> write_record(NewShard& copy, ReadRecord& record, std::uint64_t& size);
  void trouble(const ShardFile& file, std::uint64_t line, const Error& error);
  Status finish();

  const SealJob& job_;
  const Env& env_;
  SealReport report_;
  std::vector<ShardFile> shards_;
  std::vector<NewShard> copies_;
  std::unique_ptr<AtomicFile> hashes_;
  bool rewrites_ = false;
};

Status Sealing::choose_places() {
  rewrites_ = job_.statement.has_value();
  const bool has_place = !job_.out_dir.empty() || job_.in_place;
  if (rewrites_ && job_.statement->origin == Maker::Unstated) {
    return fail(ErrorCode::Usage, "a statement needs --origin human, machine or mixed");
  }
  if (rewrites_ && (!has_place || (!job_.out_dir.empty() && job_.in_place))) {
    return fail(ErrorCode::Usage,
                "to write statements into records, name --out-dir FOLDER or --in-place");
  }
  if (!rewrites_ && has_place) {
    return fail(ErrorCode::Usage,
                "nothing to write into records: --out-dir and --in-place go with --origin");
  }
  report_.file = job_.manifest.empty() ? TRY(usual_manifest(job_.inputs)) : job_.manifest;
  if (job_.manifest.empty() && !job_.out_dir.empty()) {
    report_.file =
        (std::filesystem::path(job_.out_dir) / std::filesystem::path(report_.file).filename())
            .string();
  }
  TRY(check_target(report_.file));
  report_.hashes_file = hashes_name(report_.file);
  shards_ = TRY(find_shards(job_.inputs, report_.file));
  return job_.out_dir.empty() ? Status() : name_copies();
}

/// The manifest speaks of the shards as they will stand in the other folder.
Status Sealing::name_copies() {
  namespace fs = std::filesystem;
  std::set<std::string> names;
  for (ShardFile& shard : shards_) {
    const fs::path copy = fs::path(job_.out_dir) / fs::path(shard.path).filename();
    shard.name = name_from(report_.file, copy.string());
    if (!names.insert(shard.name).second) {
      return fail(ErrorCode::Usage, "two shards of one name cannot go into one folder", shard.path);
    }
  }
  return {};
}

/// What stands there already: to be appended to, or in the way.
Status Sealing::load_old() {
  Manifest& manifest = report_.manifest;
  manifest.name = job_.name;
  manifest.field = job_.field;
  if (exists(report_.file) && !job_.append && !job_.force) {
    return fail(ErrorCode::Refused,
                "a manifest stands there already; --append adds shards to it, --force replaces it",
                report_.file);
  }
  if (!job_.append) return {};
  Manifest old = TRY(read_manifest(report_.file));
  if (old.signature && !job_.signer && !job_.force) {
    return fail(ErrorCode::Refused,
                "the manifest is signed, and would not be any more: give the key (--sign), or "
                "--force",
                report_.file);
  }
  if (root_of(old.shards) != old.root) {
    return fail(ErrorCode::Mismatch,
                "the manifest's root does not follow from its shards: it was changed",
                report_.file);
  }
  if (job_.name.empty()) manifest.name = old.name;
  manifest.field = old.field;
  manifest.shards = std::move(old.shards);
  for (const ShardFile& shard : shards_) {
    const bool known = std::ranges::any_of(
        manifest.shards, [&](const Shard& sealed) { return sealed.name == shard.name; });
    if (known) return fail(ErrorCode::Refused, "this shard is sealed already", shard.name);
  }
  return {};
}

/// The hashes of the shards that were sealed before. The records themselves are not read again.
Status Sealing::copy_old(HashListWriter& list) {
  if (report_.manifest.shards.empty()) return {};
  HashListReader old = TRY(HashListReader::open(report_.hashes_file));
  for (const Shard& shard : report_.manifest.shards) {
    old.begin_shard(shard.tally.all.records);
    while (auto entry = TRY(old.next())) TRY(list.copy(*entry));
    if (TRY(list.end_shard()) != shard.hashes_digest) {
      return fail(ErrorCode::Mismatch, "the list of hashes is not the one that was sealed",
                  report_.hashes_file);
    }
  }
  return {};
}

void Sealing::trouble(const ShardFile& file, std::uint64_t line, const Error& error) {
  ++report_.troubles_count;
  if (report_.troubles.size() < kMostTroubles) report_.troubles.push_back({file.path, line, error});
}

Result<NewShard*> Sealing::begin_copy(const ShardFile& file, Packing packing) {
  if (!rewrites_) return nullptr;
  NewShard copy;
  copy.path =
      job_.in_place
          ? resolved(file.path)
          : (std::filesystem::path(job_.out_dir) / std::filesystem::path(file.path).filename())
                .string();
  if (!job_.in_place) {
    TRY(make_folders_for(copy.path));
    if (is_same_place(copy.path, file.path)) {
      return fail(ErrorCode::Usage, "--out-dir is where the shard stands; use --in-place",
                  copy.path);
    }
    if (exists(copy.path) && !job_.force) {
      return fail(ErrorCode::Refused, "a file stands there already; --force replaces it",
                  copy.path);
    }
  }
  const FileTraits traits = TRY(traits_of(file.path));
  copy.file = TRY(AtomicFile::create(copy.path, &traits));
  copy.packer = TRY(open_packer(packing, *copy.file));
  copies_.push_back(std::move(copy));
  return &copies_.back();
}

/// The record as it goes into the copy: with the statement, if it had none.
Result<Hash> Sealing::write_record(NewShard& copy, ReadRecord& record, std::uint64_t& size) {
  const bool wants = record.record.is_object && !record.record.has_field &&
                     record.record.statement.origin == Maker::Unstated;
  if (!wants) {
    TRY(copy.line(record.line.bytes, record.line.ended));
    return record.hash;
  }
  const std::string_view old = as_text(record.bytes);
  const std::string stated = TRY(with_statement(old, report_.manifest.field, *job_.statement));
  TRY(copy.packer->write(as_bytes(stated)));
  TRY(copy.line(record.line.bytes.subspan(record.bytes.size()), record.line.ended));
  record.record.statement = *job_.statement;
  copy.changed = true;
  size = stated.size();
  ++report_.stated;
  return leaf_hash(as_bytes(stated));
}

Status Sealing::seal_shard(const ShardFile& file, HashListWriter& list, ProgressMeter& meter) {
  const auto stream = TRY(open_stream(file.path));
  NewShard* copy = TRY(begin_copy(file, stream->packing()));
  RecordReader records(*stream, report_.manifest.field);
  if (copy != nullptr) {
    records.blank = [copy](const Line& line) { return copy->line(line.bytes, line.ended); };
    records.long_line = [copy](Bytes part) {
      if (copy->failed) copy->failed = copy->packer->write(part);
    };
  }
  Shard shard;
  shard.name = file.name;
  MerkleTree tree;
  while (auto record = TRY(records.next())) {
    if (record->record.error) trouble(file, record->line.number, *record->record.error);
    Hash hash = record->hash;
    std::uint64_t size = record->line.whole ? record->bytes.size() : record->line.size;
    if (copy != nullptr && !record->line.whole) {
      TRY(copy->failed);
      TRY(copy->line({}, record->line.ended));
    } else if (copy != nullptr) {
      hash = TRY(write_record(*copy, *record, size));
    }
    count(shard.tally, record->record, size);
    tree.add(hash);
    TRY(list.add(hash, record->record.id));
    if (tree.size() % 4096 == 0) meter.reached(stream->stored_read());
  }
  if (copy != nullptr) TRY(copy->packer->finish());
  shard.root = to_buffer(Bytes(tree.root()));
  shard.hashes_digest = TRY(list.end_shard());
  report_.manifest.shards.push_back(std::move(shard));
  return {};
}

/// First the data, then the hashes, the manifest last: what was interrupted is never sealed.
Status Sealing::finish() {
  Manifest& manifest = report_.manifest;
  manifest.tally = {};
  for (const Shard& shard : manifest.shards) add(manifest.tally, shard.tally);
  manifest.root = root_of(manifest.shards);
  manifest.created = time_text(env_.now());
  manifest.generator = fmt::format("colophon {}", kVersion);
  const std::string text = TRY(write_manifest(manifest, job_.signer.get()));
  manifest = TRY(parse_manifest(text));
  auto file = TRY(AtomicFile::create(report_.file, nullptr));
  TRY(file->write(as_bytes(text)));
  for (NewShard& copy : copies_) {
    if (job_.in_place && !copy.changed) continue;
    TRY(copy.file->commit(false));
    report_.written.push_back(copy.path);
  }
  TRY(hashes_->commit(false));
  return file->commit(false);
}

Result<SealReport> Sealing::run() {
  if (digest_of(DigestAlgorithm::Sha256, Bytes()).empty()) {
    return fail(ErrorCode::Unsupported, "the crypto library gives no SHA-256; install libssl3");
  }
  allow_many_files();
  TRY(choose_places());
  TRY(load_old());
  TRY(make_folders_for(report_.file));
  hashes_ = TRY(AtomicFile::create(report_.hashes_file, nullptr));
  HashListWriter list(*hashes_);
  TRY(list.begin());
  TRY(copy_old(list));
  copies_.reserve(shards_.size());  // pointers into it are held
  ProgressMeter meter(shards_, job_.progress);
  for (const ShardFile& shard : shards_) {
    if (const Status sealed = seal_shard(shard, list, meter); !sealed) {
      Error error = sealed.error();
      if (error.where.empty() || error.where == "gzip" || error.where == "zstd")
        error.where = shard.path;
      return Failure(std::move(error));
    }
    meter.end_shard(shard.stored);
  }
  TRY(finish());
  return std::move(report_);
}

}  // namespace

Result<std::string> usual_manifest(const std::vector<std::string>& inputs) {
  if (inputs.size() == 1 && is_folder(inputs.front())) {
    return (std::filesystem::path(inputs.front()) / "dataset.seal.json").string();
  }
  if (inputs.size() == 1 && inputs.front() != "-") {
    return std::string(unpacked_name(inputs.front())) + ".seal.json";
  }
  return fail(ErrorCode::Usage, "several shards: say which manifest with --manifest FILE");
}

Result<SealReport> seal_dataset(const SealJob& job, const Env& env) {
  return Sealing(job, env).run();
}

}  // namespace colophon
