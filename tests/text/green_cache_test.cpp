// SPDX-License-Identifier: Apache-2.0
// Green lists that are remembered are the lists that torch draws, whatever was asked before, by
// whom, and however little memory there is.
#include "text/green_cache.hpp"
#include "support/support.hpp"
#include "text/text.hpp"

#include <doctest/doctest.h>
#include <atomic>
#include <thread>

using namespace colophon;
using namespace colophon::textmark;
using testing::Random;

namespace {

std::vector<std::uint8_t> drawn(const GreenList& list, std::uint32_t seed) {
  std::vector<std::uint32_t> swaps;
  std::vector<Token> permutation;
  list.swaps(seed, swaps);
  list.list(swaps, permutation);
  std::vector<std::uint8_t> green(list.vocabulary(), 0);
  for (std::uint32_t i = 0; i < list.green(); ++i) green[permutation[i]] = 1;
  return green;
}

std::vector<Token> some_tokens(std::uint32_t vocabulary, Random& random) {
  std::vector<Token> ids(random.below(50));
  for (Token& id : ids) id = static_cast<Token>(random.below(vocabulary));
  if (ids.size() > 3) ids[1] = ids[0], ids[2] = 0, ids[3] = vocabulary - 1;
  return ids;
}

/// Restores the bound.
struct Bound {
  explicit Bound(std::size_t bytes) { set_cache_limit(bytes); }
  ~Bound() { set_cache_limit(kUsualCache); }
};

}  // namespace

TEST_CASE("green lists: colours of many tokens and whole lists are those of the permutation") {
  Random random(8);
  for (const std::uint32_t vocabulary : {2U, 3U, 17U, 64U, 1000U, 50257U}) {
    for (const double gamma : {0.25, 0.5, 0.9}) {
      const GreenList list(vocabulary, gamma);
      if (list.green() == 0) continue;
      for (int round = 0; round < 12; ++round) {
        const auto seed = static_cast<std::uint32_t>(random.next());
        const auto green = drawn(list, seed);
        std::vector<std::uint32_t> swaps;
        std::vector<std::uint64_t> bits;
        list.swaps(seed, swaps);
        list.bits(swaps, bits);
        for (Token t = 0; t < vocabulary; ++t) {
          REQUIRE((bits[t / 64] >> (t % 64) & 1) == green[t]);
        }
        const std::vector<Token> ids = some_tokens(vocabulary, random);
        std::vector<std::uint8_t> colours(ids.size(), 7);
        list.colours(swaps, ids.data(), ids.size(), colours.data());
        for (std::size_t i = 0; i < ids.size(); ++i) REQUIRE(colours[i] == green[ids[i]]);
      }
    }
  }
}

TEST_CASE("green lists: a memory of any size answers as without one, from many threads") {
  constexpr std::uint32_t kVocabulary = 3000, kSeeds = 40;
  const GreenList list(kVocabulary, 0.25);
  std::vector<std::vector<std::uint8_t>> truth;
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) truth.push_back(drawn(list, seed - 3));
  for (const std::size_t bytes : {0UL, 40UL, 5000UL, 20000UL, 1UL << 20}) {
    CAPTURE(bytes);
    ListCache lists(list, bytes);
    ColourCache colours(list, bytes);
    std::atomic<int> wrong{0};
    const auto work = [&](std::uint64_t number) {
      Random random(number);
      std::vector<std::uint64_t> bits;
      for (int round = 0; round < 600; ++round) {
        const auto which = static_cast<std::uint32_t>(random.below(kSeeds));
        const std::vector<Token> ids = some_tokens(kVocabulary, random);
        const std::vector<std::uint32_t> seeds(ids.size(), which - 3);
        std::vector<std::uint8_t> first(ids.size()), second(ids.size());
        lists.colours(which - 3, ids.data(), ids.size(), first.data());
        colours.colours(seeds.data(), ids.data(), std::min<std::size_t>(ids.size(), 4),
                        second.data());
        if (round % 8 == 0) lists.bits(which - 3, bits);
        for (std::size_t i = 0; i < ids.size(); ++i) {
          wrong += first[i] != truth[which][ids[i]];
          wrong += i < 4 && second[i] != truth[which][ids[i]];
          if (round % 8 == 0) wrong += (bits[ids[i] / 64] >> (ids[i] % 64) & 1) != first[i];
        }
      }
    };
    {
      std::vector<std::jthread> threads;
      for (std::uint64_t number = 1; number <= 3; ++number) threads.emplace_back(work, number);
    }
    CHECK(wrong == 0);
    CHECK(lists.counts().asked >= 3 * 600);
    const bool roomy = bytes == 1UL << 20;
    CHECK(lists.counts().known <= lists.counts().asked);
    if (bytes == 0) CHECK(lists.counts().known + colours.counts().known == 0);
    if (roomy) CHECK(lists.counts().known > 3 * 600 - 3 * 2 * kSeeds);
  }
}

