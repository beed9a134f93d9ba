// SPDX-License-Identifier: Apache-2.0
// How many marked texts are found, by length, scheme and entropy: the table of
// docs/text-watermarks.md. Tokens are sampled from synthetic distributions over 64 candidates whose
// mean entropy is stated; every text has its own tokens, every hundred a key.
// Usage: bench_text_power [TEXTS [NATS [NAME]]], e.g. 2000 1.19 "unigram (0.5, 2)".
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "text/text.hpp"

using namespace colophon;
using namespace colophon::textmark;

namespace {

constexpr std::size_t kCandidates = 64;
constexpr std::uint32_t kVocabulary = 50257;
constexpr std::array<std::size_t, 4> kLengths = {50, 100, 200, 400};
using Random = std::mt19937_64;

void must(bool holds) {
  if (!holds) std::abort();
}

double entropy_of(const std::vector<float>& logits) {
  double sum = 0, weighted = 0;
  for (const float logit : logits) sum += std::exp(double{logit});
  for (const float logit : logits) weighted += std::exp(double{logit}) * double{logit};
  return std::log(sum) - weighted / sum;
}

std::vector<float> normal_logits(double scale, Random& random) {
  std::normal_distribution<float> normal;
  std::vector<float> logits(kCandidates);
  for (float& logit : logits) logit = normal(random) * static_cast<float>(scale);
  return logits;
}

/// The scale of normal logits at which the mean entropy is `nats`.
double scale_for(double nats) {
  double low = 0.1, high = 40;
  for (int i = 0; i < 30; ++i) {
    const double middle = (low + high) / 2;
    Random random(9);
    double sum = 0;
    for (int k = 0; k < 4000; ++k) sum += entropy_of(normal_logits(middle, random));
    (sum / 4000 > nats ? low : high) = middle;
  }
  return low;
}

std::size_t drawn_from(const std::vector<float>& logits, Random& random) {
  const float most = *std::max_element(logits.begin(), logits.end());
  std::array<double, kCandidates> until{};
  double sum = 0;
  for (std::size_t i = 0; i < kCandidates; ++i)
    until[i] = sum += std::exp(double{logits[i] - most});
  const double at = std::uniform_real_distribution<double>(0, sum)(random);
  return std::min<std::size_t>(
      static_cast<std::size_t>(std::upper_bound(until.begin(), until.end(), at) - until.begin()),
      kCandidates - 1);
}

std::vector<Token> written(Sampler& sampler, double scale, Random& random) {
  sampler.reset();
  for (int i = 0; i < 5; ++i)
    must(sampler.prompt(static_cast<Token>(random() % kVocabulary)).has_value());
  std::vector<Token> text;
  while (text.size() < kLengths.back()) {
    std::vector<float> logits = normal_logits(scale, random);
    std::vector<Token> ids(kCandidates);
    for (Token& id : ids) id = static_cast<Token>(random() % kVocabulary);
    const auto taken = sampler.apply(ids.data(), logits);
    must(taken.has_value());
    text.push_back(ids[*taken ? **taken : drawn_from(logits, random)]);
    must(sampler.accept(text.back()).has_value());
  }
  return text;
}

/// What the command line names; all when empty.
std::string only;

void measure(const std::string& name, Settings settings, double nats, int texts) {
  if (!only.empty() && name != only) return;
  settings.vocabulary = kVocabulary;
  const bool synthid = settings.scheme == Scheme::SynthIdV1 || settings.scheme == Scheme::SynthIdV2;
  const double scale = scale_for(nats);
  Random random(17);
  std::array<int, 4> one_percent{}, millionth{};
  double z = 0;
  for (int done = 0; done < texts;) {
    Key key(synthid ? 30 : 1);
    for (auto& word : key) word = random() >> 2;
    settings.seed = random() | 1;
    auto sampler = Sampler::make(settings, key);
    const auto detector = Detector::make(settings, {key});
    must(sampler && detector);
    for (int i = 0; i < 100 && done < texts; ++i, ++done) {
      const std::vector<Token> text = written(*sampler, scale, random);
      for (std::size_t l = 0; l < kLengths.size(); ++l) {
        const auto found = detector->detect(Tokens(text).first(kLengths[l]));
        must(found.has_value());
        one_percent[l] += found->log10_p <= -2;
        millionth[l] += found->log10_p <= -6;
        if (l + 1 == kLengths.size()) z += found->z / std::sqrt(static_cast<double>(found->scored));
      }
    }
  }
  std::printf("| %s | %.2f |", name.c_str(), nats);
  for (const int count : one_percent) std::printf(" %.1f", 100.0 * count / texts);
  std::printf(" |");
  for (const int count : millionth) std::printf(" %.1f", 100.0 * count / texts);
  std::printf(" | %.3f |\n", z / texts);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int texts = argc > 1 ? std::atoi(argv[1]) : 2000;
  const double only_nats = argc > 2 ? std::atof(argv[2]) : 0;
  if (argc > 3) only = argv[3];
  std::printf(
      "| scheme | nats | 1 %% FPR: 50 100 200 400 tokens | 1e-6 | effect "
      "|\n|---|---|---|---|---|\n");
  for (const double nats : {0.53, 1.19}) {
    if (only_nats > 0 && nats != only_nats) continue;
    measure("gumbel", defaults_of(Scheme::Gumbel), nats, texts);
    measure("gumbel-dual", defaults_of(Scheme::GumbelDual), nats, texts);
    Settings settings = defaults_of(Scheme::SynthIdV1);
    measure("synthid-v1 weighted", settings, nats, texts);
    settings.statistic = Statistic::Mean;
    measure("synthid-v1 mean", settings, nats, texts);
    measure("synthid-v2 weighted", defaults_of(Scheme::SynthIdV2), nats, texts);
    for (const Scheme scheme : {Scheme::KgwLeftHash, Scheme::KgwSelfHash, Scheme::Unigram}) {
      settings = defaults_of(scheme);
      settings.gamma = 0.5;
      measure(std::string(name_of(scheme)) + " (0.5, 2)", settings, nats, texts);
    }
    settings = defaults_of(Scheme::KgwLeftHash);
    measure("kgw-lefthash (0.25, 2)", settings, nats, texts);
  }
}
