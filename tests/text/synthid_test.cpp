// SPDX-License-Identifier: Apache-2.0
// SynthID-Text v1 and v2, against vectors that the published reference made.
#include "text/synthid.hpp"
#include "support/support.hpp"
#include "text/kernels/kernels.hpp"
#include "text/scheme.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>
#include <cmath>

using namespace colophon;
using namespace colophon::textmark;
using testing::tokens_in, testing::vectors, testing::word_in;

namespace {

Key key_in(const nlohmann::json& array) {
  Key key;
  for (const auto& word : array) key.push_back(word_in(word));
  return key;
}

std::uint64_t hex(const nlohmann::json& value) {
  return std::stoull(value.get<std::string>(), nullptr, 16);
}

Settings settings_of(const nlohmann::json& row, Scheme scheme) {
  Settings settings = defaults_of(scheme);
  settings.context_width = row["ngram_len"].get<std::uint32_t>() - 1;
  settings.history = row["context_history_size"];
  settings.repeats = Repeats::Reference;
  if (row.contains("sampling_table_seed")) {
    settings.table_seed = row["sampling_table_seed"];
    settings.table_size = row["sampling_table_size"];
  }
  if (row.contains("eos_token_id")) settings.end_token = row["eos_token_id"];
  return settings;
}

void check_detection(const nlohmann::json& row, Scheme scheme) {
  CAPTURE(row["name"].get<std::string>());
  Settings settings = settings_of(row, scheme);
  const Key key = key_in(row["keys"]);
  const auto tokens = tokens_in(row["token_ids"]);
  const GFunction function(settings, key);
  const std::size_t width = settings.context_width;
  std::vector<std::uint64_t> hashes(row["g_hex"].size() + 16), bits(hashes.size());
  for (std::size_t i = 0; i < row["g_hex"].size(); ++i) {
    hashes[i] = function.start();
    for (std::size_t j = 0; j <= width; ++j) hashes[i] = accumulate(hashes[i], tokens[i + j]);
    if (i < row["ngram_hash_first4"].size()) {
      CHECK(hashes[i] == word_in(row["ngram_hash_first4"][i]));
    }
  }
  function.bits(hashes.data(), row["g_hex"].size(), bits.data());
  std::vector<std::uint64_t> folded;
  if (function.folds()) folded = function.folded_bits();
  for (std::size_t i = 0; i < row["g_hex"].size(); ++i) {
    CHECK(bits[i] == hex(row["g_hex"][i]));
    if (!folded.empty()) CHECK(folded[GFunction::fold(hashes[i])] == bits[i]);
  }

  const std::string mask =
      row.contains("combined_mask") ? row["combined_mask"] : row["context_mask"];
  for (const Statistic statistic : {Statistic::Mean, Statistic::WeightedMean}) {
    settings.statistic = statistic;
    const auto detector = Detector::make(settings, {key});
    REQUIRE(detector);
    const auto found = detector->detect(tokens);
    REQUIRE(found);
    CHECK(found->scored == static_cast<std::uint64_t>(std::count(mask.begin(), mask.end(), '1')));
    const auto scores = detector->token_scores(0, tokens);
    REQUIRE(scores);
    for (std::size_t i = 0; i < mask.size(); ++i) {
      REQUIRE(std::isnan((*scores)[i + width]) == (mask[i] == '0'));
    }
    if (found->scored == 0) continue;
    const double expected = row[statistic == Statistic::Mean ? "mean" : "weighted_mean"];
    CHECK(std::abs(found->score - expected) < 1e-9);
  }
}

void check_generation(const nlohmann::json& row, Scheme scheme) {
  CAPTURE(row["name"].get<std::string>());
  Settings settings = settings_of(row, scheme);
  settings.skip_first = row["skip_first_ngram_calls"];
  auto sampler = Sampler::make(settings, key_in(row["keys"]));
  REQUIRE(sampler);
  const int vocabulary = row["vocab"], modulus = row["logit_modulus"], top_k = row["top_k"];
  const double temperature = row["temperature"];
  // Where two candidates tie, torch's order decides, which is not stated.
  const bool ties = row["gap_min"].get<double>() <= 0;
  for (int step = 0; step < static_cast<int>(row["tokens"].size()); ++step) {
    std::vector<std::pair<float, Token>> all;
    for (int v = 0; v < vocabulary; ++v) {
      const double logit = ((37 * v + 17 * step) % modulus - modulus / 2) / 16.0 / temperature;
      all.emplace_back(static_cast<float>(logit), static_cast<Token>(v));
    }
    if (row["apply_top_k"]) {
      std::sort(all.begin(), all.end(), [](auto a, auto b) { return a.first > b.first; });
      all.resize(static_cast<std::size_t>(std::min(top_k, vocabulary)));
    }
    std::vector<float> logits;
    std::vector<Token> ids;
    for (const auto& [logit, id] : all) logits.push_back(logit), ids.push_back(id);
    const auto before = logits;
    const auto drawn = sampler->apply(ids.data(), logits);
    REQUIRE(drawn);
    CHECK_FALSE(*drawn);
    const Token expected = row["tokens"][static_cast<std::size_t>(step)];
    const auto best =
        static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
    const bool marked =
        row["watermarked"].get<std::string>()[static_cast<std::size_t>(step)] == '1';
    CHECK((logits != before) == marked);
    if (!ties) CHECK(ids[best] == expected);
    const auto place =
        static_cast<std::size_t>(std::find(ids.begin(), ids.end(), expected) - ids.begin());
    REQUIRE(place < ids.size());
    if (marked) {
      CHECK(std::abs(logits[place] - row["logp"][static_cast<std::size_t>(step)].get<double>()) <
            2e-3);
    }
    REQUIRE(sampler->accept(expected));
  }
}

}  // namespace

