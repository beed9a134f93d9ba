// SPDX-License-Identifier: Apache-2.0
#include "scan/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "io/errors.hpp"
#include "io/io.hpp"

namespace colophon::scan {
namespace {

using Json = nlohmann::json;
constexpr std::uint64_t kMostState = 1 << 20;
constexpr std::size_t kBlock = 1 << 20;

struct Field {
  const char* name;
  std::uint64_t Counts::* count;
};
constexpr Field kFields[] = {
    {"files", &Counts::files},
    {"documents", &Counts::documents},
    {"bytes", &Counts::bytes},
    {"invalid", &Counts::invalid},
    {"errors", &Counts::errors},
    {"without_text", &Counts::without_text},
    {"unread", &Counts::unread},
    {"partly", &Counts::partly},
    {"bad_utf8", &Counts::bad_utf8},
    {"nuls", &Counts::nuls},
    {"hidden", &Counts::hidden},
    {"kept", &Counts::kept},
    {"kept_labelled", &Counts::kept_labelled},
    {"dropped", &Counts::dropped},
};

Json to_value(const Counts& counts) {
  Json json = {{"origins", counts.origins}};
  for (const Field& field : kFields) json[field.name] = counts.*field.count;
  return json;
}

/// Throws what nlohmann throws; `read_state` catches.
Counts counts_of(const Json& json) {
  Counts counts;
  counts.origins = json.at("origins").get<std::map<std::string, std::uint64_t>>();
  for (const Field& field : kFields) counts.*field.count = json.at(field.name).get<std::uint64_t>();
  return counts;
}

Json to_value(const Checkpoint& at, const std::string& signature) {
  return {{"schema", "colophon.scan-part/1"},
          {"signature", signature},
          {"file", at.file},
          {"offset", at.position.offset},
          {"number", at.position.number},
          {"line", at.position.line},
          {"output", at.output},
          {"counts", to_value(at.counts)}};
}

/// Nothing when it is missing, of another run, or broken: then the part is begun again.
std::optional<Checkpoint> read_state(const std::string& path, const std::string& signature) {
  const auto bytes = read_small_file(path, kMostState);
  if (!bytes) return std::nullopt;
  try {
    const Json json = Json::parse(as_text(*bytes));
    if (json.at("signature") != signature) return std::nullopt;
    Checkpoint at;
    at.file = json.at("file").get<std::uint64_t>();
    at.position = {json.at("offset").get<std::uint64_t>(), json.at("number").get<std::uint64_t>(),
                   json.at("line").get<std::uint64_t>()};
    at.output = json.at("output").get<std::uint64_t>();
    at.counts = counts_of(json.at("counts"));
    return at;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

Status write_state(const std::string& path, const Json& json) {
  const auto file = TRY(AtomicFile::create(path, nullptr));
  TRY(file->write(as_bytes(json.dump(1) + "\n")));
  return file->commit(false);
}

std::string with_ending(const std::string& part, std::string_view ending) {
  return part.substr(0, part.size() - std::string_view(".jsonl").size()) + std::string(ending);
}

}  // namespace

PartFile::~PartFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::unique_ptr<PartFile>> PartFile::open(const std::string& folder, const ShardOf& shard,
                                                 const std::string& signature, bool fresh) {
  const std::string path =
      fmt::format("{}/part-{:05}-of-{:05}.jsonl", folder, shard.index, shard.count);
  TRY(make_folders_for(path));
  auto part = std::unique_ptr<PartFile>(new PartFile(path, signature));
  const std::string partial = path + ".partial";
  if (!fresh) {
    const auto finished = read_state(with_ending(path, ".counts.json"), signature);
    part->done_ = finished && exists(path);
    if (part->done_) {
      part->start_ = *finished;
      return part;
    }
    if (const auto state = read_state(with_ending(path, ".state.json"), signature)) {
      part->start_ = *state;
    }
  }
  part->descriptor_ = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (part->descriptor_ < 0) return io_failure("cannot write", partial);
  const off_t size = ::lseek(part->descriptor_, 0, SEEK_END);
  // What the state speaks of must be there.
  if (size < 0 || static_cast<std::uint64_t>(size) < part->start_.output) part->start_ = {};
  const auto keep = static_cast<off_t>(part->start_.output);
  if (::ftruncate(part->descriptor_, keep) != 0 ||
      ::lseek(part->descriptor_, keep, SEEK_SET) != keep) {
    return io_failure("cannot write", partial);
  }
  part->written_ = part->start_.output;
  return part;
}

Status PartFile::write(std::string_view lines) {
  append(pending_, lines);
  return pending_.size() >= kBlock ? flush() : Status();
}

Status PartFile::flush() {
  TRY(write_all(descriptor_, pending_, path_ + ".partial"));
  written_ += pending_.size();
  pending_.clear();
  return {};
}

Status PartFile::save(Checkpoint checkpoint) {
  TRY(flush());
  if (::fdatasync(descriptor_) != 0) return io_failure("cannot write", path_ + ".partial");
  checkpoint.output = written_;
  return write_state(with_ending(path_, ".state.json"), to_value(checkpoint, signature_));
}

Status PartFile::finish(const Counts& counts) {
  TRY(flush());
  if (::fsync(descriptor_) != 0) return io_failure("cannot write", path_ + ".partial");
  Checkpoint last;
  last.output = written_;
  last.counts = counts;
  if (::rename((path_ + ".partial").c_str(), path_.c_str()) != 0) {
    return io_failure("cannot rename to", path_);
  }
  TRY(write_state(with_ending(path_, ".counts.json"), to_value(last, signature_)));
  ::unlink(with_ending(path_, ".state.json").c_str());
  return {};
}

}  // namespace colophon::scan
