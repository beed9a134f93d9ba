// SPDX-License-Identifier: Apache-2.0
// Where a scan must look closer. Every label holds one of some fifty short literals; three bytes of
// each are its fingerprint, and a fingerprint is found 32 bytes at a time (the method of
// Hyperscan's "Teddy": nibble tables, sixteen buckets).
#pragma once

#include "base/bytes.hpp"

#include <array>

namespace colophon::text {

enum class Anchor : std::uint8_t {
  Term,        ///< a word for AI, or a part of one
  Aigc,        ///< `AIGC`, or a field that only such a label has
  Disclosure,  ///< ai-disclosure, aidisclosure
  SourceType,
  C2pa,
  Trailer,    ///< Co-Authored-By
  Link,       ///< "with [", as in "Generated with [Tool](...)"
  Selector,   ///< U+FE00 .. U+FE0F
  Plane14,    ///< U+E0100 .. U+E01EF, tags
  ZeroWidth,  ///< U+200B .. U+200D, U+2060 .. U+2064, U+FEFF
};

struct Literal {
  std::string_view text;  ///< ASCII letters in lower case, found in either case
  Anchor anchor;
  std::uint8_t bucket;    ///< 0..15
  std::uint8_t skip = 0;  ///< where in the literal its fingerprint starts
  /// 1: the literal is a word by itself; 2: the same, and its first letter a capital.
  std::uint8_t whole_word = 0;
};
[[nodiscard]] std::span<const Literal> literals() noexcept;

/// For each of the three bytes and each nibble the buckets that it may belong to.
struct Fingerprints {
  std::array<std::array<std::uint16_t, 16>, 3> low{}, high{};
};
extern const Fingerprints kFingerprints;

constexpr std::size_t kStretch = 4096;

/// What one pass over a stretch gives.
struct Suspects {
  std::array<std::uint16_t, kStretch> at;  ///< where a fingerprint stands, in order
  std::size_t count = 0;
  bool bad_utf8 = false;  ///< some byte in it, or just before it, is no UTF-8
  bool nul = false;
};

/// `size` is a multiple of 64 and at most kStretch; two more bytes behind it can be read. `before`:
/// the 64 bytes in front of `data` can be read and belong to the text. `specials`, unless it is
/// null, gets a bit for each byte: those that are special inside a JSON string.
using StretchScanner = void (*)(const std::uint8_t* data, std::size_t size, bool before,
                                Suspects& out, std::uint64_t* specials);
/// Null when this processor has no AVX2.
[[nodiscard]] StretchScanner vector_scanner() noexcept;
/// Quotes, backslashes and control characters.
[[nodiscard]] constexpr bool is_special_in_json(std::uint8_t byte) noexcept {
  return byte == '"' || byte == '\\' || byte < 0x20;
}
/// Fingerprints only, of any bytes, byte by byte; nothing behind `size` is read.
void find_suspects(const std::uint8_t* data, std::size_t size, std::size_t readable, Suspects& out);

/// The literal whose fingerprint stands at `at`; null when only the fingerprint does. `in_json`:
/// the text may be the inside of a JSON string as it is stored, so the letter of an escape ("\nAI")
/// is no part of a word.
struct StandingLiteral {
  const Literal* literal = nullptr;
  std::size_t at = 0;  ///< where the whole literal starts
};
[[nodiscard]] StandingLiteral literal_at(Bytes text, std::size_t at, bool in_json = false) noexcept;

}  // namespace colophon::text
