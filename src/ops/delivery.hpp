// SPDX-License-Identifier: Apache-2.0
// Carrying a plan out: the seal, the reading back, the place that the result goes to.
#pragma once

#include "ops/place.hpp"
#include "ops/plan.hpp"

namespace colophon {

/// Nothing was written: what would have been.
void turn_planned(Written& written, const Place& place);
void add_notes(Report& report, const Place& place);

/// On any error the original is untouched.
[[nodiscard]] Result<Report> deliver(FileSource& source, Place& place, const LabelJob& job,
                                     const Env& env, PlannedLabel& planned);
/// The sink gets nothing before all of it has been read back.
[[nodiscard]] Result<Report> deliver(Source& source, Sink& sink, const LabelJob& job,
                                     const Env& env, PlannedLabel& planned);

}  // namespace colophon
