// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ops/reading.hpp"

namespace colophon {

/// A plan with the reading it rests on.
struct PlannedLabel {
  Reading before;
  LabelPlan plan;
  std::vector<std::size_t> edited;  ///< carriers of `before` that the plan replaces
};
[[nodiscard]] Result<PlannedLabel> plan_with_reading(Source& source, const LabelJob& job,
                                                     const Env& env);

/// Reads the planned or written output back and compares it with what was meant
/// (docs/architecture.md): the label stands there, once, and every other carrier says what it said
/// before. Error `mismatch`. The reading is that of the output.
[[nodiscard]] Result<Reading> read_back(Source& output, const PlannedLabel& planned,
                                        const LabelJob& job, const Env& env);

/// The report on the output of a write.
[[nodiscard]] Report report_on(Reading reading, std::uint64_t size, const LabelJob& job,
                               const LabelPlan& plan);

}  // namespace colophon
