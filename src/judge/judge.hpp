// SPDX-License-Identifier: Apache-2.0
// Evidence in, verdict out. Pure functions: no I/O, no clock, no format. Its whole behaviour is the
// table in tests/judge/.
#pragma once

#include "profiles/profiles.hpp"

namespace colophon {

/// The verdict on one file (docs/decisions.md, "which evidence decides"). Total.
/// Findings about the evidence as a whole (J-*) are appended to `findings`.
[[nodiscard]] Verdict decide(std::span<const Evidence> evidence, std::span<const Profile> profiles,
                             std::vector<Finding>& findings);

/// Exit code of `verify` for one report: 0 a label was found, 1 none, 4 a label is present but
/// invalid, damaged or in conflict (docs/report.md).
[[nodiscard]] int exit_code(const Verdict& verdict, std::span<const Evidence> evidence) noexcept;

}  // namespace colophon
