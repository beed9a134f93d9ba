// SPDX-License-Identifier: Apache-2.0
// Windows that point at the marked part of a mixed text, and what p-values are made of.
#include "support/support.hpp"
#include "text/statistics.hpp"
#include "text/text.hpp"

#include <doctest/doctest.h>
#include <cmath>

using namespace colophon;
using namespace colophon::textmark;

namespace {

std::vector<Token> unmarked(std::size_t length, testing::Random& random) {
  std::vector<Token> text(length);
  for (Token& token : text) token = static_cast<Token>(random.below(3000));
  return text;
}

std::vector<Token> marked(const Settings& settings, const Key& key, std::size_t length,
                          testing::Random& random) {
  auto sampler = Sampler::make(settings, key);
  REQUIRE(sampler);
  std::vector<Token> text;
  while (text.size() < length) {
    std::vector<Token> ids(40);
    std::vector<float> logits(ids.size());
    for (Token& id : ids) id = static_cast<Token>(random.below(3000));
    for (float& logit : logits) logit = static_cast<float>(random.below(1000)) / 300;
    const auto drawn = sampler->apply(ids.data(), logits);
    REQUIRE(drawn);
    const auto best =
        static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
    text.push_back(ids[*drawn ? **drawn : best]);
    REQUIRE(sampler->accept(text.back()));
  }
  return text;
}

Key key_of(Scheme scheme, std::uint64_t start) {
  const bool synthid = scheme == Scheme::SynthIdV1 || scheme == Scheme::SynthIdV2;
  Key key(synthid ? 30 : 1);
  for (auto& word : key) word = start = start * 6364136223846793005 + 1442695040888963407;
  return key;
}

}  // namespace

TEST_CASE("spans: two marked parts of a long text, by two keys, and nothing else") {
  for (const Scheme scheme : {Scheme::Gumbel, Scheme::GumbelDual, Scheme::SynthIdV1,
                              Scheme::SynthIdV2, Scheme::KgwLeftHash}) {
    CAPTURE(std::string(name_of(scheme)));
    Settings settings = defaults_of(scheme);
    settings.vocabulary = 3000;
    settings.seed = 4;
    testing::Random random(21);
    const Key first = key_of(scheme, 1), second = key_of(scheme, 2);
    std::vector<Token> text = unmarked(900, random);
    const auto append = [&](const std::vector<Token>& part) {
      text.insert(text.end(), part.begin(), part.end());
    };
    append(marked(settings, first, 300, random));
    append(unmarked(1100, random));
    append(marked(settings, second, 200, random));
    append(unmarked(500, random));
    const auto detector =
        Detector::make(settings, {key_of(scheme, 9), second, key_of(scheme, 8), first});
    REQUIRE(detector);
    const auto spans = detector->find_spans(text);
    REQUIRE(spans);
    REQUIRE(spans->size() == 2);
    for (const Span& span : *spans) {
      const bool is_first = span.key == 3;
      CHECK(span.key == (is_first ? 3 : 1));
      const std::uint64_t begin = is_first ? 900 : 2300, end = is_first ? 1200 : 2500;
      CHECK(std::abs(static_cast<double>(span.begin) - static_cast<double>(begin)) <= 15);
      CHECK(std::abs(static_cast<double>(span.end) - static_cast<double>(end)) <= 15);
      CHECK(span.log10_p_all > span.log10_p);
      CHECK(span.log10_p_all <= std::log10(settings.false_positive_rate));
    }
  }
}

TEST_CASE("spans: a short or empty text has none") {
  const auto detector = Detector::make(defaults_of(Scheme::Gumbel), {{42}});
  testing::Random random(2);
  CHECK(detector->find_spans({})->empty());
  const auto few = unmarked(20, random);
  CHECK(detector->find_spans(few)->empty());
  CHECK(detector->detect({})->verdict == textmark::Verdict::NotEnoughText);
  CHECK(detector->detect({})->log10_p == 0);
}

TEST_CASE("verdicts: short text is not enough, long text without the mark is not found") {
  for (const Scheme scheme : {Scheme::Gumbel, Scheme::GumbelDual, Scheme::SynthIdV1,
                              Scheme::SynthIdV2, Scheme::KgwLeftHash, Scheme::Unigram}) {
    CAPTURE(std::string(name_of(scheme)));
    Settings settings = defaults_of(scheme);
    settings.vocabulary = 3000;
    const auto detector = Detector::make(settings, {key_of(scheme, 3)});
    REQUIRE(detector);
    testing::Random random(6);
    const auto little = detector->detect(unmarked(60, random));
    REQUIRE(little);
    CHECK(little->verdict == textmark::Verdict::NotEnoughText);
    CHECK(little->minimum > 60);
    CHECK(little->minimum < 1000);
    const auto much = detector->detect(unmarked(2000, random));
    CHECK(much->verdict == textmark::Verdict::NotFound);
    // More keys need more text; so does text that leaves less choice.
    std::vector<Key> keys;
    for (std::uint64_t i = 0; i < 20; ++i) keys.push_back(key_of(scheme, 100 + i));
    CHECK(Detector::make(settings, keys)->detect({})->minimum > little->minimum);
    settings.entropy = 0.2;
    CHECK(Detector::make(settings, {key_of(scheme, 3)})->detect({})->minimum > little->minimum);
  }
}

