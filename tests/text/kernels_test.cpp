// SPDX-License-Identifier: Apache-2.0
// Whatever the processor has, the numbers are the same: each instruction set against the baseline,
// and the baseline against the plain definition.
#include "text/kernels/kernels.hpp"
#include "support/support.hpp"
#include "text/philox.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <iostream>
#include <random>

using namespace colophon;
using namespace colophon::textmark;

namespace {

std::vector<const Kernels*> all_kernels() {
  std::vector<const Kernels*> all;
  for (const char* name : {"baseline", "avx2", "avx512"}) {
    if (const Kernels* found = kernels_named(name)) {
      all.push_back(found);
    } else {
      std::cout << "skipped: this processor has no " << name << "\n";
    }
  }
  return all;
}

/// Contexts and tokens in columns.
struct Items {
  Items(std::uint32_t width, std::size_t count, testing::Random& random) {
    const std::size_t readable = (count + 15) / 16 * 16;
    for (std::uint32_t c = 0; c <= width; ++c) {
      auto& column = storage.emplace_back(readable);
      for (auto& word : column) word = static_cast<std::uint32_t>(random.next() >> 20);
    }
    for (const auto& column : storage) columns.push_back(column.data());
    view = {columns.data(), width, storage[width].data(), count, readable};
  }
  std::vector<std::vector<std::uint32_t>> storage;
  std::vector<const std::uint32_t*> columns;
  Columns view;
};

}  // namespace

TEST_CASE("kernels: words and sums of the Gumbel scheme") {
  testing::Random random(1);
  for (const std::uint32_t width : {1U, 3U, 4U, 5U, 8U, 16U}) {
    for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 1000U}) {
      const Items items(width, count, random);
      const std::uint64_t key = random.next() | random.next() << 40;
      std::vector<std::uint32_t> plain(count);
      double sum = 0;
      for (std::size_t i = 0; i < count; ++i) {
        std::vector<Token> context;
        for (std::uint32_t c = 0; c < width; ++c) context.push_back(items.storage[c][i]);
        plain[i] = philox_word(key, philox_state(key, context), items.storage[width][i]);
        sum -= std::log1p(-double{uniform(plain[i])});
      }
      const double baseline = kernels_named("baseline")->gumbel_total(items.view, key);
      CHECK(std::abs(baseline - sum) < 1e-12 * (1 + sum));
      for (const Kernels* k : all_kernels()) {
        CAPTURE(k->name);
        CHECK(k->gumbel_total(items.view, key) == baseline);
        std::vector<std::uint32_t> words(items.view.readable);
        k->gumbel_words(items.view, key, words.data());
        words.resize(count);
        CHECK(words == plain);
      }
    }
  }
}

TEST_CASE("kernels: a row of words, and coarse scores that are near the exact ones") {
  testing::Random random(2);
  const std::uint64_t key = 0x123456789ABCDEF0;
  const PhiloxState state = {1, 2, 3, 4};
  constexpr std::size_t kCount = 4096;
  std::vector<float> logits(kCount);
  for (float& logit : logits) logit = static_cast<float>(random.below(100000)) / 1000 - 50;
  for (const Kernels* k : all_kernels()) {
    CAPTURE(k->name);
    std::vector<std::uint32_t> words(kCount);
    k->gumbel_row(state.data(), key, kCount / 4, words.data());
    for (Token token = 0; token < kCount; ++token) {
      REQUIRE(words[token] == philox_word(key, state, token));
    }
    for (std::size_t i = 0; i < 256; ++i) {  // both ends of what a word can be
      words[i] = static_cast<std::uint32_t>(i) << 8;
      words[kCount - 1 - i] = 0xFFFFFFFF - (static_cast<std::uint32_t>(i) << 8);
    }
    std::vector<float> scores(kCount);
    k->gumbel_scores(logits.data(), words.data(), kCount, scores.data());
    for (std::size_t i = 0; i < kCount; ++i) {
      const double exact = logits[i] - std::log(-std::log(double{uniform(words[i])}));
      REQUIRE(std::abs(scores[i] - exact) < 1e-4 + 2e-6 * std::abs(exact));
    }
  }
}

TEST_CASE("kernels: SynthID v2's bits") {
  testing::Random random(3);
  std::vector<std::uint64_t> hashes(64), keys(37);
  for (auto& hash : hashes) hash = random.next() * 0x9E3779B97F4A7C15;
  for (auto& key : keys) key = random.next();
  constexpr std::uint64_t kM = 6364136223846793005;
  for (const std::size_t layers : {1U, 4U, 30U, 37U}) {
    std::vector<std::uint64_t> plain(hashes.size());
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      for (std::size_t l = 0; l < layers; ++l) {
        auto x = static_cast<std::int64_t>((hashes[i] + keys[l]) * kM + 1);
        for (int r = 0; r < 12; ++r) {
          x = static_cast<std::int64_t>((static_cast<std::uint64_t>(x) + 1) * kM + 1) >> 5;
        }
        plain[i] |= static_cast<std::uint64_t>(x >> 30 & 1) << l;
      }
    }
    for (const Kernels* k : all_kernels()) {
      CAPTURE(k->name);
      std::vector<std::uint64_t> bits(hashes.size());
      k->synthid2_bits(hashes.data(), hashes.size(), keys.data(), layers, bits.data());
      CHECK(bits == plain);
    }
  }
}

