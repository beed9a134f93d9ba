// SPDX-License-Identifier: Apache-2.0
// KGW, against vectors that lm-watermarking made on torch's CPU generator, and Unigram, against
// what numpy 1.24 answers.
#include "support/support.hpp"
#include "text/green.hpp"
#include "text/text.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>
#include <cmath>

using namespace colophon;
using namespace colophon::textmark;
using testing::tokens_in, testing::vectors, testing::word_in;

namespace {

Scheme scheme_in(const nlohmann::json& row) {
  const std::string name = row["scheme"];
  if (name == "lefthash") return Scheme::KgwLeftHash;
  if (name == "selfhash") return Scheme::KgwSelfHash;
  return name == "minhash" ? Scheme::KgwMinHash : Scheme::KgwSkipgram;
}

void check_row(const nlohmann::json& row) {
  CAPTURE(row["scheme"].get<std::string>());
  Settings settings = defaults_of(scheme_in(row));
  settings.context_width = row["context_width"];
  settings.vocabulary = row["vocab_size"];
  settings.gamma = row["gamma"];
  const std::uint64_t key = row["hash_key"];
  const auto tokens = tokens_in(row["token_ids"]);
  const KgwSeeds seeds(settings.scheme, key, settings.context_width);
  for (std::size_t i = 0; i < row["seeds_first4"].size(); ++i) {
    const auto* end = tokens.data() + settings.context_width + i;
    CHECK(seeds.function(end) == static_cast<std::int64_t>(word_in(row["seeds_first4"][i])));
  }
  const std::string mask = row["green_mask"];
  for (const char* counted : {"unique", "all"}) {
    settings.repeats = std::string(counted) == "all" ? Repeats::Keep : Repeats::Reference;
    const auto detector = Detector::make(settings, {{key}});
    REQUIRE(detector);
    const auto found = detector->detect(tokens);
    REQUIRE(found);
    CHECK(found->scored == row[counted]["T"]);
    CHECK(found->score == row[counted]["green"]);
    CHECK(std::abs(found->z - row[counted]["z"].get<double>()) < 1e-12);
    if (settings.repeats == Repeats::Reference) {
      CHECK(std::abs(std::pow(10, found->log10_p) - row[counted]["p"].get<double>()) < 1e-12);
    }
  }
  const auto scores = Detector::make(settings, {{key}})->token_scores(0, tokens);
  REQUIRE(scores);
  const std::size_t first = tokens.size() - mask.size();
  for (std::size_t i = 0; i < mask.size(); ++i) {
    REQUIRE((*scores)[first + i] == (mask[i] == '1' ? 1 : 0));
  }
}

/// A text over logits that the sampler raised; every other token is drawn at random from the top.
std::vector<Token> written(Sampler& sampler, std::size_t length, bool sparse) {
  testing::Random random(5);
  std::vector<Token> text;
  for (const Token token : {7U, 8U, 9U, 10U, 11U}) REQUIRE(sampler.prompt(token));
  while (text.size() < length) {
    std::vector<Token> ids(64);
    std::vector<float> logits(sparse ? 64 : 2000, sparse ? 0.0F : -INFINITY);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      ids[i] = static_cast<Token>(i * 31 + random.below(31));
      logits[sparse ? i : ids[i]] = static_cast<float>(random.below(1000)) / 400;
    }
    REQUIRE(sampler.apply(sparse ? ids.data() : nullptr, logits));
    const auto best =
        static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
    text.push_back(sparse ? ids[best] : static_cast<Token>(best));
    REQUIRE(sampler.accept(text.back()));
  }
  return text;
}

}  // namespace

TEST_CASE("kgw: torch's permutations") {
  const auto file = vectors("kgw/lm_watermarking_cpu.json");
  if (!file) return;
  for (const auto& row : (*file)["randperm"]) {
    const std::uint32_t size = row["n"];
    const GreenList all(size, 1.0);
    std::vector<std::uint32_t> swaps;
    std::vector<Token> permutation;
    all.swaps(static_cast<std::uint32_t>(word_in(row["seed"])), swaps);
    all.list(swaps, permutation);
    for (std::size_t i = 0; i < row["first16"].size(); ++i) {
      CHECK(permutation[i] == row["first16"][i]);
    }
    // Colours by tracking are those of the list.
    const GreenList quarter(size, 0.25);
    quarter.swaps(77, swaps);
    quarter.list(swaps, permutation);
    for (Token i = 0; i < size; i += 1 + size / 500) {
      REQUIRE(quarter.is_green(swaps, permutation[i]) == (i < quarter.green()));
    }
  }
}

TEST_CASE("kgw: seeds, colours, z and p of the vectors") {
  const auto file = vectors("kgw/lm_watermarking_cpu.json");
  if (!file) return;
  for (const auto& row : (*file)["cases"]) check_row(row);
}