TEST_CASE("verdicts: a few lucky tokens are no mark, a few overwhelming ones are") {
  // Texts of eight scored tokens, a key each: some pass the rate, as they must; none is marked.
  Settings settings = defaults_of(Scheme::Gumbel);
  settings.false_positive_rate = 1e-3;
  testing::Random random(12);
  int lucky = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto detector = Detector::make(settings, {{random.next()}});
    const auto text = unmarked(8, random);
    const auto found = detector->detect(text);
    REQUIRE(found->scored == 8);
    if (found->log10_p_all > -3) continue;
    ++lucky;
    CHECK(found->verdict == textmark::Verdict::NotEnoughText);
    CHECK(detector->find_spans(text)->empty());
  }
  CHECK(lucky > 5);
  CHECK(lucky < 40);
  settings.false_positive_rate = 1e-4;
  auto sampler = Sampler::make(settings, {42});
  std::vector<Token> text;
  for (int i = 0; i < 8; ++i) {
    std::vector<float> logits(3000, 0.0F);
    const auto drawn = sampler->apply(nullptr, logits);
    text.push_back(static_cast<Token>(drawn->value()));
    REQUIRE(sampler->accept(text.back()));
  }
  const auto detector = Detector::make(settings, {{42}});
  CHECK(detector->detect(text)->log10_p < -10);
  CHECK(detector->detect(text)->verdict == textmark::Verdict::Found);
  CHECK(detector->find_spans(text)->size() == 1);
}

TEST_CASE("statistics: tails against closed forms") {
  // Gamma(1): e^-x. Gamma(2): (1 + x) e^-x. Far out nothing underflows.
  for (const double x : {0.1, 1.0, 5.0, 30.0, 700.0, 5000.0}) {
    CHECK(log_gamma_tail(1, x) == doctest::Approx(-x).epsilon(1e-12));
    CHECK(log_gamma_tail(2, x) == doctest::Approx(std::log1p(x) - x).epsilon(1e-12));
  }
  // P(Gamma(n) >= x) = P(Poisson(x) < n), summed.
  for (const int n : {3, 64, 500}) {
    for (const double x : {n * 0.5, n * 1.0, n * 1.5}) {
      double term = -x, sum = 0;
      for (int k = 0; k < n; ++k) {
        sum += std::exp(term);
        term += std::log(x) - std::log(k + 1);
      }
      CHECK(log_gamma_tail(n, x) == doctest::Approx(std::log(sum)).epsilon(1e-10));
    }
  }
  CHECK(log_normal_tail(0) == doctest::Approx(std::log(0.5)));
  CHECK(log_normal_tail(6) == doctest::Approx(std::log(9.865876450376946e-10)).epsilon(1e-12));
  CHECK(log_normal_tail(40) == doctest::Approx(-804.608442013754).epsilon(1e-9));
  CHECK(normal_quantile(0.01) == doctest::Approx(2.3263478740408408).epsilon(1e-9));
  CHECK(log_binomial_tail(10, 0.5, 10) == doctest::Approx(10 * std::log(0.5)));
  CHECK(log_binomial_tail(10, 0.5, 0) == 0);
  CHECK(log_binomial_tail(4, 0.25, 2) == doctest::Approx(std::log(67.0 / 256)));
  CHECK(log_binomial_tail(4, 0.25, 1) == doctest::Approx(std::log(175.0 / 256)));
  CHECK(log_binomial_tail(1000, 0.25, 1000) == doctest::Approx(1000 * std::log(0.25)));
}

TEST_CASE("statistics: the weighted pair's tail by adding up, vLLM's approximation beside it") {
  // X with weight 0.8 and Y with weight 0.2, both Gamma(n): the density of Y summed over a fine
  // grid.
  const double a = 0.8, b = 0.2;
  for (const int n : {20, 100}) {
    for (const double sum : {n * 1.0, n * 1.4, n * 2.0}) {
      double exact = 0;
      const double step = 0.01;
      for (double y = step / 2; b * y < sum + 50; y += step) {
        const double log_density = (n - 1) * std::log(y) - y - std::lgamma(n);
        exact += std::exp(log_density + log_gamma_tail(n, (sum - b * y) / a)) * step;
      }
      const double ours = log_gamma_pair_tail(n, a, b, sum);
      CHECK(ours == doctest::Approx(std::log(exact)).epsilon(2e-3));
      const double variance = a * a + b * b;
      const double theirs = log_gamma_tail(n / variance, sum / variance);
      if (sum == n * 2.0) CHECK(theirs < ours - 0.3);  // too sure of itself
    }
  }
}

TEST_CASE("statistics: the saddle point against the exact binomial") {
  const SumTail coin({0, 1}, {0.5, 0.5}, std::nan(""), 1);
  const SumTail tilted({0, 1}, {0.4, 0.6}, 0.5, 1);  // moved to the mean that is known
  for (const std::uint64_t n : {50ULL, 1000ULL, 30000ULL}) {
    for (const double deviations : {0.5, 2.0, 4.75, 12.0}) {
      const auto k =
          static_cast<double>(n) / 2 + deviations * std::sqrt(static_cast<double>(n)) / 2;
      if (k > 0.9 * static_cast<double>(n)) continue;
      const auto successes = static_cast<std::uint64_t>(k);
      const double exact = log_binomial_tail(n, 0.5, successes);
      CHECK(coin.log_tail(n, static_cast<double>(successes)) ==
            doctest::Approx(exact).epsilon(0.01));
      CHECK(tilted.log_tail(n, static_cast<double>(successes)) ==
            doctest::Approx(exact).epsilon(0.01));
    }
  }
}
