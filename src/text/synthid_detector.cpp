// SPDX-License-Identifier: Apache-2.0
// SynthID-Text, detection. The sum of g-values has no textbook distribution: v1's bits come from
// one small table, v2's layers are correlated. So each key's own distribution is taken: v1's
// exactly, over its 65,536 states; v2's from a sample, with the mean that is known.
#include <array>
#include <bitset>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "text/scheme.hpp"
#include "text/statistics.hpp"
#include "text/synthid.hpp"

namespace colophon::textmark {
namespace {

constexpr double kLn10 = 2.302585092994045684;
constexpr std::size_t kSample = 1 << 17;
constexpr std::size_t kBins = 256;

/// Scores of one key: a number for each position, integral but for the Bayesian score.
class KeyScores {
 public:
  KeyScores(const Settings& settings, const Key& key)
      : settings_(&settings),
        function_(settings, key),
        weights_(layer_weights(settings.statistic, key.size())),
        whole_(std::accumulate(weights_.begin(), weights_.end(), 0.0)) {
    for (std::size_t byte = 0; byte < 8 && !bayesian(); ++byte) {
      for (std::size_t value = 0; value < 256; ++value) {
        for (std::size_t b = 0; b < 8 && byte * 8 + b < weights_.size(); ++b) {
          if ((value >> b & 1) != 0) by_byte_[byte][value] += weights_[byte * 8 + b];
        }
      }
    }
    if (function_.folds() && bayesian()) {
      for (const std::uint64_t bits : function_.folded_bits()) {
        folded_ratios_.push_back(bayesian_log_ratio(settings, bits));
      }
    } else if (function_.folds()) {
      folded_ = function_.folded_sums(weights_);
    }
    calibrate();
  }

  [[nodiscard]] const GFunction& function() const { return function_; }
  [[nodiscard]] double whole() const { return whole_; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double deviation() const { return deviation_; }

  [[nodiscard]] double of_state(std::uint16_t state) const {
    return bayesian() ? folded_ratios_[state] : folded_[state];
  }
  [[nodiscard]] double of_bits(std::uint64_t bits) const {
    if (bayesian()) return bayesian_log_ratio(*settings_, bits);
    std::uint32_t sum = 0;
    for (std::size_t byte = 0; byte * 8 < weights_.size(); ++byte) {
      sum += by_byte_[byte][bits >> (8 * byte) & 255];
    }
    return sum;
  }
  /// Integers first: they add up faster.
  [[nodiscard]] double sum_states(const std::vector<std::uint32_t>& states,
                                  std::size_t count) const {
    if (bayesian()) {
      double sum = 0;
      for (std::size_t i = 0; i < count; ++i) sum += folded_ratios_[states[i]];
      return sum;
    }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += folded_[states[i]];
    return static_cast<double>(sum);
  }

  /// The tables of the tail are made when they are first needed.
  [[nodiscard]] const SumTail& tail() const {
    std::call_once(*once_, [&] {
      tail_ = SumTail(values_, counts_, bayesian() ? std::nan("") : mean_, bayesian() ? 0 : step());
    });
    return tail_;
  }

 private:
  [[nodiscard]] bool bayesian() const { return settings_->statistic == Statistic::Bayesian; }
  [[nodiscard]] double step() const {
    return std::accumulate(weights_.begin(), weights_.end(), std::uint16_t{0},
                           [](std::uint16_t a, std::uint16_t b) { return std::gcd(a, b); });
  }

  std::vector<double> sample() const {
    std::vector<double> all;
    if (function_.folds()) {
      for (std::size_t state = 0; state < 65536; ++state) {
        all.push_back(of_state(static_cast<std::uint16_t>(state)));
      }
      return all;
    }
    std::array<std::uint64_t, 1024> hashes{}, bits{};
    std::uint64_t seed = 0;
    while (all.size() < kSample) {
      for (auto& hash : hashes) {  // SplitMix64
        std::uint64_t z = seed += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        hash = z ^ (z >> 31);
      }
      function_.bits(hashes.data(), hashes.size(), bits.data());
      for (const std::uint64_t g : bits) all.push_back(of_bits(g));
    }
    return all;
  }

  void calibrate() {
    const std::vector<double> all = sample();
    const auto count = static_cast<double>(all.size());
    double low = all[0], high = all[0], sum = 0, squares = 0;
    for (const double value : all) {
      low = std::min(low, value);
      high = std::max(high, value);
      sum += value;
    }
    const double found = sum / count;
    for (const double value : all) squares += (value - found) * (value - found);
    deviation_ = std::sqrt(squares / count);
    mean_ = found;
    const bool known = settings_->scheme == Scheme::SynthIdV2 && !bayesian();
    if (known) mean_ = whole_ / 2;
    // A sampled mean may be too low: three standard errors keep the p-value on the safe side.
    const double shift = function_.folds() || known ? 0 : 3 * deviation_ / std::sqrt(count);
    mean_ += shift;
    // Bins that keep their own means lose next to nothing of the variance.
    values_.assign(kBins, 0);
    counts_.assign(kBins, 0);
    const double scale = high > low ? (kBins - 1) / (high - low) : 0;
    for (const double value : all) {
      const auto bin = static_cast<std::size_t>((value - low) * scale + 0.5);
      values_[bin] += value;
      ++counts_[bin];
    }
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      if (counts_[bin] > 0) values_[bin] = values_[bin] / counts_[bin] + shift;
    }
  }

