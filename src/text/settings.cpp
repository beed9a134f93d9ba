// SPDX-License-Identifier: Apache-2.0
// Names, defaults, and what is wrong with settings and keys.
#include <array>
#include <cmath>

#include "text/settings.hpp"

namespace colophon::textmark {
namespace {

constexpr std::array<std::string_view, kSchemes> kNames = {
    "gumbel",       "gumbel-dual", "synthid-v1",   "synthid-v2", "kgw-lefthash",
    "kgw-selfhash", "kgw-minhash", "kgw-skipgram", "unigram"};

Failure wrong(std::string what, std::string where,
              std::optional<std::uint64_t> position = std::nullopt) {
  return fail(ErrorCode::Usage, std::move(what), std::move(where), position);
}

bool is_share(double value) {
  return value >= 0 && value <= 1;
}

Status check_green_list(const Settings& s) {
  if (s.vocabulary < 2) {
    return wrong("this scheme needs the size of the model's vocabulary", "vocabulary");
  }
  if (s.vocabulary > 1U << 24) {
    return wrong("lists of green tokens are drawn from at most 16,777,216 tokens", "vocabulary");
  }
  if (!(s.gamma > 0 && s.gamma < 1) || s.gamma * s.vocabulary < 1) {
    return wrong("the share of green tokens must lie between 0 and 1", "gamma");
  }
  if (!std::isfinite(static_cast<float>(s.delta)))
    return wrong("what is added to logits must be finite", "delta");
  return {};
}

Status check_synthid(const Settings& s) {
  if (s.leaves < 2) return wrong("a tournament needs at least two leaves", "leaves");
  if (s.scheme == Scheme::SynthIdV1) {
    if (s.table_size == 0 || s.table_size > 1U << 24) {
      return wrong("the sampling table has between 1 and 16,777,216 entries", "table_size");
    }
    if (!s.table.empty() && s.table.size() != s.table_size) {
      return wrong("the sampling table has " + std::to_string(s.table.size()) +
                       " entries, but table_size says " + std::to_string(s.table_size),
                   "table");
    }
  }
  if (s.statistic != Statistic::Bayesian) return {};
  if (s.bayes_beta.empty() || s.bayes_delta.size() != s.bayes_beta.size() * s.bayes_beta.size()) {
    return wrong("the Bayesian score needs one beta for each layer and layers x layers deltas",
                 "bayes_beta");
  }
  if (!(s.bayes_prior > 0 && s.bayes_prior < 1)) {
    return wrong("the prior must lie between 0 and 1", "bayes_prior");
  }
  return {};
}

}  // namespace

std::string_view name_of(Scheme scheme) noexcept {
  return kNames[static_cast<std::size_t>(scheme) % kSchemes];
}

std::string_view words_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::Found:
      return "mark found";
    case Verdict::NotFound:
      return "no mark found";
    case Verdict::NotEnoughText:
      break;
  }
  return "not enough text";
}

Settings defaults_of(Scheme scheme) noexcept {
  Settings settings;
  settings.scheme = scheme;
  switch (scheme) {
    case Scheme::Gumbel:
    case Scheme::GumbelDual:
      settings.history = 8192;
      break;
    case Scheme::SynthIdV1:
    case Scheme::SynthIdV2:
      settings.history = 1024;
      break;
    case Scheme::KgwLeftHash:
      settings.context_width = 1;
      break;
    case Scheme::KgwSkipgram:
      settings.context_width = 5;
      break;
    case Scheme::KgwSelfHash:
    case Scheme::KgwMinHash:
      break;
    case Scheme::Unigram:
      settings.context_width = 0;
      break;
  }
  return settings;
}

Status check(const Settings& s) {
  const bool contextless = s.scheme == Scheme::Unigram;
  if (contextless ? s.context_width != 0 : s.context_width < 1 || s.context_width > 64) {
    return wrong(contextless ? "Unigram looks at no context: its width is 0"
                             : "the context has between 1 and 64 tokens",
                 "context_width");
  }
  if (s.vocabulary > 1U << 31) return wrong("token ids end at 2^31 - 1", "vocabulary");
  if (s.end_token > 0x7FFFFFFF) return wrong("token ids end at 2^31 - 1", "end_token");
  if (!is_share(s.alpha_generation))
    return wrong("a share lies between 0 and 1", "alpha_generation");
  if (!is_share(s.alpha_detection)) return wrong("a share lies between 0 and 1", "alpha_detection");
  if (!(s.false_positive_rate > 0 && s.false_positive_rate < 1)) {
    return wrong("the rate of false positives must lie between 0 and 1", "false_positive_rate");
  }
  if (!(s.entropy > 0 && s.entropy < 20)) {
    return wrong("the entropy must lie between 0 and 20 nats", "entropy");
  }
  if (is_kgw(s.scheme) || contextless) return check_green_list(s);
  if (is_synthid(s.scheme)) return check_synthid(s);
  return {};
}

Status check_key(const Settings& s, const Key& key, std::optional<std::size_t> index) {
  const std::size_t size = key.size();
  if (!is_synthid(s.scheme)) {
    if (size == 1) return {};
    return wrong("a key of this scheme is one word of 64 bits, not " + std::to_string(size), "key",
                 index);
  }
  if (size < 1 || size > 64) {
    return wrong("a SynthID key has between 1 and 64 words, not " + std::to_string(size), "key",
                 index);
  }
  if (s.statistic == Statistic::Bayesian && size != s.bayes_beta.size()) {
    return wrong("the key has " + std::to_string(size) + " layers, but there are parameters for " +
                     std::to_string(s.bayes_beta.size()),
                 "key", index);
  }
  return {};
}

}  // namespace colophon::textmark
