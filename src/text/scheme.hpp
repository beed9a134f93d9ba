// SPDX-License-Identifier: Apache-2.0
// What a scheme is to the detector and to the sampler: a scheme is one class of each, made by the
// functions at the end.
#pragma once

#include "text/selection.hpp"
#include "text/text.hpp"

namespace colophon::textmark {

/// Memory that detection needs, reused from text to text.
struct Workspace {
  Selection selection;
  std::vector<std::vector<std::uint32_t>> columns;
  std::vector<std::uint32_t> words;
  std::vector<std::uint64_t> hashes;
};

/// What one key makes of a text: scores add up.
struct Total {
  std::uint64_t scored = 0;
  double sum = 0;
  std::uint64_t ignored = 0;  ///< of the selected positions
  std::uint64_t unkeyed = 0;  ///< of the selected positions: no key would change their score
};

struct Judged {
  double score = 0;  ///< the scheme's own number
  double log10_p = 0;
  double posterior = 0;  ///< NaN but for the Bayesian score
};

class SchemeDetector {
 public:
  explicit SchemeDetector(const Settings& settings) : settings_(settings) {}
  virtual ~SchemeDetector() = default;
  SchemeDetector(const SchemeDetector&) = delete;
  SchemeDetector& operator=(const SchemeDetector&) = delete;

  /// What these tokens meet is not scored from now on.
  virtual void ignore(Tokens tokens) { ignore_runs(tokens, rule, ignored); }
  /// What follows from the selection for all keys, e.g. columns.
  virtual void prepare(Workspace& work) const = 0;
  [[nodiscard]] virtual Total total(std::size_t key, Workspace& work) const = 0;
  /// One score for each selected position; NaN for what this key does not count.
  virtual void each(std::size_t key, Workspace& work, std::vector<double>& scores) const = 0;
  [[nodiscard]] virtual double z(std::size_t key, Total total) const = 0;
  [[nodiscard]] virtual Judged judge(std::size_t key, Total total) const = 0;
  /// Mean of one token's score without the key.
  [[nodiscard]] virtual double mean(std::size_t key) const = 0;
  /// How far a marked token lies above that at `entropy` nats, in its deviations.
  [[nodiscard]] virtual double effect() const = 0;

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  SelectionRule rule;
  IgnoredRuns ignored;
  std::size_t keys = 0;
  std::uint64_t minimum = 0;  ///< scored tokens below which absence says nothing

 private:
  Settings settings_;
};

/// What one stream's sampler does besides remembering tokens.
class SchemeSampler {
 public:
  virtual ~SchemeSampler() = default;
  [[nodiscard]] virtual std::unique_ptr<SchemeSampler> clone() const = 0;
  [[nodiscard]] virtual std::optional<std::size_t> apply(const Token* ids,
                                                         std::span<float> logits) = 0;
  virtual void prompt(Token token) = 0;
  virtual void accept(Token token) = 0;
  virtual void reset() = 0;
  std::uint32_t vocabulary = 0;
};

[[nodiscard]] Result<std::unique_ptr<SchemeDetector>> gumbel_detector(const Settings& settings,
                                                                      std::vector<Key> keys);
[[nodiscard]] Result<std::unique_ptr<SchemeSampler>> gumbel_sampler(const Settings& settings,
                                                                    const Key& key);
[[nodiscard]] Result<std::unique_ptr<SchemeDetector>> synthid_detector(const Settings& settings,
                                                                       std::vector<Key> keys);
[[nodiscard]] Result<std::unique_ptr<SchemeSampler>> synthid_sampler(const Settings& settings,
                                                                     const Key& key);
[[nodiscard]] Result<std::unique_ptr<SchemeDetector>> kgw_detector(const Settings& settings,
                                                                   std::vector<Key> keys);
[[nodiscard]] Result<std::unique_ptr<SchemeSampler>> kgw_sampler(const Settings& settings,
                                                                 const Key& key);

}  // namespace colophon::textmark
