// SPDX-License-Identifier: Apache-2.0
// Soft bindings (C2PA 9.3, 18.10): marks and fingerprints by which a manifest can be found again.
#pragma once

#include "c2pa/graph.hpp"

namespace colophon::c2pa {

struct SoftBinding {
  std::string algorithm;  ///< its own, else the claim's `alg_soft`; empty: none is named
  bool listed = false;    ///< C2PA's list of soft binding algorithms has it
  bool well_formed = false;
};
/// Those of one manifest, in order. No content is compared with them.
[[nodiscard]] std::vector<SoftBinding> soft_bindings(const Node& node, const Limits& limits);

}  // namespace colophon::c2pa
