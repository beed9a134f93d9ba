// SPDX-License-Identifier: Apache-2.0
// Labels in SVG: a group with an accessible name, drawn as paths so that no font decides.
#pragma once

#include "marks/marks.hpp"

namespace colophon {

[[nodiscard]] Result<MarkPlan> plan_svg_mark(Source& source, const MarkDemand& demand,
                                             const MarkEnv& env);
/// Groups and texts that say it.
[[nodiscard]] Result<MarkSearch> find_svg_marks(Source& source, const MarkEnv& env);

}  // namespace colophon
