// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"

using namespace colophon;

TEST_CASE("digests of \"abc\" are those of FIPS 180 and GB/T 32905") {
  const auto hex = [](DigestAlgorithm algorithm) {
    return hex_encode(digest_of(algorithm, as_bytes("abc")));
  };
  CHECK(hex(DigestAlgorithm::Sha1) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex(DigestAlgorithm::Sha256) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(DigestAlgorithm::Sha384) ==
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
        "8086072ba1e7cc2358baeca134c825a7");
  CHECK(hex(DigestAlgorithm::Sha512) ==
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  CHECK(hex(DigestAlgorithm::Sm3) ==
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  for (int i = 0; i < 5; ++i) {
    const auto algorithm = static_cast<DigestAlgorithm>(i);
    CHECK(digest_of(algorithm, {}).size() == digest_size(algorithm));
  }
}

TEST_CASE("a digest over a source equals the one over memory, whatever the blocks") {
  ByteBuffer bytes(700'001);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 / 3);
  MemorySource source(bytes);
  CHECK(digest_of(DigestAlgorithm::Sha256, source) == digest_of(DigestAlgorithm::Sha256, bytes));
  Digest parts(DigestAlgorithm::Sha256);
  REQUIRE(parts.update(source, {0, 300'000}));
  Digest moved = std::move(parts);
  moved.update(slice(bytes, 300'000));
  CHECK(moved.finish() == digest_of(DigestAlgorithm::Sha256, bytes));
  CHECK(moved.finish().empty());
}

TEST_CASE("a range past the end of the source is an error") {
  const ByteBuffer bytes(10);
  MemorySource source(bytes);
  Digest digest(DigestAlgorithm::Sha256);
  CHECK(digest.update(source, {8, 3}).error().code == ErrorCode::Truncated);
  CHECK(digest.update(source, {8, UINT64_MAX}).error().code == ErrorCode::Truncated);
  CHECK(digest.update(source, {10, 0}));
}
