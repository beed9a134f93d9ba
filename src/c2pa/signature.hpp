// SPDX-License-Identifier: Apache-2.0
// The signature of a claim, its certificates, time and revocation (C2PA 15.7 to 15.9).
#pragma once

#include "c2pa/graph.hpp"
#include "crypto/certificates.hpp"

namespace colophon::c2pa {

struct ValidateOptions;

struct SignatureFacts {
  std::string signer, issuer, algorithm;
  std::optional<std::int64_t> signed_at;  ///< attested by an intact time-stamp
  bool time_trusted = false;
  bool judged_now = false;  ///< no time-stamp says when the certificate had to be in force
};
/// Adds what it finds to `status`.
[[nodiscard]] SignatureFacts check_signature(const Store& store, const Graph& graph,
                                             const Node& node, const ValidateOptions& options,
                                             StatusList& status);

}  // namespace colophon::c2pa
