// SPDX-License-Identifier: Apache-2.0
// vLLM's Gumbel watermark, generation: the token with the greatest logit - log(-log u), where u
// comes from the key and the tokens before. Contexts hold output tokens only. A context that was
// there before is sampled without the mark.
#include <cmath>
#include <limits>

#include "text/kernels/kernels.hpp"
#include "text/philox.hpp"
#include "text/scheme.hpp"

#include <random>
#include <unordered_map>

namespace colophon::textmark {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double exact_score(float logit, std::uint32_t word) {
  return double{logit} - std::log(-std::log(double{uniform(word)}));
}

class GumbelSampler final : public SchemeSampler {
 public:
  GumbelSampler(const Settings& settings, std::uint64_t key)
      : scope_(settings.scope),
        width_(settings.context_width),
        history_(settings.history),
        alpha_(settings.scheme == Scheme::GumbelDual ? settings.alpha_generation : 0),
        key_a_(key),
        seed_(settings.seed) {
    if (settings.scheme == Scheme::GumbelDual) {
      key_a_ = derived_key(key, "key_a");
      key_b_ = derived_key(key, "key_b");
    }
    while (seed_ == 0) seed_ = std::uint64_t{std::random_device{}()} << 32 | std::random_device{}();
    GumbelSampler::reset();
  }

  std::unique_ptr<SchemeSampler> clone() const override {
    return std::make_unique<GumbelSampler>(*this);
  }

  std::optional<std::size_t> apply(const Token* ids, std::span<float> logits) override {
    ++step_;
    if (repeated()) return draw(ids, logits, seed_, {random(), random(), random(), random()});
    const bool use_b = alpha_ > 0 && (alpha_ >= 1 || uniform(random()) < alpha_);
    const std::uint64_t key = use_b ? key_b_ : key_a_;
    const Tokens context = Tokens(output_).last(width_);
    return draw(ids, logits, key, philox_state(key, context));
  }

  void prompt(Token token) override {
    if (scope_ == Scope::All) remember(token);
  }
  void accept(Token token) override {
    output_.push_back(token);
    remember(token);
  }
  void reset() override {
    output_.assign(width_, kNoToken);
    searched_.clear();
    last_.clear();
    step_ = 0;
    drawn_ = 0;
  }

 private:
  /// Words that depend on no key.
  std::uint32_t random() {
    return philox({drawn_++, step_, 0x52414E44, 0}, static_cast<std::uint32_t>(seed_),
                  static_cast<std::uint32_t>(seed_ >> 32))[0];
  }

  /// Every context so far, with where it ended last.
  void remember(Token token) {
    if (scope_ == Scope::None) return;
    if (searched_.size() >= width_) {
      last_[hash_of(searched_.data() + searched_.size() - width_, width_)] = searched_.size();
    }
    searched_.push_back(token);
  }

  [[nodiscard]] bool repeated() const {
    if (scope_ == Scope::None) return false;
    const std::size_t written = output_.size() - width_;
    if (scope_ == Scope::All && written < width_) return true;
    if (searched_.size() < width_) return false;  // a padded context occurs once
    const auto before = last_.find(hash_of(searched_.data() + searched_.size() - width_, width_));
    return before != last_.end() &&
           (history_ == 0 || searched_.size() - before->second <= history_);
  }

  std::optional<std::size_t> draw(const Token* ids, std::span<float> logits, std::uint64_t key,
                                  const PhiloxState& state) {
    return ids != nullptr ? draw_sparse(ids, logits, key, state) : draw_dense(logits, key, state);
  }

  static std::optional<std::size_t> draw_sparse(const Token* ids, std::span<const float> logits,
                                                std::uint64_t key, const PhiloxState& state) {
    std::optional<std::size_t> best;
    double best_score = kNever;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (!(logits[i] > -std::numeric_limits<float>::infinity())) continue;
      const double score = exact_score(logits[i], philox_word(key, state, ids[i]));
      if (!best || score > best_score) best = i, best_score = score;
    }
    return best;
  }

  /// A coarse score for all; those near the best are computed exactly.
  std::optional<std::size_t> draw_dense(std::span<const float> logits, std::uint64_t key,
                                        const PhiloxState& state) {
    const std::size_t count = logits.size(), whole = count / 16 * 16;
    words_.resize((count + 15) / 16 * 16);
    scores_.resize(words_.size());
    kernels().gumbel_row(state.data(), key, words_.size() / 4, words_.data());
    kernels().gumbel_scores(logits.data(), words_.data(), whole, scores_.data());
    for (std::size_t i = whole; i < count; ++i) {
      scores_[i] = static_cast<float>(exact_score(logits[i], words_[i]));
    }
    float top = -std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < count; ++i) top = std::max(top, scores_[i]);
    const float near = top - 1e-3F - 1e-5F * std::abs(top);
    std::optional<std::size_t> best;
    double best_score = kNever;
    for (std::size_t i = 0; i < count; ++i) {
      if (!(scores_[i] >= near) || !(logits[i] > -std::numeric_limits<float>::infinity())) continue;
      const double score = exact_score(logits[i], words_[i]);
      if (!best || score > best_score) best = i, best_score = score;
    }
    return best;
  }

  Scope scope_;
  std::uint32_t width_, history_;
  double alpha_;
  std::uint64_t key_a_ = 0, key_b_ = 0, seed_;
  std::vector<Token> output_;    ///< width_ times kNoToken, then what was written
  std::vector<Token> searched_;  ///< what repeats are looked for in
  std::unordered_map<std::uint64_t, std::size_t> last_;
  std::uint32_t step_ = 0, drawn_ = 0;
  std::vector<std::uint32_t> words_;
  std::vector<float> scores_;
};

}  // namespace

Result<std::unique_ptr<SchemeSampler>> gumbel_sampler(const Settings& settings, const Key& key) {
  return std::make_unique<GumbelSampler>(settings, key[0]);
}

}  // namespace colophon::textmark
