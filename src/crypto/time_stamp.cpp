// SPDX-License-Identifier: Apache-2.0
// Time-stamp tokens (RFC 3161, with RFC 5816) in CMS (RFC 5652).
#include "crypto/time_stamp.hpp"

#include <openssl/cms.h>
#include <openssl/ess.h>
#include <openssl/objects.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include <algorithm>

#include "crypto/extensions.hpp"
#include "crypto/openssl.hpp"

namespace colophon {
namespace {

using State = TimeStamp::State;
using OwnedCms = Owned<CMS_ContentInfo, CMS_ContentInfo_free>;
using OwnedInfo = Owned<TS_TST_INFO, TS_TST_INFO_free>;
using OwnedRequest = Owned<TS_REQ, TS_REQ_free>;
using OwnedImprint = Owned<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free>;
using OwnedNonce = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using OwnedAlgorithm = Owned<X509_ALGOR, X509_ALGOR_free>;
using OwnedCertificates =
    Owned<STACK_OF(X509), [](STACK_OF(X509) * all) { sk_X509_pop_free(all, X509_free); }>;
using OwnedList = Owned<STACK_OF(X509), [](STACK_OF(X509) * all) { sk_X509_free(all); }>;

constexpr std::size_t kMostTokenBytes = 4 << 20;
constexpr int kMostCertificates = 16;

struct Tlv {
  int tag = 0;
  bool indefinite = false;
  Bytes body;  ///< to the end of the bytes when the length is indefinite
  Bytes rest;  ///< what stands behind
};

std::optional<Tlv> first_of(Bytes bytes) {
  const std::uint8_t* at = bytes.data();
  long size = 0;
  int tag = 0;
  int group = 0;
  const int found = ASN1_get_object(&at, &size, &tag, &group, static_cast<long>(bytes.size()));
  if ((found & 0x80) != 0 || group != V_ASN1_UNIVERSAL) return std::nullopt;
  const auto begin = static_cast<std::uint64_t>(at - bytes.data());
  const bool indefinite = (found & 1) != 0;
  const std::uint64_t length = indefinite ? bytes.size() - begin : static_cast<std::uint64_t>(size);
  return Tlv{tag, indefinite, slice(bytes, begin, length), slice(bytes, begin + length)};
}

Failure malformed(std::string message) {
  return fail(ErrorCode::Malformed, std::move(message), "time-stamp");
}

/// A ContentInfo begins with an object identifier, a TimeStampResp with a sequence.
bool is_response(Bytes bytes) {
  const auto outer = first_of(bytes);
  const auto inner = outer ? first_of(outer->body) : std::nullopt;
  return outer && outer->tag == V_ASN1_SEQUENCE && inner && inner->tag == V_ASN1_SEQUENCE;
}

Result<Bytes> token_in(Bytes response) {
  const auto outer = first_of(response);
  if (!outer || outer->tag != V_ASN1_SEQUENCE || outer->indefinite || !outer->rest.empty()) {
    return malformed("this is no TimeStampResp");
  }
  const auto status = first_of(outer->body);
  const auto code = status ? first_of(status->body) : std::nullopt;
  if (!code || status->tag != V_ASN1_SEQUENCE || code->tag != V_ASN1_INTEGER ||
      code->body.size() != 1) {
    return malformed("the TimeStampResp has no status");
  }
  if (code->body[0] > 1) {  // granted, granted with modifications
    return fail(ErrorCode::Refused,
                "the authority refused to stamp (status " + std::to_string(code->body[0]) + ")",
                "time-stamp");
  }
  if (status->rest.empty()) return malformed("the TimeStampResp holds no token");
  return status->rest;
}

OwnedCms read_cms(Bytes token) {
  const std::uint8_t* at = token.data();
  OwnedCms cms(token.size() > kMostTokenBytes
                   ? nullptr
                   : d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(token.size())));
  if (!cms || at != token.data() + token.size()) return nullptr;
  return cms;
}

/// The TSTInfo that the token signs; null when it signs something else.
OwnedInfo read_info(CMS_ContentInfo& cms) {
  if (OBJ_obj2nid(CMS_get0_type(&cms)) != NID_pkcs7_signed ||
      OBJ_obj2nid(CMS_get0_eContentType(&cms)) != NID_id_smime_ct_TSTInfo) {
    return nullptr;
  }
  ASN1_OCTET_STRING** content = CMS_get0_content(&cms);
  if (content == nullptr || *content == nullptr) return nullptr;
  const std::uint8_t* at = ASN1_STRING_get0_data(*content);
  return OwnedInfo(d2i_TS_TST_INFO(nullptr, &at, ASN1_STRING_length(*content)));
}

std::optional<DigestAlgorithm> digest_named(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  switch (OBJ_obj2nid(object)) {
    case NID_sha1:
      return DigestAlgorithm::Sha1;
    case NID_sha256:
      return DigestAlgorithm::Sha256;
    case NID_sha384:
      return DigestAlgorithm::Sha384;
    case NID_sha512:
      return DigestAlgorithm::Sha512;
    default:
      return std::nullopt;
  }
}

/// Judges one token; `result` grows as more is known.
class Check {
 public:
  Check(Bytes message, std::span<const Certificate> anchors)
      : message_(message), anchors_(anchors) {}

