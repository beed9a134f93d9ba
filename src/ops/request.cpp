// SPDX-License-Identifier: Apache-2.0
#include "ops/request.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "io/io.hpp"
#include "io/transport.hpp"
#include "ops/keys.hpp"
#include "ops/signing.hpp"
#include "ops/trust.hpp"
#include "ops/trust_folder.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kMaxProfile = 1 << 20;

Result<Profile> load_profile(const std::string& name) {
  if (!name.ends_with(".toml")) return builtin_profile(name);
  const ByteBuffer text = TRY(read_small_file(name, kMaxProfile));
  return parse_profile(as_text(text), name);
}

Result<const Format*> forced_format(const std::string& id) {
  if (id.empty()) return nullptr;
  if (const Format* format = find_format(id)) return format;
  std::vector<std::string_view> ids;
  for (const Format* format : formats()) ids.push_back(format->id);
  return fail(ErrorCode::Usage,
              fmt::format("there is no format \"{}\"; there are: {}", id, fmt::join(ids, ", ")));
}

/// The trust folder, and what is named beside it. Null when neither is asked for.
Result<std::shared_ptr<const TrustStore>> trust_of(const VerifyRequest& request) {
  if (request.trust_folder.empty() && request.trust.empty() && request.tsa_trust.empty()) {
    return nullptr;
  }
  TrustStore trust = TRY(load_trust_folder(request.trust_folder));
  add(trust, TRY(load_trust(request.trust, request.tsa_trust)));
  return std::make_shared<const TrustStore>(std::move(trust));
}

Env env_with(bool network, const std::shared_ptr<Transport>& transport) {
  Env env = system_env();
  if (network) env.transport = transport ? transport : curl_transport();
  return env;
}

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

Result<std::vector<Profile>> load_profiles(const std::vector<std::string>& names) {
  std::vector<Profile> profiles;
  profiles.reserve(names.size());
  for (const std::string& name : names) profiles.push_back(TRY(load_profile(name)));
  return profiles;
}

Env env_for(const VerifyRequest& request) {
  return env_with(request.fetch_remote, request.transport);
}

Env env_for(const ManifestRequest& manifest) {
  return env_with(!manifest.empty() && !manifest.time_stamp.empty(), manifest.transport);
}

Env env_for(const LabelRequest& request) {
  return env_for(request.manifest);
}

Env env_for(const CarryRequest& request) {
  return env_for(request.manifest);
}

Result<VerifyOptions> verify_options(const VerifyRequest& request) {
  VerifyOptions options;
  options.file_name = request.name;
  options.format = TRY(forced_format(request.format));
  options.profiles = TRY(load_profiles(request.profiles));
  options.trust = TRY(trust_of(request));
  options.fetch_remote = request.fetch_remote;
  options.fetch_private = request.fetch_private;
  options.fragments = request.fragments;
  if (!request.time.empty()) {
    options.time = parse_time(request.time);
    if (!options.time) {
      return fail(ErrorCode::Usage,
                  fmt::format("\"{}\" is no time like 2026-11-23T10:00:00Z", request.time));
    }
  }
  return options;
}

Result<LabelJob> label_job(const LabelRequest& request) {
  LabelJob job;
  job.wanted = request.label;
  job.role = request.platform ? Role::Platform : Role::Producer;
  job.file_name = request.name;
  job.format = TRY(forced_format(request.format));
  job.profiles = TRY(load_profiles(request.profiles));
  const ExplicitRequest& mark = request.explicit_label;
  job.wishes =
      TRY(parse_wishes({mark.label, mark.place, mark.at, mark.span, mark.every, mark.cue}));
  job.force = request.force;
  job.sidecar = request.sidecar;
  for (const Profile& profile : job.profiles) {
    for (const std::string& standard : profile.implicit_standards()) {
      if (!contains(job.standards, standard)) job.standards.push_back(standard);
    }
  }
  const bool gb = contains(job.standards, to_string(StandardId::Gb45438));
  if (gb && !request.platform && job.wanted.producer.empty()) {
    return fail(ErrorCode::Usage,
                "name the producer (--producer CODE_OR_NAME, or producer in colophon.toml): GB "
                "45438-2025 Annex E d) demands it");
  }
  if (gb && request.platform && job.wanted.propagator.empty()) {
    return fail(ErrorCode::Usage,
                "name the platform (--propagator CODE_OR_NAME): it writes its own half");
  }
  if (!request.manifest.empty()) job.manifest = TRY(open_manifest_job(request.manifest));
  if (request.sign.empty()) return job;
  if (!gb) {
    return fail(
        ErrorCode::Usage,
        "a signature stands in the GB 45438 label, which none of the profiles writes; add cn");
  }
  job.signer = std::make_shared<LabelSigner>(TRY(open_key(request.sign)));
  return job;
}

Result<LabelJob> carry_job(const CarryRequest& request) {
  LabelJob job;
  job.action = request.action;
  job.force = request.force;
  job.sidecar = request.sidecar;
  job.from.format = TRY(forced_format(request.from_format));
  job.from.file_name = request.from_name;
  job.format = TRY(forced_format(request.format));
  job.file_name = request.name;
  job.profiles = TRY(load_profiles(request.profiles));
  if (!request.manifest.empty()) job.manifest = TRY(open_manifest_job(request.manifest));
  return job;
}

}  // namespace colophon
