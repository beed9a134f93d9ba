// SPDX-License-Identifier: Apache-2.0
// What `carry` gives to the planning and sealing that it shares with `label`.
#pragma once

#include "c2pa/build.hpp"
#include "ops/ops.hpp"

namespace colophon {

struct Carried {
  c2pa::Parent parent;               ///< the file that the labels come from
  std::string parent_manifest;       ///< the label of its active manifest; empty: it has none
  std::vector<std::string> actions;  ///< what was done to it
};

/// The carried label for a place that says `old`: as it was where nothing stands; else by the rules
/// of a producer's second write.
[[nodiscard]] Result<Label> carried_into(const Label& old, const LabelJob& job, bool& forced);

/// A sidecar holds a GB 45438 label and nothing else.
[[nodiscard]] Status check_carried_beside(const LabelJob& job, const Format& format);

}  // namespace colophon
