// SPDX-License-Identifier: Apache-2.0
// KGW and Unigram, detection: the number of green tokens is binomial without the key, as long as
// each list is asked about each token once. Tokens that differ in their context but meet the same
// list are one coin, not two: min-hash contexts share their seed with their neighbours.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "text/green.hpp"
#include "text/scheme.hpp"
#include "text/statistics.hpp"

namespace colophon::textmark {
namespace {

constexpr double kLn10 = 2.302585092994045684;

class GreenDetector : public SchemeDetector {
 public:
  GreenDetector(const Settings& from, std::uint32_t green)
      : SchemeDetector(from), share_(static_cast<double>(green) / from.vocabulary) {}

  double z(std::size_t, Total total) const override {
    const auto n = static_cast<double>(total.scored);
    const double gamma = settings().gamma;
    return n > 0 ? (total.sum - gamma * n) / std::sqrt(n * gamma * (1 - gamma)) : 0;
  }

  Judged judge(std::size_t key, Total total) const override {
    Judged judged{total.sum, 0, std::numeric_limits<double>::quiet_NaN()};
    if (total.scored == 0) return judged;
    const double log_p =
        settings().repeats == Repeats::Reference
            ? log_normal_tail(z(key, total))
            : log_binomial_tail(total.scored, share_, static_cast<std::uint64_t>(total.sum + 0.5));
    judged.log10_p = log_p / kLn10;
    return judged;
  }

  double mean(std::size_t) const override { return share_; }

  double effect() const override {
    // Measured at gamma 0.5 and delta 2: docs/text-watermarks.md. It grows with the bias until that
    // decides alone.
    const double bias = std::tanh(std::abs(settings().delta) / 2) / std::tanh(1.0);
    return std::max(1e-3, 0.25 * bias * std::pow(settings().entropy / 0.53, 0.75));
  }

  Total total(std::size_t key, Workspace& work) const override {
    std::vector<double> scores;
    Total total;
    colours(key, work, scores, total);
    for (const double score : scores) {
      if (!std::isnan(score)) ++total.scored, total.sum += score;
    }
    return total;
  }

  void each(std::size_t key, Workspace& work, std::vector<double>& scores) const override {
    Total total;
    colours(key, work, scores, total);
  }

 protected:
  /// 1 for green, 0 for the others, NaN for what does not count; `total` says why.
  virtual void colours(std::size_t key, Workspace& work, std::vector<double>& scores,
                       Total& total) const = 0;

 private:
  double share_;
};

class KgwDetector final : public GreenDetector {
 public:
  KgwDetector(const Settings& from, const std::vector<Key>& words, GreenList list)
      : GreenDetector(from, list.green()), list_(std::move(list)) {
    for (const Key& key : words) seeds_.emplace_back(from.scheme, key[0], from.context_width);
    keys = seeds_.size();
    own_ = seeds_[0].self_salted() ? 1 : 0;
    const std::uint32_t width = from.context_width - own_;
    rule = {width, width + 1, width, 0, false, from.repeats == Repeats::Keep, from.end_token};
  }

  /// By key: another context with the same list and token is the same coin.
  void ignore(Tokens tokens) override {
    ignored_.resize(keys);
    std::vector<Token> text(rule.width, kNoToken);
    text.insert(text.end(), tokens.begin(), tokens.end());
    for (std::size_t i = 2 * std::size_t{rule.width}; i < text.size(); ++i) {
      for (std::size_t key = 0; key < keys; ++key) ignored_[key].insert(pair_at(key, &text[i]));
    }
  }

  void prepare(Workspace&) const override {}

 protected:
  void colours(std::size_t key, Workspace& work, std::vector<double>& scores,
               Total& total) const override {
    const Selection& selection = work.selection;
    const std::size_t count = selection.positions.size();
    scores.assign(count, std::numeric_limits<double>::quiet_NaN());
    // Sorted by list: one permutation for each.
    struct Item {
      std::uint64_t pair;
      std::uint32_t index;
    };
    const bool strict = settings().repeats == Repeats::Strict;
    std::vector<Item> items;
    for (std::uint32_t i = 0; i < count; ++i) {
      const Token* token = selection.at(selection.positions[i], rule.width);
      if (strict && !seeds_[key].keyed(token + own_)) {
        ++total.unkeyed;
      } else {
        items.push_back({pair_at(key, token), i});
      }
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return a.pair != b.pair ? a.pair < b.pair : a.index < b.index;
    });
    thread_local std::vector<std::uint32_t> swaps;
    std::optional<std::uint32_t> list;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!ignored_.empty() && ignored_[key].contains(items[i].pair)) {
        ++total.ignored;
        continue;
      }
      if (i > 0 && items[i].pair == items[i - 1].pair) {
        if (!strict) scores[items[i].index] = scores[items[i - 1].index];
        continue;
      }
      const auto seed = static_cast<std::uint32_t>(items[i].pair >> 32);
      if (list != seed) list_.swaps(seed, swaps);
      list = seed;
      scores[items[i].index] = list_.is_green(swaps, static_cast<Token>(items[i].pair)) ? 1 : 0;
    }
  }

 private:
  /// The list's seed above the token: what decides a colour.
  [[nodiscard]] std::uint64_t pair_at(std::size_t key, const Token* token) const {
    return std::uint64_t{seeds_[key].seed(token + own_)} << 32 | *token;
  }

  GreenList list_;
  std::vector<KgwSeeds> seeds_;
  std::vector<std::unordered_set<std::uint64_t>> ignored_;
  std::uint32_t own_ = 0;
};

class UnigramDetector final : public GreenDetector {
 public:
  UnigramDetector(const Settings& from, const std::vector<Key>& words)
      : GreenDetector(from, static_cast<std::uint32_t>(from.gamma * from.vocabulary)) {
    for (const Key& key : words) {
      masks_.push_back(unigram_mask(key[0], from.vocabulary, from.gamma));
    }
    keys = masks_.size();
    // The list never changes: a token says all it can say the first time. The published detector
    // counts every one.
    rule = {0, 1, 0, 0, true, from.repeats != Repeats::Strict, from.end_token};
  }

  void prepare(Workspace&) const override {}

 protected:
  void colours(std::size_t key, Workspace& work, std::vector<double>& scores,
               Total&) const override {
    scores.clear();
    for (const std::uint32_t position : work.selection.positions) {
      scores.push_back(masks_[key][*work.selection.at(position, 0)]);
    }
  }

 private:
  std::vector<std::vector<std::uint8_t>> masks_;
};

}  // namespace

Result<std::unique_ptr<SchemeDetector>> kgw_detector(const Settings& settings,
                                                     std::vector<Key> keys) {
  if (settings.scheme == Scheme::Unigram) return std::make_unique<UnigramDetector>(settings, keys);
  return std::make_unique<KgwDetector>(settings, keys,
                                       GreenList(settings.vocabulary, settings.gamma));
}

}  // namespace colophon::textmark
