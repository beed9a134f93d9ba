// SPDX-License-Identifier: Apache-2.0
#include "crypto/issue.hpp"

#include "crypto/tools.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;

}  // namespace

TEST_CASE("a test chain meets the certificate profile and leads to its own root only") {
  for (const KeyKind kind :
       {KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Ed25519, KeyKind::RsaPss}) {
    CAPTURE(static_cast<int>(kind));
    const std::string pem = *new_private_key(kind, 2048, "secret");
    const auto made = issue_test_chain(pem, "secret", "Studio \xC3\xA9", kNow);
    REQUIRE(made);
    const auto leaf = read_certificates_pem(made->leaf);
    const auto root = read_certificates_pem(made->root);
    REQUIRE((leaf && root && leaf->size() == 1 && root->size() == 1));
    CHECK(leaf->front().common_name() == "Studio \xC3\xA9");
    CHECK(root->front().self_signed());
    const std::vector<Certificate> chain = {leaf->front(), root->front()};
    const auto breach = profile_breach(chain, CertificateUse::ClaimSigning, {});
    CHECK_MESSAGE(!breach, breach.value_or(""));
    CHECK(leads_to_anchor(*leaf, *root, kNow + 1));
    CHECK_FALSE(leads_to_anchor(*leaf, *root, kNow + 366LL * 86400));
    const auto other = issue_test_chain(pem, "secret", "Studio \xC3\xA9", kNow);
    REQUIRE(other);
    CHECK_FALSE(leads_to_anchor(*leaf, *read_certificates_pem(other->root), kNow + 1));
  }
}

TEST_CASE("a test chain for what C2PA does not allow is refused") {
  const std::string sm2 = *new_private_key(KeyKind::Sm2, 0, {});
  CHECK_FALSE(issue_test_chain(sm2, {}, "x", kNow));
  const std::string p256 = *new_private_key(KeyKind::P256, 0, {});
  CHECK_FALSE(issue_test_chain(p256, {}, "", kNow));
  CHECK_FALSE(issue_test_chain(p256, {}, std::string(65, 'x'), kNow));
  CHECK_FALSE(issue_test_chain("no key", {}, "x", kNow));
}

TEST_CASE("openssl verifies a test chain") {
  if (!have_openssl()) return;
  const TemporaryFolder folder;
  const std::string pem = *new_private_key(KeyKind::P256, 0, {});
  const auto made = issue_test_chain(pem, {}, "Studio", kNow);
  REQUIRE(made);
  write_file(folder.file("leaf.pem"), as_bytes(made->leaf));
  write_file(folder.file("root.pem"), as_bytes(made->root));
  CHECK(openssl_agrees(folder, "verify -x509_strict -attime 1800000001 -CAfile root.pem leaf.pem"));
}