TEST_CASE("kernels: the twister, its draws, and finding") {
  testing::Random random(4);
  for (const Kernels* k : all_kernels()) {
    CAPTURE(k->name);
    std::mt19937 twister(2971215073U);
    std::vector<std::uint32_t> state(640), numbers(640);
    state[0] = 2971215073U;
    for (std::uint32_t i = 1; i < 624; ++i) {
      state[i] = 1812433253U * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
    }
    for (int block = 0; block < 3; ++block) {
      k->twist(state.data(), numbers.data());
      for (std::size_t i = 0; i < 624; ++i) REQUIRE(numbers[i] == twister());
    }
    for (const std::uint32_t size : {2000U, 50257U, 1000003U, 0x7FFFFFFFU}) {
      for (const std::uint32_t first : {0U, 640U, 1360U}) {
        std::vector<std::uint32_t> reciprocals(2000);
        for (std::uint32_t i = 0; i < std::min(size, 2000U); ++i)
          reciprocals[i] = reciprocal(size - i);
        std::vector<std::uint32_t> drawn(640), plain(640);
        for (std::uint32_t i = 0; i < 640; ++i) {
          const std::uint32_t divisor = size - first - i;
          drawn[i] = i % 3 == 0
                         ? static_cast<std::uint32_t>(random.next())
                         : divisor * static_cast<std::uint32_t>(random.below(3)) - (i % 3 - 1);
          plain[i] = first + i + drawn[i] % divisor;
        }
        k->draw(drawn.data(), 640, first, size, reciprocals.data());
        CHECK(drawn == plain);
        CHECK(k->find(drawn.data(), 640, drawn[501]) <= 501);
        CHECK(k->find(drawn.data(), 640, 0xFFFFFFFF) == 640);
        CHECK(k->find(drawn.data(), 3, drawn[2]) <= 2);
      }
    }
  }
}

TEST_CASE("kernels: tokens on their way through swaps, and packing") {
  testing::Random random(14);
  for (int round = 0; round < 60; ++round) {
    const auto size = static_cast<std::uint32_t>(2 + random.below(round < 30 ? 60 : 5000));
    const auto count = static_cast<std::uint32_t>(random.below(size));
    std::vector<std::uint32_t> swaps(count), places(1 + random.below(45)), ends;
    for (std::uint32_t i = 0; i < count; ++i)
      swaps[i] = i + static_cast<std::uint32_t>(random.below(size - i));
    for (auto& place : places) place = static_cast<std::uint32_t>(random.below(size));
    for (std::uint32_t place : places) {
      for (std::uint32_t i = 0; i < count; ++i) {
        place = place == i ? swaps[i] : place == swaps[i] ? i : place;
      }
      ends.push_back(place);
    }
    std::vector<std::uint8_t> marks(128), bits(16), packed(16);
    for (auto& mark : marks) mark = static_cast<std::uint8_t>(random.below(2));
    for (std::size_t i = 0; i < 128; ++i)
      bits[i / 8] |= static_cast<std::uint8_t>(marks[i] << i % 8);
    for (const Kernels* k : all_kernels()) {
      CAPTURE(k->name);
      std::vector<std::uint32_t> tracked = places;
      k->track(swaps.data(), count, tracked.data(), tracked.size());
      REQUIRE(tracked == ends);
      k->pack(marks.data(), marks.size(), packed.data());
      REQUIRE(packed == bits);
    }
  }
}

TEST_CASE("kernels: the tournament") {
  testing::Random random(5);
  constexpr std::size_t kCount = 160;
  std::vector<float> start(kCount);
  std::vector<std::uint32_t> bits(kCount);
  for (float& p : start) p = static_cast<float>(random.below(1000)) / 80000;
  for (auto& word : bits) word = static_cast<std::uint32_t>(random.next() >> 13);
  for (const std::uint32_t leaves : {2U, 3U}) {
    std::vector<float> first;
    for (const Kernels* k : all_kernels()) {
      CAPTURE(k->name);
      std::vector<float> p = start;
      k->tournament(p.data(), bits.data(), kCount, 30, leaves);
      if (first.empty()) first = p;
      CHECK(p == first);
    }
  }
}
