// SPDX-License-Identifier: Apache-2.0
// Which part of the inputs an array job's task takes.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "scan/scan.hpp"

namespace colophon::scan {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> variable(const char* name) {
  const char* text = name != nullptr ? std::getenv(name) : nullptr;
  return text != nullptr ? number(text) : std::nullopt;
}

struct Scheduler {
  const char* index;
  const char* count;
  const char* first;  ///< the smallest index, where it need not be 0
  const char* step;   ///< between two indices, where it need not be 1
};
/// Slurm's array comes before its ranks: a task of an array has both.
constexpr Scheduler kSchedulers[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_STEP"},
    {"AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", nullptr, nullptr},
    {"JOB_COMPLETION_INDEX", "JOB_COMPLETION_COUNT", nullptr,
     nullptr},  // Kubernetes sets no count itself
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", nullptr, nullptr},
    {"PMI_RANK", "PMI_SIZE", nullptr, nullptr},
    {"SLURM_PROCID", "SLURM_NTASKS", nullptr, nullptr},
};

}  // namespace

Result<ShardOf> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  const auto index = number(text.substr(0, slash));
  const auto count =
      slash == std::string_view::npos ? std::nullopt : number(text.substr(slash + 1));
  if (!index || !count || *index >= *count) {
    return fail(ErrorCode::Usage, "--shard is NUMBER/COUNT, such as 0/16 to 15/16",
                std::string(text));
  }
  return ShardOf{*index, *count};
}

Result<std::optional<ShardOf>> shard_from_environment() {
  for (const Scheduler& scheduler : kSchedulers) {
    const char* set = std::getenv(scheduler.index);
    if (set == nullptr || *set == '\0') continue;
    const auto index = variable(scheduler.index);
    if (!index) {
      return fail(ErrorCode::Usage,
                  fmt::format("{} is no number: set it right or not at all, or say --shard "
                              "NUMBER/COUNT",
                              scheduler.index),
                  scheduler.index);
    }
    const auto count = variable(scheduler.count);
    const std::uint64_t first = variable(scheduler.first).value_or(0);
    if (!count) {
      return fail(ErrorCode::Usage,
                  std::string(scheduler.index) + " is set, but not " + scheduler.count +
                      ": set it, or say --shard NUMBER/COUNT",
                  scheduler.index);
    }
    const std::uint64_t step = std::max<std::uint64_t>(1, variable(scheduler.step).value_or(1));
    if (*count == 1 && first > 0) {
      return fail(ErrorCode::Usage,
                  fmt::format("{} is {}, and the array has no other task: say which part this is, "
                              "--shard NUMBER/COUNT",
                              scheduler.index, *index),
                  scheduler.index);
    }
    if (*index < first || (*index - first) % step != 0 || (*index - first) / step >= *count) {
      return fail(ErrorCode::Usage,
                  std::string(scheduler.index) + " is not below " + scheduler.count +
                      ": number the tasks from 0 without gaps",
                  scheduler.index);
    }
    return ShardOf{(*index - first) / step, *count};
  }
  return std::nullopt;
}

}  // namespace colophon::scan
