// SPDX-License-Identifier: Apache-2.0
// Whom this installation trusts, as files that people can read (docs/keys.md):
//   pins/*.pem     a public key each, behind lines "Producer: CODE" and "Note: ..."
//   anchors/*.pem  roots of C2PA claim signers      tsa/*.pem  roots of time-stamp authorities
//   allowed/*.pem  signers trusted by themselves    usages     accepted EKUs, an OID a line
#pragma once

#include "crypto/certificates.hpp"

namespace colophon {

/// The user's own: $XDG_CONFIG_HOME/colophon/trust, ~/.config/colophon/trust; empty when there is
/// no home.
[[nodiscard]] std::string usual_trust_folder();

/// One entry, for people.
struct TrustEntry {
  enum class Use : std::uint8_t { Pin, Anchor, TimeStamping, Allowed, Usage } use = Use::Pin;
  std::string file;
  std::string name;  ///< the producer, subject or OID
  std::string fingerprint;
  std::string note;
  std::optional<std::int64_t> not_after;
  std::optional<Error> error;  ///< the file cannot be used
};
/// Everything in the folder, also what cannot be used; nothing when there is no folder.
[[nodiscard]] std::vector<TrustEntry> list_trust(const std::string& folder);
/// A missing folder is an empty store. An error when some file in it cannot be used: whoever put it
/// there relies on it.
[[nodiscard]] Result<TrustStore> load_trust_folder(const std::string& folder);

/// Has the layout of such a folder.
[[nodiscard]] bool is_trust_folder(const std::string& path);
/// A public key or certificate with the lines above it.
[[nodiscard]] Result<TrustStore::Pin> read_pin(std::string_view text);
/// Puts one store's content behind that of another.
void add(TrustStore& all, TrustStore more);

/// Puts a key or certificates (PEM text) into the folder, which is made when it is missing. The
/// file that now holds them; the same again is the same file. `producer`, `note`: of a pin.
[[nodiscard]] Result<std::string> add_trust(const std::string& folder, TrustEntry::Use use,
                                            std::string_view pem, const std::string& producer,
                                            const std::string& note);

}  // namespace colophon