  TimeStamp run(Bytes token) {
    const OwnedCms cms = read_cms(token);
    const OwnedInfo info = cms ? read_info(*cms) : nullptr;
    if (!info) return say(State::Malformed, "the token is no CMS signature over a TSTInfo");
    const auto time = seconds_of(TS_TST_INFO_get_time(info.get()));
    if (!time) return say(State::Malformed, "the token holds no readable time");
    result_.time = *time;
    if (!stamps_message(*info)) return result_;
    if (!is_signed_well(*cms)) return result_;
    return judge_authority();
  }

 private:
  TimeStamp say(State state, std::string reason) {
    result_.state = state;
    result_.reason = std::move(reason);
    return result_;
  }

  bool stamps_message(TS_TST_INFO& info) {
    TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(&info);
    const auto algorithm = digest_named(TS_MSG_IMPRINT_get_algo(imprint));
    if (!algorithm) {
      say(State::Malformed, "the token's imprint uses a digest that is not allowed");
      return false;
    }
    const ASN1_OCTET_STRING* stated = TS_MSG_IMPRINT_get_msg(imprint);
    const ByteBuffer actual = digest_of(*algorithm, message_);
    if (actual.empty() || !std::ranges::equal(actual, std::span(ASN1_STRING_get0_data(stated),
                                                                static_cast<std::size_t>(
                                                                    ASN1_STRING_length(stated))))) {
      say(State::Mismatch, "the token stamps other bytes");
      return false;
    }
    return true;
  }

  bool is_signed_well(CMS_ContentInfo& cms) {
    const STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(&cms);
    if (sk_CMS_SignerInfo_num(signers) != 1) {
      say(State::Malformed, "the token does not have exactly one signer");
      return false;
    }
    CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(signers, 0);
    X509_ALGOR* digest = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, nullptr);
    // The chain is judged apart, at the time of the token.
    constexpr unsigned flags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY;
    if (!digest_named(digest) || CMS_verify(&cms, nullptr, nullptr, nullptr, nullptr, flags) != 1) {
      say(State::Invalid, "the token's signature is not good, or it holds no certificate for it");
      return false;
    }
    const OwnedList found(CMS_get0_signers(&cms));
    X509* certificate = found ? sk_X509_value(found.get(), 0) : nullptr;
    if (certificate == nullptr || !take_chain(cms, *certificate) || !names_signer(*signer)) {
      say(State::Invalid, "the token does not name the certificate that signed it");
      return false;
    }
    return true;
  }

  /// The signer's certificate first, then the others of the token.
  bool take_chain(CMS_ContentInfo& cms, X509& signer) {
    const OwnedCertificates all(CMS_get1_certs(&cms));
    const auto take = [&](X509* certificate) {
      X509_up_ref(certificate);
      auto read = make_certificate(OwnedCertificate(certificate));
      if (read) chain_.push_back(*std::move(read));
      return read.has_value();
    };
    if (!take(&signer)) return false;
    result_.authority = chain_.front().subject();
    const int count = all ? std::min(sk_X509_num(all.get()), kMostCertificates) : 0;
    for (int i = 0; i < count; ++i) {
      X509* other = sk_X509_value(all.get(), i);
      if (X509_cmp(other, &signer) != 0) take(other);
    }
    return true;
  }

  /// The signed attribute ESSCertID or ESSCertIDv2 is the digest of the signer's certificate.
  [[nodiscard]] bool names_signer(const CMS_SignerInfo& signer) const {
    const auto attribute = [&](int nid) {
      return static_cast<const ASN1_STRING*>(
          CMS_signed_get0_data_by_OBJ(&signer, OBJ_nid2obj(nid), -3, V_ASN1_SEQUENCE));
    };
    using Old = Owned<ESS_SIGNING_CERT, ESS_SIGNING_CERT_free>;
    using New = Owned<ESS_SIGNING_CERT_V2, ESS_SIGNING_CERT_V2_free>;
    Old old_ids;
    New new_ids;
    if (const ASN1_STRING* value = attribute(NID_id_smime_aa_signingCertificate)) {
      const std::uint8_t* at = ASN1_STRING_get0_data(value);
      old_ids.reset(d2i_ESS_SIGNING_CERT(nullptr, &at, ASN1_STRING_length(value)));
    }
    if (const ASN1_STRING* value = attribute(NID_id_smime_aa_signingCertificateV2)) {
      const std::uint8_t* at = ASN1_STRING_get0_data(value);
      new_ids.reset(d2i_ESS_SIGNING_CERT_V2(nullptr, &at, ASN1_STRING_length(value)));
    }
    const OwnedList chain(sk_X509_new_null());
    for (const Certificate& certificate : chain_) {
      if (!chain || sk_X509_push(chain.get(), certificate.handle().x509.get()) == 0) return false;
    }
    return OSSL_ESS_check_signing_certs(old_ids.get(), new_ids.get(), chain.get(), 1) == 1;
  }

