// SPDX-License-Identifier: Apache-2.0
// Jurisdictions as data: profiles/*.toml, compiled in as defaults. No country's rule stands in
// code.
#pragma once

#include "base/result.hpp"

#include <span>

namespace colophon {

/// One value of a profile, with whether a law demands it and where that stands.
struct ProfileValue {
  std::string key;                 ///< "explicit.image.min_height_ratio"
  std::string value;               ///< as text; list items separated by ", "
  std::string basis;               ///< "law" or "house"
  std::string source;              ///< clause or reason
  std::vector<std::string> items;  ///< the items of a list; one item for a single value
};

struct Profile {
  std::string name;
  Text title;
  std::string in_force;  ///< RFC 3339 full-date
  std::vector<std::string> authority;
  std::vector<ProfileValue> values;  ///< in file order

  [[nodiscard]] const ProfileValue* find(std::string_view key) const noexcept;
  /// The vocabularies of an implicit label ("gb45438", "iptc", ...).
  [[nodiscard]] std::vector<std::string> implicit_standards() const;
  /// The words to show for an origin; empty when the profile has none.
  [[nodiscard]] std::string notice(Origin origin) const;
};

/// Reads a profile from TOML text; `where` names it in errors.
[[nodiscard]] Result<Profile> parse_profile(std::string_view toml, std::string_view where);
/// The names of the built-in profiles, in alphabetical order.
[[nodiscard]] std::span<const std::string_view> profile_names() noexcept;
/// A built-in profile. Error `not-found` names those that exist.
[[nodiscard]] Result<Profile> builtin_profile(std::string_view name);

}  // namespace colophon
