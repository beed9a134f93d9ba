// SPDX-License-Identifier: Apache-2.0
// vLLM's scheme, against vectors that contain its own golden rows, and against itself.
#include "support/support.hpp"
#include "text/philox.hpp"
#include "text/text.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>
#include <bit>
#include <cmath>
#include <set>

using namespace colophon;
using namespace colophon::textmark;
using testing::tokens_in, testing::vectors, testing::word_in;

namespace {

std::uint32_t hex(const nlohmann::json& value) {
  return static_cast<std::uint32_t>(std::stoul(value.get<std::string>(), nullptr, 16));
}

Settings settings_of(const nlohmann::json& row) {
  const bool dual = row["algorithm"] == "dual_key_gumbel";
  Settings settings = defaults_of(dual ? Scheme::GumbelDual : Scheme::Gumbel);
  settings.context_width = row["context_width"];
  settings.repeats = row["deduplicate"] ? Repeats::Reference : Repeats::Keep;
  if (dual) settings.alpha_detection = row["alpha"];
  return settings;
}

/// A text that the sampler wrote over logits that change from step to step.
std::vector<Token> written(Sampler& sampler, std::size_t length, std::uint32_t vocabulary) {
  std::vector<Token> text;
  testing::Random random(7);
  for (std::size_t step = 0; step < length; ++step) {
    std::vector<float> logits(vocabulary);
    for (float& logit : logits) logit = static_cast<float>(random.below(1000)) / 250;
    const auto drawn = sampler.apply(nullptr, logits);
    REQUIRE(drawn);
    REQUIRE(*drawn);
    text.push_back(static_cast<Token>(**drawn));
    REQUIRE(sampler.accept(text.back()));
  }
  return text;
}

}  // namespace

TEST_CASE("gumbel: words, states and uniforms of the vectors") {
  const auto rows = vectors("vllm/philox_gumbel.json");
  if (!rows) return;
  for (const auto& row : (*rows)["words"]) {
    std::vector<Token> context;
    for (const auto& id : row["context"]) context.push_back(static_cast<Token>(id.get<long>()));
    const std::uint64_t key = word_in(row["key"]);
    const PhiloxState state = philox_state(key, context);
    for (std::size_t i = 0; i < 4; ++i) CHECK(state[i] == hex(row["state"][i]));
    for (std::size_t i = 0; i < row["tokens"].size(); ++i) {
      const Token token = row["tokens"][i];
      const std::uint32_t word = philox_word(key, state, token);
      CHECK(word == hex(row["words"][i]));
      CHECK(std::bit_cast<std::uint32_t>(uniform(word)) == hex(row["uniform_f32_hex"][i]));
    }
    for (std::size_t i = 0; i < row["stream_0x100000002"].size(); ++i) {
      const Token token = row["tokens"][i];
      CHECK(philox_word(key, state, token, 0x100000002) == hex(row["stream_0x100000002"][i]));
    }
  }
}

TEST_CASE("gumbel: scores and p-values of the vectors, golden rows among them") {
  const auto rows = vectors("vllm/philox_gumbel.json");
  if (!rows) return;
  int checked = 0;
  for (const auto& row : (*rows)["cases"]) {
    if (row["algorithm"] == "synthid_philox_draft") continue;
    CAPTURE(row["name"].get<std::string>());
    const auto detector = Detector::make(settings_of(row), {{word_in(row["key"])}});
    REQUIRE(detector);
    const auto found = detector->detect(tokens_in(row["token_ids"]));
    REQUIRE(found);
    const double score = row["score"], p = row["p_value"];
    CHECK(found->scored == row["num_scored"]);
    CHECK(std::abs(found->score - score) < 1e-11 * std::max(1.0, score));
    CHECK(std::abs(found->log10_p - std::log10(p)) < 1e-9);
    ++checked;
  }
  CHECK(checked >= 17);
}

