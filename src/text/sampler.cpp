// SPDX-License-Identifier: Apache-2.0
// What all schemes share in generation: checks.
#include <algorithm>
#include <cmath>

#include "text/detector.hpp"
#include "text/settings.hpp"

namespace colophon::textmark {

Sampler::Sampler(std::unique_ptr<SchemeSampler> scheme) : scheme_(std::move(scheme)) {}
Sampler::Sampler(const Sampler& other) : scheme_(other.scheme_->clone()) {}
Sampler::Sampler(Sampler&&) noexcept = default;
Sampler& Sampler::operator=(Sampler&&) noexcept = default;
Sampler::~Sampler() = default;

Result<Sampler> Sampler::make(const Settings& settings, const Key& key) {
  (void)TRY(check(settings));
  (void)TRY(check_key(settings, key, std::nullopt));
  auto scheme = TRY(scheme_sampler(settings, key));
  scheme->vocabulary = settings.vocabulary;
  return Sampler(std::move(scheme));
}

namespace {

Status check_token(std::uint32_t vocabulary, Token token, std::uint64_t index) {
  const Token end = vocabulary == 0 ? 1U << 31 : vocabulary;
  if (token < end) return {};
  return fail(ErrorCode::Usage,
              "token " + std::to_string(token) + " is outside the vocabulary of " +
                  std::to_string(end) + "; placeholders must not reach the sampler",
              "tokens", index);
}

}  // namespace

Result<std::optional<std::size_t>> Sampler::apply(const Token* ids, std::span<float> logits) {
  if (ids == nullptr && scheme_->vocabulary != 0 && logits.size() > scheme_->vocabulary) {
    return fail(ErrorCode::Usage,
                "there are " + std::to_string(logits.size()) + " logits for a vocabulary of " +
                    std::to_string(scheme_->vocabulary),
                "logits");
  }
  if (logits.size() > 1U << 28) return fail(ErrorCode::LimitExceeded, "too many logits", "logits");
  if (ids != nullptr) {
    for (std::size_t i = 0; i < logits.size(); ++i) {
      (void)TRY(check_token(scheme_->vocabulary, ids[i], i));
    }
  }
  unsigned any = 0, wrong = 0;
  for (const float logit : logits) {
    any |= static_cast<unsigned>(logit > -INFINITY);
    wrong |= static_cast<unsigned>(!(logit < INFINITY));
  }
  if (wrong != 0) {
    const auto at =
        std::find_if(logits.begin(), logits.end(), [](float x) { return !(x < INFINITY); });
    return fail(ErrorCode::Usage, "a logit is not a finite number", "logits",
                static_cast<std::uint64_t>(at - logits.begin()));
  }
  if (any == 0) return fail(ErrorCode::Usage, "every token is excluded", "logits");
  return scheme_->apply(ids, logits);
}

Status Sampler::prompt(Token token) {
  (void)TRY(check_token(scheme_->vocabulary, token, 0));
  scheme_->prompt(token);
  return {};
}

Status Sampler::accept(Token token) {
  (void)TRY(check_token(scheme_->vocabulary, token, 0));
  scheme_->accept(token);
  return {};
}

void Sampler::reset() {
  scheme_->reset();
}

}  // namespace colophon::textmark
