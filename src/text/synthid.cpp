// SPDX-License-Identifier: Apache-2.0
#include "text/synthid.hpp"

#include "text/kernels/kernels.hpp"
#include "text/sha256.hpp"

#include <bit>
#include <cmath>
#include <random>

namespace colophon::textmark {
namespace {

constexpr std::size_t kStates = 65536;

/// SHA-256 of the keys as little-endian words; the digest as a big-endian number modulo 2^63 - 1.
std::uint64_t start_of(const Key& key) {
  ByteBuffer bytes;
  for (const std::uint64_t word : key) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  constexpr std::uint64_t kModulus = (std::uint64_t{1} << 63) - 1;
  std::uint64_t rest = 0;
  for (const std::uint8_t byte : sha256(bytes)) {
    for (int bit = 7; bit >= 0; --bit) {
      rest = rest * 2 + (byte >> bit & 1);
      if (rest >= kModulus) rest -= kModulus;
    }
  }
  return rest;
}

/// torch's CPU generator: the lowest bit of each number of the Mersenne Twister.
std::vector<std::uint8_t> table_of(std::uint64_t seed, std::size_t size) {
  std::mt19937 twister(static_cast<std::uint32_t>(seed));
  std::vector<std::uint8_t> table(size);
  for (auto& bit : table) bit = twister() & 1;
  return table;
}

}  // namespace

GFunction::GFunction(const Settings& settings, const Key& key)
    : key_(key), second_(settings.scheme == Scheme::SynthIdV2) {
  if (second_) {
    start_ = start_of(key);
    return;
  }
  table_ =
      settings.table.empty() ? table_of(settings.table_seed, settings.table_size) : settings.table;
  folds_ = std::has_single_bit(table_.size()) && table_.size() <= kStates;
}

void GFunction::bits(const std::uint64_t* hashes, std::size_t count, std::uint64_t* bits) const {
  if (second_) {
    kernels().synthid2_bits(hashes, (count + 15) / 16 * 16, key_.data(), key_.size(), bits);
    return;
  }
  const auto size = static_cast<std::int64_t>(table_.size());
  for (std::size_t i = 0; i < count; ++i) {
    bits[i] = 0;
    for (std::size_t l = 0; l < key_.size(); ++l) {
      // The remainder of a signed number, never negative, as torch has it.
      const auto hash = static_cast<std::int64_t>(accumulate(hashes[i], key_[l]));
      const std::int64_t place = (hash % size + size) % size;
      bits[i] |= std::uint64_t{table_[static_cast<std::size_t>(place)]} << l;
    }
  }
}

/// (s + k) M + 1 is the folded state plus a number of the layer's own: each layer is the table,
/// turned.
std::vector<std::uint16_t> GFunction::folded_sums(const std::vector<std::uint16_t>& weights) const {
  std::vector<std::uint16_t> sums(kStates), twice(2 * kStates);
  for (std::size_t i = 0; i < twice.size(); ++i) twice[i] = table_[i % table_.size()];
  for (std::size_t l = 0; l < key_.size(); ++l) {
    const std::uint16_t* turned = twice.data() + (fold(key_[l]) + 1) % kStates;
    const std::uint16_t weight = weights[l];
    for (std::size_t i = 0; i < kStates; ++i) {
      sums[i] = static_cast<std::uint16_t>(sums[i] + turned[i] * weight);
    }
  }
  return sums;
}

std::vector<std::uint64_t> GFunction::folded_bits() const {
  std::vector<std::uint64_t> all(kStates);
  for (std::size_t l = 0; l < key_.size(); ++l) {
    const std::size_t turn = fold(key_[l]) + std::size_t{1};
    for (std::size_t i = 0; i < kStates; ++i) {
      all[i] |= std::uint64_t{table_[(i + turn) % table_.size()]} << l;
    }
  }
  return all;
}

std::vector<std::uint16_t> layer_weights(Statistic statistic, std::size_t layers) {
  std::vector<std::uint16_t> weights(layers, 1);
  if (statistic != Statistic::WeightedMean || layers < 2) return weights;
  // linspace(10, 1, layers) times (layers - 1); the sum stays below 65,536 up to 64 layers.
  for (std::size_t l = 0; l < layers; ++l) {
    weights[l] = static_cast<std::uint16_t>(10 * (layers - 1) - 9 * l);
  }
  return weights;
}

double bayesian_log_ratio(const Settings& settings, std::uint64_t bits) {
  const std::size_t layers = settings.bayes_beta.size();
  double sum = 0;
  for (std::size_t l = 0; l < layers; ++l) {
    double logit = settings.bayes_beta[l];
    for (std::size_t k = 0; k < l; ++k) {
      if ((bits >> k & 1) != 0) logit += settings.bayes_delta[l * layers + k];
    }
    const double two = 1 / (1 + std::exp(-logit));
    sum += std::log((static_cast<double>(bits >> l & 1) + 0.5) * two + 1 - two);
  }
  return sum;
}

}  // namespace colophon::textmark
