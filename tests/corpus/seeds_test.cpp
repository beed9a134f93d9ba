// SPDX-License-Identifier: Apache-2.0
// The laws of the hash targets speak of what matches: their seeds have to.
#include <doctest/doctest.h>

#include "c2pa/bindings_support.hpp"
#include "c2pa_hashes.hpp"

using namespace colophon;

namespace {

void check_seeds(const char* label, const fuzz::Seeds& seeds, std::size_t least,
                 std::size_t most_files = 1) {
  const std::string which(label);
  CAPTURE(which);
  CHECK(seeds.size() >= least);
  std::size_t index = 0;
  for (const ByteBuffer& seed : seeds) {
    CAPTURE(index++);
    const auto pieces = fuzz::pieces_of(seed, 1 + most_files);
    REQUIRE(pieces.size() >= 2);
    const auto content = wire::read_cbor(pieces[0], Limits{});
    REQUIRE(content);
    const std::string outcome =
        testing::check(label, pieces[1], *content, {pieces.begin() + 2, pieces.end()});
    CAPTURE(outcome);
    CHECK(outcome.ends_with(".match"));
  }
}

}  // namespace

TEST_CASE("the seeds of the hash targets match") {
  check_seeds("c2pa.hash.data", fuzz::data_hash_seeds(), 10);
  check_seeds("c2pa.hash.data", fuzz::text_hash_seeds(), 4);
  check_seeds("c2pa.hash.boxes", fuzz::boxes_hash_seeds(), 5);
  check_seeds("c2pa.hash.bmff.v3", fuzz::bmff_merkle_seeds(), 3);
  check_seeds("c2pa.hash.bmff.v3", fuzz::bmff_fragmented_seeds(), 2, 5);
  check_seeds("c2pa.hash.collection.data", fuzz::collection_hash_seeds(), 4);
  check_seeds("c2pa.hash.bmff.v3", fuzz::bmff_flat_seeds(), 5);
}
