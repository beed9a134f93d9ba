// SPDX-License-Identifier: Apache-2.0
#include "crypto/anchor.hpp"

#include <openssl/x509v3.h>

#include <algorithm>

#include "crypto/openssl.hpp"

namespace colophon {
namespace {

constexpr std::string_view kAnyUsage = "2.5.29.37.0";
constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";

bool has(const std::vector<std::string>& usages, std::string_view usage) {
  return std::ranges::find(usages, usage) != usages.end();
}

/// An authority's extended key usage bounds those of what it issues; without one there is no bound.
bool may_issue(const std::vector<std::string>& usages, TrustUse use) {
  if (usages.empty() || has(usages, kAnyUsage)) return true;
  if (use == TrustUse::TimeStampAnchor) return has(usages, kTimeStamping);
  return std::ranges::any_of(usual_claim_usages(),
                             [&](const std::string& one) { return has(usages, one); });
}

}  // namespace

std::optional<std::string> trust_breach(const Certificate& certificate, TrustUse use) {
  // 1: an authority of version 3; 3: a self-signed certificate of version 1, as old roots are.
  const int authority = X509_check_ca(certificate.handle().x509.get());
  const bool may_be_root = authority == 1 || (authority == 3 && certificate.self_signed());
  if (use == TrustUse::Signer) {
    if (!may_be_root) return std::nullopt;
    return "is the one of an authority, not of a signer; --as anchor trusts all that it issues";
  }
  if (!may_be_root) {
    return use == TrustUse::ClaimAnchor
               ? "is not the one of an authority (basic constraints CA, key usage keyCertSign), so "
                 "nothing can lead to it; --as allowed trusts a signer by itself"
               : "is not the one of an authority (basic constraints CA, key usage keyCertSign), so "
                 "nothing can lead to it; pin the root of the time-stamp authority";
  }
  if (may_issue(certificate.extended_key_usages(), use)) return std::nullopt;
  return use == TrustUse::ClaimAnchor
             ? "has an extended key usage under which no C2PA signer can stand; if it is for "
               "time-stamps, pin it --as tsa"
             : "has an extended key usage under which no time-stamp can stand; if it is for C2PA "
               "signers, pin it --as anchor";
}

}  // namespace colophon
