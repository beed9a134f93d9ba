// SPDX-License-Identifier: Apache-2.0
// Does a file meet the profiles? Every rule that they list: about the implicit label, the explicit
// one, the signature and the watermark. The rules that are known here are no law, and a file that
// meets them is not thereby lawful.
#pragma once

#include "marks/rules.hpp"
#include "ops/ops.hpp"

namespace colophon {

struct CheckReport {
  Report report;  ///< of `verify`, with all that can be looked for
  std::vector<Mark> marks;
  std::vector<RuleResult> rules;  ///< by profile, in its order
  /// No rule is broken, and the file could be read.
  [[nodiscard]] bool ok() const noexcept;
};

[[nodiscard]] Result<CheckReport> check_file(const std::string& path, const Env& env,
                                             VerifyOptions options);

/// The rules E, C and P of GB 45438 on the labels of a file, and whether there is one label. Pure.
[[nodiscard]] std::vector<RuleResult> judge_label(const Profile& profile, const Report& report);
/// Signature and watermark, where the profile asks for them. Pure.
[[nodiscard]] std::vector<RuleResult> judge_layers(const Profile& profile, const Report& report);

[[nodiscard]] std::string to_json(const CheckReport& check, const JsonOptions& options);

}  // namespace colophon
