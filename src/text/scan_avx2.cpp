// SPDX-License-Identifier: Apache-2.0
// A stretch of text, 64 bytes at a time: fingerprints, zero bytes, and whether it is UTF-8 (J.
// Keiser, D. Lemire, "Validating UTF-8 in less than one instruction per byte", 2021).
#include "text/scan_anchors.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace colophon::text {

#if defined(__x86_64__)
namespace {

#define COLOPHON_AVX2 __attribute__((target("avx2,bmi,popcnt")))

struct NibbleTables {
  __m256i low[3][2], high[3][2];
};

COLOPHON_AVX2 __m256i load_table(const std::array<std::uint16_t, 16>& row, unsigned shift) {
  alignas(16) std::uint8_t bytes[16];
  for (std::size_t i = 0; i < 16; ++i) bytes[i] = static_cast<std::uint8_t>(row[i] >> shift);
  return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(bytes)));
}

COLOPHON_AVX2 inline __m256i load(const std::uint8_t* data) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
}
COLOPHON_AVX2 inline __m256i table(const char (&bytes)[17]) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)));
}

/// The bytes at which a fingerprint starts, as ones of a mask.
COLOPHON_AVX2 inline std::uint32_t fingerprints(const std::uint8_t* data,
                                                const NibbleTables& tables) {
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  __m256i a = _mm256_set1_epi8(-1), b = a;
  for (int i = 0; i < 3; ++i) {
    const __m256i bytes = load(data + i);
    const __m256i low = _mm256_and_si256(bytes, nibble);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
    a = _mm256_and_si256(a, _mm256_and_si256(_mm256_shuffle_epi8(tables.low[i][0], low),
                                             _mm256_shuffle_epi8(tables.high[i][0], high)));
    b = _mm256_and_si256(b, _mm256_and_si256(_mm256_shuffle_epi8(tables.low[i][1], low),
                                             _mm256_shuffle_epi8(tables.high[i][1], high)));
  }
  const __m256i none = _mm256_cmpeq_epi8(_mm256_or_si256(a, b), _mm256_setzero_si256());
  return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(none));
}

/// Errors of 32 bytes as ones; `prev` are the 32 bytes before them.
COLOPHON_AVX2 inline __m256i utf8_errors(__m256i bytes, __m256i prev) {
  const __m256i shifted = _mm256_permute2x128_si256(prev, bytes, 0x21);
  const __m256i prev1 = _mm256_alignr_epi8(bytes, shifted, 15);
  const __m256i prev2 = _mm256_alignr_epi8(bytes, shifted, 14);
  const __m256i prev3 = _mm256_alignr_epi8(bytes, shifted, 13);
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  // Bits: 0 too short, 1 too long, 2 overlong of 3, 3 too large, 4 surrogate, 5 overlong of 2,
  // 6 too large (1000) or overlong of 4, 7 two continuations.
  const __m256i first_high =
      table("\x02\x02\x02\x02\x02\x02\x02\x02\x80\x80\x80\x80\x21\x01\x15\x49");
  const __m256i first_low =
      table("\xE7\xA3\x83\x83\x8B\xCB\xCB\xCB\xCB\xCB\xCB\xCB\xCB\xDB\xCB\xCB");
  const __m256i second_high =
      table("\x01\x01\x01\x01\x01\x01\x01\x01\xE6\xAE\xBA\xBA\x01\x01\x01\x01");
  const auto high_of = [&](__m256i v) COLOPHON_AVX2 {
    return _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble);
  };
  const __m256i special = _mm256_and_si256(
      _mm256_and_si256(_mm256_shuffle_epi8(first_high, high_of(prev1)),
                       _mm256_shuffle_epi8(first_low, _mm256_and_si256(prev1, nibble))),
      _mm256_shuffle_epi8(second_high, high_of(bytes)));
  const __m256i third = _mm256_subs_epu8(prev2, _mm256_set1_epi8(static_cast<char>(0xE0 - 0x80)));
  const __m256i fourth = _mm256_subs_epu8(prev3, _mm256_set1_epi8(static_cast<char>(0xF0 - 0x80)));
  const __m256i must =
      _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(static_cast<char>(0x80)));
  return _mm256_xor_si256(must, special);
}

COLOPHON_AVX2 inline void put(std::uint64_t mask, std::size_t base, Suspects& out) {
  while (mask != 0) {
    out.at[out.count++] = static_cast<std::uint16_t>(base + _tzcnt_u64(mask));
    mask = _blsr_u64(mask);
  }
}

/// Quotes, backslashes and control characters as ones.
COLOPHON_AVX2 inline std::uint32_t specials_in(__m256i bytes) {
  const __m256i quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
  const __m256i slashes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
  const __m256i controls = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F)), bytes);
  return static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(quotes, slashes), controls)));
}

template <bool kSpecials>
COLOPHON_AVX2 void scan_avx2(const std::uint8_t* data, std::size_t size, bool before, Suspects& out,
                             std::uint64_t* specials) {
  NibbleTables tables;
  for (std::size_t i = 0; i < 3; ++i) {
    for (unsigned half = 0; half < 2; ++half) {
      tables.low[i][half] = load_table(kFingerprints.low[i], half * 8);
      tables.high[i][half] = load_table(kFingerprints.high[i], half * 8);
    }
  }
  const __m256i zero = _mm256_setzero_si256();
  __m256i prev = before ? load(data - 32) : zero, errors = zero, nuls = zero;
  bool open = before;  // the bytes before may need others behind them
  out.count = 0;
  for (std::size_t at = 0; at < size; at += 64) {
    const __m256i first = load(data + at), second = load(data + at + 32);
    if (open || _mm256_movemask_epi8(_mm256_or_si256(first, second)) != 0) {
      errors = _mm256_or_si256(errors, utf8_errors(first, prev));
      errors = _mm256_or_si256(errors, utf8_errors(second, first));
      open = _mm256_movemask_epi8(second) != 0;
    }
    prev = second;
    nuls = _mm256_or_si256(nuls, _mm256_cmpeq_epi8(_mm256_min_epu8(first, second), zero));
    const std::uint64_t mask = fingerprints(data + at, tables) |
                               static_cast<std::uint64_t>(fingerprints(data + at + 32, tables))
                                   << 32;
    put(mask, at, out);
    if (kSpecials) {
      *specials++ = specials_in(first) | static_cast<std::uint64_t>(specials_in(second)) << 32;
    }
  }
  out.bad_utf8 = _mm256_testz_si256(errors, errors) == 0;
  out.nul = _mm256_testz_si256(nuls, nuls) == 0;
}

COLOPHON_AVX2 void scan_either(const std::uint8_t* data, std::size_t size, bool before,
                               Suspects& out, std::uint64_t* specials) {
  if (specials != nullptr) return scan_avx2<true>(data, size, before, out, specials);
  scan_avx2<false>(data, size, before, out, specials);
}

}  // namespace

StretchScanner vector_scanner() noexcept {
  static const bool fits = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                           __builtin_cpu_supports("popcnt");
  return fits ? scan_either : nullptr;
}

#else

StretchScanner vector_scanner() noexcept {
  return nullptr;
}

#endif

}  // namespace colophon::text
