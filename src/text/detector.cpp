// SPDX-License-Identifier: Apache-2.0
// What all schemes share in detection: tokens are checked, positions selected, keys compared, and
// the verdict found. Words of one key are worked on after another, over the same selection.
#include <algorithm>
#include <cmath>
#include <limits>

#include "text/detector.hpp"
#include "text/settings.hpp"
#include "text/statistics.hpp"

namespace colophon::textmark {

Workspace& workspace() {
  thread_local Workspace work;
  return work;
}

Status check_tokens(const Settings& settings, Tokens tokens) {
  if (tokens.size() > kMostTokens) {
    return fail(ErrorCode::LimitExceeded,
                "the text has " + std::to_string(tokens.size()) +
                    " tokens; cut it into parts of at most " + std::to_string(kMostTokens),
                "tokens");
  }
  const Token end = settings.vocabulary == 0 ? 1U << 31 : settings.vocabulary;
  Token most = 0;
  for (const Token token : tokens) most = std::max(most, token);
  if (most < end) return {};
  const auto at = std::find_if(tokens.begin(), tokens.end(), [&](Token t) { return t >= end; });
  const auto index = static_cast<std::uint64_t>(at - tokens.begin());
  return fail(ErrorCode::Usage,
              "token " + std::to_string(*at) + " at index " + std::to_string(index) +
                  " is outside the vocabulary of " + std::to_string(end) +
                  ": is it the tokenizer of the model that wrote the text?",
              "tokens", index);
}

bool convinces(const Settings& settings, std::uint64_t scored, double log10_p) {
  return log10_p <= std::log10(settings.false_positive_rate) * (scored < kFewScored ? 2 : 1);
}

namespace {

/// Scored tokens that find a mark of the stated entropy four times of five.
std::uint64_t minimum_of(const SchemeDetector& scheme) {
  const double rate = scheme.settings().false_positive_rate / static_cast<double>(scheme.keys);
  constexpr double kFourOfFive = 0.8416;
  const double root = (normal_quantile(rate) + kFourOfFive) / scheme.effect();
  return static_cast<std::uint64_t>(
      std::clamp(std::ceil(root * root), static_cast<double>(kFewScored), 1e9));
}

Detection detection(const SchemeDetector& scheme, std::size_t key, Total total,
                    const Selection& selection, std::size_t tokens) {
  const Judged judged = scheme.judge(key, total);
  Detection found;
  found.tokens = tokens;
  found.scored = total.scored;
  found.ignored = selection.ignored + total.ignored;
  found.unscorable = selection.unscorable + total.unkeyed;
  found.repeated = tokens - found.scored - found.ignored - found.unscorable;
  found.score = judged.score;
  found.z = scheme.z(key, total);
  found.posterior = judged.posterior;
  found.log10_p = judged.log10_p;
  found.keys = scheme.keys;
  found.log10_p_all = std::min(0.0, judged.log10_p + std::log10(static_cast<double>(scheme.keys)));
  found.key = key;
  found.minimum = scheme.minimum;
  if (convinces(scheme.settings(), found.scored, found.log10_p_all)) {
    found.verdict = Verdict::Found;
  } else if (found.scored < found.minimum) {
    found.verdict = Verdict::NotEnoughText;
  } else {
    found.verdict = Verdict::NotFound;
  }
  return found;
}

}  // namespace

Detector::Detector(std::unique_ptr<SchemeDetector> scheme) : scheme_(std::move(scheme)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

Result<Detector> Detector::make(const Settings& settings, std::vector<Key> keys) {
  (void)TRY(check(settings));
  if (keys.empty() || keys.size() > kMostKeys) {
    return fail(ErrorCode::Usage, "a detector has between 1 and 1,000,000 keys", "keys");
  }
  for (std::size_t i = 0; i < keys.size(); ++i) (void)TRY(check_key(settings, keys[i], i));
  auto scheme = TRY(scheme_detector(settings, std::move(keys)));
  scheme->minimum = minimum_of(*scheme);
  return Detector(std::move(scheme));
}

std::size_t Detector::keys() const noexcept {
  return scheme_->keys;
}

Status Detector::ignore(Tokens tokens) {
  (void)TRY(check_tokens(scheme_->settings(), tokens));
  scheme_->ignore(tokens);
  return {};
}

Result<Detection> Detector::detect(Tokens tokens) const {
  (void)TRY(check_tokens(scheme_->settings(), tokens));
  Workspace& work = workspace();
  select(tokens, scheme_->rule, scheme_->ignored, work.selection);
  scheme_->prepare(work);
  std::size_t best = 0;
  Total best_total;
  double best_z = -std::numeric_limits<double>::infinity();
  for (std::size_t key = 0; key < scheme_->keys; ++key) {
    const Total total = scheme_->total(key, work);
    const double z = scheme_->z(key, total);
    if (key == 0 || z > best_z) best = key, best_total = total, best_z = z;
  }
  return detection(*scheme_, best, best_total, work.selection, tokens.size());
}

Result<std::vector<Detection>> Detector::detect_keys(Tokens tokens) const {
  (void)TRY(check_tokens(scheme_->settings(), tokens));
  Workspace& work = workspace();
  select(tokens, scheme_->rule, scheme_->ignored, work.selection);
  scheme_->prepare(work);
  std::vector<Detection> all;
  for (std::size_t key = 0; key < scheme_->keys; ++key) {
    all.push_back(
        detection(*scheme_, key, scheme_->total(key, work), work.selection, tokens.size()));
  }
  return all;
}

Result<std::vector<double>> Detector::token_scores(std::size_t key, Tokens tokens) const {
  if (key >= scheme_->keys) {
    return fail(ErrorCode::Usage, "there is no such key", "key", key);
  }
  (void)TRY(check_tokens(scheme_->settings(), tokens));
  Workspace& work = workspace();
  select(tokens, scheme_->rule, scheme_->ignored, work.selection);
  scheme_->prepare(work);
  std::vector<double> scores;
  scheme_->each(key, work, scores);
  std::vector<double> all(tokens.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < scores.size(); ++i) all[work.selection.positions[i]] = scores[i];
  return all;
}

}  // namespace colophon::textmark
