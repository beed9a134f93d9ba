// SPDX-License-Identifier: Apache-2.0
#include "scan/inputs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "io/io.hpp"
#include "ops/version.hpp"

namespace colophon::scan {
namespace {

std::string normal(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

/// What this or an earlier run wrote is no input of the next.
bool is_output(const std::string& file, const ScanJob& job) {
  for (const std::string* folder : {&job.part_folder, &job.attributes_folder, &job.copies_folder}) {
    if (!folder->empty() && normal(file).starts_with(normal(*folder + "/"))) return true;
  }
  return false;
}

/// Read with the file that it stands beside.
bool is_sidecar(const std::string& file) {
  constexpr std::string_view kEnding = ".aigc.json";
  return file.size() > kEnding.size() && file.ends_with(kEnding) &&
         exists(file.substr(0, file.size() - kEnding.size()));
}

InputFile input_at(std::string path, std::string below) {
  InputFile input{std::move(path), std::move(below), 0, 0};
  struct stat status{};
  if (input.path != "-" && ::stat(input.path.c_str(), &status) == 0) {
    input.size = static_cast<std::uint64_t>(status.st_size);
    input.modified_ns =
        static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
  }
  return input;
}

Result<std::vector<InputFile>> all_inputs(const ScanJob& job) {
  std::vector<InputFile> inputs;
  for (const std::string& input : job.inputs) {
    if (!is_folder(input)) {
      inputs.push_back(input_at(input, input.substr(input.rfind('/') + 1)));
      continue;
    }
    for (std::string& file : TRY(files_below(input))) {
      if (is_output(file, job) || is_sidecar(file)) continue;
      std::string below = file.substr(std::min(input.size(), file.size()));
      below.erase(0, below.find_first_not_of('/'));
      inputs.push_back(input_at(std::move(file), std::move(below)));
    }
  }
  return inputs;
}

/// Attribute files and copies are named like their inputs.
Status check_names(const std::vector<InputFile>& inputs) {
  std::set<std::string_view> names;
  for (const InputFile& input : inputs) {
    if (names.insert(input.below).second) continue;
    return fail(ErrorCode::Usage,
                fmt::format("two inputs would both write {}: name the folder above them instead of "
                            "the files, or scan them into different folders",
                            input.below),
                input.path);
  }
  return {};
}

}  // namespace

Result<std::vector<InputFile>> inputs_of(const ScanJob& job) {
  std::vector<InputFile> inputs = TRY(all_inputs(job));
  if (!job.attributes_folder.empty() || !job.copies_folder.empty()) TRY(check_names(inputs));
  std::vector<InputFile> mine;
  for (std::size_t i = job.shard.index; i < inputs.size(); i += job.shard.count) {
    mine.push_back(std::move(inputs[i]));
  }
  return mine;
}

std::string signature_of(const ScanJob& job, const std::vector<InputFile>& inputs) {
  Digest digest(DigestAlgorithm::Sha256);
  const auto add = [&](std::string_view text) {
    digest.update(as_bytes(fmt::format("{}:{};", text.size(), text)));
  };
  add(kVersion);
  add(job.judging.text_field);
  add(job.judging.id_field);
  add(job.attributes_folder);
  add(job.copies_folder);
  add(job.only_labelled ? "labelled" : "all");
  for (const auto* list : {&job.filter.keep, &job.filter.drop}) {
    for (const Origin origin : *list) add(to_string(origin));
    add("|");
  }
  add(job.filter.cap_share ? fmt::format("{}", *job.filter.cap_share) : "");
  for (const InputFile& input : inputs) {
    add(input.path);
    add(fmt::format("{} {}", input.size, input.modified_ns));
  }
  return hex_encode(digest.finish());
}

}  // namespace colophon::scan