TEST_CASE("synthid: hashes, g-values, masks and means of the vectors") {
  for (const auto& [name, scheme] : {std::pair{"synthid/v1_detect.json", Scheme::SynthIdV1},
                                     std::pair{"synthid/v2_detect.json", Scheme::SynthIdV2}}) {
    const auto rows = vectors(name);
    if (!rows) return;
    for (const auto& row : (*rows)["cases"]) check_detection(row, scheme);
  }
}

TEST_CASE("synthid: accumulated hashes, start values and single g-values") {
  const auto rows = vectors("synthid/hash.json");
  if (!rows) return;
  for (const auto& row : (*rows)["accumulate_hash"]) {
    std::uint64_t hash = word_in(row["h0"]);
    for (const auto& x : row["data"]) hash = accumulate(hash, word_in(x));
    CHECK(hash == word_in(row["result"]));
  }
  const Settings v2 = defaults_of(Scheme::SynthIdV2);
  CHECK(GFunction(v2, {1}).start() == word_in((*rows)["iv"]["[1]"]));
}

TEST_CASE("synthid: the CPU table, and an imported one that stands for a GPU's") {
  const auto file = vectors("synthid/v1_sampling_table.json");
  if (!file) return;
  const std::string digits = (*file)["hex"];
  Settings made = defaults_of(Scheme::SynthIdV1), given = made;
  for (std::size_t i = 0; i < 65536; ++i) {
    const int byte = std::stoi(digits.substr(i / 8 * 2, 2), nullptr, 16);
    given.table.push_back(static_cast<std::uint8_t>(byte >> (i % 8) & 1));
  }
  const Key key = {654, 400, 836, 123};
  CHECK(GFunction(made, key).folded_bits() == GFunction(given, key).folded_bits());
  // Any other table makes other bits, and a text marked with it is found with it alone.
  Settings other = given;
  testing::Random random(8);
  for (auto& bit : other.table) bit = random.next() >> 20 & 1;
  Key thirty(30);
  for (auto& word : thirty) word = random.next();
  auto sampler = Sampler::make(other, thirty);
  REQUIRE(sampler);
  std::vector<Token> text;
  for (int step = 0; step < 200; ++step) {
    std::vector<float> logits(256);
    for (float& logit : logits) logit = static_cast<float>(random.below(1000)) / 250;
    REQUIRE(sampler->apply(nullptr, logits));
    text.push_back(
        static_cast<Token>(std::max_element(logits.begin(), logits.end()) - logits.begin()));
    REQUIRE(sampler->accept(text.back()));
  }
  CHECK(Detector::make(other, {thirty})->detect(text)->log10_p < -20);
  CHECK(Detector::make(made, {thirty})->detect(text)->log10_p > -4);
  other.table.pop_back();
  const auto refused = Detector::make(other, {thirty});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("65535") != std::string::npos);
}