TEST_CASE("green lists: a list is kept from the second time on, and the oldest goes") {
  const GreenList list(1000, 0.5);
  ListCache cache(list, 64 << 10);
  const std::vector<Token> ids = {1, 2, 3};
  std::vector<std::uint8_t> green(3);
  const auto known = [&](std::uint32_t seed) {
    const auto before = cache.counts().known;
    cache.colours(seed, ids.data(), 3, green.data());
    return cache.counts().known > before;
  };
  CHECK_FALSE(known(5));
  CHECK_FALSE(known(5));
  CHECK(known(5));
  // What is asked for all the time stays, however much passes.
  for (std::uint32_t seed = 100; seed < 3000; ++seed) {
    (void)known(seed);
    (void)known(seed);
    REQUIRE(known(5));
  }
  CHECK_FALSE(known(100));
}

TEST_CASE("green lists: a small vocabulary takes little of the bound, and still all its lists") {
  constexpr std::uint32_t kVocabulary = 300;
  const GreenList list(kVocabulary, 0.25);
  ListCache lists(list, kUsualCache);
  const ColourCache colours(list, kUsualCache);
  CHECK(lists.bytes() < 1U << 20);
  CHECK(colours.bytes() < 32U << 20);
  const GreenList usual(50257, 0.25);
  CHECK(ListCache(usual, kUsualCache).bytes() > kUsualCache * 9 / 10);
  CHECK(ColourCache(usual, kUsualCache).bytes() == kUsualCache);
  const std::vector<Token> ids = {1, 2, 3};
  std::vector<std::uint8_t> green(3);
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t seed = 0; seed < 4 * kVocabulary; ++seed) {
      lists.colours(seed * 15485863, ids.data(), 3, green.data());
    }
  }
  CHECK(lists.counts().known > 4 * kVocabulary * 9 / 10);
}

TEST_CASE("kgw: the sampler writes the same with much memory, little, and none") {
  for (const Scheme scheme : {Scheme::KgwLeftHash, Scheme::KgwSelfHash, Scheme::KgwMinHash}) {
    CAPTURE(std::string(name_of(scheme)));
    Settings settings = defaults_of(scheme);
    settings.vocabulary = 1500;
    std::vector<std::vector<float>> written;
    for (const std::size_t bytes : {kUsualCache, std::size_t{3000}, std::size_t{0}}) {
      const Bound bound(bytes);
      auto sampler = Sampler::make(settings, {15485863});
      REQUIRE(sampler);
      Random random(3);
      std::vector<float> all;
      for (int step = 0; step < 400; ++step) {
        const bool dense = step % 50 == 49;
        std::vector<Token> ids(40);
        for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<Token>(i * 37);
        std::vector<float> logits(dense ? 1499 : 40);
        for (float& logit : logits) logit = static_cast<float>(random.below(1000)) / 100;
        REQUIRE(sampler->apply(dense ? nullptr : ids.data(), logits));
        all.insert(all.end(), logits.begin(), logits.end());
        REQUIRE(sampler->accept(static_cast<Token>(random.below(30))));
      }
      written.push_back(std::move(all));
    }
    CHECK(written[0] == written[1]);
    CHECK(written[0] == written[2]);
  }
}
