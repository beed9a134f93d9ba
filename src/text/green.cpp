// SPDX-License-Identifier: Apache-2.0
#include "text/green.hpp"

#include "text/kernels/kernels.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace colophon::textmark {
namespace {

constexpr std::uint32_t kTwister = 624;
constexpr std::uint32_t kHashes = 1'000'003;

__extension__ using Wide = unsigned __int128;

/// lm-watermarking's table: randperm(1,000,003) seeded with 2971215073.
const std::vector<Token>& hash_table() {
  static const std::vector<Token> table = [] {
    const GreenList all(kHashes, static_cast<double>(kHashes - 1) / kHashes);
    std::vector<std::uint32_t> swaps;
    std::vector<Token> permutation;
    all.swaps(2971215073U, swaps);
    all.list(swaps, permutation);
    return permutation;
  }();
  return table;
}

/// hashint: of a signed number, whose remainder is never negative.
std::uint64_t hashed(std::uint64_t number) {
  const std::int64_t rest = static_cast<std::int64_t>(number) % kHashes;
  const std::int64_t place = rest < 0 ? rest + kHashes : rest;
  return std::uint64_t{hash_table()[static_cast<std::size_t>(place)]} + 1;
}

/// The low half of a signed number's remainder modulo 2^64 - 1.
std::uint32_t seed_of(std::int64_t value) noexcept {
  const auto number = static_cast<std::uint64_t>(value);
  return static_cast<std::uint32_t>(value < 0 ? number - 1 : number);
}

}  // namespace

GreenList::GreenList(std::uint32_t vocabulary, double gamma)
    : vocabulary_(vocabulary),
      green_(std::min(static_cast<std::uint32_t>(vocabulary * gamma + (gamma > 0.999 ? 0.5 : 0)),
                      vocabulary - 1)) {
  reciprocals_.resize((green_ + kTwister) / 16 * 16 + 16, 1);
  for (std::uint32_t i = 0; i < std::min<std::size_t>(vocabulary, reciprocals_.size()); ++i) {
    reciprocals_[i] = reciprocal(vocabulary - i);
  }
}

void GreenList::swaps(std::uint32_t seed, std::vector<std::uint32_t>& swaps) const {
  const std::size_t blocks = (green_ + kTwister - 1) / kTwister;
  swaps.resize(blocks * kTwister);
  std::uint32_t state[640];
  state[0] = seed;
  for (std::uint32_t i = 1; i < kTwister; ++i) {
    state[i] = 1812433253U * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
  }
  const Kernels& k = kernels();
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t first = block * kTwister;
    k.twist(state, swaps.data() + first);
    const std::size_t count = std::min<std::size_t>(kTwister, green_ - first);
    k.draw(swaps.data() + first, count, static_cast<std::uint32_t>(first), vocabulary_,
           reciprocals_.data());
  }
}

bool GreenList::is_green(const std::vector<std::uint32_t>& swaps, Token token) const {
  const Kernels& k = kernels();
  std::uint32_t place = token, at = 0;
  while (at < green_) {
    // Until the swap at its own place, the token is met only by a swap that goes there.
    const std::uint32_t stop = std::min(place, green_);
    const std::size_t met = k.find(swaps.data() + at, stop - at, place);
    if (met < stop - at) return true;
    if (stop == green_) return false;
    if (swaps[stop] == place) return true;
    place = swaps[stop];
    at = stop + 1;
  }
  return false;
}

void GreenList::colours(const std::vector<std::uint32_t>& swaps, const Token* ids,
                        std::size_t count, std::uint8_t* green) const {
  thread_local std::vector<std::uint32_t> places;
  places.assign(ids, ids + count);
  if (count > 0) kernels().track(swaps.data(), green_, places.data(), count);
  for (std::size_t t = 0; t < count; ++t) green[t] = places[t] < green_ ? 1 : 0;
}