TEST_CASE("synthid: the tournament's log-probabilities") {
  for (const char* name : {"synthid/v1_tournament.json", "synthid/v2_tournament.json"}) {
    const auto rows = vectors(name);
    if (!rows) return;
    for (const auto& row : (*rows)["cases"]) {
      for (const std::uint32_t leaves : {2U, 3U}) {
        const char* form = leaves == 2 ? "log_probs" : "distortionary_leaves3";
        if (!row.contains(form)) continue;
        const auto& expected = row[form];
        std::vector<float> p = row["logits"].get<std::vector<float>>();
        const std::size_t count = p.size();
        const float most = *std::max_element(p.begin(), p.end());
        p.resize((count + 15) / 16 * 16, -INFINITY);
        std::vector<std::uint32_t> bits(p.size());
        for (std::size_t i = 0; i < count; ++i) {
          bits[i] = static_cast<std::uint32_t>(hex(row["g_hex"][i]));
        }
        kernels().exponentials(p.data(), p.size(), most, p.data());
        double sum = 0;
        for (const float value : p) sum += double{value};
        for (float& value : p) value = static_cast<float>(value / sum);
        kernels().tournament(p.data(), bits.data(), p.size(), row["depth"], leaves);
        kernels().logarithms(p.data(), p.size());
        for (std::size_t i = 0; i < count; ++i) {
          const double wanted = expected[i];
          if (wanted > -15) {
            CHECK(std::abs(p[i] - wanted) < 5e-4);
          } else if (wanted > -50) {
            CHECK(std::abs(p[i] - wanted) < 0.05);
          } else {
            CHECK(p[i] < -40);
          }
        }
      }
    }
  }
}

TEST_CASE("synthid: whole runs of the reference, step by step") {
  for (const auto& [name, scheme] : {std::pair{"synthid/v1_generate.json", Scheme::SynthIdV1},
                                     std::pair{"synthid/v2_generate.json", Scheme::SynthIdV2}}) {
    const auto rows = vectors(name);
    if (!rows) return;
    for (const auto& row : (*rows)["cases"]) check_generation(row, scheme);
  }
}

TEST_CASE("synthid: the Bayesian score's arithmetic") {
  const auto rows = vectors("synthid/bayesian.json");
  if (!rows) return;
  for (const auto& row : (*rows)["cases"]) {
    Settings settings = defaults_of(Scheme::SynthIdV1);
    settings.statistic = Statistic::Bayesian;
    settings.bayes_prior = row["prior"];
    settings.bayes_beta = row["beta"].get<std::vector<double>>();
    for (const auto& line : row["delta"]) {
      for (const double value : line) settings.bayes_delta.push_back(value);
    }
    double sum = std::log(settings.bayes_prior / (1 - settings.bayes_prior));
    const std::string mask = row["mask"];
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask[i] == '1') sum += bayesian_log_ratio(settings, hex(row["g_hex"][i]));
    }
    CHECK(std::abs(sum - row["log_odds"].get<double>()) < 1e-9);
    CHECK(std::abs(1 / (1 + std::exp(-sum)) - row["posterior"].get<double>()) < 1e-9);
  }
}

TEST_CASE("synthid: p-values of sums are those of the key's own distribution") {
  // Against sums that are drawn: the 1 % point by the tables holds 1 % of them.
  testing::Random random(12);
  Key key(30);
  for (auto& word : key) word = random.next() >> 1;
  for (const Scheme scheme : {Scheme::SynthIdV1, Scheme::SynthIdV2}) {
    for (const Statistic statistic : {Statistic::Mean, Statistic::WeightedMean}) {
      Settings settings = defaults_of(scheme);
      settings.statistic = statistic;
      const auto detector = Detector::make(settings, {key});
      REQUIRE(detector);
      int below = 0, tails = 0;
      constexpr int kTexts = 8000;
      for (int i = 0; i < kTexts; ++i) {
        std::vector<Token> text(60);
        for (Token& token : text) token = static_cast<Token>(random.below(200000));
        const auto found = detector->detect(text);
        REQUIRE(found);
        below += found->log10_p <= -1;
        tails += found->log10_p <= -2;
      }
      CHECK(below == doctest::Approx(kTexts * 0.1).epsilon(0.13));
      CHECK(tails == doctest::Approx(kTexts * 0.01).epsilon(0.40));
    }
  }
}
