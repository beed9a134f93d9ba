// SPDX-License-Identifier: Apache-2.0
// Was a file made from another one? What is measured, with which limits, stands in docs/carry.md.
#pragma once

#include "formats/format.hpp"
#include "ops/ops.hpp"

namespace colophon {

struct Comparison {
  std::vector<Measured> measured;
  /// Every measure holds. False with nothing measured: the two cannot be compared.
  bool derived = false;
  std::string why_not;  ///< for a person, where `derived` is false
  /// What was done to FROM, as far as it was measured: C2PA names. Empty: nothing can be told.
  std::vector<std::string> actions;
};

/// Total: what stops a comparison (no worker, broken pixels) stands in `why_not`.
[[nodiscard]] Comparison compare_files(Source& from, const Format& from_format, Source& to,
                                       const Format& to_format, const Limits& limits);

/// The share of the shorter text's runs of four words (Chinese and its like: characters) that the
/// other one has, too; nothing when one is too short to tell. Markup counts for nothing.
[[nodiscard]] std::optional<double> shared_text(std::string_view a, std::string_view b);

}  // namespace colophon
