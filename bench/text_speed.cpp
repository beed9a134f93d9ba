// SPDX-License-Identifier: Apache-2.0
// How fast text watermarks are detected and written on one core, de-duplication included. Prints
// one line for each measurement: "name value unit"; bench/text_watermarks puts the references
// beside it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <limits>
#include <random>
#include <string>

#include "text/green_cache.hpp"
#include "text/text.hpp"

using namespace colophon;
using namespace colophon::textmark;

namespace {

constexpr std::uint32_t k256 = 262144, k128 = 131072, k50 = 50257;

/// Seconds that this thread computed: what others do on the machine is not counted.
double computed() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Best of several runs: other work on the machine only makes a run longer.
double seconds(const std::function<void()>& run) {
  double best = 1e9;
  for (int i = 0; i < 7; ++i) {
    const double start = computed();
    run();
    best = std::min(best, computed() - start);
  }
  return best;
}

/// Tokens as language has them: few common ones, many rare ones.
std::vector<Token> text_of(std::size_t length, std::uint32_t vocabulary, std::mt19937_64& random) {
  std::vector<Token> text;
  std::uniform_real_distribution<double> uniform(0, 1);
  while (text.size() < length) {
    text.push_back(static_cast<Token>(std::pow(vocabulary, uniform(random))) - 1);
  }
  return text;
}

Settings settings_of(Scheme scheme, std::uint32_t vocabulary) {
  Settings settings = defaults_of(scheme);
  settings.vocabulary = vocabulary;
  settings.seed = 1;
  return settings;
}

std::vector<Key> keys_of(Scheme scheme, std::size_t count, std::mt19937_64& random) {
  const bool synthid = scheme == Scheme::SynthIdV1 || scheme == Scheme::SynthIdV2;
  std::vector<Key> keys(count, Key(synthid ? 30 : 1));
  for (Key& key : keys) {
    for (auto& word : key) word = random() >> 2;
  }
  return keys;
}

void must(bool holds) {
  if (!holds) std::abort();
}

void detection(const char* name, const Settings& settings, std::size_t keys, std::size_t length,
               std::size_t texts) {
  std::mt19937_64 random(3);
  const auto detector = Detector::make(settings, keys_of(settings.scheme, keys, random));
  must(detector.has_value());
  std::vector<std::vector<Token>> all;
  for (std::size_t i = 0; i < texts; ++i) {
    all.push_back(text_of(length, settings.vocabulary, random));
  }
  const double took = seconds([&] {
    for (const auto& text : all) must(detector->detect(text).has_value());
  });
  const double tokens = static_cast<double>(length * texts);
  std::printf("%s %.0f tokens/s\n", name, tokens / took);
  if (keys > 1) std::printf("%s-per-token %.3f us\n", name, took / tokens * 1e6);
}

void sampling(const char* name, const Settings& settings, std::size_t candidates, bool flat) {
  std::mt19937_64 random(4);
  auto sampler = Sampler::make(settings, keys_of(settings.scheme, 1, random)[0]);
  must(sampler.has_value());
  const bool dense = candidates == settings.vocabulary;
  std::vector<Token> ids;
  std::vector<float> logits;
  std::normal_distribution<float> normal(0, flat ? 1.0F : 4.0F);
  for (std::size_t i = 0; i < candidates; ++i) {
    ids.push_back(static_cast<Token>(random() % settings.vocabulary));
    logits.push_back(normal(random));
  }
  const int steps = dense ? 20 : 2000;
  const double took = seconds([&] {
    for (int step = 0; step < steps; ++step) {
      std::vector<float> copy = logits;
      must(sampler->apply(dense ? nullptr : ids.data(), copy).has_value());
      must(sampler->accept(static_cast<Token>(random() % settings.vocabulary)).has_value());
    }
  });
  std::printf("%s %.3f us\n", name, took / steps * 1e6);
}

/// A language in which every token has forty successors, common ones mostly, as a model's top 40
/// are: what comes again comes as often as in text.
class Language {
 public:
  explicit Language(std::uint32_t vocabulary) : vocabulary_(vocabulary) {}
  void candidates(Token after, std::vector<Token>& ids, std::vector<float>& logits) const {
    std::mt19937_64 random(after * 0x9E3779B97F4A7C15 + 1);
    ids = text_of(40, vocabulary_, random);
    logits.clear();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      logits.push_back(-1.2F * std::log(static_cast<float>(i + 1)));
    }
  }

 private:
  std::uint32_t vocabulary_;
};

