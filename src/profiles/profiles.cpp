// SPDX-License-Identifier: Apache-2.0
#include "profiles/profiles.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "profiles/builtin.hpp"
#include "profiles/toml.hpp"

namespace colophon {
namespace {

std::string scalar_text(const toml::node& node) {
  if (const auto text = node.value<std::string>()) return *text;
  // toml++ prints 17 digits; fmt as few as say the same number.
  if (node.is_floating_point()) return fmt::format("{}", *node.value<double>());
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return out.str();
}

std::vector<std::string> items_of(const toml::node& node) {
  std::vector<std::string> items;
  if (const auto* array = node.as_array()) {
    for (const toml::node& item : *array) items.push_back(scalar_text(item));
  } else {
    items.push_back(scalar_text(node));
  }
  return items;
}

/// A table with a `value` is one value; any other table is a group of them.
void collect(const toml::table& table, const std::string& prefix,
             std::multimap<std::uint32_t, ProfileValue>& by_line) {
  for (const auto& [key, node] : table) {
    const auto* child = node.as_table();
    if (child == nullptr) continue;
    const std::string name =
        prefix.empty() ? std::string(key.str()) : fmt::format("{}.{}", prefix, key.str());
    if (const toml::node* value = child->get("value")) {
      const auto items = items_of(*value);
      by_line.emplace(child->source().begin.line,
                      ProfileValue{name, fmt::format("{}", fmt::join(items, ", ")),
                                   (*child)["basis"].value_or(std::string()),
                                   (*child)["source"].value_or(std::string()), items});
    } else {
      collect(*child, name, by_line);
    }
  }
}

Failure broken(std::string_view where, const std::string& why) {
  return fail(ErrorCode::Malformed, fmt::format("profile {}: {}", where, why), std::string(where));
}

Status check(const Profile& profile, std::string_view where) {
  if (profile.name.empty()) return broken(where, "it has no name");
  for (const ProfileValue& value : profile.values) {
    if (value.basis != "law" && value.basis != "house") {
      return broken(where, value.key + ": basis must be \"law\" or \"house\"");
    }
    if (value.source.empty()) return broken(where, value.key + ": it has no source");
  }
  return {};
}

}  // namespace

const ProfileValue* Profile::find(std::string_view key) const noexcept {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const ProfileValue& value) { return value.key == key; });
  return found == values.end() ? nullptr : &*found;
}

std::vector<std::string> Profile::implicit_standards() const {
  const ProfileValue* value = find("implicit.standards");
  return value == nullptr ? std::vector<std::string>{} : value->items;
}

std::string Profile::notice(Origin origin) const {
  const ProfileValue* value = find(fmt::format("notice.{}", to_string(origin)));
  return value == nullptr ? std::string{} : value->value;
}

Result<Profile> parse_profile(std::string_view text, std::string_view where) {
  // toml++ reports bad input by an exception; it ends here.
  try {
    const toml::table root = toml::parse(text, where);
    Profile profile;
    profile.name = root["name"].value_or(std::string());
    profile.title = {root["title"]["en"].value_or(profile.name),
                     root["title"]["zh"].value_or(std::string())};
    profile.in_force = root["in_force"].value_or(std::string());
    if (const auto* authority = root["authority"].node()) profile.authority = items_of(*authority);
    // toml++ sorts keys; people expect the order of the file.
    std::multimap<std::uint32_t, ProfileValue> by_line;
    collect(root, "", by_line);
    for (auto& [line, value] : by_line) profile.values.push_back(std::move(value));
    TRY(check(profile, where));
    return profile;
  } catch (const toml::parse_error& error) {
    return broken(where,
                  fmt::format("line {}: {}", error.source().begin.line, error.description()));
  } catch (const std::exception& error) {
    return broken(where, error.what());
  }
}

std::span<const std::string_view> profile_names() noexcept {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const BuiltinProfile& profile : builtin_profiles()) all.push_back(profile.name);
    return all;
  }();
  return names;
}

Result<Profile> builtin_profile(std::string_view name) {
  for (const BuiltinProfile& profile : builtin_profiles()) {
    if (profile.name == name) return parse_profile(profile.toml, profile.name);
  }
  return fail(ErrorCode::NotFound, fmt::format("there is no profile \"{}\"; there are: {}", name,
                                               fmt::join(profile_names(), ", ")));
}

}  // namespace colophon
