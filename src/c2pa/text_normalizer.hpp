// SPDX-License-Identifier: Apache-2.0
// Text that is hashed in Unicode normalization form C (C2PA 2.4 A.8).
#pragma once

#include "base/base.hpp"
#include "crypto/digest.hpp"

namespace colophon::c2pa {

/// Text comes in pieces; a piece may end before any ASCII character, which never joins with what
/// stands before it.
class TextNormalizer {
 public:
  /// `longest`: how much may come without such a character.
  explicit TextNormalizer(std::uint64_t longest) : longest_(longest) {}
  /// Errors: `mismatch` for bytes that are no UTF-8, which have no such form; `limit-exceeded`.
  [[nodiscard]] Status add(Bytes next, Digest& digest);
  [[nodiscard]] Status finish(Digest& digest);

 private:
  std::uint64_t longest_;
  std::string held_;
};

}  // namespace colophon::c2pa
