// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ops/marking.hpp"

namespace colophon {

namespace c2pa {
class Seal;
}

/// A plan with the reading it rests on.
struct PlannedLabel {
  Reading before;
  LabelPlan plan;
  std::vector<std::size_t> edited;  ///< carriers of `before` that the plan replaces
  /// The manifest that is going to be signed; until then `plan.splice` has a placeholder.
  std::shared_ptr<const c2pa::Seal> seal;
  /// The explicit label, if it was looked at; then `before` is the reading of its content.
  std::shared_ptr<const Marking> marking;

  [[nodiscard]] bool is_marked() const noexcept { return marking && marking->changes(); }
};
[[nodiscard]] Result<PlannedLabel> plan_with_reading(Source& source, const LabelJob& job,
                                                     const Env& env);

/// The same when the reading is there already.
[[nodiscard]] Result<PlannedLabel> plan_from(Reading before, Source& source, const LabelJob& job,
                                             const Env& env,
                                             std::shared_ptr<const Marking> marking = nullptr);
/// With the explicit label: the plan is one for the content of `PlannedLabel::marking`.
[[nodiscard]] Result<PlannedLabel> plan_marked(Reading before, Source& source, LabelJob job,
                                               const Env& env);

/// Labels that nobody may change without `force`: errors `conflict`, `refused`. `forced`: it was
/// needed.
[[nodiscard]] Status respect_existing(const Reading& before, bool force, bool& forced);

/// Does an intact label, of any vocabulary, say that this is made by AI?
[[nodiscard]] bool says_generated(const Reading& before);

/// Does the manifest go into the file, when the label stands beside it?
[[nodiscard]] bool signs_inside(const Reading& before, const LabelJob& job);
/// The label beside the file; the manifest beside or inside.
[[nodiscard]] Status plan_sidecar(Source& source, const LabelJob& job, const Env& env,
                                  PlannedLabel& planned);
/// A label beside a file that was signed names the hash of what came out.
[[nodiscard]] Status finish_sidecar(Source& output, const LabelJob& job, PlannedLabel& planned);

/// What the stretches of one file of records share.
struct AllRecords {
  std::string fresh_id;   ///< of every label that is new
  bool labelled = false;  ///< some record has a label
};
/// The plan for a stretch alone. One without a record that can hold a label stays as it is.
[[nodiscard]] Result<PlannedLabel> plan_stretch(Reading before, Source& stretch,
                                                const LabelJob& job, const Env& env,
                                                AllRecords& all);

/// Does `after` say what was planned, and else what was said before? Error `mismatch`.
[[nodiscard]] Status check_after(const Reading& after, const PlannedLabel& planned);

/// Reads the planned or written output back and compares it with what was meant
/// (docs/architecture.md): the label stands there, once, and every other carrier says what it said
/// before. Error `mismatch`. The reading is that of the output.
[[nodiscard]] Result<Reading> read_back(Source& output, const PlannedLabel& planned,
                                        const LabelJob& job, const Env& env);

/// The report on the output of a write.
[[nodiscard]] Report report_on(Reading reading, std::uint64_t size, const LabelJob& job,
                               const LabelPlan& plan);

}  // namespace colophon
