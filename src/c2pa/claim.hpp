// SPDX-License-Identifier: Apache-2.0
// Claims of version 1 and 2 (C2PA 10.2).
#pragma once

#include "c2pa/status.hpp"
#include "c2pa/uri.hpp"

namespace colophon::c2pa {

struct Reference {
  HashedUri uri;        ///< as stored
  std::string url;      ///< absolute
  bool created = true;  ///< the signer vouches for it; false: only gathered (claim v2)
};

struct Claim {
  int version = 1;
  Bytes bytes;  ///< as stored: what is signed
  std::string generator;
  std::string signature_url;   ///< absolute; empty: none
  std::string algorithm;       ///< of hashes; may be empty
  std::string soft_algorithm;  ///< of soft bindings; may be empty
  std::vector<Reference> assertions;
  std::vector<std::string> redacted;  ///< absolute URIs
  std::vector<HashedUri> icons;       ///< of the claim generators
};

/// The claim of a manifest; nothing, and a failure in `status`, when it is missing, doubled or
/// breaks the grammar.
[[nodiscard]] std::optional<Claim> read_claim(const Manifest& manifest, const Limits& limits,
                                              StatusList& status);

}  // namespace colophon::c2pa
