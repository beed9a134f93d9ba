// SPDX-License-Identifier: Apache-2.0
// Keys as files: making, opening and describing them (docs/keys.md).
#pragma once

#include <colophon/colophon.hpp>

#include "ops/ops.hpp"

namespace colophon {

/// Error `usage` with where "passphrase" when the key is encrypted and none was given.
[[nodiscard]] Result<std::unique_ptr<Signer>> open_key(const SigningKey& key);
/// What signs C2PA manifests, with its certificates; checked when it signs.
[[nodiscard]] Result<std::shared_ptr<const ManifestJob>> open_manifest_job(
    const ManifestRequest& request);
/// The key is there and needs a passphrase.
[[nodiscard]] bool needs_passphrase(const SigningKey& key);
/// The key is a file, not encrypted, and everybody may read it.
[[nodiscard]] bool is_exposed(const SigningKey& key);

struct NewKey {
  std::string type = "sm2";      ///< sm2, es256, es384, es512, ed25519, rsa-pss
  std::string path;              ///< of the private key
  std::string passphrase = {};   ///< empty: not encrypted
  std::string certificate = {};  ///< a name: also makes a certificate for trying out C2PA
};
struct MadeKey {
  std::string fingerprint;
  std::vector<std::string> files;  ///< private key, public key, certificate, root
};
/// The private key has mode 0600. Nothing is overwritten: error `refused`.
[[nodiscard]] Result<MadeKey> make_key(const NewKey& wanted, const Env& env);

struct KeyFacts {
  std::string kind;  ///< "SM2", "P-256", "RSA", ...
  int bits = 0;
  bool is_private = false;
  std::string fingerprint, pem;  ///< of the public key
  std::vector<Certificate> chain;
  std::optional<std::string> breach;  ///< of the C2PA profile, of a chain
};
/// What stands in a file: a private key, a public key, or certificates.
[[nodiscard]] Result<KeyFacts> describe_key(const SigningKey& key);
[[nodiscard]] std::string_view to_string(KeyKind kind) noexcept;
/// "2026-11-23T10:00:00Z"
[[nodiscard]] std::string time_text(std::int64_t seconds);

}  // namespace colophon
