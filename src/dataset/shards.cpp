// SPDX-License-Identifier: Apache-2.0
#include "dataset/shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "io/io.hpp"
#include "io/packing.hpp"

namespace colophon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestLine = 32 << 20;
/// Names of models are data from strangers: so many are told apart.
constexpr std::size_t kMostNames = 10'000;

bool looks_like_shard(std::string_view name) {
  const std::string_view plain = unpacked_name(name);
  return plain.ends_with(".jsonl") || plain.ends_with(".ndjson");
}

Result<std::vector<std::string>> files_of(const std::string& input) {
  if (!is_folder(input)) {
    if (!exists(input)) return fail(ErrorCode::NotFound, "no such file", input);
    return std::vector<std::string>{input};
  }
  std::vector<std::string> files = TRY(files_below(input));
  std::erase_if(files, [](const std::string& file) { return !looks_like_shard(file); });
  return files;
}

void count_name(std::map<std::string, Amount>& names, const std::string& name,
                std::uint64_t bytes) {
  if (name.empty()) return;
  const bool known = names.size() < kMostNames || names.contains(name);
  Amount& amount = names[known ? name : "(others)"];
  ++amount.records;
  amount.bytes += bytes;
}

void add(Amount& all, const Amount& more) {
  all.records += more.records;
  all.bytes += more.bytes;
}
void add(std::map<std::string, Amount>& all, const std::map<std::string, Amount>& more) {
  for (const auto& [name, amount] : more) {
    const bool known = all.size() < kMostNames || all.contains(name);
    add(all[known ? name : "(others)"], amount);
  }
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string name_from(const std::string& manifest, const std::string& file) {
  const fs::path base = fs::absolute(folder_of(manifest)).lexically_normal();
  return fs::absolute(file).lexically_normal().lexically_relative(base).generic_string();
}

Result<std::vector<ShardFile>> find_shards(const std::vector<std::string>& inputs,
                                           const std::string& manifest) {
  std::vector<ShardFile> shards;
  for (const std::string& input : inputs) {
    for (const std::string& file : TRY(files_of(input))) {
      std::error_code problem;
      const std::uintmax_t size = fs::file_size(file, problem);
      shards.push_back({file, name_from(manifest, file), problem ? 0 : size});
    }
  }
  if (shards.empty()) {
    return fail(ErrorCode::Usage,
                "no shards: name files of JSON lines, or a folder with files *.jsonl, *.jsonl.gz "
                "or *.jsonl.zst");
  }
  std::vector<std::string_view> names;
  for (const ShardFile& shard : shards) names.push_back(shard.name);
  std::ranges::sort(names);
  if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
    return fail(ErrorCode::Usage, "a shard is named twice", std::string(*twice));
  }
  return shards;
}

ProgressMeter::ProgressMeter(const std::vector<ShardFile>& shards, const OnProgress& tell)
    : tell_(tell) {
  for (const ShardFile& shard : shards) total_ += shard.stored;
}
void ProgressMeter::reached(std::uint64_t of_this_shard) const {
  if (tell_) tell_({before_ + of_this_shard, total_});
}

RecordReader::RecordReader(ByteStream& stream, std::string field)
    : field_(std::move(field)), lines_(stream, kLongestLine, [this](Bytes part) {
        if (!long_leaf_) long_leaf_ = begin_leaf();
        long_leaf_->update(part);
        if (long_line) long_line(part);
      }) {}

Result<std::optional<ReadRecord>> RecordReader::next() {
  while (true) {
    auto line = TRY(lines_.next());
    if (!line) return std::nullopt;
    if (line->whole && trim(as_text(line->bytes)).empty()) {
      if (blank) TRY(blank(*line));
      continue;
    }
    ReadRecord read{.line = *line, .bytes = line->bytes, .hash = {}, .record = {}};
    if (!line->whole) {
      read.hash = finish_hash(*long_leaf_);
      long_leaf_.reset();
      read.record.error = Error{ErrorCode::LimitExceeded,
                                fmt::format("the record has {} bytes; at most {} are understood",
                                            line->size, kLongestLine),
                                {},
                                line->offset};
      return read;
    }
    if (read.bytes.back() == '\r') read.bytes = read.bytes.first(read.bytes.size() - 1);
    read.hash = leaf_hash(read.bytes);
    read.record = read_record(as_text(read.bytes), field_, limits_);
    // Told from the start of the unpacked shard.
    if (auto& error = read.record.error) error->offset = line->offset + error->offset.value_or(0);
    return read;
  }
}

void count(Tally& tally, const Record& record, std::uint64_t bytes) {
  const auto add_one = [bytes](Amount& amount) {
    ++amount.records;
    amount.bytes += bytes;
  };
  const Statement& says = record.statement;
  add_one(tally.all);
  add_one(says.origin == Maker::Human     ? tally.human
          : says.origin == Maker::Machine ? tally.machine
          : says.origin == Maker::Mixed   ? tally.mixed
                                          : tally.unstated);
  if (record.error) ++tally.unreadable;
  count_name(tally.watermarks, says.watermark_key_id, bytes);
  if (says.origin != Maker::Machine && says.origin != Maker::Mixed) return;
  count_name(tally.models, says.source_model, bytes);
  count_name(tally.teachers, says.teacher, bytes);
}

void add(Tally& all, const Tally& more) {
  add(all.all, more.all);
  add(all.human, more.human);
  add(all.machine, more.machine);
  add(all.mixed, more.mixed);
  add(all.unstated, more.unstated);
  all.unreadable += more.unreadable;
  add(all.models, more.models);
  add(all.teachers, more.teachers);
  add(all.watermarks, more.watermarks);
}

}  // namespace colophon
