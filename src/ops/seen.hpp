// SPDX-License-Identifier: Apache-2.0
// Explicit labels that are seen or heard, as evidence of layer `explicit`: a claim, never a proof.
// Those of running text are found without decoding anything (visible.hpp).
#pragma once

#include "marks/marks.hpp"
#include "ops/reading.hpp"

namespace colophon {

/// Looks into a picture, a sound or a film. What could not be looked at becomes a finding.
[[nodiscard]] MarkSearch look_for_marks(Source& source, const Format& format, const Env& env);

/// Adds the marks to the statements, those of a text unless it was told already (`text_told`), and
/// what was looked for to `looked`.
void read_seen(const MarkSearch& search, const Format& format, bool text_told, Reading& reading,
               std::vector<std::string>& looked);

}  // namespace colophon
