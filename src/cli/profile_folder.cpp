// SPDX-License-Identifier: Apache-2.0
// Profiles that somebody added without building: NAME.toml in a folder.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/jobs.hpp"

namespace colophon::cli {
namespace {

namespace fs = std::filesystem;

std::string file_of(const std::string& folder, const std::string& name) {
  if (folder.empty() || name.empty() || name.find('/') != std::string::npos) return {};
  const std::string path = folder + "/" + name + ".toml";
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) ? path : std::string();
}

}  // namespace

std::string usual_profile_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config != '\0') return std::string(config) + "/colophon/profiles";
  const char* home = std::getenv("HOME");
  return home != nullptr ? std::string(home) + "/.config/colophon/profiles" : std::string();
}

/// A file of the folder goes before the built-in profile of its name.
std::vector<std::string> profile_sources(const Options& options,
                                         const std::vector<std::string>& names) {
  std::vector<std::string> sources;
  for (const std::string& name : names) {
    const std::string path =
        name.ends_with(".toml") ? std::string() : file_of(options.profile_folder, name);
    sources.push_back(path.empty() ? name : path);
  }
  return sources;
}

std::vector<std::string> all_profiles(const Options& options) {
  std::vector<std::string> names;
  for (const std::string_view name : profile_names()) names.emplace_back(name);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(options.profile_folder, ignored)) {
    const std::string name = entry.path().stem().string();
    if (file_of(options.profile_folder, name).empty()) continue;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace colophon::cli
