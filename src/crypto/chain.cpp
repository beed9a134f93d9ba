// SPDX-License-Identifier: Apache-2.0
// From a certificate to an anchor (RFC 5280 6.1). OpenSSL builds and checks the path; what a
// certificate is used for is the profile's business, so its purpose checks stay off.
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>

#include "crypto/openssl.hpp"

namespace colophon {
namespace {

constexpr std::size_t kLongestChain = 16;
// 112 bits: RSA 2048, SHA-224 and up, in every certificate below the anchor.
constexpr int kSecurityLevel = 2;

using OwnedStore = Owned<X509_STORE, X509_STORE_free>;
using OwnedStoreContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
using OwnedStack = Owned<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

bool add_all(X509_STORE& store, std::span<const Certificate> anchors) {
  return std::ranges::all_of(anchors, [&](const Certificate& anchor) {
    return X509_STORE_add_cert(&store, anchor.handle().x509.get()) == 1;
  });
}

bool is_one_of(const Certificate& certificate, std::span<const Certificate> all) {
  return std::ranges::any_of(all, [&](const Certificate& other) {
    return other.handle().der == certificate.handle().der;
  });
}

}  // namespace

std::vector<Certificate> in_order(std::vector<Certificate> chain) {
  const QuietErrors quiet;
  std::vector<Certificate> sorted;
  const auto take = [&](auto which) {
    if (!is_one_of(*which, sorted)) sorted.push_back(*which);
    chain.erase(which);
  };
  if (!chain.empty()) take(chain.begin());
  while (!chain.empty()) {
    X509* below = sorted.back().handle().x509.get();
    const auto issuer = std::ranges::find_if(chain, [&](const Certificate& each) {
      return !is_one_of(each, sorted) &&
             X509_check_issued(each.handle().x509.get(), below) == X509_V_OK;
    });
    take(issuer != chain.end() ? issuer : chain.begin());
  }
  return sorted;
}

bool leads_to_anchor(std::span<const Certificate> chain, std::span<const Certificate> anchors,
                     std::int64_t time) {
  const QuietErrors quiet;
  if (chain.empty() || chain.size() > kLongestChain || anchors.empty()) return false;
  const OwnedStore store(X509_STORE_new());
  const OwnedStack between(sk_X509_new_null());
  const OwnedStoreContext context(X509_STORE_CTX_new());
  if (!store || !between || !context || !add_all(*store, anchors)) return false;
  for (const Certificate& certificate : chain.subspan(1)) {
    if (sk_X509_push(between.get(), certificate.handle().x509.get()) == 0) return false;
  }
  X509* leaf = chain.front().handle().x509.get();
  if (X509_STORE_CTX_init(context.get(), store.get(), leaf, between.get()) != 1) return false;
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  // An anchor may be an intermediate authority: the path ends there.
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time(parameters, static_cast<std::time_t>(time));
  X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
  X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(kLongestChain));
  return X509_verify_cert(context.get()) == 1;
}

bool is_trusted_signer(std::span<const Certificate> chain, const TrustStore& trust,
                       std::int64_t time) {
  if (chain.empty()) return false;
  return is_one_of(chain.front(), trust.allowed) || leads_to_anchor(chain, trust.anchors, time);
}

}  // namespace colophon
