// SPDX-License-Identifier: Apache-2.0
// Corpora and file trees, document by document: what each says of AI (docs/scan.md). Memory is
// bounded, all processors work, the answers come in the order of the inputs.
#pragma once

#include "scan/judging.hpp"

#include <chrono>
#include <functional>
#include <map>

namespace colophon::scan {

/// The part of all inputs that this process takes: the `index`-th of `count`.
struct ShardOf {
  std::uint64_t index = 0, count = 1;
  friend bool operator==(const ShardOf&, const ShardOf&) = default;
};
/// "3/16", from 0. Error `usage`.
[[nodiscard]] Result<ShardOf> parse_shard(std::string_view text);
/// From the environment of an array job: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX,
/// AWS_BATCH_JOB_ARRAY_INDEX, OMPI_COMM_WORLD_RANK, SLURM_PROCID, each with its count. Nothing when
/// none is set; error `usage` when an index has no count.
[[nodiscard]] Result<std::optional<ShardOf>> shard_from_environment();

struct Filter {
  std::vector<Origin> keep, drop;   ///< empty: no such rule
  std::optional<double> cap_share;  ///< of documents with a label, in what is kept
  [[nodiscard]] bool active() const noexcept {
    return !keep.empty() || !drop.empty() || cap_share.has_value();
  }
};

struct ScanJob {
  std::vector<std::string> inputs;  ///< files, folders, "-"
  JudgeOptions judging;
  ShardOf shard;
  std::size_t jobs = 0;           ///< threads; 0: one for each processor
  std::string part_folder;        ///< results go to a part file here; empty: to `print`
  std::string attributes_folder;  ///< dolma-style attribute files; empty: none
  std::string copies_folder;      ///< filtered copies of shards of JSON lines; empty: none
  Filter filter;
  bool only_labelled = false;  ///< no lines for clean documents
  bool fresh = false;          ///< begin again, whatever an earlier run left
  /// A run that is killed does at most about this much again, and the files behind the first
  /// unfinished one.
  std::chrono::milliseconds save_every{2000};
  std::function<Status(std::string_view)> print;  ///< takes result lines
  std::function<void(const std::string& file, const Document*, const Error&)> complain;
  std::function<void(std::uint64_t read, std::uint64_t total, std::uint64_t documents)> progress;
};

struct Counts {
  std::uint64_t files = 0, documents = 0, bytes = 0;
  std::map<std::string, std::uint64_t> origins;  ///< documents by the report's word
  std::uint64_t invalid = 0, errors = 0, without_text = 0, bad_utf8 = 0, nuls = 0, hidden = 0;
  std::uint64_t unread = 0;                                ///< in no container that is known here
  std::uint64_t partly = 0;                                ///< not searched to the end
  std::uint64_t kept = 0, kept_labelled = 0, dropped = 0;  ///< by the filter
};
struct ScanReport {
  Counts counts;
  std::string part;          ///< the part file, if there is one
  bool done_before = false;  ///< an earlier run had finished this part
  double seconds = 0;
};
/// Errors: `usage`, and those of the results' files. What is wrong with an input is told and
/// counted, and the run goes on.
[[nodiscard]] Result<ScanReport> scan(const ScanJob& job, const Env& env);

}  // namespace colophon::scan
