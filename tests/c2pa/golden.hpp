// SPDX-License-Identifier: Apache-2.0
// Signed files that are kept (tests/c2pa/golden): the same bytes come out whenever they are signed
// with the key beside them, because Ed25519 signs alike every time.
#pragma once

#include "c2pa/sealed.hpp"

namespace colophon::testing {

inline constexpr std::int64_t kGoldenTime = 1'800'000'000;

struct GoldenVector {
  std::string name;  ///< of its file in the folder
  std::string format;
  ByteBuffer unsigned_bytes;
};
/// One of each row that is signed, and what is special about texts.
[[nodiscard]] std::vector<GoldenVector> golden_vectors();
[[nodiscard]] std::string golden_folder();
[[nodiscard]] TestSignatory golden_signatory();

}  // namespace colophon::testing
