// SPDX-License-Identifier: Apache-2.0
#include "c2pa/signature.hpp"

#include "c2pa/cose.hpp"
#include "c2pa/validate.hpp"
#include "crypto/time_stamp.hpp"

namespace colophon::c2pa {
namespace {

class Check {
 public:
  Check(const Graph& graph, const Node& node, const ValidateOptions& options, StatusList& status)
      : graph_(graph),
        node_(node),
        claim_(*node.claim),
        options_(options),
        status_(status),
        url_(signature_uri(node.manifest->label)) {}

  SignatureFacts run(const Store& store) {
    const auto cose = signature_box(store);
    if (!cose || !read_chain(*cose)) return facts_;
    if (!cose->algorithm) {
      status_.fail("algorithm.unsupported", url_, "the signature's algorithm is not allowed");
      cannot_verify("its algorithm is not allowed");
      return facts_;
    }
    facts_.algorithm = to_string(*cose->algorithm);
    find_time(*cose);
    check_credential();
    check_cose(*cose);
    check_validity(*cose);
    check_revocation(*cose);
    return facts_;
  }

 private:
  std::optional<CoseSignature> signature_box(const Store& store) {
    const auto path = read_path(claim_.signature_url);
    const bool own = path && path->manifest == node_.manifest->label && path->labels.size() == 1 &&
                     path->labels[0] == "c2pa.signature";
    const Target target = own ? resolve(store, claim_.signature_url) : Target{};
    const bool typed = target.box != nullptr && target.box->kind == "c2cs" && target.box->exact;
    const JumbfBox* content = typed ? target.box->content("cbor") : nullptr;
    if (content == nullptr) {
      status_.fail("claimSignature.missing", claim_.signature_url,
                   "the claim's signature is not in its manifest");
      return std::nullopt;
    }
    auto cose = read_cose(node_.manifest->content(*content), options_.limits);
    if (cose) return std::move(*cose);
    const bool certificates = cose.error().message.find("certificate") != std::string::npos;
    status_.fail(certificates ? "signingCredential.invalid" : "claimSignature.mismatch", url_,
                 cose.error().message);
    return std::nullopt;
  }

  bool read_chain(const CoseSignature& cose) {
    for (const ByteBuffer& der : cose.chain) {
      auto certificate = read_certificate(der);
      if (!certificate) {
        status_.fail("signingCredential.invalid", url_, certificate.error().message);
        cannot_verify("its certificates cannot be read");
        return false;
      }
      chain_.push_back(std::move(*certificate));
    }
    facts_.signer = chain_.front().organisation();
    if (facts_.signer.empty()) facts_.signer = chain_.front().common_name();
    facts_.issuer = chain_.front().issuer();
    return true;
  }

  void cannot_verify(const char* why) {
    status_.fail("claimSignature.mismatch", url_,
                 std::string("the signature could not be verified: ") + why);
  }

  /// True when the token gives a time to judge at.
  bool take(const TimeStamp& stamp) {
    using State = TimeStamp::State;
    switch (stamp.state) {
      case State::Malformed:
        status_.inform("timeStamp.malformed", url_, stamp.reason);
        return false;
      case State::Mismatch:
      case State::Invalid:
        status_.inform("timeStamp.mismatch", url_, stamp.reason);
        return false;
      case State::BadCredential:
        status_.inform("timeStamp.credentialInvalid", url_, stamp.reason);
        return false;
      case State::OutsideValidity:
        status_.inform("timeStamp.outsideValidity", url_, stamp.reason);
        return false;
      case State::Untrusted:
        status_.inform("timeStamp.untrusted", url_, stamp.reason);
        break;
      case State::Trusted:
        status_.succeed("timeStamp.trusted", url_);
        facts_.time_trusted = true;
        break;
    }
    status_.succeed("timeStamp.validated", url_);
    facts_.signed_at = stamp.time;
    // Claims of version 1 were made before there were lists of authorities (as the peer has it).
    if (facts_.time_trusted || claim_.version == 1) judged_at_ = stamp.time;
    return judged_at_.has_value();
  }

  void find_time(const CoseSignature& cose) {
    const std::span<const Certificate> anchors =
        options_.trust == nullptr ? std::span<const Certificate>() : options_.trust->tsa_anchors;
    if (cose.stamps_malformed) {
      status_.inform("timeStamp.malformed", url_, "there is not exactly one time-stamp");
    }
    for (const CoseTimeStamp& stamp : cose.stamps) {
      const ByteBuffer message = stamped_bytes(cose, stamp.second, claim_.bytes);
      if (take(check_time_stamp(stamp.token, message, anchors))) return;
    }
    for (const ByteBuffer& token : graph_.stamps_for(node_.manifest->label)) {
      TimeStamp stamp = check_time_stamp(token, stamped_bytes(cose, true, {}), anchors);
      if (stamp.state == TimeStamp::State::Mismatch) {
        stamp = check_time_stamp(token, cose.signature, anchors);  // the bare signature (2.2)
      }
      if (take(stamp)) return;
    }
  }

