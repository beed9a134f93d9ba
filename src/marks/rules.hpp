// SPDX-License-Identifier: Apache-2.0
// The rules X-* of GB 45438-2025 clause 5 with the values of a profile: what was found in a file
// against what is demanded. Pure; the table is in tests/marks/rules_test.cpp.
#pragma once

#include "marks/demand.hpp"

namespace colophon {

enum class RuleState : std::uint8_t { Pass, Fail, Unknown };
[[nodiscard]] std::string_view to_string(RuleState state) noexcept;  ///< "pass", "not-checkable"

/// One rule of one profile on one file.
struct RuleResult {
  std::string rule;     ///< "X-I1"
  std::string profile;  ///< "cn"
  RuleState state = RuleState::Unknown;
  Text why;  ///< the number that holds or fails, or why nothing can be said
};

/// What is known of a file's explicit labels.
struct MarkFacts {
  MarkMedium medium = MarkMedium::Picture;
  std::vector<Mark> marks;
  /// Why it could not be looked, or not everywhere; empty: it was.
  std::string blind;
};

/// The rules X-* that the profile lists for this medium, in its order; none where it asks for no
/// label there. Error `malformed` for a profile whose values make no sense.
[[nodiscard]] Result<std::vector<RuleResult>> judge_marks(const Profile& profile, Origin origin,
                                                          const MarkFacts& facts);

/// The pixels that letters must have: rounded up, so that nothing is lost.
[[nodiscard]] std::uint32_t least_height(double ratio, std::uint32_t width, std::uint32_t height);

}  // namespace colophon