TEST_CASE("kgw: what the sampler writes is found, dense and sparse") {
  for (const Scheme scheme : {Scheme::KgwLeftHash, Scheme::KgwSelfHash, Scheme::KgwMinHash,
                              Scheme::KgwSkipgram, Scheme::Unigram}) {
    CAPTURE(std::string(name_of(scheme)));
    Settings settings = defaults_of(scheme);
    settings.vocabulary = 2000;
    std::vector<Token> texts[2];
    for (const bool sparse : {false, true}) {
      auto sampler = Sampler::make(settings, {15485863});
      REQUIRE(sampler);
      texts[sparse] = written(*sampler, 300, sparse);
    }
    CHECK(texts[0] == texts[1]);
    const auto detector = Detector::make(settings, {{99}, {15485863}});
    REQUIRE(detector);
    const auto all = detector->detect_keys(texts[0]);
    REQUIRE(all);
    CHECK((*all)[0].log10_p > -4);
    CHECK((*all)[1].log10_p < -8);
    CHECK((*all)[1].verdict == textmark::Verdict::Found);
  }
}

TEST_CASE("kgw: contexts that share a seed toss one coin") {
  // One rare small number rules every window of min-hash that it stands in.
  Settings settings = defaults_of(Scheme::KgwMinHash);
  settings.vocabulary = 50257;
  std::vector<Token> text;
  for (Token i = 0; i < 400; ++i) text.push_back(i % 4 == 0 ? 1000 + i : i % 4);
  Settings reference = settings;
  reference.repeats = Repeats::Reference;
  const auto strict = Detector::make(settings, {{15485863}})->detect(text);
  const auto loose = Detector::make(reference, {{15485863}})->detect(text);
  REQUIRE(strict);
  REQUIRE(loose);
  CHECK(loose->repeated == 0);
  CHECK(strict->repeated > 200);
}

TEST_CASE("kgw: behind the token 0 every key has the same list, so nothing is scored there") {
  for (const Scheme scheme : {Scheme::KgwLeftHash, Scheme::KgwSkipgram, Scheme::KgwMinHash}) {
    CAPTURE(std::string(name_of(scheme)));
    Settings settings = defaults_of(scheme);
    settings.vocabulary = 50257;
    settings.context_width = 1;
    const std::vector<Token> text = {5, 0, 17, 6, 0, 18, 7, 0, 19};
    const auto one = Detector::make(settings, {{15485863}})->token_scores(0, text);
    REQUIRE(one);
    CHECK(std::isnan((*one)[2]));
    CHECK_FALSE(std::isnan((*one)[3]));
    const auto found = Detector::make(settings, {{15485863}})->detect(text);
    CHECK(found->scored == 5);
    CHECK(found->unscorable == 4);
  }
}

TEST_CASE("unigram: numpy's shuffled mask") {
  struct Row {
    std::uint64_t key;
    std::uint32_t vocabulary;
    double gamma;
    std::string first;
    std::uint64_t sum;
  };
  for (const Row& row :
       {Row{0, 1000, 0.5, "0010110010111000001011111101100011010000000010101000110011010000",
            243828},
        Row{15485863, 50257, 0.25,
            "0001100000100010000010100000100100000010000000000010000000001100", 315790125},
        Row{static_cast<std::uint64_t>(-7), 33, 0.5, "000010101111110000010101010011101", 280}}) {
    const auto mask = unigram_mask(row.key, row.vocabulary, row.gamma);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < mask.size(); ++i) sum += mask[i] != 0 ? i : 0;
    CHECK(sum == row.sum);
    for (std::size_t i = 0; i < row.first.size(); ++i) CHECK(mask[i] == row.first[i] - '0');
  }
}

TEST_CASE("kgw: settings that cannot be are refused") {
  Settings settings = defaults_of(Scheme::KgwLeftHash);
  CHECK_FALSE(Detector::make(settings, {{1}}));  // no vocabulary
  settings.vocabulary = 100;
  CHECK(Detector::make(settings, {{1}}));
  settings.gamma = 0;
  CHECK_FALSE(Detector::make(settings, {{1}}));
  settings.gamma = NAN;
  CHECK_FALSE(Detector::make(settings, {{1}}));
  settings.gamma = 0.25;
  for (const Scheme scheme : {Scheme::KgwLeftHash, Scheme::Unigram}) {
    Settings large = defaults_of(scheme);
    large.vocabulary = 0x7FFFFFFF;  // would take minutes and gigabytes
    CHECK_FALSE(Detector::make(large, {{1}}));
    CHECK_FALSE(Sampler::make(large, {1}));
  }
  settings.delta = 1e308;  // infinite as a logit
  CHECK_FALSE(Sampler::make(settings, {1}));
}
