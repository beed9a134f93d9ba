// SPDX-License-Identifier: Apache-2.0
// Time-stamps made by `openssl ts`, and our requests answered by it.
#include "crypto/time_stamp.hpp"

#include <ctime>

#include "crypto/authority.hpp"

using namespace colophon;
using testing::Authority;
using testing::make_certificate;
using testing::openssl;
using testing::TemporaryFolder;
using State = TimeStamp::State;

namespace {

constexpr std::string_view kMessage = "the bytes that are stamped";

ByteBuffer stamp(Authority& authority, DigestAlgorithm algorithm = DigestAlgorithm::Sha256) {
  return authority.stamp(time_stamp_request(as_bytes(kMessage), algorithm));
}

}  // namespace

TEST_CASE("our request is answered, and the answer is trusted, in every digest") {
  if (!testing::have_openssl()) return;
  Authority authority;
  for (const auto algorithm : {DigestAlgorithm::Sha1, DigestAlgorithm::Sha256,
                               DigestAlgorithm::Sha384, DigestAlgorithm::Sha512}) {
    const ByteBuffer response = stamp(authority, algorithm);
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
  const ByteBuffer response = stamp(authority);
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
  const ByteBuffer bare = authority.stamp(testing::read_file(authority.folder.file("none.tsq")));
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
  CHECK(check_time_stamp(stamp(old), as_bytes(kMessage), old.root).state == State::OutsideValidity);

  Authority weak(testing::kSigner + testing::kForTime, "-sha1");
  CHECK(check_time_stamp(stamp(weak), as_bytes(kMessage), weak.root).state == State::BadCredential);
}

TEST_CASE("an answer to another request is none, however good it is") {
  if (!testing::have_openssl()) return;
  Authority authority;
  const ByteBuffer message = to_buffer(as_bytes(kMessage));
  const ByteBuffer request = time_stamp_request(message, DigestAlgorithm::Sha256);
  REQUIRE(token_that_answers(request, message, authority.stamp(request)).has_value());
  const auto refusal = [&](Bytes response) {
    const auto token = token_that_answers(request, message, response);
    return token ? "taken" : token.error().message;
  };
  // The same bytes stamped at another time: a replay.
  const ByteBuffer again = time_stamp_request(message, DigestAlgorithm::Sha256);
  CHECK(again != request);
  CHECK(again.size() == request.size());
  CHECK(refusal(authority.stamp(again)).find("nonce") != std::string::npos);
  testing::write_file(authority.folder.file("m"), message);
  openssl(authority.folder, "ts -query -data m -sha256 -cert -no_nonce -out none.tsq");
  CHECK(refusal(authority.stamp(testing::read_file(authority.folder.file("none.tsq"))))
            .find("nonce") != std::string::npos);
  ByteBuffer other = request;
  other[other.size() - 14] ^= 1;  // the last byte of the imprint, in front of the nonce
  CHECK(refusal(authority.stamp(other)).find("other bytes") != std::string::npos);
  // The digest of the same bytes, but not the one that was asked for.
  const ByteBuffer longer = time_stamp_request(message, DigestAlgorithm::Sha512);
  CHECK(refusal(authority.stamp(longer)).find("other bytes") != std::string::npos);
  ByteBuffer forged = authority.stamp(request);
  forged.back() ^= 1;
  CHECK(refusal(forged).find("not good") != std::string::npos);
  CHECK(refusal(as_bytes("<html>")).find("TimeStampResp") != std::string::npos);
  testing::Random random(5);
  const ByteBuffer good = authority.stamp(request);
  for (int i = 0; i < 500; ++i) {
    const auto token = token_that_answers(request, message, testing::mutate(good, random));
    if (token) CHECK(check_time_stamp(*token, message, authority.root).state == State::Trusted);
  }
}
