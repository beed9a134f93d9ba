// SPDX-License-Identifier: Apache-2.0
// Signing gives the files that are kept, byte for byte. COLOPHON_UPDATE_GOLDEN=1 writes them anew.
#include "c2pa/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

namespace colophon::testing {

TEST_CASE("golden vectors: what is signed comes out as it is kept, and is trusted") {
  const TestSignatory by = golden_signatory();
  const bool update = std::getenv("COLOPHON_UPDATE_GOLDEN") != nullptr;
  for (const GoldenVector& vector : golden_vectors()) {
    CAPTURE(vector.name);
    const Format& format = *find_format(vector.format);
    const ByteBuffer made = sealed(format, vector.unsigned_bytes, by.signatory, usual_draft());
    if (update) write_file(golden_folder() + vector.name, made);
    const ByteBuffer kept = read_file(golden_folder() + vector.name);
    CHECK((kept == made));
    CHECK(validated_file(format, kept, by.root, kGoldenTime).state == c2pa::State::Trusted);
  }
}

TEST_CASE("manifests without a thumbnail stay below 4 KiB and their certificates, in every row") {
  const TestSignatory by = golden_signatory();
  std::size_t chain = 0;
  for (const Certificate& each : by.signatory.chain) chain += each.der().size();
  for (const GoldenVector& vector : golden_vectors()) {
    CAPTURE(vector.name);
    const ByteBuffer kept = read_file(golden_folder() + vector.name);
    const std::size_t size = store_of(*find_format(vector.format), kept).size();
    CHECK(size > chain);
    CHECK(size < 4096 + chain);
  }
}

}  // namespace colophon::testing
