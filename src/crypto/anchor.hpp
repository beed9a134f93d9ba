// SPDX-License-Identifier: Apache-2.0
// What a certificate must be to be trusted for something: asked before somebody pins it, because
// one that cannot serve is never noticed, and one that serves for something else is a mistake.
#pragma once

#include "crypto/certificates.hpp"

namespace colophon {

enum class TrustUse : std::uint8_t {
  ClaimAnchor,      ///< an authority of C2PA claim signers
  TimeStampAnchor,  ///< an authority of time-stamp authorities
  Signer            ///< a claim signer that is trusted by itself
};
/// Why the certificate cannot serve so, as a sentence about "the certificate" that says what to do;
/// nothing when it can. Dates are not looked at: an old authority still vouches for old signatures.
[[nodiscard]] std::optional<std::string> trust_breach(const Certificate& certificate, TrustUse use);

}  // namespace colophon