  const Settings* settings_;
  GFunction function_;
  std::vector<std::uint16_t> weights_;
  double whole_ = 0, mean_ = 0, deviation_ = 1;
  std::array<std::array<std::uint16_t, 256>, 8> by_byte_{};
  std::vector<std::uint16_t> folded_;
  std::vector<double> folded_ratios_, values_, counts_;
  std::unique_ptr<std::once_flag> once_ = std::make_unique<std::once_flag>();
  mutable SumTail tail_;
};

class SynthIdDetector final : public SchemeDetector {
 public:
  SynthIdDetector(const Settings& from, const std::vector<Key>& words) : SchemeDetector(from) {
    for (const Key& key : words) scores_.emplace_back(settings(), key);
    keys = scores_.size();
    const std::uint32_t width = from.context_width;
    const bool ring = from.repeats == Repeats::Reference;
    rule = {
        width,         width, width, ring ? from.history : 0, false, from.repeats == Repeats::Keep,
        from.end_token};
    std::uint64_t power = 1;
    for (std::uint32_t i = 0; i <= width; ++i) power *= kSynthIdMultiplier;
    start_factor_ = power;
  }

  void prepare(Workspace& work) const override {
    if (scores_[0].function().folds()) {
      fold(work);
    } else {
      hash(work);
    }
  }

  Total total(std::size_t key, Workspace& work) const override {
    const KeyScores& scores = scores_[key];
    const std::size_t count = work.selection.positions.size();
    if (scores.function().folds()) return {count, scores.sum_states(work.words, count)};
    double sum = 0;
    each_of_hashes(scores, work, [&](double score) { sum += score; });
    return {count, sum};
  }

  void each(std::size_t key, Workspace& work, std::vector<double>& out) const override {
    const KeyScores& scores = scores_[key];
    out.clear();
    if (!scores.function().folds()) {
      each_of_hashes(scores, work, [&](double score) { out.push_back(score); });
      return;
    }
    for (std::size_t i = 0; i < work.selection.positions.size(); ++i) {
      out.push_back(scores.of_state(static_cast<std::uint16_t>(work.words[i])));
    }
  }

  double z(std::size_t key, Total total) const override {
    if (total.scored == 0 || scores_[key].deviation() <= 0) return 0;
    const auto n = static_cast<double>(total.scored);
    return (total.sum - n * scores_[key].mean()) / (scores_[key].deviation() * std::sqrt(n));
  }

  Judged judge(std::size_t key, Total total) const override {
    const KeyScores& scores = scores_[key];
    Judged judged{0, 0, std::numeric_limits<double>::quiet_NaN()};
    const bool bayesian = settings().statistic == Statistic::Bayesian;
    if (bayesian) {
      const double prior = settings().bayes_prior;
      judged.score = std::log(prior / (1 - prior)) + total.sum;
      judged.posterior = 1 / (1 + std::exp(-judged.score));
    }
    if (total.scored == 0) return judged;
    if (!bayesian) {
      judged.score = total.sum / (scores.whole() * static_cast<double>(total.scored));
    }
    judged.log10_p = scores.tail().log_tail(total.scored, total.sum) / kLn10;
    return judged;
  }

