// SPDX-License-Identifier: Apache-2.0
// Rows of the vectors that belong to no scheme of this library or to a part of one: vLLM's SynthID
// draft over its Philox words, keys and tables that are derived, and hash tables.
#include "vectors.hpp"
#include "support/support.hpp"
#include "text/green.hpp"
#include "text/philox.hpp"
#include "text/statistics.hpp"
#include "text/synthid.hpp"

#include <doctest/doctest.h>
#include <bit>
#include <cmath>
#include <set>

using namespace colophon;
using namespace colophon::textmark;
using testing::tokens_in, testing::vectors, testing::word_in;

TEST_CASE("vectors: keys that vLLM derives for two") {
  const auto rows = vectors("vllm/philox_gumbel.json");
  if (!rows) return;
  int checked = 0;
  for (const auto& row : (*rows)["cases"]) {
    if (!row.contains("key_a")) continue;
    CHECK(derived_key(word_in(row["key"]), "key_a") == word_in(row["key_a"]));
    CHECK(derived_key(word_in(row["key"]), "key_b") == word_in(row["key_b"]));
    ++checked;
  }
  CHECK(checked >= 7);
}

TEST_CASE("vectors: vLLM's SynthID draft, a bit of one Philox word for each layer") {
  const auto rows = vectors("vllm/philox_gumbel.json");
  if (!rows) return;
  int checked = 0;
  for (const auto& row : (*rows)["cases"]) {
    if (row["algorithm"] != "synthid_philox_draft") continue;
    CAPTURE(row["name"].get<std::string>());
    const std::size_t width = row["context_width"];
    const int depth = row["depth"];
    std::vector<Token> text(width, 0xFFFFFFFF);
    std::set<std::vector<Token>> seen;
    std::uint64_t hits = 0, scored = 0;
    for (const Token token : tokens_in(row["token_ids"])) {
      const std::vector<Token> context(text.end() - static_cast<long>(width), text.end());
      text.push_back(token);
      if (!seen.insert(context).second && row["deduplicate"]) continue;
      const std::uint64_t key = word_in(row["key"]);
      const std::uint32_t word = philox_word(key, philox_state(key, context), token);
      hits += static_cast<std::uint64_t>(
          std::popcount(word & static_cast<std::uint32_t>((std::uint64_t{1} << depth) - 1)));
      ++scored;
    }
    const std::uint64_t trials = scored * static_cast<std::uint64_t>(depth);
    CHECK(scored == row["num_scored"]);
    CHECK(hits == row["hits"]);
    CHECK(trials == row["trials"]);
    const double score = static_cast<double>(hits) / static_cast<double>(trials);
    CHECK(std::abs(score - row["score"].get<double>()) < 1e-12);
    CHECK(std::exp(log_binomial_tail(trials, 0.5, hits)) ==
          doctest::Approx(row["p_value"].get<double>()).epsilon(1e-9));
    ++checked;
  }
  CHECK(checked >= 2);
}

TEST_CASE("vectors: SynthID's start values, single bits, and tables of other seeds") {
  const auto hashes = vectors("synthid/hash.json");
  const auto table = vectors("synthid/v1_sampling_table.json");
  const auto detect = vectors("synthid/v2_detect.json");
  if (!hashes || !table || !detect) return;
  const Settings v2 = defaults_of(Scheme::SynthIdV2);
  int checked = 0;
  for (const auto& row : (*detect)["cases"]) {
    Key key;
    for (const auto& word : row["keys"]) key.push_back(word_in(word));
    CHECK(GFunction(v2, key).start() == word_in(row["hash_iv"]));
    checked += row["hash_iv"] == (*hashes)["iv"]["default30"];
  }
  CHECK(checked > 0);
  // A bit follows from the hash that holds the key already: key 0 of a hash before it is that hash
  // times the multiplier plus one, so the hash is brought back to where that is it.
  std::uint64_t inverse = 1;
  for (int i = 0; i < 6; ++i) inverse *= 2 - kSynthIdMultiplier * inverse;
  const auto& single = (*hashes)["get_gvals"];
  const GFunction function(v2, {0});
  for (std::size_t i = 0; i < single["ngram_keys"].size(); ++i) {
    std::array<std::uint64_t, 16> hash{}, bits{};
    hash[0] = (word_in(single["ngram_keys"][i]) - 1) * inverse;
    function.bits(hash.data(), 1, bits.data());
    CHECK((bits[0] & 1) == single["g"][i]);
  }
  for (const auto& [seed, first] : (*table)["first64"].items()) {
    Settings settings = defaults_of(Scheme::SynthIdV1);
    settings.table_seed = std::stoull(seed);
    const std::string digits = first;
    for (std::uint64_t i = 0; i < 64; ++i) {
      // The table is read at the hash that holds the key.
      std::array<std::uint64_t, 16> hash{}, bits{};
      hash[0] = (i - 1) * inverse;
      GFunction(settings, {0}).bits(hash.data(), 1, bits.data());
      REQUIRE((bits[0] & 1) == static_cast<std::uint64_t>(digits[i] - '0'));
    }
  }
  const GFunction usual(defaults_of(Scheme::SynthIdV1), {0});
  int ones = 0;
  for (const std::uint64_t bits : usual.folded_bits()) ones += static_cast<int>(bits & 1);
  CHECK(ones == (*table)["ones"]);
}

TEST_CASE("vectors: KGW's table of hashes") {
  const auto file = vectors("kgw/lm_watermarking_cpu.json");
  if (!file) return;
  const auto& table = (*file)["fixed_table"];
  const GreenList list(table["size"], 1.0);
  std::vector<std::uint32_t> swaps;
  std::vector<Token> permutation;
  list.swaps(table["seed"], swaps);
  list.list(swaps, permutation);
  const KgwSeeds seeds(Scheme::KgwSkipgram, 1, 1);
  for (Token i = 0; i < table["first16"].size(); ++i) {
    CHECK(permutation[i] == table["first16"][i]);
    CHECK(seeds.function(&i + 1) == table["first16"][i].get<std::int64_t>() + 1);
  }
}
