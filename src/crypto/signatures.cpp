// SPDX-License-Identifier: Apache-2.0
// Signature schemes: ECDSA (RFC 9053 2.1), RSASSA (RFC 8017 8), Ed25519 (RFC 8032) and SM2
// (GB/T 32918.2, with ZA as GM/T 0009 computes it).
#include "crypto/signatures.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace colophon {
namespace {

using enum SignatureAlgorithm;
constexpr std::array<AlgorithmTraits, 10> kAlgorithms = {{
    {Es256, "ES256", Scheme::Ecdsa, DigestAlgorithm::Sha256},
    {Es384, "ES384", Scheme::Ecdsa, DigestAlgorithm::Sha384},
    {Es512, "ES512", Scheme::Ecdsa, DigestAlgorithm::Sha512},
    {Ps256, "PS256", Scheme::RsaPss, DigestAlgorithm::Sha256},
    {Ps384, "PS384", Scheme::RsaPss, DigestAlgorithm::Sha384},
    {Ps512, "PS512", Scheme::RsaPss, DigestAlgorithm::Sha512},
    {EdDsa, "Ed25519", Scheme::Ed25519, DigestAlgorithm::Sha512},
    {Rs256, "RS256", Scheme::RsaPkcs1, DigestAlgorithm::Sha256},
    {Sm2, "SM2", Scheme::Sm2, DigestAlgorithm::Sm3},
    {Sm2Prehashed, "SM2-prehashed", Scheme::Sm2, DigestAlgorithm::Sm3},
}};

// ENTL (the user id's bits) and the user id, then a, b, Gx and Gy of sm2p256v1.
constexpr std::string_view kSm2UserId = "1234567812345678";
constexpr std::array<std::uint8_t, 128> kSm2Curve = {
    0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC,
    0x28, 0xE9, 0xFA, 0x9E, 0x9D, 0x9F, 0x5E, 0x34, 0x4D, 0x5A, 0x9E, 0x4B, 0xCF, 0x65, 0x09, 0xA7,
    0xF3, 0x97, 0x89, 0xF5, 0x15, 0xAB, 0x8F, 0x92, 0xDD, 0xBC, 0xBD, 0x41, 0x4D, 0x94, 0x0E, 0x93,
    0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94,
    0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1, 0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7,
    0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53,
    0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0};
constexpr int kSm2Scalar = 32;
// Below this anybody can compute the private key.
constexpr int kFewestRsaBits = 1024;

void append_coordinate(ByteBuffer& out, const EVP_PKEY& key, const char* name) {
  BIGNUM* found = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &found) != 1) return;
  const OwnedNumber number(found);
  std::array<std::uint8_t, kSm2Scalar> bytes{};
  BN_bn2binpad(number.get(), bytes.data(), kSm2Scalar);
  append(out, Bytes(bytes));
}

/// ZA: the digest that binds the signer's id, the curve and the public key.
ByteBuffer sm2_identity(const EVP_PKEY& key) {
  ByteBuffer bound;
  append_be(bound, kSm2UserId.size() * 8, 2);
  append(bound, kSm2UserId);
  append(bound, Bytes(kSm2Curve));
  append_coordinate(bound, key, OSSL_PKEY_PARAM_EC_PUB_X);
  append_coordinate(bound, key, OSSL_PKEY_PARAM_EC_PUB_Y);
  return digest_of(DigestAlgorithm::Sm3, bound);
}

bool verifies_der(EVP_PKEY* key, SignatureAlgorithm algorithm, Bytes digest, Bytes signature) {
  if (signature.empty()) return false;
  const OwnedKeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  return context && EVP_PKEY_verify_init(context.get()) == 1 && configure(*context, algorithm) &&
         EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(),
                         digest.size()) == 1;
}

bool verifies_ed25519(EVP_PKEY* key, Bytes message, Bytes signature) {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

using OwnedEcSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

}  // namespace

const AlgorithmTraits& traits_of(SignatureAlgorithm algorithm) noexcept {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}

std::string_view to_string(SignatureAlgorithm algorithm) noexcept {
  return traits_of(algorithm).word;
}

std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view word) noexcept {
  const auto found = std::ranges::find_if(
      kAlgorithms, [&](const auto& row) { return equals_ignore_case(row.word, word); });
  if (found != kAlgorithms.end()) return found->algorithm;
  if (equals_ignore_case(word, "EdDSA")) return EdDsa;
  return std::nullopt;
}

