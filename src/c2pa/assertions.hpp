// SPDX-License-Identifier: Apache-2.0
// The assertions of one manifest: which may be there, are they what was signed, do they keep their
// own rules (C2PA 15.10).
#pragma once

#include "c2pa/graph.hpp"

namespace colophon::c2pa {

/// What the checks of one manifest share.
struct AssertionCheck {
  const Store& store;
  const Graph& graph;
  const Node& node;  ///< with a claim
  BoxHashes& hashes;
  const Limits& limits;
  StatusList& status;

  [[nodiscard]] const Manifest& manifest() const noexcept { return *node.manifest; }
  [[nodiscard]] const Claim& claim() const noexcept { return *node.claim; }
  [[nodiscard]] std::string url(const Assertion& assertion) const {
    return assertion_uri(node.manifest->label, assertion.label);
  }
};

/// Everything but the comparison of the hard binding with the asset.
void check_assertions(const AssertionCheck& check);
/// The rules of actions assertions (15.10.3.2.2); part of the above.
void check_actions(const AssertionCheck& check);
/// The allowed fields of `c2pa.metadata` (appendix B); part of the above.
void check_metadata(const AssertionCheck& check);
/// References of standard assertions to other boxes (15.10.3.3); part of the above.
void check_reference(const AssertionCheck& check, const HashedUri& uri);
void check_references(const AssertionCheck& check, const wire::CborItem& item);

/// The hard bindings that the signer vouches for, in order.
[[nodiscard]] std::vector<const Assertion*> hard_bindings(const Node& node);
[[nodiscard]] bool is_actions(std::string_view base) noexcept;

/// The digital source types that a manifest states: by the signer, or only gathered. What
/// `c2pa.ai-disclosure` says stands there as the term that means it.
struct SourceTypes {
  std::vector<std::string> created, gathered;
};
[[nodiscard]] SourceTypes source_types_of(const Node& node, const Limits& limits);

}  // namespace colophon::c2pa