/// KGW remembers lists. Microseconds a step where none is known, where all are (the same answer
/// again), and on the average of an endless text.
void remembering(const std::string& name, Settings settings) {
  std::mt19937_64 random(5);
  const Language language(settings.vocabulary);
  struct Step {
    std::vector<Token> ids;
    std::vector<float> logits;
    Token taken;
  };
  std::vector<Step> steps;
  const auto prepare = [&](std::size_t count) {
    Token last = steps.empty() ? 1 : steps.back().taken;
    steps.clear();
    while (steps.size() < count) {
      Step step;
      language.candidates(last, step.ids, step.logits);
      const double share = std::uniform_real_distribution<double>(0, 1)(random);
      last = step.ids[static_cast<std::size_t>(std::pow(40, share)) - 1];
      step.taken = last;
      steps.push_back(std::move(step));
    }
  };
  const auto run = [&](Sampler& sampler) {
    sampler.reset();
    for (Token token = 1; token < 6; ++token) must(sampler.prompt(token).has_value());
    const double start = computed();
    std::vector<float> logits;
    for (const Step& step : steps) {
      logits = step.logits;
      must(sampler.apply(step.ids.data(), logits).has_value());
      must(sampler.accept(step.taken).has_value());
    }
    return (computed() - start) / static_cast<double>(steps.size()) * 1e6;
  };
  double cold = 1e9, again = 1e9;
  const Key key = keys_of(settings.scheme, 1, random)[0];
  set_cache_limit(0);
  {
    auto sampler = Sampler::make(settings, key);
    must(sampler.has_value());
    for (int i = 0; i < 3; ++i) prepare(400), cold = std::min(cold, run(*sampler));
  }
  set_cache_limit(kUsualCache);
  auto sampler = Sampler::make(settings, key);
  must(sampler.has_value());
  for (int i = 0; i < 5; ++i) again = std::min(again, run(*sampler));
  for (int i = 0; i < 15; ++i) prepare(20000), (void)run(*sampler);
  double endless = 1e9;
  for (int i = 0; i < 3; ++i) prepare(10000), endless = std::min(endless, run(*sampler));
  std::printf("%s-step-top40-unknown %.3f us\n", name.c_str(), cold);
  std::printf("%s-step-top40-known %.3f us\n", name.c_str(), again);
  std::printf("%s-step-top40-text %.3f us\n", name.c_str(), endless);
  std::fflush(stdout);
}

void remember_all() {
  for (const Scheme scheme :
       {Scheme::KgwLeftHash, Scheme::KgwMinHash, Scheme::KgwSkipgram, Scheme::KgwSelfHash}) {
    const std::string name(name_of(scheme));
    remembering(name + "-50k", settings_of(scheme, k50));
    remembering(name + "-128k", settings_of(scheme, k128));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "kgw-steps") return remember_all(), 0;
  std::printf("instructions %s -\n", std::string(instructions()).c_str());
  detection("gumbel", settings_of(Scheme::Gumbel, k256), 1, 1000, 500);
  detection("gumbel-200", settings_of(Scheme::Gumbel, k256), 1, 200, 2500);
  detection("gumbel-10000", settings_of(Scheme::Gumbel, k256), 1, 10000, 50);
  detection("gumbel-dual", settings_of(Scheme::GumbelDual, k256), 1, 1000, 500);
  detection("synthid-v1", settings_of(Scheme::SynthIdV1, k256), 1, 1000, 500);
  detection("synthid-v1-200", settings_of(Scheme::SynthIdV1, k256), 1, 200, 2500);
  detection("synthid-v1-10000", settings_of(Scheme::SynthIdV1, k256), 1, 10000, 50);
  detection("synthid-v2", settings_of(Scheme::SynthIdV2, k256), 1, 1000, 200);
  detection("synthid-v2-200", settings_of(Scheme::SynthIdV2, k256), 1, 200, 1000);
  detection("kgw-lefthash-50k", settings_of(Scheme::KgwLeftHash, k50), 1, 1000, 2);
  detection("kgw-selfhash-50k", settings_of(Scheme::KgwSelfHash, k50), 1, 1000, 2);
  Settings half = settings_of(Scheme::KgwSelfHash, k128);
  half.gamma = 0.5;
  detection("kgw-selfhash-128k-half", half, 1, 1000, 1);
  half.scheme = Scheme::KgwLeftHash;
  half.context_width = 1;
  detection("kgw-lefthash-128k-half", half, 1, 1000, 1);
  detection("unigram", settings_of(Scheme::Unigram, k50), 1, 1000, 500);
  detection("gumbel-256-keys", settings_of(Scheme::Gumbel, k256), 256, 1000, 5);
  detection("synthid-v1-256-keys", settings_of(Scheme::SynthIdV1, k256), 256, 1000, 5);
  for (const Scheme scheme : {Scheme::Gumbel, Scheme::SynthIdV1, Scheme::SynthIdV2,
                              Scheme::KgwLeftHash, Scheme::KgwSelfHash, Scheme::Unigram}) {
    const std::string name(name_of(scheme));
    sampling((name + "-step-128k").c_str(), settings_of(scheme, k128), k128, false);
    sampling((name + "-step-128k-flat").c_str(), settings_of(scheme, k128), k128, true);
    sampling((name + "-step-top40").c_str(), settings_of(scheme, k128), 40, false);
  }
  remember_all();
}
