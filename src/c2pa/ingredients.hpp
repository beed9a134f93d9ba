// SPDX-License-Identifier: Apache-2.0
// Ingredients, depth first (C2PA 15.11).
#pragma once

#include "c2pa/assertions.hpp"
#include "c2pa/signature.hpp"
#include "c2pa/validate.hpp"

namespace colophon::c2pa {

/// What the validation of one store shares.
struct Job {
  const Store& store;
  const Graph& graph;
  const ValidateOptions& options;
  BoxHashes hashes;
  std::set<const Node*> done;
  std::set<const Node*> trusted;  ///< ingredients without any failure, recorded or not
};

/// Claim, signature and assertions of one manifest, without its hard binding.
SignatureFacts check_manifest(Job& job, const Node& node, StatusList& status);
/// The ingredients of `node` and theirs. What concerns the assertions of `node` itself goes to
/// `status`; what differs from what was recorded about an ingredient goes to `deltas`.
void check_ingredients(Job& job, const Node& node, StatusList& status,
                       std::vector<Validation::Delta>& deltas);

}  // namespace colophon::c2pa
