// SPDX-License-Identifier: Apache-2.0
// OCSP answers made by `openssl ocsp`.
#include <ctime>

#include "crypto/time_stamp.hpp"
#include "crypto/tools.hpp"

using namespace colophon;
using testing::make_certificate;
using testing::openssl;
using testing::TemporaryFolder;

namespace {

constexpr std::int64_t kDay = 86'400;

/// root -> leaf, and a responder that the root named.
class Responder {
 public:
  Responder() {
    make_certificate(folder, {.name = "root", .extensions = testing::kAuthority});
    make_certificate(
        folder,
        {.name = "leaf", .issuer = "root", .extensions = testing::kSigner + testing::kForEmail});
    make_certificate(
        folder,
        {.name = "ocsp", .issuer = "root", .extensions = testing::kSigner + testing::kForOcsp});
    chain = {testing::certificate(folder, "leaf.pem"), testing::certificate(folder, "root.pem")};
  }

  /// `status`: "V" and an empty field, or "R" and a time.
  ByteBuffer answer(const std::string& status, const std::string& revoked,
                    const std::string& signer = "ocsp", const std::string& options = "-ndays 7") {
    const auto said = testing::run("cd " + folder.path() +
                                   " && openssl x509 -in leaf.pem -noout -serial | sed s/.*=//");
    const std::string serial = said.output.substr(0, said.output.find('\n'));
    testing::write_file(folder.file("index"), as_bytes(status + "\t350101000000Z\t" + revoked +
                                                       "\t" + serial + "\tunknown\t/CN=leaf\n"));
    openssl(folder, "ocsp -issuer root.pem -cert leaf.pem -no_nonce -reqout q");
    openssl(folder, "ocsp -index index -CA root.pem -rsigner " + signer + ".pem -rkey " + signer +
                        ".key -reqin q -respout a " + options);
    return testing::read_file(folder.file("a"));
  }

  TemporaryFolder folder;
  std::vector<Certificate> chain;
};

}  // namespace

TEST_CASE("an OCSP answer counts before and inside its window") {
  if (!testing::have_openssl()) return;
  Responder responder;
  const std::int64_t now = std::time(nullptr);
  const ByteBuffer good = responder.answer("V", "");
  const auto at = [&](std::int64_t time) {
    return check_ocsp(good, responder.chain, {}, time).state;
  };
  CHECK(check_ocsp(good, responder.chain, {}, now).reason == "");
  CHECK(at(now) == OcspState::NotRevoked);
  CHECK(at(now - 30 * kDay) == OcspState::NotRevoked);
  CHECK(at(now + 6 * kDay) == OcspState::NotRevoked);
  CHECK(at(now + 8 * kDay) == OcspState::Unusable);
  // Without nextUpdate: a day after it was made.
  const ByteBuffer open = responder.answer("V", "", "ocsp", "");
  CHECK(check_ocsp(open, responder.chain, {}, now + kDay / 2).state == OcspState::NotRevoked);
  CHECK(check_ocsp(open, responder.chain, {}, now + 2 * kDay).state == OcspState::Unusable);
  // The issuer may be known from the anchors alone, and may answer itself.
  CHECK(check_ocsp(good, {&responder.chain[0], 1}, {&responder.chain[1], 1}, now).state ==
        OcspState::NotRevoked);
  CHECK(check_ocsp(good, {&responder.chain[0], 1}, {}, now).state == OcspState::Unusable);
  CHECK(check_ocsp(responder.answer("V", "", "root"), responder.chain, {}, now).state ==
        OcspState::NotRevoked);
}

TEST_CASE("a revocation counts from its time on") {
  if (!testing::have_openssl()) return;
  Responder responder;
  const std::int64_t now = std::time(nullptr);
  const ByteBuffer revoked = responder.answer("R", "250601000000Z,keyCompromise");
  const OcspAnswer answer = check_ocsp(revoked, responder.chain, {}, now);
  CHECK(answer.reason == "");
  CHECK(answer.state == OcspState::Revoked);
  CHECK(answer.revoked_at == 1'748'736'000);
  CHECK(check_ocsp(revoked, responder.chain, {}, answer.revoked_at - 1).state ==
        OcspState::NotRevoked);
  CHECK(check_ocsp(revoked, responder.chain, {}, answer.revoked_at).state == OcspState::Revoked);
}

TEST_CASE("an OCSP answer by somebody else, about another certificate, or damaged is unusable") {
  if (!testing::have_openssl()) return;
  Responder responder;
  const std::int64_t now = std::time(nullptr);
  // The leaf itself was issued by the root, but is no responder.
  CHECK(check_ocsp(responder.answer("V", "", "leaf"), responder.chain, {}, now).state ==
        OcspState::Unusable);
  make_certificate(responder.folder,
                   {.name = "stranger", .extensions = testing::kSigner + testing::kForOcsp});
  CHECK(check_ocsp(responder.answer("V", "", "stranger"), responder.chain, {}, now).state ==
        OcspState::Unusable);
  const ByteBuffer good = responder.answer("V", "");
  const std::vector<Certificate> other = {testing::certificate(responder.folder, "ocsp.pem"),
                                          responder.chain[1]};
  CHECK(check_ocsp(good, other, {}, now).state == OcspState::Unusable);
  CHECK(check_ocsp(good, {}, {}, now).state == OcspState::Unusable);
  for (std::size_t size = 0; size < good.size(); size += 5) {
    CHECK(check_ocsp(slice(good, 0, size), responder.chain, {}, now).state == OcspState::Unusable);
  }
  testing::Random random(5);
  for (int i = 0; i < 1000; ++i) {
    (void)check_ocsp(testing::mutate(good, random), responder.chain, {}, now);
  }
}
