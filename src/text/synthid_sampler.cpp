// SPDX-License-Identifier: Apache-2.0
// SynthID-Text, generation: a tournament of as many layers as the key has words. The context starts
// as zeros and never contains the prompt; a context among the last ones is left unmarked.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "text/kernels/kernels.hpp"
#include "text/scheme.hpp"
#include "text/synthid.hpp"

namespace colophon::textmark {
namespace {

/// Candidates below this probability stay as they are: a whole vocabulary of them weighs 1e-7.
constexpr float kCut = 1e-12F;
/// Above as many candidates the least likely, which together weigh a thousandth, take no part in
/// the tournament: a whole vocabulary's g-values take long. They keep their probability, so the
/// model's distribution does not change.
constexpr std::size_t kMany = 4096;
constexpr double kTail = 1e-3;

/// Sixteen lanes, as the compiler turns them into vectors; whole groups only.
float greatest(const std::vector<float>& values) {
  float lanes[16];
  for (float& lane : lanes) lane = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < values.size(); i += 16) {
    for (std::size_t j = 0; j < 16; ++j) {
      lanes[j] = values[i + j] > lanes[j] ? values[i + j] : lanes[j];
    }
  }
  return *std::max_element(lanes, lanes + 16);
}

double sum_of(const std::vector<float>& values) {
  double lanes[16] = {};
  for (std::size_t i = 0; i < values.size(); i += 16) {
    for (std::size_t j = 0; j < 16; ++j) lanes[j] += double{values[i + j]};
  }
  return std::accumulate(lanes, lanes + 16, 0.0);
}

/// A probability so that those below it weigh about kTail together.
float tail_of(const std::vector<float>& p) {
  // An eighth of a power of two is one bin: the float's upper bits.
  std::vector<double> weight(1 << 11);
  constexpr std::size_t kEach = 8;  // every eighth tells enough
  for (std::size_t i = 0; i < p.size(); i += kEach) {
    weight[std::bit_cast<std::uint32_t>(p[i]) >> 20] += double{p[i]} * kEach;
  }
  std::size_t bin = 0;
  for (double below = weight[0]; below <= kTail && bin + 1 < weight.size();
       below += weight[++bin]) {
  }
  return std::max(kCut, std::bit_cast<float>(static_cast<std::uint32_t>(bin << 20)));
}

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
    const float most = greatest(weights_);
    kernels().exponentials(weights_.data(), weights_.size(), most, weights_.data());
    const double sum = sum_of(weights_);
    const auto scale = static_cast<float>(1 / sum);
    const auto log_sum = static_cast<float>(most + std::log(sum));
    for (float& weight : weights_) weight *= scale;
    const float cut = count > kMany ? tail_of(weights_) : kCut;
    chosen_.resize(count);
    p_.resize(weights_.size());
    tokens_.resize(weights_.size());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
      chosen_[kept] = static_cast<std::uint32_t>(i);
      p_[kept] = weights_[i];
      tokens_[kept] = ids != nullptr ? ids[i] : static_cast<Token>(i);
      logits[i] -= log_sum;
      kept += weights_[i] >= cut ? 1 : 0;
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
