// SPDX-License-Identifier: Apache-2.0
// vLLM's Gumbel watermark, detection: -ln(1 - u) of each token is exponential without the key, so
// their sum is a gamma variable. Dual keys: a weighted sum of two such.
#include <cmath>
#include <limits>

#include "text/kernels/kernels.hpp"
#include "text/philox.hpp"
#include "text/scheme.hpp"
#include "text/statistics.hpp"

namespace colophon::textmark {
namespace {

constexpr double kLn10 = 2.302585092994045684;

class GumbelDetector final : public SchemeDetector {
 public:
  GumbelDetector(const Settings& settings, const std::vector<Key>& words)
      : SchemeDetector(settings),
        weight_b_(settings.scheme == Scheme::GumbelDual ? settings.alpha_detection : 0) {
    for (const Key& key : words) {
      if (settings.scheme == Scheme::Gumbel) {
        pairs_.push_back({key[0], 0});
      } else {
        pairs_.push_back({derived_key(key[0], "key_a"), derived_key(key[0], "key_b")});
      }
    }
    keys = pairs_.size();
    const std::uint32_t width = settings.context_width;
    rule = {width, width, width, 0, true, settings.repeats == Repeats::Keep, settings.end_token};
  }

  void prepare(Workspace& work) const override {
    const auto& positions = work.selection.positions;
    const std::uint32_t width = rule.width;
    const std::size_t readable = (positions.size() + 15) / 16 * 16;
    work.columns.resize(width + 1);
    for (std::uint32_t c = 0; c <= width; ++c) {
      auto& column = work.columns[c];
      column.resize(readable);
      const Token* from = work.selection.text.data() + c;
      for (std::size_t i = 0; i < positions.size(); ++i) column[i] = from[positions[i]];
      std::fill(column.begin() + static_cast<long>(positions.size()), column.end(), 0);
    }
  }

  Total total(std::size_t key, Workspace& work) const override {
    const Pair& pair = pairs_[key];
    double sum = 0;
    with_columns(work, [&](const Columns& items) {
      if (weight_b_ < 1) sum += (1 - weight_b_) * kernels().gumbel_total(items, pair.a);
      if (weight_b_ > 0) sum += weight_b_ * kernels().gumbel_total(items, pair.b);
    });
    return {work.selection.positions.size(), sum};
  }

  void each(std::size_t key, Workspace& work, std::vector<double>& scores) const override {
    scores.assign(work.selection.positions.size(), 0);
    with_columns(work, [&](const Columns& items) {
      work.words.resize(items.readable);
      const auto add = [&](std::uint64_t word, double weight) {
        kernels().gumbel_words(items, word, work.words.data());
        for (std::size_t i = 0; i < scores.size(); ++i) {
          scores[i] -= weight * std::log1p(-double{uniform(work.words[i])});
        }
      };
      if (weight_b_ < 1) add(pairs_[key].a, 1 - weight_b_);
      if (weight_b_ > 0) add(pairs_[key].b, weight_b_);
    });
  }

  double z(std::size_t, Total total) const override {
    const auto n = static_cast<double>(total.scored);
    return n > 0 ? (total.sum - n) / std::sqrt(n * variance()) : 0;
  }

  Judged judge(std::size_t, Total total) const override {
    const auto n = static_cast<double>(total.scored);
    const bool as_vllm = settings().repeats == Repeats::Reference;
    // vLLM takes the weighted sum for a gamma variable of the same variance, which is too sure of
    // itself far out: the true tail falls like exp(-s / (1 - a)).
    const double log_p = as_vllm ? log_gamma_tail(n / variance(), total.sum / variance())
                                 : log_gamma_pair_tail(n, 1 - weight_b_, weight_b_, total.sum);
    return {total.sum, n > 0 ? log_p / kLn10 : 0, std::numeric_limits<double>::quiet_NaN()};
  }

  double mean(std::size_t) const override { return 1; }
  double effect() const override {
    // At least (pi^2 / 6 - 1) for each nat.
    const double excess = 0.6449 * settings().entropy * (1 - weight_b_);
    return excess / std::sqrt(variance());
  }

 private:
  struct Pair {
    std::uint64_t a = 0, b = 0;
  };

  [[nodiscard]] double variance() const {
    return (1 - weight_b_) * (1 - weight_b_) + weight_b_ * weight_b_;
  }

  template <class Use>
  void with_columns(const Workspace& work, Use use) const {
    std::vector<const std::uint32_t*> columns;
    for (std::uint32_t c = 0; c < rule.width; ++c) columns.push_back(work.columns[c].data());
    const auto& tokens = work.columns[rule.width];
    use(Columns{columns.data(), rule.width, tokens.data(), work.selection.positions.size(),
                tokens.size()});
  }

  double weight_b_;
  std::vector<Pair> pairs_;
};

}  // namespace

Result<std::unique_ptr<SchemeDetector>> gumbel_detector(const Settings& settings,
                                                        std::vector<Key> keys) {
  return std::make_unique<GumbelDetector>(settings, keys);
}

}  // namespace colophon::textmark
