// SPDX-License-Identifier: Apache-2.0
// GB 45438-2025: the `AIGC` field of annex E. The row is kGb45438 in standards.hpp; this is what
// else the judge and the command need. docs/gb45438.md explains every rule id.
#pragma once

#include "standards/standards.hpp"

namespace colophon {

/// Does a label keep the standard? `Damaged`: it cannot be read whole, so nobody can say.
enum class Conformity : std::uint8_t { Conforming, Breaking, Damaged };
[[nodiscard]] Conformity conformity(const Evidence& label);
/// No finding of `lint` is an error.
[[nodiscard]] bool conforming(const Evidence& label);

/// E-9: more than one label in a file, by severity: the same twice is `duplicate`, labels that
/// disagree are `conflict`. The labels of JSON lines count per record. Other evidence is passed
/// over.
[[nodiscard]] std::vector<Finding> lint_file(std::span<const Evidence> evidence);

}  // namespace colophon