  [[nodiscard]] std::int64_t time() const { return judged_at_.value_or(options_.now); }

  void check_credential() {
    const TrustStore none;
    const TrustStore& trust = options_.trust == nullptr ? none : *options_.trust;
    const std::span<const std::string> usages =
        trust.usages.empty() ? usual_claim_usages() : std::span<const std::string>(trust.usages);
    if (const auto breach = profile_breach(chain_, CertificateUse::ClaimSigning, usages)) {
      status_.fail("signingCredential.invalid", url_, *breach);
      return;
    }
    if (is_trusted_signer(chain_, trust, time())) {
      status_.succeed("signingCredential.trusted", url_);
    } else {
      status_.fail("signingCredential.untrusted", url_,
                   "the signer's certificate leads to no anchor that is trusted here");
    }
  }

  void check_cose(const CoseSignature& cose) {
    // A signature over other bytes than the claim that everybody reads would be a forgery.
    const bool attached_other = cose.payload && as_text(*cose.payload) != as_text(claim_.bytes);
    const bool raw = cose.signature.empty() || !is_ec(*cose.algorithm) ||
                     cose.signature.size() == 64 || cose.signature.size() == 96 ||
                     cose.signature.size() == 132;
    if (attached_other) {
      status_.fail("claimSignature.mismatch", url_, "the signature carries another claim");
    } else if (raw && chain_.front().public_key().verifies(
                          *cose.algorithm, signed_bytes(cose, claim_.bytes), cose.signature)) {
      status_.succeed("claimSignature.validated", url_);
    } else {
      status_.fail("claimSignature.mismatch", url_, "the signature is not one over this claim");
    }
  }

  static bool is_ec(SignatureAlgorithm algorithm) {
    return algorithm == SignatureAlgorithm::Es256 || algorithm == SignatureAlgorithm::Es384 ||
           algorithm == SignatureAlgorithm::Es512;
  }

  [[nodiscard]] bool in_force(std::int64_t time) const {
    return chain_.front().not_before() <= time && time <= chain_.front().not_after();
  }

  void check_validity(const CoseSignature& cose) {
    facts_.judged_now = !judged_at_;
    if (in_force(time())) {
      status_.succeed("claimSignature.insideValidity", url_);
    } else {
      status_.fail("claimSignature.outsideValidity", url_,
                   judged_at_ ? "the certificate was not in force when this was signed"
                              : "the certificate is not in force, and no trusted time-stamp "
                                "shows that it was when this was signed");
    }
    if (!cose.claimed_time) return;
    const bool inside = in_force(*cose.claimed_time) &&
                        (!facts_.time_trusted || *cose.claimed_time <= *facts_.signed_at);
    status_.inform(inside ? "timeOfSigning.insideValidity" : "timeOfSigning.outsideValidity", url_);
  }

  void check_revocation(const CoseSignature& cose) {
    const std::span<const Certificate> anchors =
        options_.trust == nullptr ? std::span<const Certificate>() : options_.trust->anchors;
    std::vector<const ByteBuffer*> answers;
    for (const ByteBuffer& answer : cose.ocsp) answers.push_back(&answer);
    for (const ByteBuffer& answer : graph_.certificate_statuses()) {
      if (answers.size() < kMaxAnswers) answers.push_back(&answer);
    }
    // Without an attested time an answer says nothing about the moment of signing (C2PA 15.9.1).
    bool revoked = false, unknown = false;
    for (const ByteBuffer* answer : answers) {
      if (!judged_at_) break;
      const OcspAnswer result = check_ocsp(*answer, chain_, anchors, *judged_at_);
      if (result.state == OcspState::NotRevoked) {
        status_.succeed("signingCredential.ocsp.notRevoked", url_);
        return;
      }
      revoked = revoked || result.state == OcspState::Revoked;
      unknown = unknown || result.state == OcspState::Unknown;
    }
    if (revoked) {
      status_.fail("signingCredential.ocsp.revoked", url_, "the certificate was revoked");
    } else if (unknown) {
      // Informational as of C2PA 2.4, where 2.2 had a failure.
      status_.inform("signingCredential.ocsp.unknown", url_,
                     "the issuer's responder does not know the certificate");
    } else {
      status_.inform("signingCredential.ocsp.skipped", url_, "nothing is asked over the network");
    }
  }

  static constexpr std::size_t kMaxAnswers = 32;

  const Graph& graph_;
  const Node& node_;
  const Claim& claim_;
  const ValidateOptions& options_;
  StatusList& status_;
  const std::string url_;
  std::vector<Certificate> chain_;
  std::optional<std::int64_t> judged_at_;
  SignatureFacts facts_;
};

}  // namespace

SignatureFacts check_signature(const Store& store, const Graph& graph, const Node& node,
                               const ValidateOptions& options, StatusList& status) {
  return Check(graph, node, options, status).run(store);
}

}  // namespace colophon::c2pa
