// SPDX-License-Identifier: Apache-2.0
#include "capi/options.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

namespace colophon {
namespace {

using Json = nlohmann::json;
/// What is wrong with the value, if anything.
using Setter = std::function<std::optional<Error>(const std::string& name, const Json& value)>;
using Members = std::vector<std::pair<std::string, Setter>>;

Error usage(std::string message) {
  return {ErrorCode::Usage, std::move(message), "options", std::nullopt};
}
Error wrong(const std::string& name) {
  return usage(fmt::format("the option \"{}\" is unknown or of the wrong type", name));
}

Setter text(std::string& target) {
  return [&target](const std::string& name, const Json& value) -> std::optional<Error> {
    if (!value.is_string()) return wrong(name);
    target = value.get<std::string>();
    return std::nullopt;
  };
}

Setter flag(bool& target) {
  return [&target](const std::string& name, const Json& value) -> std::optional<Error> {
    if (!value.is_boolean()) return wrong(name);
    target = value.get<bool>();
    return std::nullopt;
  };
}

Setter texts(std::vector<std::string>& target) {
  return [&target](const std::string& name, const Json& value) -> std::optional<Error> {
    if (!value.is_array()) return wrong(name);
    std::vector<std::string> all;
    for (const Json& each : value) {
      if (!each.is_string()) return usage(name + " holds something else than texts");
      all.push_back(each.get<std::string>());
    }
    target = std::move(all);
    return std::nullopt;
  };
}

Setter both(Setter one, Setter other) {
  return [one = std::move(one), other = std::move(other)](
             const std::string& name, const Json& value) -> std::optional<Error> {
    if (auto error = one(name, value)) return error;
    return other(name, value);
  };
}

/// One of the words; its place among them goes to `take`.
template <typename Take>
Setter word(std::vector<std::string> words, Take take) {
  return [words = std::move(words), take](const std::string& name,
                                          const Json& value) -> std::optional<Error> {
    const std::string given = value.is_string() ? value.get<std::string>() : std::string();
    const auto found = std::find(words.begin(), words.end(), given);
    if (found == words.end()) {
      return usage(fmt::format("the option \"{}\" is unknown or has an unknown value", name));
    }
    take(*found);
    return std::nullopt;
  };
}

Setter object(Members members) {
  return [members = std::move(members)](const std::string& name,
                                        const Json& value) -> std::optional<Error> {
    if (!value.is_object()) return wrong(name);
    for (const auto& [key, each] : value.items()) {
      const std::string path = name.empty() ? key : name + "." + key;
      const auto member = std::find_if(members.begin(), members.end(),
                                       [&](const auto& known) { return known.first == key; });
      if (member == members.end()) return wrong(path);
      if (auto error = member->second(path, each)) return error;
    }
    return std::nullopt;
  };
}

Members key_members(SigningKey& key) {
  return {{"key", text(key.key)},
          {"passphrase", text(key.passphrase)},
          {"command", text(key.command)},
          {"public_key", text(key.public_key)},
          {"algorithm", text(key.algorithm)}};
}

Members manifest_members(ManifestRequest& manifest) {
  Members members = key_members(manifest.key);
  members.emplace_back("cert", text(manifest.chain));
  members.emplace_back("time_stamp", text(manifest.time_stamp));
  members.emplace_back("time_stamp_command", text(manifest.time_stamp_command));
  members.emplace_back("ai_disclosure", flag(manifest.disclosure));
  return members;
}

Members explicit_members(ExplicitRequest& mark) {
  return {{"label", text(mark.label)}, {"place", text(mark.place)}, {"at", text(mark.at)},
          {"span", text(mark.span)},   {"every", text(mark.every)}, {"cue", text(mark.cue)}};
}

Members all_members(Requests& requests) {
  auto& [verify, label, action] = requests;
  return {
      {"profiles", both(texts(verify.profiles), texts(label.profiles))},
      {"format", both(text(verify.format), text(label.format))},
      {"name", both(text(verify.name), text(label.name))},
      {"language", both(text(verify.language), text(label.language))},
      {"show_prompts", flag(verify.show_prompts)},
      {"trust", texts(verify.trust)},
      {"tsa_trust", texts(verify.tsa_trust)},
      {"trust_folder", text(verify.trust_folder)},
      {"time", text(verify.time)},
      {"fetch_remote", flag(verify.fetch_remote)},
      {"fetch_private", flag(verify.fetch_private)},
      {"producer", text(label.label.producer)},
      {"produce_id", text(label.label.produce_id)},
      {"propagator", text(label.label.propagator)},
      {"propagate_id", text(label.label.propagate_id)},
      {"system", text(label.label.system)},
      {"system_version", text(label.label.system_version)},
      {"prompt", text(label.label.prompt)},
      {"prompt_writer", text(label.label.prompt_writer)},
      {"origin",
       word({"generated", "edited", "possible", "suspected"},
            [&label](const std::string& origin) { label.label.origin = *parse_origin(origin); })},
      {"role", word({"producer", "platform"},
                    [&label](const std::string& role) { label.platform = role == "platform"; })},
      {"action", text(action)},
      {"force", flag(label.force)},
      {"sidecar", flag(label.sidecar)},
      {"keep_times", flag(label.keep_times)},
      {"explicit", object(explicit_members(label.explicit_label))},
      {"sign", object(key_members(label.sign))},
      {"c2pa", object(manifest_members(label.manifest))},
  };
}

}  // namespace

CarryRequest Requests::carry() const {
  CarryRequest request;
  request.action = action;
  request.force = label.force;
  request.sidecar = label.sidecar;
  request.keep_times = label.keep_times;
  request.manifest = label.manifest;
  request.format = label.format;
  request.language = label.language;
  request.profiles = label.profiles;
  return request;
}

std::optional<Error> read_options(const char* options, Requests& requests) {
  requests.label.label.origin = Origin::Generated;
  if (options == nullptr) return std::nullopt;
  const Json json = Json::parse(options, nullptr, false);
  if (!json.is_object()) return usage("the options are not a JSON object");
  return object(all_members(requests))("", json);
}

}  // namespace colophon
