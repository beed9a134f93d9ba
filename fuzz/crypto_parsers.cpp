// SPDX-License-Identifier: Apache-2.0
// Certificates, keys, time-stamps and OCSP answers: what stands between a file and OpenSSL.
#include "base/text.hpp"
#include "crypto/time_stamp.hpp"
#include "crypto_seeds.hpp"
#include "standards/gb45438_security.hpp"
#include "targets.hpp"

namespace colophon::fuzz {
namespace {

constexpr std::string_view kMessage = "a message";
// Within the validity of the seeds.
constexpr std::int64_t kTime = 1'800'000'000;

ByteBuffer decoded(std::string_view text) {
  return base64_decode(text).value_or(ByteBuffer());
}

const std::vector<Certificate>& chain() {
  static const std::vector<Certificate> all = [] {
    auto leaf = read_certificate(decoded(kLeaf));
    auto root = read_certificate(decoded(kRoot));
    must(leaf && root, "the seeds are certificates");
    return std::vector<Certificate>{*leaf, *root};
  }();
  return all;
}

void try_key(const PublicKey& key, Bytes signature) {
  for (int i = 0; i <= static_cast<int>(SignatureAlgorithm::Sm2Prehashed); ++i) {
    const auto algorithm = static_cast<SignatureAlgorithm>(i);
    must(!key.verifies(algorithm, as_bytes(kMessage), signature), "nobody signed this");
  }
}

void certificate(Bytes bytes) {
  const auto read = read_certificate(bytes);
  (void)read_certificates_pem(as_text(bytes));
  if (!read) return;
  must(is_utf8(read->subject()) && is_utf8(read->issuer()) && is_utf8(read->common_name()) &&
           is_utf8(read->organisation()),
       "names are UTF-8");
  must(read->fingerprint().size() == 64, "a fingerprint is SHA-256");
  (void)read->serial();
  (void)read->self_signed();
  (void)read->extended_key_usages();
  const std::vector<Certificate> all = {*read, chain()[1]};
  for (const auto use :
       {CertificateUse::ClaimSigning, CertificateUse::TimeStamping, CertificateUse::OcspSigning}) {
    (void)profile_breach(all, use, {});
  }
  const std::span<const Certificate> root(&chain()[1], 1);
  const bool is_root = read->der() == chain()[1].der();
  const bool signed_part_kept =
      read->public_key().fingerprint() == chain()[0].public_key().fingerprint();
  must(!leads_to_anchor(all, root, kTime) || is_root || signed_part_kept, "no forged chain");
  try_key(read->public_key(), bytes);
}

void key(Bytes bytes) {
  const auto read = read_public_key(bytes);
  if (read) {
    must(read->kind() != KeyKind::Other, "other keys are refused");
    const auto again = read_public_key(read->spki());
    must(again && again->fingerprint() == read->fingerprint(), "a key is read back");
    try_key(*read, bytes);
  }
  const auto sm2 = read_sm2_public_key(bytes);
  must(!sm2 || (sm2->kind() == KeyKind::Sm2 && sm2->spki().size() == 91), "an SM2 key");
  for (const Certificate& known : chain()) try_key(known.public_key(), bytes);
}

void time_stamp(Bytes bytes) {
  const std::span<const Certificate> root(&chain()[1], 1);
  const TimeStamp stamp = check_time_stamp(bytes, as_bytes(kMessage), root);
  must((stamp.state == TimeStamp::State::Trusted) == stamp.reason.empty(), "a state has a reason");
  must(check_time_stamp(bytes, as_bytes("another"), root).state <= TimeStamp::State::Invalid,
       "nobody stamped other bytes");
  (void)token_of_response(bytes);
}

void ocsp(Bytes bytes) {
  const OcspAnswer answer = check_ocsp(bytes, chain(), {}, kTime);
  must((answer.state == OcspState::Unusable) == !answer.reason.empty(), "a state has a reason");
  must(check_ocsp(bytes, {&chain()[1], 1}, {}, kTime).state == OcspState::Unusable,
       "an answer is about one certificate");
}

/// Every member that is read, with signatures that hold for nobody.
constexpr std::string_view kSecurityData =
    R"({"SecurityData":{"Type":"TC260PG","Version":1,"PubSD":[{"Type":"DS","AlgID":)"
    R"("1.2.156.10197.1.501","TBSData":{"Type":"LabelMataData"},"Signature":"3006020101020101"},)"
    R"({"Type":"DS","AlgID":"","TBSData":{"Type":"Bnd"},"Signature":"MAYCAQECAQE="},)"
    R"({"Type":"PubKey","AlgID":"1.2.840.113549.1.1.11","KeyValue":"00",)"
    R"("KeyID":"k"}],"Bindings":[{"CntSel":"x"}],"Extension":{"Message":"m"}}})";

void security_data(Bytes bytes) {
  TrustStore trust;
  trust.pins.push_back({{}, chain()[0].public_key(), {}});
  Evidence label;
  label.says = Label{};
  label.says->origin = Origin::Generated;
  label.says->producer = label.says->propagator = "p";
  label.says->produce_id = label.says->propagate_id = "1";
  label.says->reserved1 = label.says->reserved2 = std::string(as_text(bytes));
  const Label before = *label.says;
  check_security(label, &trust);
  must(*label.says == before, "a signature changes nothing that the label says");
  must(label.integrity != Integrity::Trusted, "the pinned key signed nothing");
  must(label.integrity != Integrity::Valid || !label.findings.empty(), "a state is explained");
  for (const Finding& finding : label.findings) {
    must(is_utf8(finding.message.en) && !finding.message.zh.empty(), "findings are sentences");
  }
}

template <const std::string_view&... Texts>
Seeds decoded_seeds() {
  return {decoded(Texts)...};
}

}  // namespace

void add_crypto_parsers(std::vector<Target>& all) {
  all.push_back({"crypto_certificate", certificate, decoded_seeds<kRoot, kLeaf>});
  all.push_back({"crypto_key", key, [] {
                   return Seeds{chain()[0].public_key().spki(),
                                to_buffer(to_pem(chain()[0].public_key()))};
                 }});
  all.push_back({"crypto_time_stamp", time_stamp, decoded_seeds<kTimeStamp>});
  all.push_back({"gb45438_security_data", security_data, [] { return texts({kSecurityData}); }});
  all.push_back({"crypto_ocsp", ocsp, decoded_seeds<kOcsp>});
}

}  // namespace colophon::fuzz
