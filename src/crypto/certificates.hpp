// SPDX-License-Identifier: Apache-2.0
// X.509 as C2PA 14 uses it: the certificate profile, trust lists, chains.
#pragma once

#include "crypto/keys.hpp"

#include <span>
#include <vector>

namespace colophon {

/// An X.509 certificate; cheap to copy.
class Certificate {
 public:
  [[nodiscard]] ByteBuffer der() const;
  [[nodiscard]] std::string subject() const;  ///< RFC 2253, UTF-8
  [[nodiscard]] std::string common_name() const;
  [[nodiscard]] std::string organisation() const;
  [[nodiscard]] std::string issuer() const;
  [[nodiscard]] std::string serial() const;                ///< decimal
  [[nodiscard]] std::string fingerprint() const;           ///< SHA-256 of the DER, lower-case hex
  [[nodiscard]] std::int64_t not_before() const noexcept;  ///< seconds since 1970
  [[nodiscard]] std::int64_t not_after() const noexcept;
  [[nodiscard]] std::vector<std::string> extended_key_usages() const;  ///< dotted OIDs
  [[nodiscard]] PublicKey public_key() const;
  [[nodiscard]] bool self_signed() const noexcept;

  struct Handle;
  explicit Certificate(std::shared_ptr<const Handle> handle) noexcept
      : handle_(std::move(handle)) {}
  [[nodiscard]] const Handle& handle() const noexcept { return *handle_; }

 private:
  std::shared_ptr<const Handle> handle_;
};
[[nodiscard]] Result<Certificate> read_certificate(Bytes der);
/// Every certificate of a PEM text, in order; anything between them is skipped.
[[nodiscard]] Result<std::vector<Certificate>> read_certificates_pem(std::string_view pem);

/// What a signing certificate may be used for.
enum class CertificateUse : std::uint8_t { ClaimSigning, TimeStamping, OcspSigning };

/// The first breach of the certificate profile (C2PA 14.5.1) by the leaf or a CA of the chain, as a
/// sentence; nothing when the profile is met. Time and trust are not looked at.
/// `allowed_usages`: accepted EKUs (OIDs) for claim signing.
[[nodiscard]] std::optional<std::string> profile_breach(
    std::span<const Certificate> chain, CertificateUse use,
    std::span<const std::string> allowed_usages);

/// Whom this installation trusts. Empty by default: then everything good is `valid`, not `trusted`.
struct TrustStore {
  std::vector<Certificate> anchors;      ///< for claim signers
  std::vector<Certificate> tsa_anchors;  ///< for time-stamp authorities
  std::vector<Certificate> allowed;      ///< end-entity certificates trusted by themselves
  std::vector<std::string> usages;       ///< accepted EKUs of claim signers; empty: the usual four
  struct Pin {
    std::string producer;  ///< provider code or name in GB 45438 labels; empty: any
    PublicKey key;
    std::string note;
  };
  std::vector<Pin> pins;
};
/// C2PA claim signing, emailProtection, documentSigning, Microsoft C2PA.
[[nodiscard]] std::span<const std::string> usual_claim_usages();

/// The first one, then the issuer of each behind it, as others expect a chain (C2PA 14.5); what
/// issued none of them follows at the end. Nothing stands twice.
[[nodiscard]] std::vector<Certificate> in_order(std::vector<Certificate> chain);

/// True when the chain (leaf first, root may be missing) leads to one of the anchors with every
/// signature good and every certificate in force at `time`.
[[nodiscard]] bool leads_to_anchor(std::span<const Certificate> chain,
                                   std::span<const Certificate> anchors, std::int64_t time);
/// True when the leaf is in `allowed` or the chain leads to an anchor.
[[nodiscard]] bool is_trusted_signer(std::span<const Certificate> chain, const TrustStore& trust,
                                     std::int64_t time);

}  // namespace colophon
