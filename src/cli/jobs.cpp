// SPDX-License-Identifier: Apache-2.0
#include "cli/jobs.hpp"

namespace colophon::cli {

VerifyRequest verify_request(const Options& options) {
  VerifyRequest request;
  request.profiles =
      profile_sources(options, options.profiles.empty() ? request.profiles : options.profiles);
  request.format = options.format;
  request.trust = options.trust;
  request.tsa_trust = options.tsa_trust;
  request.fragments = options.fragments;
  request.time = options.time;
  request.trust_folder = options.store;
  request.fetch_remote = options.fetch_remote;
  request.fetch_private = options.fetch_private;
  return request;
}

VerifyRequest check_request(const Options& options) {
  VerifyRequest request = verify_request(options);
  if (options.profiles.empty()) request.profiles = profile_sources(options, {"cn"});
  return request;
}

LabelRequest label_request(const Options& options) {
  LabelRequest request;
  request.platform = options.role == "platform";
  request.label.origin = parse_origin(options.origin).value_or(Origin::Generated);
  request.label.producer = options.producer;
  request.label.produce_id = options.produce_id;
  request.label.propagator = options.propagator;
  request.label.propagate_id = options.propagate_id;
  request.label.system = options.system;
  request.label.system_version = options.system_version;
  request.label.prompt = options.prompt;
  request.label.prompt_writer = options.prompt_writer;
  request.profiles =
      profile_sources(options, options.profiles.empty() ? request.profiles : options.profiles);
  request.explicit_label = {options.implicit_only ? "never" : options.explicit_label,
                            options.explicit_place,
                            options.explicit_at,
                            options.explicit_for,
                            options.explicit_every,
                            options.cue};
  request.format = options.format;
  request.force = options.force;
  request.sidecar = options.sidecar;
  return request;
}

CarryRequest carry_request(const Options& options) {
  CarryRequest request;
  const bool bare = !options.action.empty() && !options.action.starts_with("c2pa.");
  request.action = (bare ? "c2pa." : "") + options.action;
  request.force = options.force;
  request.sidecar = options.sidecar;
  request.from_format = options.from_format;
  request.format = options.format;
  request.profiles =
      profile_sources(options, options.profiles.empty() ? request.profiles : options.profiles);
  request.manifest = manifest_request(options);
  return request;
}

SigningKey signing_key(const Options& options) {
  SigningKey key;
  // A command that is named wins over a key that the configuration names.
  if (options.signer.empty()) key.key = options.sign;
  key.command = options.signer;
  key.public_key = options.signer_key;
  key.algorithm = options.sign_algorithm;
  return key;
}

ManifestRequest manifest_request(const Options& options) {
  ManifestRequest request;
  if (options.c2pa_signer.empty()) request.key.key = options.c2pa;
  request.key.command = options.c2pa_signer;
  request.key.algorithm = options.c2pa_algorithm;
  request.chain = options.cert;
  request.time_stamp = options.time_stamp;
  request.time_stamp_command = options.time_stamp_command;
  request.disclosure = options.ai_disclosure;
  return request;
}

JsonOptions json_options(const Options& options, const std::string& language) {
  return {language, options.show_prompts, false};
}

}  // namespace colophon::cli