  double mean(std::size_t key) const override { return scores_[key].mean(); }

  double effect() const override {
    // Measured: docs/text-watermarks.md.
    const double at_half_nat = settings().statistic == Statistic::Mean ? 0.30 : 0.34;
    const double layers = std::min(1.0, static_cast<double>(scores_[0].function().layers()) / 20);
    return at_half_nat * std::pow(settings().entropy / 0.53, 0.9) * std::sqrt(layers);
  }

 private:
  /// Folded states of the selected positions, into `words`. All layers of a position follow from
  /// its state, so a state that was there before is a repeat, whatever the tokens are.
  void fold(Workspace& work) const {
    Selection& selection = work.selection;
    const std::uint32_t width = rule.width;
    std::vector<std::uint16_t> factors(width + 1);
    std::uint64_t factor = kSynthIdMultiplier;
    for (std::uint32_t j = width + 1; j-- > 0;) {
      factor *= kSynthIdMultiplier;
      factors[j] = static_cast<std::uint16_t>(factor);
    }
    std::uint64_t none = 1;  // the start value, through all zero tokens
    for (std::uint32_t j = 0; j <= width; ++j) none = accumulate(none, 0);

    const std::size_t count = selection.text.size() - width;
    thread_local std::vector<std::uint16_t> low, states;
    low.assign(selection.text.begin(), selection.text.end());
    states.assign(count, GFunction::fold(none));
    for (std::uint32_t j = 0; j <= width; ++j) {
      const std::uint16_t* from = low.data() + j;
      const std::uint16_t by = factors[j];
      for (std::size_t i = 0; i < count; ++i) {
        states[i] = static_cast<std::uint16_t>(states[i] + std::uint32_t{from[i]} * by);
      }
    }
    work.words.resize(selection.positions.size());
    const bool strict = settings().repeats == Repeats::Strict;
    thread_local std::bitset<65536> seen;
    seen.reset();
    std::size_t kept = 0;
    for (const std::uint32_t position : selection.positions) {
      const std::uint16_t state = states[position];
      work.words[kept] = state;
      selection.positions[kept] = position;
      kept += !strict || !seen[state];
      if (strict) seen[state] = true;
    }
    selection.positions.resize(kept);
  }

  /// Hashes of the selected positions from the start value 0, into `hashes`.
  void hash(Workspace& work) const {
    const auto& positions = work.selection.positions;
    work.hashes.assign((positions.size() + 15) / 16 * 16, 0);
    const std::uint32_t width = rule.width;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const Token* token = work.selection.text.data() + positions[i];
      std::uint64_t hash = 0;
      for (std::uint32_t j = 0; j <= width; ++j) hash = accumulate(hash, token[j]);
      work.hashes[i] = hash;
    }
  }

  template <class Use>
  void each_of_hashes(const KeyScores& scores, const Workspace& work, Use use) const {
    constexpr std::size_t kBlock = 512;
    const std::uint64_t start = scores.function().start() * start_factor_;
    const std::size_t count = work.selection.positions.size();
    std::array<std::uint64_t, kBlock> hashes{}, bits{};
    for (std::size_t at = 0; at < count; at += kBlock) {
      const std::size_t size = std::min(kBlock, count - at);
      for (std::size_t i = 0; i < size; ++i) hashes[i] = work.hashes[at + i] + start;
      scores.function().bits(hashes.data(), size, bits.data());
      for (std::size_t i = 0; i < size; ++i) use(scores.of_bits(bits[i]));
    }
  }

  std::vector<KeyScores> scores_;
  std::uint64_t start_factor_ = 1;
};

}  // namespace

Result<std::unique_ptr<SchemeDetector>> synthid_detector(const Settings& settings,
                                                         std::vector<Key> keys) {
  return std::make_unique<SynthIdDetector>(settings, keys);
}

}  // namespace colophon::textmark