  TimeStamp judge_authority() {
    const Certificate& signer = chain_.front();
    if (auto breach = profile_breach({&signer, 1}, CertificateUse::TimeStamping, {})) {
      return say(State::BadCredential, *std::move(breach));
    }
    if (result_.time < signer.not_before() || result_.time > signer.not_after()) {
      return say(State::OutsideValidity,
                 "the authority's certificate was not in force at the time of the token");
    }
    if (!leads_to_anchor(chain_, anchors_, result_.time)) {
      return say(State::Untrusted, "the authority leads to none of the trusted ones");
    }
    return say(State::Trusted, {});
  }

  Bytes message_;
  std::span<const Certificate> anchors_;
  TimeStamp result_;
  std::vector<Certificate> chain_;
};

}  // namespace

TimeStamp check_time_stamp(Bytes token, Bytes message, std::span<const Certificate> tsa_anchors) {
  const QuietErrors quiet;
  if (is_response(token)) {
    const auto inside = token_in(token);
    if (!inside) return {.reason = inside.error().message};
    token = *inside;
  }
  return Check(message, tsa_anchors).run(token);
}

namespace {

/// 64 bits, of which the first is 0 and the second 1: its size is always the same, and so that of
/// the tokens.
OwnedNonce make_nonce() {
  std::array<std::uint8_t, 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return nullptr;
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3F) | 0x40);
  const OwnedNumber number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return OwnedNonce(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
}

bool same_digest(TS_MSG_IMPRINT& a, TS_MSG_IMPRINT& b) {
  const auto first = digest_named(TS_MSG_IMPRINT_get_algo(&a));
  return first && first == digest_named(TS_MSG_IMPRINT_get_algo(&b)) &&
         ASN1_OCTET_STRING_cmp(TS_MSG_IMPRINT_get_msg(&a), TS_MSG_IMPRINT_get_msg(&b)) == 0;
}

}  // namespace

ByteBuffer time_stamp_request(Bytes message, DigestAlgorithm algorithm) {
  const QuietErrors quiet;
  const EVP_MD* md = openssl_digest(algorithm);
  ByteBuffer digest = digest_of(algorithm, message);
  const OwnedRequest request(TS_REQ_new());
  const OwnedImprint imprint(TS_MSG_IMPRINT_new());
  const OwnedAlgorithm name(X509_ALGOR_new());
  const OwnedNonce nonce = make_nonce();
  if (digest.empty() || !request || !imprint || !name || !nonce) return {};
  X509_ALGOR_set_md(name.get(), md);
  TS_MSG_IMPRINT_set_algo(imprint.get(), name.get());
  TS_MSG_IMPRINT_set_msg(imprint.get(), digest.data(), static_cast<int>(digest.size()));
  TS_REQ_set_version(request.get(), 1);
  TS_REQ_set_msg_imprint(request.get(), imprint.get());
  TS_REQ_set_nonce(request.get(), nonce.get());
  TS_REQ_set_cert_req(request.get(), 1);
  return to_der<i2d_TS_REQ>(request.get());
}

Result<ByteBuffer> token_of_response(Bytes response) {
  const QuietErrors quiet;
  const Bytes token = TRY(token_in(response));
  const OwnedCms cms = read_cms(token);
  if (!cms || !read_info(*cms)) return malformed("the TimeStampResp holds no TimeStampToken");
  return to_buffer(token);
}

Result<ByteBuffer> token_that_answers(Bytes request, Bytes message, Bytes response) {
  const QuietErrors quiet;
  ByteBuffer token = TRY(token_of_response(response));
  const std::uint8_t* at = request.data();
  const OwnedRequest asked(d2i_TS_REQ(nullptr, &at, static_cast<long>(request.size())));
  const OwnedCms cms = read_cms(token);
  const OwnedInfo info = cms ? read_info(*cms) : nullptr;
  if (!asked || !info) return malformed("there is no time-stamp request to compare with");
  const auto other = [](std::string_view reason) {
    return fail(ErrorCode::Mismatch, "the time-stamp is not good: " + std::string(reason),
                "time-stamp");
  };
  if (!same_digest(*TS_REQ_get_msg_imprint(asked.get()),
                   *TS_TST_INFO_get_msg_imprint(info.get()))) {
    return other("the token stamps other bytes");
  }
  // RFC 3161 2.4.2: else it could be an old answer, with an old time.
  const ASN1_INTEGER* nonce = TS_REQ_get_nonce(asked.get());
  const ASN1_INTEGER* stated = TS_TST_INFO_get_nonce(info.get());
  if (nonce != nullptr && (stated == nullptr || ASN1_INTEGER_cmp(nonce, stated) != 0)) {
    return other("it answers another request (nonce)");
  }
  const TimeStamp stamp = check_time_stamp(token, message, {});
  if (stamp.state != State::Untrusted && stamp.state != State::Trusted) return other(stamp.reason);
  return token;
}

}  // namespace colophon
