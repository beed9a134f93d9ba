// SPDX-License-Identifier: Apache-2.0
// SynthID-Text's two g-functions. A position's hash is h = (h + x) M + 1 over its tokens and then a
// layer's key. v1 (Transformers) looks a bit up in a table; v2 (synthid-text since June 2025) mixes
// on. They do not interoperate.
#pragma once

#include "text/text.hpp"

namespace colophon::textmark {

inline constexpr std::uint64_t kSynthIdMultiplier = 6364136223846793005;

[[nodiscard]] constexpr std::uint64_t accumulate(std::uint64_t hash, std::uint64_t x) noexcept {
  return (hash + x) * kSynthIdMultiplier + 1;
}

/// One key's g-function. Bit l of the g-bits is layer l.
class GFunction {
 public:
  GFunction(const Settings& settings, const Key& key);

  [[nodiscard]] std::size_t layers() const noexcept { return key_.size(); }
  /// The hash before any token.
  [[nodiscard]] std::uint64_t start() const noexcept { return start_; }
  /// G-bits of `count` hashes, both readable and writable to a multiple of 16.
  void bits(const std::uint64_t* hashes, std::size_t count, std::uint64_t* bits) const;

  /// v1 with a table of a power of two up to 65,536 entries depends on the low 16 bits of the hash
  /// times M alone.
  [[nodiscard]] bool folds() const noexcept { return folds_; }
  /// For a folding function: `weight[l]` summed over the layers that are 1, for each folded state.
  [[nodiscard]] std::vector<std::uint16_t> folded_sums(
      const std::vector<std::uint16_t>& weights) const;
  [[nodiscard]] std::vector<std::uint64_t> folded_bits() const;
  [[nodiscard]] static std::uint16_t fold(std::uint64_t hash) noexcept {
    return static_cast<std::uint16_t>(hash * kSynthIdMultiplier);
  }

 private:
  Key key_;
  std::uint64_t start_ = 1;
  bool second_ = false, folds_ = false;
  std::vector<std::uint8_t> table_;
};

/// Weights of the layers as integers, the sum of which scales the score: 1, or 10 down to 1.
[[nodiscard]] std::vector<std::uint16_t> layer_weights(Statistic statistic, std::size_t layers);

/// ln p(g | marked) / p(g | unmarked) of one position (synthid-text, detector_bayesian.py).
[[nodiscard]] double bayesian_log_ratio(const Settings& settings, std::uint64_t bits);

}  // namespace colophon::textmark
