// SPDX-License-Identifier: Apache-2.0
// Validation of a manifest store against its asset (C2PA 15), offline.
#pragma once

#include "c2pa/bindings.hpp"
#include "c2pa/soft_binding.hpp"
#include "crypto/certificates.hpp"

namespace colophon::c2pa {

struct ValidateOptions {
  const TrustStore* trust = nullptr;  ///< null: nobody is trusted
  std::int64_t now = 0;               ///< seconds since 1970
  Limits limits;
  bool content = true;  ///< false: the hard binding is not compared with the asset
};

enum class State : std::uint8_t { Invalid, Valid, Trusted };

/// One line of the manifest tree, for `inspect --tree`.
struct TreeNode {
  std::string name;   ///< manifest label, assertion label, ingredient title
  std::string value;  ///< a short description; may be empty
  std::vector<TreeNode> children;
};

struct Validation {
  State state = State::Invalid;
  /// Intact and well signed, but the certificate has run out and no trusted time covers it.
  bool expired_without_time = false;
  std::string active_manifest;
  StatusList status;  ///< of the active manifest
  struct Delta {
    std::string ingredient_uri;
    StatusList status;
  };
  std::vector<Delta> ingredient_deltas;
  std::string claim_generator, signer, issuer, algorithm;
  std::optional<std::int64_t> signed_at;  ///< from a trusted or at least intact time-stamp
  bool time_trusted = false;
  /// digitalSourceType values (URIs) of actions in created assertions of the active manifest, then,
  /// apart, those only gathered, and those of ingredients.
  std::vector<std::string> source_types, gathered_source_types, ingredient_source_types;
  /// Those of ingredients whose own signers are trusted and vouch for them.
  std::vector<std::string> trusted_ingredient_source_types;
  std::vector<SoftBinding> soft_bindings;  ///< of the active manifest; nothing was compared
  TreeNode tree;
};

/// Total: any bytes give an answer; a store that cannot be parsed is Invalid with its code.
[[nodiscard]] Validation validate(const Asset& asset, Bytes store, const ValidateOptions& options);

/// Puts what was found into the entry that `read_c2pa_statement` made of the same store: state,
/// codes, integrity, time, findings. What the entry says of AI stays, whatever was found.
void add_validation(Evidence& evidence, const Validation& validation);

}  // namespace colophon::c2pa
