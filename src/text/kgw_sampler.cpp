// SPDX-License-Identifier: Apache-2.0
// KGW and Unigram, generation: the logits of green tokens are raised.
#include <algorithm>
#include <array>
#include <numeric>

#include "text/green_cache.hpp"
#include "text/scheme.hpp"

namespace colophon::textmark {
namespace {

/// lm-watermarking looks at this many candidates, from the best down, when each has its own list.
constexpr std::size_t kSelfSalted = 41;

using Raises = std::array<std::array<float, 8>, 256>;

std::shared_ptr<const Raises> raises_of(float delta) {
  auto raises = std::make_shared<Raises>();
  for (std::size_t byte = 0; byte < 256; ++byte) {
    for (std::size_t bit = 0; bit < 8; ++bit) {
      (*raises)[byte][bit] = (byte >> bit & 1) != 0 ? delta : 0.0F;
    }
  }
  return raises;
}

class KgwSampler final : public SchemeSampler {
 public:
  KgwSampler(const Settings& settings, std::uint64_t key)
      : memory_(GreenMemory::shared(settings.vocabulary, settings.gamma)),
        seeds_(settings.scheme, key, settings.context_width),
        delta_(static_cast<float>(settings.delta)),
        raises_(raises_of(delta_)),
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
    const std::uint32_t seed = seeds_.seed(text_.data() + text_.size());
    if (ids != nullptr) {
      green_.resize(logits.size());
      memory_->lists.colours(seed, ids, logits.size(), green_.data());
      for (std::size_t i = 0; i < logits.size(); ++i) logits[i] += green_[i] != 0 ? delta_ : 0.0F;
    } else {
      memory_->lists.bits(seed, bits_);
      raise_all(logits);
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
    order_.erase(end, order_.end());
    candidates_.resize(order_.size());
    lists_.resize(order_.size());
    green_.resize(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) {
      candidates_[i] = ids != nullptr ? ids[order_[i]] : order_[i];
    }
    seeds_.seeds_of(text_.data() + text_.size(), candidates_.data(), order_.size(), lists_.data());
    memory_->colours.colours(lists_.data(), candidates_.data(), order_.size(), green_.data());
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (green_[i] != 0) logits[order_[i]] += delta_;
    }
  }

  /// Eight tokens at a time: what each byte of the list adds.
  void raise_all(std::span<float> logits) const {
    std::size_t i = 0;
    for (; i + 8 <= logits.size(); i += 8) {
      const auto& row = (*raises_)[bits_[i >> 6] >> (i & 63) & 255];
      for (std::size_t k = 0; k < 8; ++k) logits[i + k] += row[k];
    }
    for (; i < logits.size(); ++i) {
      if ((bits_[i >> 6] >> (i & 63) & 1) != 0) logits[i] += delta_;
    }
  }

  std::shared_ptr<GreenMemory> memory_;
  KgwSeeds seeds_;
  float delta_;
  std::shared_ptr<const Raises> raises_;
  std::size_t context_;
  std::vector<Token> text_;
  std::vector<std::uint32_t> order_, lists_;
  std::vector<Token> candidates_;
  std::vector<std::uint8_t> green_;
  std::vector<std::uint64_t> bits_;
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