/// Backwards: which places hold a token that ends in the list? At the end the first places do;
/// before each swap, its two places with their answers exchanged. The first of them is answered by
/// then.
void GreenList::bits(const std::vector<std::uint32_t>& swaps,
                     std::vector<std::uint64_t>& bits) const {
  thread_local std::vector<std::uint8_t> marks;
  marks.assign(words() * 64, 0);
  std::uint8_t* const mark = marks.data();
  const std::uint32_t* const to = swaps.data();
  std::fill_n(mark, green_, std::uint8_t{1});
  for (std::uint32_t i = green_; i-- > 0;) {
    const std::uint32_t j = to[i];
    const std::uint8_t before = mark[j];
    mark[j] = 1;
    mark[i] = before;
  }
  bits.resize(words());
  kernels().pack(mark, marks.size(), reinterpret_cast<std::uint8_t*>(bits.data()));
}

void GreenList::list(const std::vector<std::uint32_t>& swaps,
                     std::vector<Token>& permutation) const {
  permutation.resize(vocabulary_);
  std::iota(permutation.begin(), permutation.end(), 0U);
  for (std::uint32_t i = 0; i < green_; ++i) std::swap(permutation[i], permutation[swaps[i]]);
}

KgwSeeds::KgwSeeds(Scheme scheme, std::uint64_t key, std::uint32_t width)
    : scheme_(scheme), key_(key), width_(width) {}

std::int64_t KgwSeeds::function(const Token* end) const {
  const Token* begin = end - width_;
  switch (scheme_) {
    case Scheme::KgwSkipgram:
      return static_cast<std::int64_t>(hashed(key_ * *begin));
    case Scheme::KgwMinHash: {
      std::uint64_t least = ~std::uint64_t{0};
      for (const Token* t = begin; t != end; ++t) least = std::min(least, hashed(key_ * *t));
      return static_cast<std::int64_t>(least);
    }
    case Scheme::KgwSelfHash: {
      std::int64_t least = INT64_MAX;
      const std::uint64_t anchor = hashed(end[-1]);
      for (const Token* t = begin; t != end; ++t) {
        least = std::min(least, static_cast<std::int64_t>(key_ * hashed(*t) * anchor));
      }
      return least;
    }
    default:
      break;
  }
  const std::uint64_t sum = std::accumulate(begin, end, std::uint64_t{0});
  return static_cast<std::int64_t>(key_ * sum);
}

void KgwSeeds::seeds_of(const Token* end, const Token* candidates, std::size_t count,
                        std::uint32_t* seeds) const {
  std::array<std::uint64_t, 64> parts{};
  const std::uint32_t before = width_ - 1;
  for (std::uint32_t i = 0; i < before; ++i) parts[i] = key_ * hashed(end[-1 - std::int64_t{i}]);
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint64_t anchor = hashed(candidates[k]);
    auto least = static_cast<std::int64_t>(key_ * anchor * anchor);
    for (std::uint32_t i = 0; i < before; ++i) {
      least = std::min(least, static_cast<std::int64_t>(parts[i] * anchor));
    }
    seeds[k] = seed_of(least);
  }
}

bool KgwSeeds::keyed(const Token* end) const {
  const Token* begin = end - width_;
  switch (scheme_) {
    case Scheme::KgwSelfHash:
      return true;
    case Scheme::KgwSkipgram:
      return *begin != 0;
    case Scheme::KgwMinHash:
      return std::find(begin, end, Token{0}) == end ||
             function(end) != static_cast<std::int64_t>(hashed(0));
    default:
      return std::any_of(begin, end, [](Token token) { return token != 0; });
  }
}

std::uint32_t KgwSeeds::seed(const Token* end) const {
  constexpr std::uint64_t kModulus = ~std::uint64_t{0};
  if (scheme_ == Scheme::KgwLeftHash) {  // Python's integers do not overflow
    const std::uint64_t sum = std::accumulate(end - width_, end, std::uint64_t{0});
    return static_cast<std::uint32_t>(Wide{key_} * sum % kModulus);
  }
  return seed_of(function(end));
}

}  // namespace colophon::textmark
