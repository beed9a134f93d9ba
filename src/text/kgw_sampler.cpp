// SPDX-License-Identifier: Apache-2.0
// KGW and Unigram, generation: the logits of green tokens are raised.
#include <algorithm>
#include <numeric>

#include "text/green.hpp"
#include "text/scheme.hpp"

namespace colophon::textmark {
namespace {

/// lm-watermarking looks at this many candidates, from the best down, when each has its own list.
constexpr std::size_t kSelfSalted = 41;

class KgwSampler final : public SchemeSampler {
 public:
  KgwSampler(const Settings& settings, std::uint64_t key)
      : list_(std::make_shared<const GreenList>(settings.vocabulary, settings.gamma)),
        seeds_(settings.scheme, key, settings.context_width),
        delta_(static_cast<float>(settings.delta)),
        context_(settings.context_width - (seeds_.self_salted() ? 1 : 0)) {}

  std::unique_ptr<SchemeSampler> clone() const override {
    return std::make_unique<KgwSampler>(*this);
  }

  std::optional<std::size_t> apply(const Token* ids, std::span<float> logits) override {
    if (text_.size() < context_) return {};
    if (seeds_.self_salted()) {
      raise_each(ids, logits);
      return {};
    }
    list_->swaps(seeds_.seed(text_.data() + text_.size()), swaps_);
    if (ids != nullptr) {
      for (std::size_t i = 0; i < logits.size(); ++i) {
        if (list_->is_green(swaps_, ids[i])) logits[i] += delta_;
      }
      return {};
    }
    list_->list(swaps_, permutation_);
    for (std::uint32_t i = 0; i < list_->green(); ++i) {
      if (permutation_[i] < logits.size()) logits[permutation_[i]] += delta_;
    }
    return {};
  }

  void prompt(Token token) override { accept(token); }
  void accept(Token token) override {
    text_.push_back(token);
    if (text_.size() > 4096) text_.erase(text_.begin(), text_.end() - 128);
  }
  void reset() override { text_.clear(); }

 private:
  void raise_each(const Token* ids, std::span<float> logits) {
    order_.resize(logits.size());
    std::iota(order_.begin(), order_.end(), 0U);
    const auto end = order_.begin() + static_cast<long>(std::min(kSelfSalted, order_.size()));
    std::partial_sort(order_.begin(), end, order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    });
    for (auto i = order_.begin(); i != end; ++i) {
      const Token token = ids != nullptr ? ids[*i] : *i;
      text_.push_back(token);
      list_->swaps(seeds_.seed(text_.data() + text_.size()), swaps_);
      text_.pop_back();
      if (list_->is_green(swaps_, token)) logits[*i] += delta_;
    }
  }

  std::shared_ptr<const GreenList> list_;
  KgwSeeds seeds_;
  float delta_;
  std::size_t context_;
  std::vector<Token> text_;
  std::vector<std::uint32_t> swaps_, order_;
  std::vector<Token> permutation_;
};

class UnigramSampler final : public SchemeSampler {
 public:
  UnigramSampler(const Settings& settings, std::uint64_t key) {
    std::vector<float> raised;
    for (const auto green : unigram_mask(key, settings.vocabulary, settings.gamma)) {
      raised.push_back(green != 0 ? static_cast<float>(settings.delta) : 0);
    }
    raised_ = std::make_shared<const std::vector<float>>(std::move(raised));
  }

  std::unique_ptr<SchemeSampler> clone() const override {
    return std::make_unique<UnigramSampler>(*this);
  }
  std::optional<std::size_t> apply(const Token* ids, std::span<float> logits) override {
    const float* raised = raised_->data();
    if (ids == nullptr) {
      for (std::size_t i = 0; i < logits.size(); ++i) logits[i] += raised[i];
    } else {
      for (std::size_t i = 0; i < logits.size(); ++i) logits[i] += raised[ids[i]];
    }
    return {};
  }
  void prompt(Token) override {}
  void accept(Token) override {}
  void reset() override {}

 private:
  std::shared_ptr<const std::vector<float>> raised_;  ///< what each token's logit gets
};

}  // namespace

Result<std::unique_ptr<SchemeSampler>> kgw_sampler(const Settings& settings, const Key& key) {
  if (settings.scheme == Scheme::Unigram) return std::make_unique<UnigramSampler>(settings, key[0]);
  return std::make_unique<KgwSampler>(settings, key[0]);
}

}  // namespace colophon::textmark
