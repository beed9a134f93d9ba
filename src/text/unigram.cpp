// SPDX-License-Identifier: Apache-2.0
// Unigram-Watermark's list (XuandongZhao/Unigram-Watermark, gptwm.py): numpy's default_rng, seeded
// with four bytes of SHA-256 of the key, shuffles as many ones as there are green tokens.
#include <algorithm>
#include <array>
#include <bit>

#include "text/green.hpp"
#include "text/sha256.hpp"

namespace colophon::textmark {
namespace {

__extension__ using Wide = unsigned __int128;

/// numpy's SeedSequence for an entropy of 32 bits: four words of 64 bits.
std::array<std::uint64_t, 4> seed_words(std::uint32_t entropy) {
  std::uint32_t constant = 0x43b0d7e5;
  const auto hashed = [&](std::uint32_t value) {
    value ^= constant;
    constant *= 0x931e8875;
    value *= constant;
    return value ^ (value >> 16);
  };
  std::array<std::uint32_t, 4> pool{};
  for (std::size_t i = 0; i < 4; ++i) pool[i] = hashed(i == 0 ? entropy : 0);
  for (std::size_t from = 0; from < 4; ++from) {
    for (std::size_t to = 0; to < 4; ++to) {
      if (from == to) continue;
      const std::uint32_t mixed = 0xca01f9dd * pool[to] - 0x4973f715 * hashed(pool[from]);
      pool[to] = mixed ^ (mixed >> 16);
    }
  }
  std::array<std::uint64_t, 4> words{};
  std::uint32_t out = 0x8b51f9dd;
  for (std::size_t i = 0; i < 8; ++i) {
    std::uint32_t value = pool[i % 4] ^ out;
    out *= 0x58f38ded;
    value *= out;
    value ^= value >> 16;
    words[i / 2] |= std::uint64_t{value} << (32 * (i % 2));
  }
  return words;
}

/// PCG64 (XSL-RR), as numpy seeds and splits it.
class Pcg64 {
 public:
  explicit Pcg64(const std::array<std::uint64_t, 4>& seed)
      : increment_((Wide{seed[2]} << 64 | seed[3]) << 1 | 1) {
    step();
    state_ += Wide{seed[0]} << 64 | seed[1];
    step();
  }

  /// Uniform in [0, last], as numpy's random_interval: halves of a number, the lower one first, are
  /// masked until one fits.
  std::uint32_t up_to(std::uint32_t last) {
    const std::uint32_t mask = 0xFFFFFFFFU >> std::countl_zero(last);
    std::uint32_t value = 0;
    do {
      value = static_cast<std::uint32_t>(next32()) & mask;
    } while (value > last);
    return value;
  }

 private:
  void step() {
    constexpr Wide kMultiplier = Wide{2549297995355413924} << 64 | 4865540595714422341;
    state_ = state_ * kMultiplier + increment_;
  }
  std::uint64_t next32() {
    half_ = !half_;
    if (!half_) return kept_ >> 32;
    step();
    const auto folded =
        static_cast<std::uint64_t>(state_ >> 64) ^ static_cast<std::uint64_t>(state_);
    kept_ = std::rotr(folded, static_cast<int>(state_ >> 122));
    return static_cast<std::uint32_t>(kept_);
  }

  Wide state_ = 0, increment_;
  std::uint64_t kept_ = 0;
  bool half_ = false;
};

}  // namespace

std::vector<std::uint8_t> unigram_mask(std::uint64_t key, std::uint32_t vocabulary, double gamma) {
  ByteBuffer bytes;
  for (int shift = 0; shift < 64; shift += 8)
    bytes.push_back(static_cast<std::uint8_t>(key >> shift));
  const auto digest = sha256(bytes);
  std::uint32_t entropy = 0;
  for (std::size_t i = 4; i-- > 0;) entropy = entropy << 8 | digest[i];
  Pcg64 random(seed_words(entropy));
  std::vector<std::uint8_t> mask(vocabulary, 0);
  std::fill_n(mask.begin(), static_cast<std::size_t>(gamma * vocabulary), std::uint8_t{1});
  for (std::uint32_t i = vocabulary - 1; i > 0; --i) std::swap(mask[i], mask[random.up_to(i)]);
  return mask;
}

}  // namespace colophon::textmark
