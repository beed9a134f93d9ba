// SPDX-License-Identifier: Apache-2.0
// The C2PA half of `label`: what may be signed, what the manifest says, and the file it goes into.
#pragma once

#include "c2pa/seal.hpp"
#include "ops/plan.hpp"

namespace colophon {

/// Everything of a labelling that a manifest is signed with; the same for every file.
struct ManifestJob {
  c2pa::Signatory signatory;
  bool disclosure = false;      ///< also `c2pa.ai-disclosure`
  std::string time_stamp = {};  ///< address of an authority; then `Env::transport` is used
};

/// Readies the manifest for the plan that `edits` give, unless the file holds it already: then
/// `planned.seal` stays empty. Errors: `refused` where a signature would say more than is known.
[[nodiscard]] Status prepare_seal(Source& source, const LabelJob& job, const Env& env,
                                  PlannedLabel& planned, std::span<const Edit> edits);

/// Signs a store that stands beside the file: `planned.plan.store`. The same rules.
[[nodiscard]] Status seal_beside(Source& source, const LabelJob& job, const Env& env,
                                 PlannedLabel& planned);

/// Signs, and puts the store into the plan.
[[nodiscard]] Status complete_seal(Source& source, PlannedLabel& planned);

/// Validates the store of the output. Error `mismatch` unless it is valid. What stands in `after`
/// about the store is completed.
[[nodiscard]] Status check_seal(Source& output, const Env& env, Reading& after);

}  // namespace colophon
