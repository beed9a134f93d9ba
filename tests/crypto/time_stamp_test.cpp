// SPDX-License-Identifier: Apache-2.0
// Time-stamps made by `openssl ts`, and our requests answered by it.
#include "crypto/time_stamp.hpp"

#include <ctime>

#include "crypto/tools.hpp"

using namespace colophon;
using testing::make_certificate;
using testing::openssl;
using testing::TemporaryFolder;
using State = TimeStamp::State;

namespace {

constexpr std::string_view kMessage = "the bytes that are stamped";

/// An authority that answers requests.
class Authority {
 public:
  explicit Authority(const std::string& extensions = testing::kSigner + testing::kForTime,
                     const std::string& sign = {}) {
    make_certificate(folder, {.name = "root", .extensions = testing::kAuthority});
    make_certificate(folder,
                     {.name = "tsa", .issuer = "root", .extensions = extensions, .sign = sign});
    testing::write_file(folder.file("stamp.cnf"),
                        as_bytes("[t]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\n"
                                 "default_policy=1.2.3\ndigests=sha1,sha256,sha384,sha512\n"
                                 "ordering=no\ntsa_name=no\ness_cert_id_chain=no\n"));
    root = {testing::certificate(folder, "root.pem")};
  }

  /// `answer_options`: of `openssl ts -reply`.
  ByteBuffer stamp(Bytes request, const std::string& answer_options) {
    testing::write_file(folder.file("q.tsq"), request);
    openssl(folder,
            "ts -reply -config stamp.cnf -section t -queryfile q.tsq -signer tsa.pem -inkey "
            "tsa.key -chain root.pem -out a.tsr " +
                answer_options);
    return testing::read_file(folder.file("a.tsr"));
  }
  ByteBuffer stamp(DigestAlgorithm algorithm = DigestAlgorithm::Sha256,
                   const std::string& answer_options = {}) {
    return stamp(time_stamp_request(as_bytes(kMessage), algorithm), answer_options);
  }

  TemporaryFolder folder;
  std::vector<Certificate> root;
};

}  // namespace

TEST_CASE("our request is answered, and the answer is trusted, in every digest") {
  if (!testing::have_openssl()) return;
  Authority authority;
  for (const auto algorithm : {DigestAlgorithm::Sha1, DigestAlgorithm::Sha256,
                               DigestAlgorithm::Sha384, DigestAlgorithm::Sha512}) {
    const ByteBuffer response = authority.stamp(algorithm);
    const TimeStamp stamp = check_time_stamp(response, as_bytes(kMessage), authority.root);
    INFO(stamp.reason);
    CHECK(stamp.state == State::Trusted);
    CHECK(std::abs(stamp.time - std::time(nullptr)) < 60);
    CHECK(stamp.authority == "CN=tsa,O=Colophon tests");
    const auto token = token_of_response(response);
    REQUIRE(token.has_value());
    CHECK(check_time_stamp(*token, as_bytes(kMessage), authority.root).state == State::Trusted);
    CHECK_FALSE(token_of_response(*token));
    testing::write_file(authority.folder.file("m"), as_bytes(kMessage));
    testing::write_file(authority.folder.file("t"), *token);
    openssl(authority.folder, "ts -verify -data m -in t -token_in -CAfile root.pem");
  }
}

TEST_CASE("other bytes, an unknown authority and a changed token are told apart") {
  if (!testing::have_openssl()) return;
  Authority authority;
  const ByteBuffer response = authority.stamp();
  CHECK(check_time_stamp(response, as_bytes("other bytes"), authority.root).state ==
        State::Mismatch);
  CHECK(check_time_stamp(response, as_bytes(kMessage), {}).state == State::Untrusted);
  ByteBuffer changed = response;
  changed.back() ^= 1;
  CHECK(check_time_stamp(changed, as_bytes(kMessage), authority.root).state == State::Invalid);
  for (std::size_t size = 0; size < response.size(); size += 7) {
    CHECK(check_time_stamp(slice(response, 0, size), as_bytes(kMessage), authority.root).state ==
          State::Malformed);
  }
  ByteBuffer more = response;
  more.push_back(0);
  CHECK(check_time_stamp(more, as_bytes(kMessage), authority.root).state == State::Malformed);
  testing::Random random(11);
  for (int i = 0; i < 1000; ++i) {
    const ByteBuffer odd = testing::mutate(response, random);
    const TimeStamp stamp = check_time_stamp(odd, as_bytes(kMessage), authority.root);
    CHECK((stamp.state != State::Trusted || stamp.time > 0));
  }
}

TEST_CASE("a token without its certificate, and a refusal, prove nothing") {
  if (!testing::have_openssl()) return;
  Authority authority;
  testing::write_file(authority.folder.file("m"), as_bytes(kMessage));
  openssl(authority.folder, "ts -query -data m -sha256 -out none.tsq");
  const ByteBuffer bare =
      authority.stamp(testing::read_file(authority.folder.file("none.tsq")), "");
  CHECK(check_time_stamp(bare, as_bytes(kMessage), authority.root).state == State::Invalid);

  openssl(authority.folder, "ts -query -data m -sha256 -tspolicy 1.9.9 -out bad.tsq");
  testing::write_file(authority.folder.file("q.tsq"),
                      testing::read_file(authority.folder.file("bad.tsq")));
  (void)testing::openssl_agrees(authority.folder,
                                "ts -reply -config stamp.cnf -section t -queryfile q.tsq -signer "
                                "tsa.pem -inkey tsa.key -out refused.tsr");
  const ByteBuffer refused = testing::read_file(authority.folder.file("refused.tsr"));
  REQUIRE_FALSE(refused.empty());
  CHECK(token_of_response(refused).error().code == ErrorCode::Refused);
  CHECK(check_time_stamp(refused, as_bytes(kMessage), authority.root).state == State::Malformed);
}

TEST_CASE("the authority's certificate meets the profile and is in force") {
  if (!testing::have_openssl()) return;
  Authority old;
  // `openssl ts` looks at no date of its own certificate.
  make_certificate(old.folder, {.name = "tsa",
                                .issuer = "root",
                                .extensions = testing::kSigner + testing::kForTime,
                                .days = -1});
  CHECK(check_time_stamp(old.stamp(), as_bytes(kMessage), old.root).state ==
        State::OutsideValidity);

  Authority weak(testing::kSigner + testing::kForTime, "-sha1");
  CHECK(check_time_stamp(weak.stamp(), as_bytes(kMessage), weak.root).state == State::Invalid);
}
