// SPDX-License-Identifier: Apache-2.0
// Public keys, private keys and signatures. No private key leaves this folder.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <functional>
#include <memory>

namespace colophon {

/// COSE algorithms (RFC 9053) as C2PA 13.2 allows them, and those of GB 45438 security data.
enum class SignatureAlgorithm : std::uint8_t {
  Es256,
  Es384,
  Es512,
  Ps256,
  Ps384,
  Ps512,
  EdDsa,
  Rs256,         ///< RSASSA-PKCS1-v1_5 with SHA-256 (1.2.840.113549.1.1.11)
  Sm2,           ///< e = SM3(ZA || M), user id 1234567812345678 (GM/T 0009)
  Sm2Prehashed,  ///< e = SM3(ZA || SM3(M)), as one producer does (docs/gb45438.md)
};
[[nodiscard]] std::string_view to_string(SignatureAlgorithm algorithm) noexcept;
[[nodiscard]] std::optional<SignatureAlgorithm> parse_signature_algorithm(
    std::string_view word) noexcept;

enum class KeyKind : std::uint8_t { Sm2, P256, P384, P521, Ed25519, Rsa, RsaPss, Other };

/// A public key; cheap to copy. Made only by the functions below.
class PublicKey {
 public:
  [[nodiscard]] KeyKind kind() const noexcept;
  [[nodiscard]] int bits() const noexcept;
  [[nodiscard]] ByteBuffer spki() const;          ///< SubjectPublicKeyInfo, DER
  [[nodiscard]] std::string fingerprint() const;  ///< SHA-256 of `spki`, lower-case hex
  /// True when `signature` over `message` is good. EC signatures: raw r||s or DER, both are taken.
  [[nodiscard]] bool verifies(SignatureAlgorithm algorithm, Bytes message, Bytes signature) const;

  struct Handle;
  explicit PublicKey(std::shared_ptr<const Handle> handle) noexcept : handle_(std::move(handle)) {}
  [[nodiscard]] const Handle& handle() const noexcept { return *handle_; }

 private:
  std::shared_ptr<const Handle> handle_;
};
/// SubjectPublicKeyInfo DER, or its PEM.
[[nodiscard]] Result<PublicKey> read_public_key(Bytes bytes);
/// SM2 keys as labels carry them: SPKI, 04||x||y, x||y (64 bytes), 02/03||x, 00||x (y even).
[[nodiscard]] Result<PublicKey> read_sm2_public_key(Bytes bytes);

/// Something that can sign: a key file, or a process that holds the key.
class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual SignatureAlgorithm algorithm() const noexcept = 0;
  /// Raw r||s for EC and SM2, the scheme's own bytes for the rest.
  [[nodiscard]] virtual Result<ByteBuffer> sign(Bytes message) = 0;
  /// The exact size of every signature that `sign` returns.
  [[nodiscard]] virtual std::size_t signature_size() const noexcept = 0;
  [[nodiscard]] virtual PublicKey public_key() const = 0;
};

struct KeySource {
  std::string path = {};  ///< a key file (PEM, PKCS#8, encrypted or not), or
  std::string pem = {};   ///< the PEM itself (from the environment), or
  /// a command that holds the key, run by /bin/sh -c. On its standard input: the digest to sign
  /// (SM2: e, Ed25519: the message itself); on its standard output: the signature, raw or DER,
  /// which is checked with `public_key_pem` before it is used.
  std::string command = {};
  std::string passphrase = {};                       ///< empty: none
  std::optional<SignatureAlgorithm> algorithm = {};  ///< none: the key's usual one
  std::string public_key_pem = {};                   ///< for `command`: certificate or public key
  int timeout_ms = 60'000;                           ///< for `command`
};
[[nodiscard]] Result<std::unique_ptr<Signer>> open_signer(const KeySource& source);

/// A fresh private key as PKCS#8 PEM, encrypted (PBES2, AES-256-CBC, scrypt) unless the passphrase
/// is empty.
[[nodiscard]] Result<std::string> new_private_key(KeyKind kind, int rsa_bits,
                                                  std::string_view passphrase);
/// SubjectPublicKeyInfo as PEM.
[[nodiscard]] std::string to_pem(const PublicKey& key);

}  // namespace colophon
