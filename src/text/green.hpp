// SPDX-License-Identifier: Apache-2.0
// Green lists: lm-watermarking's (KGW), which are the first entries of torch's CPU randperm, and
// Unigram's one list, which numpy's generator shuffles.
#pragma once

#include "text/text.hpp"

namespace colophon::textmark {

/// The first `green` entries of a permutation of [0, vocabulary): Fisher-Yates, one number of a
/// Mersenne Twister for each. A token's colour follows from its way through the swaps.
class GreenList {
 public:
  GreenList(std::uint32_t vocabulary, double gamma);

  [[nodiscard]] std::uint32_t vocabulary() const noexcept { return vocabulary_; }
  [[nodiscard]] std::uint32_t green() const noexcept { return green_; }
  /// Where each of the first swaps goes, for a seed. `swaps` is memory to reuse.
  void swaps(std::uint32_t seed, std::vector<std::uint32_t>& swaps) const;
  [[nodiscard]] bool is_green(const std::vector<std::uint32_t>& swaps, Token token) const;
  /// The same for many tokens, in one way through the swaps: 1 for green, else 0.
  void colours(const std::vector<std::uint32_t>& swaps, const Token* ids, std::size_t count,
               std::uint8_t* green) const;
  /// The whole list, bit t % 64 of word t / 64 for the token t.
  void bits(const std::vector<std::uint32_t>& swaps, std::vector<std::uint64_t>& bits) const;
  [[nodiscard]] std::size_t words() const noexcept { return (std::size_t{vocabulary_} + 63) / 64; }
  /// The list itself, as torch has it.
  void list(const std::vector<std::uint32_t>& swaps, std::vector<Token>& permutation) const;

 private:
  std::uint32_t vocabulary_, green_;
  std::vector<std::uint32_t> reciprocals_;
};

/// lm-watermarking's pseudorandom functions.
class KgwSeeds {
 public:
  KgwSeeds(Scheme scheme, std::uint64_t key, std::uint32_t width);

  /// True when the scored token is part of its own context.
  [[nodiscard]] bool self_salted() const noexcept { return scheme_ == Scheme::KgwSelfHash; }
  /// Before it becomes a seed: of the `width` tokens that end before `end`.
  [[nodiscard]] std::int64_t function(const Token* end) const;
  /// False where every key gives the same list: additive and table hashes of the token 0.
  [[nodiscard]] bool keyed(const Token* end) const;
  /// What the generator keeps of it: the low half modulo 2^64 - 1.
  [[nodiscard]] std::uint32_t seed(const Token* end) const;
  /// Self-salted: the seed for each candidate behind the tokens that end before `end`.
  void seeds_of(const Token* end, const Token* candidates, std::size_t count,
                std::uint32_t* seeds) const;

 private:
  Scheme scheme_;
  std::uint64_t key_;
  std::uint32_t width_;
};

/// Unigram-Watermark's mask: which tokens of the vocabulary are green.
[[nodiscard]] std::vector<std::uint8_t> unigram_mask(std::uint64_t key, std::uint32_t vocabulary,
                                                     double gamma);

}  // namespace colophon::textmark
