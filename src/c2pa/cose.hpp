// SPDX-License-Identifier: Apache-2.0
// COSE_Sign1 as C2PA uses it (C2PA 13.2, 14.5; RFC 9052, RFC 9360): reading,
// writing, and the bytes that signatures and time-stamps cover.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "crypto/keys.hpp"

#include <string>
#include <vector>

namespace colophon::c2pa {

struct CoseTimeStamp {
  bool second = false;  ///< sigTst2: the token covers the signature, else the claim
  ByteBuffer token;
};

struct CoseSignature {
  std::optional<SignatureAlgorithm> algorithm;  ///< none: missing, or outside the allowed list
  ByteBuffer protected_header;                  ///< the content of its byte string
  std::vector<ByteBuffer> chain;                ///< DER, leaf first
  std::optional<ByteBuffer> payload;            ///< set: it was not detached
  ByteBuffer signature;
  std::vector<CoseTimeStamp> stamps;
  bool stamps_malformed = false;             ///< the header is there and holds no or several tokens
  std::vector<ByteBuffer> ocsp;              ///< stapled answers, DER
  std::optional<std::int64_t> claimed_time;  ///< protected `iat`
};
/// Errors: those of CBOR, and `malformed` for what is no COSE_Sign1 or has no usable chain.
[[nodiscard]] Result<CoseSignature> read_cose(Bytes bytes, const Limits& limits);

/// What the signature covers: Sig_structure with the claim as detached payload.
[[nodiscard]] ByteBuffer signed_bytes(const CoseSignature& cose, Bytes claim);
/// What a time-stamp covers (C2PA 10.3.2.5).
[[nodiscard]] ByteBuffer stamped_bytes(const CoseSignature& cose, bool second, Bytes claim);

/// The content of the protected header: algorithm and certificates (DER, leaf first). Error
/// `usage` for an algorithm that C2PA does not allow.
[[nodiscard]] Result<ByteBuffer> protected_header(SignatureAlgorithm algorithm,
                                                  const std::vector<ByteBuffer>& chain);
/// The tagged COSE_Sign1 with detached payload, from protected header, signature and stamps; `pad`
/// zeros in the unprotected header, which nothing covers.
[[nodiscard]] ByteBuffer write_cose(const CoseSignature& cose, std::optional<std::size_t> pad);

}  // namespace colophon::c2pa
