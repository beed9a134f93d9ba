// SPDX-License-Identifier: Apache-2.0
#include "cli/jobs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "io/io.hpp"

namespace colophon::cli {
namespace {

constexpr std::uint64_t kMaxProfile = 1 << 20;

Result<Profile> load_profile(const std::string& name) {
  if (!name.ends_with(".toml")) return builtin_profile(name);
  const ByteBuffer text = TRY(read_small_file(name, kMaxProfile));
  return parse_profile(as_text(text), name);
}

}  // namespace

Result<std::vector<Profile>> load_profiles(const std::vector<std::string>& names,
                                           std::initializer_list<std::string_view> fallback) {
  std::vector<Profile> profiles;
  for (const std::string& name : names) profiles.push_back(TRY(load_profile(name)));
  if (names.empty()) {
    for (const std::string_view name : fallback) profiles.push_back(TRY(builtin_profile(name)));
  }
  return profiles;
}

Result<const Format*> forced_format(const Options& options) {
  if (options.format.empty()) return nullptr;
  if (const Format* format = find_format(options.format)) return format;
  std::vector<std::string_view> ids;
  for (const Format* format : formats()) ids.push_back(format->id);
  return fail(ErrorCode::Usage, fmt::format("there is no format \"{}\"; there are: {}",
                                            options.format, fmt::join(ids, ", ")));
}

Result<LabelJob> label_job(const Options& options) {
  LabelJob job;
  job.role = options.role == "platform" ? Role::Platform : Role::Producer;
  job.wanted.origin = parse_origin(options.origin).value_or(Origin::Generated);
  job.wanted.producer = options.producer;
  job.wanted.produce_id = options.produce_id;
  job.wanted.propagator = options.propagator;
  job.wanted.propagate_id = options.propagate_id;
  job.wanted.system = options.system;
  job.wanted.system_version = options.system_version;
  job.wanted.prompt = options.prompt;
  job.wanted.prompt_writer = options.prompt_writer;
  job.profiles = TRY(load_profiles(options.profiles, {"cn"}));
  for (const Profile& profile : job.profiles) {
    for (const std::string& standard : profile.implicit_standards()) {
      if (std::find(job.standards.begin(), job.standards.end(), standard) == job.standards.end()) {
        job.standards.push_back(standard);
      }
    }
  }
  job.format = TRY(forced_format(options));
  job.force = options.force;
  job.sidecar = options.sidecar;
  const bool gb =
      std::find(job.standards.begin(), job.standards.end(), "gb45438") != job.standards.end();
  if (gb && job.role == Role::Producer && job.wanted.producer.empty()) {
    return fail(ErrorCode::Usage,
                "give --producer CODE_OR_NAME (or set producer in colophon.toml): GB 45438-2025 "
                "Annex E d) demands it");
  }
  if (gb && job.role == Role::Platform && job.wanted.propagator.empty()) {
    return fail(ErrorCode::Usage, "give --propagator CODE_OR_NAME: a platform writes its own half");
  }
  return job;
}

JsonOptions json_options(const Options& options, const std::string& language) {
  return {language, options.show_prompts, false};
}

}  // namespace colophon::cli
