// SPDX-License-Identifier: Apache-2.0
// colophon.toml and COLOPHON_*: defaults that flags override (README.md).
#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/jobs.hpp"
#include "ops/trust_folder.hpp"
#include "profiles/toml.hpp"

namespace colophon::cli {
namespace {

struct Setting {
  const char* key;  ///< in colophon.toml; COLOPHON_KEY in the environment
  std::string Options::* text;
  bool is_command = false;                      ///< run by a shell
  std::string Options::* instead_of = nullptr;  ///< what it overrules where both are set
};
constexpr Setting kSettings[] = {
    {"producer", &Options::producer},
    {"propagator", &Options::propagator},
    {"role", &Options::role},
    {"system", &Options::system},
    {"system_version", &Options::system_version},
    {"origin", &Options::origin},
    {"explicit", &Options::explicit_label},
    {"lang", &Options::language},
    {"color", &Options::color},
    {"sign", &Options::sign},
    {"c2pa", &Options::c2pa, false, &Options::c2pa_signer},
    {"c2pa_signer", &Options::c2pa_signer, true, &Options::c2pa},
    {"cert", &Options::cert},
    {"time_stamp", &Options::time_stamp, false, &Options::time_stamp_command},
    {"time_stamp_command", &Options::time_stamp_command, true, &Options::time_stamp},
    {"store", &Options::store},
    {"profile_folder", &Options::profile_folder},
    {"watermark_keys", &Options::watermark_keys},
    {"watermark_tokenizer", &Options::watermark_tokenizer},
    {"watermark_scheme", &Options::watermark_scheme},
    {"watermark_width", &Options::watermark_width},
    {"watermark_gamma", &Options::watermark_gamma},
};

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream in(list);
  for (std::string item; std::getline(in, item, ',');) {
    if (!item.empty()) items.push_back(item);
  }
  return items;
}

std::string environment(std::string key) {
  for (char& c : key) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const char* value = std::getenv(("COLOPHON_" + key).c_str());
  return value != nullptr ? value : "";
}

void apply(const Setting& setting, std::string value, Options& options) {
  options.*setting.text = std::move(value);
  if (setting.instead_of != nullptr) (options.*setting.instead_of).clear();
}

constexpr const char* kHere = "colophon.toml";

/// What the current folder may not decide, since it may have come with the very files that are
/// judged: whom to trust, whom to ask over the network, what to judge by, and whose watermark
/// counts.
constexpr const char* kNotFromHere[] = {"trust",
                                        "tsa_trust",
                                        "store",
                                        "time_stamp",
                                        "profile_folder",
                                        "watermark_keys",
                                        "watermark_tokenizer",
                                        "watermark_scheme",
                                        "watermark_width",
                                        "watermark_gamma"};

void pass_over(toml::table& table, Options& options) {
  for (const char* key : kNotFromHere) {
    if (table.erase(key) != 0) options.passed_over.emplace_back(key);
  }
}

/// Applies one file; nothing when it is not there. Returns a sentence when it is broken.
std::string apply_file(const std::string& path, Options& options) {
  std::ifstream in(path);
  if (!in) return {};
  std::ostringstream text;
  text << in.rdbuf();
  // toml++ reports bad input by an exception; it ends here.
  try {
    toml::table table = toml::parse(text.str(), path);
    if (path == kHere) pass_over(table, options);
    for (const Setting& setting : kSettings) {
      const auto value = table[setting.key].value<std::string>();
      // Whoever goes into a folder that came from elsewhere has not chosen what runs there.
      if (value && setting.is_command && path == kHere) {
        return fmt::format(
            "{}: {} names a command, which a file of the current folder may not; put it into "
            "~/.config/colophon/colophon.toml or give it on the command line",
            path, setting.key);
      }
      if (value) apply(setting, *value, options);
    }
    if (const auto profile = table["profile"].value<std::string>()) {
      options.profiles = split(*profile);
    }
    if (const auto trust = table["trust"].value<std::string>()) options.trust = split(*trust);
    if (const auto tsa = table["tsa_trust"].value<std::string>()) options.tsa_trust = split(*tsa);
    if (const auto jobs = table["jobs"].value<int>()) options.jobs = *jobs;
    return {};
  } catch (const toml::parse_error& error) {
    return fmt::format("{}, line {}: {}", path, error.source().begin.line, error.description());
  }
}

}  // namespace

std::string load_defaults(Options& options) {
  options.store = usual_trust_folder();
  options.profile_folder = usual_profile_folder();
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const std::string user = config != nullptr ? std::string(config)
                           : home != nullptr ? std::string(home) + "/.config"
                                             : "";
  // The strongest comes last.
  for (const std::string& path :
       {std::string("/etc/colophon/colophon.toml"),
        user.empty() ? "" : user + "/colophon/colophon.toml", std::string(kHere)}) {
    if (path.empty()) continue;
    if (std::string problem = apply_file(path, options); !problem.empty()) return problem;
  }
  for (const Setting& setting : kSettings) {
    if (std::string value = environment(setting.key); !value.empty()) {
      apply(setting, std::move(value), options);
    }
  }
  if (const std::string profile = environment("profile"); !profile.empty()) {
    options.profiles = split(profile);
  }
  return {};
}

}  // namespace colophon::cli
