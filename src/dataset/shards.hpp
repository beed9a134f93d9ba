// SPDX-License-Identifier: Apache-2.0
// Going through shards record by record.
#pragma once

#include "dataset/dataset.hpp"
#include "dataset/merkle.hpp"
#include "io/line_reader.hpp"

namespace colophon {

/// A shard as a file.
struct ShardFile {
  std::string path;
  std::string name;  ///< from the folder of the manifest, with "/"
  std::uint64_t stored = 0;
};
/// The files of `inputs`; of folders those that end in .jsonl or .ndjson, packed or not, below
/// them. Names are relative to the folder of `manifest`. Errors: `not-found`, `usage` (none, or one
/// twice).
[[nodiscard]] Result<std::vector<ShardFile>> find_shards(const std::vector<std::string>& inputs,
                                                         const std::string& manifest);
/// The folder of a file: "." when it has none.
[[nodiscard]] std::string folder_of(const std::string& path);
/// What a manifest calls a file.
[[nodiscard]] std::string name_from(const std::string& manifest, const std::string& file);

/// Tells how much of all shards has been read, at most every 64 MiB or so.
class ProgressMeter {
 public:
  ProgressMeter(const std::vector<ShardFile>& shards, const OnProgress& tell);
  void reached(std::uint64_t of_this_shard) const;
  void end_shard(std::uint64_t stored) { before_ += stored; }

 private:
  const OnProgress& tell_;
  std::uint64_t total_ = 0, before_ = 0;
};

/// One record as it was read. `line` is what stands in the shard, with "\r" if it has one.
struct ReadRecord {
  Line line;
  Bytes bytes;  ///< without "\r"; what the leaf is made of, if `line.whole`
  Hash hash{};
  Record record;
};
/// Blank lines are no records. Lines beyond 32 MiB are hashed, but not understood.
class RecordReader {
 public:
  RecordReader(ByteStream& stream, std::string field);
  [[nodiscard]] Result<std::optional<ReadRecord>> next();
  /// Where blank lines go, and lines beyond the cap, piece by piece; may be empty.
  std::function<Status(const Line&)> blank;
  std::function<void(Bytes)> long_line;

 private:
  std::string field_;
  Limits limits_;
  std::optional<Digest> long_leaf_;
  LineReader lines_;
};
/// Counts a record.
void count(Tally& tally, const Record& record, std::uint64_t bytes);

}  // namespace colophon
