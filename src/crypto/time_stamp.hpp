// SPDX-License-Identifier: Apache-2.0
// RFC 3161 time-stamps and RFC 6960 OCSP answers, checked offline.
#pragma once

#include "crypto/certificates.hpp"
#include "crypto/digest.hpp"

namespace colophon {

/// What a time-stamp token proves.
struct TimeStamp {
  enum class State : std::uint8_t {
    Malformed,        ///< timeStamp.malformed
    Mismatch,         ///< timeStamp.mismatch: stamps other bytes
    Invalid,          ///< the CMS signature fails
    BadCredential,    ///< timeStamp.credentialInvalid: the certificate profile is broken
    OutsideValidity,  ///< the authority's certificate was not in force
    Untrusted,        ///< good, by an authority that leads to no anchor
    Trusted,
  } state = State::Malformed;
  std::int64_t time = 0;       ///< genTime, seconds since 1970; 0 when not readable
  std::string authority = {};  ///< subject of the signing certificate
  std::string reason = {};     ///< a sentence, for states below Trusted
};
/// `token`: a TimeStampToken (CMS ContentInfo) or a whole TimeStampResp. `message`: the bytes whose
/// digest the token must hold.
[[nodiscard]] TimeStamp check_time_stamp(Bytes token, Bytes message,
                                         std::span<const Certificate> tsa_anchors);

/// A TimeStampReq (DER) with certReq and a fresh nonce for a message; what is sent to an authority.
/// Empty when the system gives no digest or no random bytes.
[[nodiscard]] ByteBuffer time_stamp_request(Bytes message, DigestAlgorithm algorithm);
/// The TimeStampToken inside a granted TimeStampResp.
[[nodiscard]] Result<ByteBuffer> token_of_response(Bytes response);
/// The token of a response, if it answers this request for the time of `message`: granted, with the
/// request's nonce and imprint, and well signed by some authority. Errors: `malformed`, `refused`,
/// `mismatch`.
[[nodiscard]] Result<ByteBuffer> token_that_answers(Bytes request, Bytes message, Bytes response);

/// What a command answers that takes the request to an authority: a TimeStampResp.
[[nodiscard]] Result<ByteBuffer> ask_time_stamp(const std::string& command, Bytes request,
                                                int timeout_ms);

enum class OcspState : std::uint8_t { NotRevoked, Revoked, Unknown, Unusable };
struct OcspAnswer {
  OcspState state = OcspState::Unusable;
  std::int64_t revoked_at = 0;
  std::string reason = {};  ///< a sentence, for Unusable
};
/// A stapled OCSPResponse (DER) about chain[0], issued by chain[1] or `anchors`, judged at `time`
/// (C2PA 14.6: before thisUpdate, or inside its window, else unusable).
[[nodiscard]] OcspAnswer check_ocsp(Bytes response, std::span<const Certificate> chain,
                                    std::span<const Certificate> anchors, std::int64_t time);

}  // namespace colophon
