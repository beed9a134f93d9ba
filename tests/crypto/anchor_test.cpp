// SPDX-License-Identifier: Apache-2.0
#include "crypto/anchor.hpp"

#include "crypto/tools.hpp"

namespace colophon::testing {
namespace {

using enum TrustUse;

bool serves(const TemporaryFolder& folder, const std::string& extensions, TrustUse use) {
  make_certificate(folder, {.name = "x", .extensions = extensions});
  return !trust_breach(certificate(folder, "x.pem"), use);
}

}  // namespace

TEST_CASE("what may be pinned: authorities as anchors, signers by themselves") {
  if (!have_openssl()) return;
  const TemporaryFolder folder;
  for (const TrustUse use : {ClaimAnchor, TimeStampAnchor}) {
    CHECK(serves(folder, kAuthority, use));
    CHECK_FALSE(serves(folder, kSigner + kForEmail, use));
    CHECK_FALSE(serves(folder, kSigner + kForTime, use));
    CHECK_FALSE(serves(folder, "basicConstraints=CA:TRUE\nkeyUsage=digitalSignature\n", use));
    CHECK(serves(folder, kAuthority + "extendedKeyUsage=anyExtendedKeyUsage\n", use));
    CHECK_FALSE(serves(folder, kAuthority + "extendedKeyUsage=serverAuth\n", use));
  }
  CHECK(serves(folder, kSigner + kForEmail, Signer));
  CHECK_FALSE(serves(folder, kAuthority, Signer));
}

TEST_CASE("what may be pinned: an authority's extended key usage bounds what it issues") {
  if (!have_openssl()) return;
  const TemporaryFolder folder;
  CHECK(serves(folder, kAuthority + kForEmail, ClaimAnchor));
  CHECK_FALSE(serves(folder, kAuthority + kForEmail, TimeStampAnchor));
  CHECK(serves(folder, kAuthority + kForTime, TimeStampAnchor));
  CHECK_FALSE(serves(folder, kAuthority + kForTime, ClaimAnchor));
}

}  // namespace colophon::testing
