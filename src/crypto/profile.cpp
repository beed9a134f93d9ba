// SPDX-License-Identifier: Apache-2.0
// The certificate profile of C2PA 14.5.1.
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "crypto/extensions.hpp"
#include "crypto/openssl.hpp"

namespace colophon {
namespace {

using Breach = std::optional<std::string>;

constexpr int kFewestRsaBits = 2048;
constexpr std::string_view kAnyUsage = "2.5.29.37.0";
constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";
constexpr std::string_view kOcspSigning = "1.3.6.1.5.5.7.3.9";

/// RSASSA-PSS with parameters that name one SHA-2 digest for the message and for MGF1.
bool names_one_digest(const X509_ALGOR& algorithm) {
  const void* value = nullptr;
  int type = 0;
  X509_ALGOR_get0(nullptr, &type, &value, &algorithm);
  if (type != V_ASN1_SEQUENCE) return false;
  const auto* sequence = static_cast<const ASN1_STRING*>(value);
  const std::uint8_t* at = ASN1_STRING_get0_data(sequence);
  using Parameters = Owned<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free>;
  const Parameters pss(d2i_RSA_PSS_PARAMS(nullptr, &at, ASN1_STRING_length(sequence)));
  if (!pss || pss->hashAlgorithm == nullptr || pss->maskGenAlgorithm == nullptr) return false;
  const ASN1_OBJECT* mask = nullptr;
  X509_ALGOR_get0(&mask, &type, &value, pss->maskGenAlgorithm);
  if (OBJ_obj2nid(mask) != NID_mgf1 || type != V_ASN1_SEQUENCE) return false;
  const auto* inner = static_cast<const ASN1_STRING*>(value);
  at = ASN1_STRING_get0_data(inner);
  using Algorithm = Owned<X509_ALGOR, X509_ALGOR_free>;
  const Algorithm mgf1(d2i_X509_ALGOR(nullptr, &at, ASN1_STRING_length(inner)));
  if (!mgf1) return false;
  const ASN1_OBJECT* hash = nullptr;
  const ASN1_OBJECT* mgf1_hash = nullptr;
  X509_ALGOR_get0(&hash, nullptr, nullptr, pss->hashAlgorithm);
  X509_ALGOR_get0(&mgf1_hash, nullptr, nullptr, mgf1.get());
  const int nid = OBJ_obj2nid(hash);
  return nid == OBJ_obj2nid(mgf1_hash) &&
         (nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512);
}

Breach signature_breach(const X509& x509) {
  switch (X509_get_signature_nid(&x509)) {
    case NID_ecdsa_with_SHA256:
    case NID_ecdsa_with_SHA384:
    case NID_ecdsa_with_SHA512:
    case NID_sha256WithRSAEncryption:
    case NID_sha384WithRSAEncryption:
    case NID_sha512WithRSAEncryption:
    case NID_ED25519:
      return std::nullopt;
    case NID_rsassaPss:
      if (names_one_digest(*X509_get0_tbs_sigalg(&x509))) return std::nullopt;
      return "is signed with RSASSA-PSS whose parameters are missing or name two digests";
    default:
      return "is signed with an algorithm that is not allowed";
  }
}

Breach key_breach(const PublicKey& key) {
  switch (key.kind()) {
    case KeyKind::P256:
    case KeyKind::P384:
    case KeyKind::P521:
    case KeyKind::Ed25519:
      return std::nullopt;
    case KeyKind::Rsa:
    case KeyKind::RsaPss:
      if (key.bits() >= kFewestRsaBits) return std::nullopt;
      return "has an RSA key of fewer than 2048 bits";
    default:
      return "has a key of a type or curve that is not allowed";
  }
}

std::uint32_t flags_of(const Certificate& certificate) {
  return X509_get_extension_flags(certificate.handle().x509.get());
}
std::uint32_t key_usage_of(const Certificate& certificate) {
  const bool stated = (flags_of(certificate) & EXFLAG_KUSAGE) != 0;
  return stated ? X509_get_key_usage(certificate.handle().x509.get()) : 0;
}

/// What holds for every certificate.
Breach common_breach(const Certificate& certificate) {
  const X509& x509 = *certificate.handle().x509;
  if (X509_get_version(&x509) != X509_VERSION_3) return "is not of version 3";
  const ASN1_BIT_STRING* issuer_id = nullptr;
  const ASN1_BIT_STRING* subject_id = nullptr;
  X509_get0_uids(&x509, &issuer_id, &subject_id);
  if (issuer_id != nullptr || subject_id != nullptr) return "holds a unique identifier";
  const std::uint32_t flags = flags_of(certificate);
  if ((flags & EXFLAG_INVALID) != 0) return "holds a damaged, repeated or contradictory extension";
  if ((flags & EXFLAG_CRITICAL) != 0) return "holds a critical extension that is not known";
  if (const Breach breach = key_breach(certificate.public_key())) return breach;
  // A self-made signature proves nothing, so its algorithm does not matter.
  if (certificate.self_signed()) return std::nullopt;
  if (const Breach breach = signature_breach(x509)) return breach;
  if (X509_get_ext_by_NID(&x509, NID_authority_key_identifier, -1) < 0) {
    return "lacks the authority key identifier";
  }
  return std::nullopt;
}

/// A key usage, where one is stated, allows to sign certificates: OpenSSL's answer includes that.
Breach ca_breach(const Certificate& certificate) {
  if (Breach breach = common_breach(certificate)) return breach;
  if (X509_check_ca(certificate.handle().x509.get()) != 1) return "is not the one of an authority";
  if (X509_get0_subject_key_id(certificate.handle().x509.get()) == nullptr) {
    return "lacks the subject key identifier";
  }
  return std::nullopt;
}

bool holds(std::span<const std::string> oids, std::string_view oid) {
  return std::ranges::find(oids, oid) != oids.end();
}

Breach usage_breach(const Certificate& leaf, CertificateUse use,
                    std::span<const std::string> allowed) {
  const std::vector<std::string> usages = leaf.extended_key_usages();
  if (usages.empty()) return "lacks the extended key usage";
  if (holds(usages, kAnyUsage)) return "is for any extended key usage";
  for (const std::string_view alone : {kTimeStamping, kOcspSigning}) {
    if (holds(usages, alone) && usages.size() > 1) {
      return "mixes time-stamping or OCSP signing with other extended key usages";
    }
  }
  switch (use) {
    case CertificateUse::TimeStamping:
      if (holds(usages, kTimeStamping)) return std::nullopt;
      return "is not for time-stamping";
    case CertificateUse::OcspSigning:
      if (holds(usages, kOcspSigning)) return std::nullopt;
      return "is not for OCSP signing";
    case CertificateUse::ClaimSigning:
      break;
  }
  if (allowed.empty()) allowed = usual_claim_usages();
  if (std::ranges::any_of(usages, [&](const auto& usage) { return holds(allowed, usage); })) {
    return std::nullopt;
  }
  return "has no extended key usage that is accepted for claims";
}

Breach leaf_breach(const Certificate& leaf, CertificateUse use,
                   std::span<const std::string> allowed) {
  if (Breach breach = common_breach(leaf)) return breach;
  if ((flags_of(leaf) & EXFLAG_CA) != 0) return "is the one of an authority";
  const std::uint32_t key_usage = key_usage_of(leaf);
  if ((key_usage & KU_DIGITAL_SIGNATURE) == 0) return "lacks the key usage digitalSignature";
  if ((key_usage & KU_KEY_CERT_SIGN) != 0) return "may sign certificates, but is no authority's";
  return usage_breach(leaf, use, allowed);
}

std::string_view name_of(CertificateUse use) {
  switch (use) {
    case CertificateUse::ClaimSigning:
      return "the signing certificate ";
    case CertificateUse::TimeStamping:
      return "the time-stamping certificate ";
    case CertificateUse::OcspSigning:
      return "the OCSP signing certificate ";
  }
  return {};
}

}  // namespace

std::span<const std::string> usual_claim_usages() {
  static const std::array<std::string, 4> usages = {
      "1.3.6.1.4.1.62558.2.1",       // c2pa-kp-claimSigning
      "1.3.6.1.5.5.7.3.4",           // emailProtection
      "1.3.6.1.5.5.7.3.36",          // documentSigning
      "1.3.6.1.4.1.311.76.59.1.9"};  // Microsoft C2PA
  return usages;
}

std::optional<std::string> profile_breach(std::span<const Certificate> chain, CertificateUse use,
                                          std::span<const std::string> allowed_usages) {
  const QuietErrors quiet;
  if (chain.empty()) return "there is no certificate";
  if (const Breach breach = leaf_breach(chain.front(), use, allowed_usages)) {
    return std::string(name_of(use)) + *breach;
  }
  for (const Certificate& authority : chain.subspan(1)) {
    if (const Breach breach = ca_breach(authority)) {
      return "the certificate of the authority \"" + authority.common_name() + "\" " + *breach;
    }
  }
  return std::nullopt;
}

}  // namespace colophon
