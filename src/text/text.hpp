// SPDX-License-Identifier: Apache-2.0
// What this folder offers: watermarks in generated text. A Detector is constant once made; a
// Sampler is the state of one stream. The C ABI over it is include/colophon/text.h, which documents
// each member; the schemes are described in docs/text-watermarks.md.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace colophon::textmark {

using Token = std::uint32_t;
using Tokens = std::span<const Token>;
using Key = std::vector<std::uint64_t>;

/// The numbers are those of the C ABI.
enum class Scheme : std::uint8_t {
  Gumbel,
  GumbelDual,
  SynthIdV1,
  SynthIdV2,
  KgwLeftHash,
  KgwSelfHash,
  KgwMinHash,
  KgwSkipgram,
  Unigram,
};
inline constexpr int kSchemes = 9;
[[nodiscard]] std::string_view name_of(Scheme scheme) noexcept;

enum class Repeats : std::uint8_t { Strict, Reference, Keep };
enum class Statistic : std::uint8_t { WeightedMean, Mean, Bayesian };
enum class Scope : std::uint8_t { None, SingleTurn, All };
enum class Verdict : std::uint8_t { NotFound, Found, NotEnoughText };
[[nodiscard]] std::string_view words_of(Verdict verdict) noexcept;

struct Settings {
  Scheme scheme = Scheme::Gumbel;
  Repeats repeats = Repeats::Strict;
  Statistic statistic = Statistic::WeightedMean;
  Scope scope = Scope::SingleTurn;
  std::uint32_t context_width = 4;
  std::uint32_t vocabulary = 0;
  std::uint32_t history = 0;
  std::int64_t end_token = -1;
  double gamma = 0.25;
  double delta = 2.0;
  double alpha_generation = 0.1;
  double alpha_detection = 0.2;
  double false_positive_rate = 1e-4;
  double entropy = 0.53;
  std::uint64_t table_seed = 0;
  std::uint32_t table_size = 65536;
  std::vector<std::uint8_t> table;  ///< one 0 or 1 for each entry; empty: made from the seed
  std::vector<double> bayes_beta;
  std::vector<double> bayes_delta;
  double bayes_prior = 0.5;
  bool skip_first = false;
  std::uint32_t leaves = 2;
  std::uint64_t seed = 0;
};
[[nodiscard]] Settings defaults_of(Scheme scheme) noexcept;

struct Detection {
  std::uint64_t tokens = 0;
  std::uint64_t scored = 0;
  std::uint64_t repeated = 0;
  std::uint64_t ignored = 0;
  std::uint64_t unscorable = 0;
  double score = 0;
  double z = 0;
  double posterior = 0;
  double log10_p = 0;
  double log10_p_all = 0;
  std::uint64_t key = 0;
  std::uint64_t keys = 0;
  std::uint64_t minimum = 0;
  Verdict verdict = Verdict::NotEnoughText;
};

struct Span {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t scored = 0;
  std::uint64_t key = 0;
  double log10_p = 0;
  double log10_p_all = 0;
};

class SchemeDetector;

class Detector {
 public:
  [[nodiscard]] static Result<Detector> make(const Settings& settings, std::vector<Key> keys);
  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;
  ~Detector();

  /// Contexts of these tokens are not scored from now on.
  [[nodiscard]] Status ignore(Tokens tokens);
  /// The best key.
  [[nodiscard]] Result<Detection> detect(Tokens tokens) const;
  [[nodiscard]] Result<std::vector<Detection>> detect_keys(Tokens tokens) const;
  /// NaN where a token is not scored.
  [[nodiscard]] Result<std::vector<double>> token_scores(std::size_t key, Tokens tokens) const;
  /// Marked stretches, best first.
  [[nodiscard]] Result<std::vector<Span>> find_spans(Tokens tokens) const;
  [[nodiscard]] std::size_t keys() const noexcept;

 private:
  explicit Detector(std::unique_ptr<SchemeDetector> scheme);
  std::unique_ptr<SchemeDetector> scheme_;
};

class SchemeSampler;

class Sampler {
 public:
  [[nodiscard]] static Result<Sampler> make(const Settings& settings, const Key& key);
  Sampler(const Sampler& other);
  Sampler(Sampler&&) noexcept;
  Sampler& operator=(Sampler&&) noexcept;
  ~Sampler();

  /// The index of the token that was drawn, or nothing: then draw from the logits as ever.
  [[nodiscard]] Result<std::optional<std::size_t>> apply(const Token* ids, std::span<float> logits);
  [[nodiscard]] Status prompt(Token token);
  [[nodiscard]] Status accept(Token token);
  void reset();

 private:
  explicit Sampler(std::unique_ptr<SchemeSampler> scheme);
  std::unique_ptr<SchemeSampler> scheme_;
};

/// "avx512", "avx2" or "baseline"
[[nodiscard]] std::string_view instructions() noexcept;

}  // namespace colophon::textmark