bool suits(KeyKind kind, SignatureAlgorithm algorithm) noexcept {
  switch (traits_of(algorithm).scheme) {
    case Scheme::Ecdsa:
      return kind == KeyKind::P256 || kind == KeyKind::P384 || kind == KeyKind::P521;
    case Scheme::RsaPss:
      return kind == KeyKind::Rsa || kind == KeyKind::RsaPss;
    case Scheme::RsaPkcs1:
      return kind == KeyKind::Rsa;
    case Scheme::Ed25519:
      return kind == KeyKind::Ed25519;
    case Scheme::Sm2:
      return kind == KeyKind::Sm2;
  }
  return false;
}

std::size_t scalar_size(KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::Sm2:
    case KeyKind::P256:
      return 32;
    case KeyKind::P384:
      return 48;
    case KeyKind::P521:
      return 66;
    default:
      return 0;
  }
}

ByteBuffer ec_signature_to_der(Bytes raw) {
  const int half = static_cast<int>(raw.size() / 2);
  const OwnedEcSignature signature(ECDSA_SIG_new());
  OwnedNumber r(BN_bin2bn(raw.data(), half, nullptr));
  OwnedNumber s(BN_bin2bn(raw.data() + half, half, nullptr));
  if (!signature || !r || !s) return {};
  ECDSA_SIG_set0(signature.get(), r.release(), s.release());
  return to_der<i2d_ECDSA_SIG>(signature.get());
}

ByteBuffer ec_signature_to_raw(Bytes der, std::size_t size) {
  const std::uint8_t* at = der.data();
  const OwnedEcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature || at != der.data() + der.size()) return {};
  ByteBuffer raw(2 * size);
  const int width = static_cast<int>(size);
  const BIGNUM* r = ECDSA_SIG_get0_r(signature.get());
  const BIGNUM* s = ECDSA_SIG_get0_s(signature.get());
  if (BN_is_negative(r) || BN_is_negative(s) || BN_bn2binpad(r, raw.data(), width) != width ||
      BN_bn2binpad(s, raw.data() + size, width) != width) {
    return {};
  }
  return raw;
}

ByteBuffer digest_to_sign(const EVP_PKEY& key, SignatureAlgorithm algorithm, Bytes message) {
  const AlgorithmTraits& traits = traits_of(algorithm);
  if (traits.scheme == Scheme::Ed25519) return to_buffer(message);
  if (traits.scheme != Scheme::Sm2) return digest_of(traits.digest, message);
  Digest digest(DigestAlgorithm::Sm3);
  digest.update(sm2_identity(key));
  if (algorithm == Sm2Prehashed) {
    digest.update(digest_of(DigestAlgorithm::Sm3, message));
  } else {
    digest.update(message);
  }
  return digest.finish();
}

bool configure(EVP_PKEY_CTX& context, SignatureAlgorithm algorithm) {
  const AlgorithmTraits& traits = traits_of(algorithm);
  const EVP_MD* md = openssl_digest(traits.digest);
  if (md == nullptr) return false;
  switch (traits.scheme) {
    case Scheme::Ecdsa:
      return EVP_PKEY_CTX_set_signature_md(&context, md) == 1;
    case Scheme::RsaPkcs1:
      return EVP_PKEY_CTX_set_rsa_padding(&context, RSA_PKCS1_PADDING) == 1 &&
             EVP_PKEY_CTX_set_signature_md(&context, md) == 1;
    case Scheme::RsaPss:
      return EVP_PKEY_CTX_set_rsa_padding(&context, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_signature_md(&context, md) == 1 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(&context, md) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(&context, RSA_PSS_SALTLEN_DIGEST) == 1;
    case Scheme::Ed25519:
    case Scheme::Sm2:
      return true;
  }
  return false;
}

bool PublicKey::verifies(SignatureAlgorithm algorithm, Bytes message, Bytes signature) const {
  const QuietErrors quiet;
  if (!handle_->key || !suits(handle_->kind, algorithm) || signature.empty()) return false;
  EVP_PKEY* key = handle_->key.get();
  const Scheme scheme = traits_of(algorithm).scheme;
  if (scheme == Scheme::Ed25519) return verifies_ed25519(key, message, signature);
  if (scheme != Scheme::Ecdsa && scheme != Scheme::Sm2 && handle_->bits < kFewestRsaBits) {
    return false;
  }
  const ByteBuffer digest = digest_to_sign(*key, algorithm, message);
  const std::size_t scalar = scalar_size(handle_->kind);
  if (scalar == 0) return verifies_der(key, algorithm, digest, signature);
  // Through r||s, so that one signature has one DER form whatever encoder wrote it.
  const ByteBuffer raw = ec_signature_to_raw(signature, scalar);
  return (signature.size() == 2 * scalar &&
          verifies_der(key, algorithm, digest, ec_signature_to_der(signature))) ||
         (!raw.empty() && verifies_der(key, algorithm, digest, ec_signature_to_der(raw)));
}

}  // namespace colophon
