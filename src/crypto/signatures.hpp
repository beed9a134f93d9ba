// SPDX-License-Identifier: Apache-2.0
// Private to this folder: what verifying and signing share.
#pragma once

#include "crypto/openssl.hpp"

namespace colophon {

/// How an algorithm works on a key.
enum class Scheme : std::uint8_t { Ecdsa, RsaPss, RsaPkcs1, Ed25519, Sm2 };
struct AlgorithmTraits {
  SignatureAlgorithm algorithm;
  std::string_view word;  ///< COSE's name, where it has one
  Scheme scheme;
  DigestAlgorithm digest;
};
[[nodiscard]] const AlgorithmTraits& traits_of(SignatureAlgorithm algorithm) noexcept;
/// True when keys of this kind make such signatures. Any NIST curve goes with any ES algorithm
/// (C2PA 13.2.1).
[[nodiscard]] bool suits(KeyKind kind, SignatureAlgorithm algorithm) noexcept;

/// The size of r and of s; 0 when the key is not on a curve.
[[nodiscard]] std::size_t scalar_size(KeyKind kind) noexcept;
/// SEQUENCE { r, s } from r||s, and back into exactly 2 * `size` bytes; empty when impossible.
[[nodiscard]] ByteBuffer ec_signature_to_der(Bytes raw);
[[nodiscard]] ByteBuffer ec_signature_to_raw(Bytes der, std::size_t size);

/// What is signed: the digest that the scheme works on; for Ed25519 the message itself.
[[nodiscard]] ByteBuffer digest_to_sign(const EVP_PKEY& key, SignatureAlgorithm algorithm,
                                        Bytes message);
/// Sets padding and digest for signing or verifying the result of `digest_to_sign`.
[[nodiscard]] bool configure(EVP_PKEY_CTX& context, SignatureAlgorithm algorithm);

}  // namespace colophon
