// SPDX-License-Identifier: Apache-2.0
// Stapled OCSP answers (RFC 6960), judged offline as C2PA 14.6 says.
#include <openssl/ocsp.h>

#include "crypto/extensions.hpp"
#include "crypto/time_stamp.hpp"

namespace colophon {
namespace {

using OwnedResponse = Owned<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using OwnedBasic = Owned<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using OwnedId = Owned<OCSP_CERTID, OCSP_CERTID_free>;
using OwnedList = Owned<STACK_OF(X509), [](STACK_OF(X509) * all) { sk_X509_free(all); }>;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::int64_t kDay = 86'400;

OcspAnswer unusable(std::string reason) {
  return {.reason = std::move(reason)};
}

bool issued(const Certificate& issuer, const Certificate& subject) {
  X509* x509 = subject.handle().x509.get();
  X509* by = issuer.handle().x509.get();
  EVP_PKEY* key = X509_get0_pubkey(by);
  return key != nullptr && X509_check_issued(by, x509) == X509_V_OK && X509_verify(x509, key) == 1;
}

const Certificate* issuer_of(std::span<const Certificate> chain,
                             std::span<const Certificate> anchors) {
  if (chain.size() > 1 && issued(chain[1], chain[0])) return &chain[1];
  for (const Certificate& anchor : anchors) {
    if (issued(anchor, chain[0])) return &anchor;
  }
  return nullptr;
}

OwnedBasic read_basic(Bytes bytes) {
  const std::uint8_t* at = bytes.data();
  const OwnedResponse response(
      bytes.size() > kMostBytes ? nullptr
                                : d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(bytes.size())));
  if (!response || at != bytes.data() + bytes.size() ||
      OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return nullptr;
  }
  return OwnedBasic(OCSP_response_get1_basic(response.get()));
}

/// The answer about the certificate; null when the response holds none.
OCSP_SINGLERESP* answer_about(OCSP_BASICRESP& basic, const Certificate& subject,
                              const Certificate& issuer) {
  for (int i = 0; i < OCSP_resp_count(&basic); ++i) {
    OCSP_SINGLERESP* single = OCSP_resp_get0(&basic, i);
    const OCSP_CERTID* id = OCSP_SINGLERESP_get0_id(single);
    ASN1_OBJECT* digest = nullptr;
    // Only reads, whatever its signature says.
    OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, const_cast<OCSP_CERTID*>(id));
    const EVP_MD* md = EVP_get_digestbyobj(digest);
    if (md == nullptr) continue;
    const OwnedId wanted(
        OCSP_cert_to_id(md, subject.handle().x509.get(), issuer.handle().x509.get()));
    if (wanted && OCSP_id_cmp(id, wanted.get()) == 0) return single;
  }
  return nullptr;
}

/// Nothing when the issuer, or a responder that it named (RFC 6960 4.2.2.2), signed the response.
std::optional<std::string> signer_fault(OCSP_BASICRESP& basic, const Certificate& issuer) {
  const OwnedList known(sk_X509_new_null());
  if (!known || sk_X509_push(known.get(), issuer.handle().x509.get()) == 0 ||
      OCSP_basic_verify(&basic, known.get(), nullptr, OCSP_NOVERIFY) != 1) {
    return "the OCSP answer's signature is not good";
  }
  X509* found = nullptr;
  if (OCSP_resp_get0_signer(&basic, &found, known.get()) != 1) return "nobody signed the answer";
  X509_up_ref(found);
  const auto signer = make_certificate(OwnedCertificate(found));
  if (!signer) return signer.error().message;
  if (signer->handle().der == issuer.handle().der) return std::nullopt;
  if (!issued(issuer, *signer)) return "the OCSP responder was not named by the issuer";
  const auto produced = seconds_of(OCSP_resp_get0_produced_at(&basic));
  if (!produced || *produced < signer->not_before() || *produced > signer->not_after()) {
    return "the OCSP responder's certificate was not in force";
  }
  return profile_breach({&*signer, 1}, CertificateUse::OcspSigning, {});
}

OcspAnswer judge(OCSP_SINGLERESP& single, std::optional<std::int64_t> produced, std::int64_t time) {
  ASN1_GENERALIZEDTIME* revoked = nullptr;
  ASN1_GENERALIZEDTIME* from = nullptr;
  ASN1_GENERALIZEDTIME* until = nullptr;
  int reason = 0;
  const int status = OCSP_single_get0_status(&single, &reason, &revoked, &from, &until);
  const auto this_update = seconds_of(from);
  const auto next_update = until != nullptr || !produced ? seconds_of(until) : *produced + kDay;
  if (!this_update || !next_update) return unusable("the OCSP answer's times cannot be read");
  if (time >= *next_update) return unusable("the OCSP answer was out of date at the time");
  if (status == V_OCSP_CERTSTATUS_GOOD) return {.state = OcspState::NotRevoked};
  if (status != V_OCSP_CERTSTATUS_REVOKED) return {.state = OcspState::Unknown};
  const auto revoked_at = seconds_of(revoked);
  if (!revoked_at) return unusable("the OCSP answer's times cannot be read");
  const bool in_force = reason == OCSP_REVOKED_STATUS_REMOVEFROMCRL || time < *revoked_at;
  return {.state = in_force ? OcspState::NotRevoked : OcspState::Revoked,
          .revoked_at = *revoked_at};
}

}  // namespace

OcspAnswer check_ocsp(Bytes response, std::span<const Certificate> chain,
                      std::span<const Certificate> anchors, std::int64_t time) {
  const QuietErrors quiet;
  if (chain.empty()) return unusable("there is no certificate to ask about");
  const OwnedBasic basic = read_basic(response);
  if (!basic) return unusable("this is no successful OCSP response");
  const Certificate* issuer = issuer_of(chain, anchors);
  if (issuer == nullptr) return unusable("the certificate's issuer is not known");
  OCSP_SINGLERESP* single = answer_about(*basic, chain[0], *issuer);
  if (single == nullptr) return unusable("the OCSP response is about another certificate");
  if (auto fault = signer_fault(*basic, *issuer)) return unusable(*std::move(fault));
  return judge(*single, seconds_of(OCSP_resp_get0_produced_at(basic.get())), time);
}

}  // namespace colophon