TEST_CASE("gumbel: what the sampler writes is found, and with no other key") {
  for (const Scheme scheme : {Scheme::Gumbel, Scheme::GumbelDual}) {
    Settings settings = defaults_of(scheme);
    settings.seed = 5;
    auto sampler = Sampler::make(settings, {0xFEEDFACECAFEBEEF});
    REQUIRE(sampler);
    const auto text = written(*sampler, 200, 999);
    const auto detector = Detector::make(settings, {{1}, {0xFEEDFACECAFEBEEF}, {3}});
    REQUIRE(detector);
    const auto all = detector->detect_keys(text);
    REQUIRE(all);
    CHECK((*all)[0].log10_p > -4);
    CHECK((*all)[1].log10_p < -100);
    CHECK((*all)[2].log10_p > -4);
    const auto best = detector->detect(text);
    REQUIRE(best);
    CHECK(best->key == 1);
    CHECK(best->keys == 3);
    CHECK(best->log10_p_all == doctest::Approx(best->log10_p + std::log10(3.0)));
    CHECK(best->verdict == textmark::Verdict::Found);
    const auto scores = detector->token_scores(1, text);
    REQUIRE(scores);
    double sum = 0;
    for (const double score : *scores) sum += std::isnan(score) ? 0 : score;
    CHECK(sum == doctest::Approx(best->score).epsilon(1e-12));
  }
}

TEST_CASE("gumbel: dense and sparse draws are the same draw") {
  Settings settings = defaults_of(Scheme::Gumbel);
  settings.seed = 9;
  auto dense = Sampler::make(settings, {77}), sparse = Sampler::make(settings, {77});
  REQUIRE(dense);
  REQUIRE(sparse);
  testing::Random random(3);
  std::vector<Token> ids(1003);
  for (Token i = 0; i < ids.size(); ++i) ids[i] = i;
  for (int step = 0; step < 300; ++step) {
    std::vector<float> logits(ids.size());
    for (float& logit : logits) logit = static_cast<float>(random.below(4000)) / 200 - 30;
    logits[random.below(ids.size())] = -INFINITY;
    std::vector<float> copy = logits;
    const auto a = dense->apply(nullptr, logits), b = sparse->apply(ids.data(), copy);
    REQUIRE(a);
    REQUIRE(b);
    REQUIRE(**a == **b);
    REQUIRE(dense->accept(static_cast<Token>(**a % 5)));  // contexts repeat
    REQUIRE(sparse->accept(static_cast<Token>(**a % 5)));
  }
}

TEST_CASE("gumbel: a repeated context is drawn without the mark, and a loop counts once") {
  Settings settings = defaults_of(Scheme::Gumbel);
  settings.seed = 1;
  auto sampler = Sampler::make(settings, {42});
  REQUIRE(sampler);
  std::vector<float> flat(50, 0.0F);
  std::set<std::size_t> drawn;
  for (int step = 0; step < 60; ++step) {
    const auto index = sampler->apply(nullptr, flat);
    REQUIRE(index);
    if (step > 4) drawn.insert(**index);
    REQUIRE(sampler->accept(3));  // the context is 3 3 3 3 for ever
  }
  CHECK(drawn.size() > 20);  // with the mark it would be one token

  const std::vector<Token> loop(1000, 3);
  const auto detector = Detector::make(settings, {{42}});
  const auto found = detector->detect(loop);
  REQUIRE(found);
  CHECK(found->scored == 5);
  CHECK(found->repeated == 995);
  CHECK(found->verdict == textmark::Verdict::NotEnoughText);
}

TEST_CASE("gumbel: what is wrong is said, with its place") {
  const auto detector = Detector::make(defaults_of(Scheme::Gumbel), {{42}});
  REQUIRE(detector);
  const std::vector<Token> placeholder = {1, 2, 0xFFFFFFFF, 4};
  const auto refused = detector->detect(placeholder);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().offset == 2);
  CHECK(refused.error().message.find("4294967295") != std::string::npos);

  Settings small = defaults_of(Scheme::Gumbel);
  small.vocabulary = 100;
  const std::vector<Token> outside = {99, 100};
  CHECK(Detector::make(small, {{42}})->detect(outside).error().offset == 1);

  const auto wrong_key = Detector::make(defaults_of(Scheme::Gumbel), {{1}, {1, 2}});
  REQUIRE_FALSE(wrong_key);
  CHECK(wrong_key.error().offset == 1);
  CHECK_FALSE(Detector::make(defaults_of(Scheme::Gumbel), {}));
  Settings wide = defaults_of(Scheme::Gumbel);
  wide.context_width = 65;
  CHECK_FALSE(Detector::make(wide, {{1}}));
}
