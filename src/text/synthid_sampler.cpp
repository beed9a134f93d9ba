// SPDX-License-Identifier: Apache-2.0
// SynthID-Text, generation: a tournament of as many layers as the key has words. The context starts
// as zeros and never contains the prompt; a context among the last ones is left unmarked.
#include <algorithm>
#include <cmath>
#include <limits>

#include "text/kernels/kernels.hpp"
#include "text/scheme.hpp"
#include "text/synthid.hpp"

namespace colophon::textmark {
namespace {

/// Candidates below this probability stay as they are: a whole vocabulary of them weighs 1e-7.
constexpr float kCut = 1e-12F;

class SynthIdSampler final : public SchemeSampler {
 public:
  SynthIdSampler(const Settings& settings, const Key& key)
      : function_(std::make_shared<const GFunction>(settings, key)),
        width_(settings.context_width),
        history_(std::max(settings.history, 1U)),
        leaves_(settings.leaves),
        skip_(settings.skip_first ? settings.context_width : 0) {
    if (function_->folds()) {
      folded_ = std::make_shared<const std::vector<std::uint64_t>>(function_->folded_bits());
    }
    SynthIdSampler::reset();
  }

  std::unique_ptr<SchemeSampler> clone() const override {
    return std::make_unique<SynthIdSampler>(*this);
  }

  std::optional<std::size_t> apply(const Token* ids, std::span<float> logits) override {
    const std::uint64_t hash = context_hash();
    if (accepted_ < skip_ || std::find(ring_.begin(), ring_.end(), hash) != ring_.end()) return {};
    softmax(ids, logits);
    g_bits(hash);
    const std::size_t size = p_.size(), layers = function_->layers();
    half_.resize(size);
    for (std::size_t layer = 0; layer < layers; layer += 32) {
      for (std::size_t i = 0; i < size; ++i) {
        half_[i] = static_cast<std::uint32_t>(bits_[i] >> layer);
      }
      kernels().tournament(p_.data(), half_.data(), size, std::min<std::size_t>(32, layers - layer),
                           leaves_);
    }
    kernels().logarithms(p_.data(), size);
    for (std::size_t i = 0; i < chosen_.size(); ++i) logits[chosen_[i]] = p_[i];
    return {};
  }

  void prompt(Token) override {}

  void accept(Token token) override {
    if (accepted_ >= skip_) {
      ring_[next_] = context_hash();
      next_ = (next_ + 1) % history_;
    }
    std::rotate(context_.begin(), context_.begin() + 1, context_.end());
    context_.back() = token;
    ++accepted_;
  }

  void reset() override {
    context_.assign(width_, 0);
    ring_.assign(history_, 0);
    next_ = 0;
    accepted_ = 0;
  }

 private:
  [[nodiscard]] std::uint64_t context_hash() const {
    std::uint64_t hash = function_->start();
    for (const Token token : context_) hash = accumulate(hash, token);
    return hash;
  }

  /// Probabilities of the candidates that matter; the others get their log-probability at once.
  void softmax(const Token* ids, std::span<float> logits) {
    const std::size_t count = logits.size();
    weights_.assign(logits.begin(), logits.end());
    weights_.resize((count + 15) / 16 * 16, -std::numeric_limits<float>::infinity());
    const float most = *std::max_element(weights_.begin(), weights_.end());
    kernels().exponentials(weights_.data(), weights_.size(), most, weights_.data());
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += double{weights_[i]};
    const auto scale = static_cast<float>(1 / sum);
    const auto log_sum = static_cast<float>(most + std::log(sum));
    chosen_.resize(count);
    p_.resize(weights_.size());
    tokens_.resize(weights_.size());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const float p = weights_[i] * scale;
      chosen_[kept] = static_cast<std::uint32_t>(i);
      p_[kept] = p;
      tokens_[kept] = ids != nullptr ? ids[i] : static_cast<Token>(i);
      logits[i] -= log_sum;
      kept += p >= kCut ? 1 : 0;
    }
    const std::size_t whole = (kept + 15) / 16 * 16;
    chosen_.resize(kept);
    p_.resize(kept);
    tokens_.resize(kept);
    p_.resize(whole, 0.0F);
    tokens_.resize(whole, 0);
  }

  void g_bits(std::uint64_t context) {
    bits_.resize(tokens_.size());
    if (folded_) {
      for (std::size_t i = 0; i < tokens_.size(); ++i) {
        bits_[i] = (*folded_)[GFunction::fold(accumulate(context, tokens_[i]))];
      }
      return;
    }
    hashes_.resize(tokens_.size());
    for (std::size_t i = 0; i < tokens_.size(); ++i) hashes_[i] = accumulate(context, tokens_[i]);
    function_->bits(hashes_.data(), hashes_.size(), bits_.data());
  }

  std::shared_ptr<const GFunction> function_;
  std::shared_ptr<const std::vector<std::uint64_t>> folded_;
  std::uint32_t width_, history_, leaves_, skip_;
  std::vector<Token> context_;
  std::vector<std::uint64_t> ring_;
  std::size_t next_ = 0, accepted_ = 0;
  // Memory of one step.
  std::vector<float> weights_, p_;
  std::vector<Token> tokens_;
  std::vector<std::uint32_t> chosen_, half_;
  std::vector<std::uint64_t> hashes_, bits_;
};

}  // namespace

Result<std::unique_ptr<SchemeSampler>> synthid_sampler(const Settings& settings, const Key& key) {
  return std::make_unique<SynthIdSampler>(settings, key);
}

}  // namespace colophon::textmark
