// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/jobs.hpp"
#include "cli/print.hpp"
#include "ops/request.hpp"

namespace colophon::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_value(const CodeReport& code, const Terminal& terminal) {
  Json fields = Json::array();
  for (const CodeField& field : code.fields) {
    fields.push_back({{"name", field.name},
                      {"position", field.position},
                      {"value", field.value},
                      {"meaning", terminal.say(field.meaning)},
                      {"ok", field.ok}});
  }
  Json findings = Json::array();
  for (const Finding& finding : code.findings) {
    findings.push_back({{"rule", finding.rule},
                        {"severity", to_string(finding.severity)},
                        {"message", terminal.say(finding.message)}});
  }
  Json json = {{"code", code.code}, {"ok", code.ok()}, {"fields", fields}, {"findings", findings}};
  if (!code.seen_with.empty()) json["seen_with"] = code.seen_with;
  return json;
}

Json to_value(const Profile& profile, const Terminal& terminal) {
  Json values = Json::array();
  for (const ProfileValue& value : profile.values) {
    values.push_back({{"key", value.key},
                      {"value", value.items.size() == 1 ? Json(value.value) : Json(value.items)},
                      {"basis", value.basis},
                      {"source", value.source}});
  }
  return {{"name", profile.name},
          {"title", terminal.say(profile.title)},
          {"in_force", profile.in_force},
          {"authority", profile.authority},
          {"values", values}};
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

CodeRole role_of(const std::string& word) {
  if (word == "generation") return CodeRole::Generation;
  return word == "propagation" ? CodeRole::Propagation : CodeRole::Unused;
}

}  // namespace

int run_code_check(const Options& options, Terminal& terminal) {
  Json all = Json::array();
  bool ok = true;
  for (const std::string& code : options.codes) {
    const CodeReport report = explain_code(code);
    ok = ok && report.ok();
    if (options.json) {
      all.push_back(to_value(report, terminal));
    } else {
      terminal.print(describe(report, terminal));
    }
  }
  if (options.json) terminal.print(dump(all));
  return ok ? 0 : 4;
}

int run_code_make(const Options& options, Terminal& terminal) {
  const auto code = make_code(options.uscc, role_of(options.code_role), options.extension);
  if (!code) {
    terminal.complain("", code.error());
    return 2;
  }
  terminal.print(*code + "\n");
  return 0;
}

int run_profiles(const Options& options, Terminal& terminal) {
  std::vector<std::string> names;
  if (options.profile_name.empty()) {
    names = all_profiles(options);
  } else {
    names.push_back(options.profile_name);
  }
  const auto profiles = load_profiles(profile_sources(options, names));
  if (!profiles) {
    terminal.complain("", profiles.error());
    return 2;
  }
  Json all = Json::array();
  for (const Profile& profile : *profiles) {
    if (options.json) {
      all.push_back(to_value(profile, terminal));
    } else if (options.profile_name.empty()) {
      terminal.print(fmt::format("{:<6} {}\n", profile.name, terminal.say(profile.title)));
    } else {
      terminal.print(describe(profile, terminal));
    }
  }
  if (options.json) terminal.print(dump(all));
  return 0;
}

}  // namespace colophon::cli
