// SPDX-License-Identifier: Apache-2.0
#include "text/green_cache.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

namespace colophon::textmark {
namespace {

std::atomic<std::size_t> limit{kUsualCache};

std::uint64_t mixed(std::uint64_t value) noexcept {
  value *= 0x9E3779B97F4A7C15;
  return (value ^ (value >> 32)) * 0xD6E8FEB86659FD93;
}

std::uint64_t pair_of(std::uint32_t seed, Token token) noexcept {
  return std::uint64_t{seed} << 31 | token;
}

/// Swaps of the list that is asked for; each thread has its own.
std::vector<std::uint32_t>& swaps_here() {
  thread_local std::vector<std::uint32_t> swaps;
  return swaps;
}

}  // namespace

void set_cache_limit(std::size_t bytes) noexcept {
  limit = bytes;
}
std::size_t cache_limit() noexcept {
  return limit;
}

// A slot for every list that fits, and as many notes of lists that did not. A key has about as many
// lists as there are tokens: of a small vocabulary, more than some keys' lists need no room.
ListCache::ListCache(const GreenList& list, std::size_t bytes)
    : list_(list),
      sets_(std::min<std::size_t>(bytes / (kWays * (list.words() * 8 + sizeof(Slot) + 16)),
                                  std::size_t{list.vocabulary()} * kKeys / kWays)),
      slots_(sets_ * kWays),
      words_(slots_.size() * list.words()),
      missed_(slots_.size() * 4) {
  if (words_.size() == 0 || missed_.size() == 0) sets_ = 0;
}

std::size_t ListCache::set_of(std::uint32_t seed) const noexcept {
  return static_cast<std::size_t>((mixed(seed) >> 32) * sets_ >> 32);
}

template <class Use>
bool ListCache::find(std::uint32_t seed, Use use) {
  asked_.fetch_add(1, std::memory_order_relaxed);
  if (sets_ == 0) return false;
  const std::size_t set = set_of(seed);
  const std::lock_guard lock(locks_[set % kLocks]);
  for (std::size_t slot = set * kWays; slot < (set + 1) * kWays; ++slot) {
    Slot& here = slots_.get()[slot];
    if (here.used == 0 || here.seed != seed) continue;
    here.used = std::max(1U, clock_.fetch_add(1, std::memory_order_relaxed) + 1);
    use(words_at(slot));
    known_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  return false;
}

void ListCache::keep(std::uint32_t seed, const std::vector<std::uint64_t>& bits) {
  if (sets_ == 0) return;
  const std::size_t set = set_of(seed);
  const std::lock_guard lock(locks_[set % kLocks]);
  const std::uint32_t now = std::max(1U, clock_.fetch_add(1, std::memory_order_relaxed) + 1);
  // Its own place, where another thread was quicker; an empty one; the one that rested longest.
  Slot* begin = slots_.get() + set * kWays;
  Slot* place = std::min_element(begin, begin + kWays, [&](const Slot& a, const Slot& b) {
    const auto rank = [&](const Slot& slot) {
      return std::tuple(slot.used == 0 || slot.seed != seed, slot.used != 0,
                        static_cast<std::int32_t>(slot.used - now));
    };
    return rank(a) < rank(b);
  });
  std::copy(bits.begin(), bits.end(), words_at(static_cast<std::size_t>(place - slots_.get())));
  *place = {seed, now};
}

bool ListCache::asked_before(std::uint32_t seed) noexcept {
  if (sets_ == 0) return false;
  const std::uint64_t hash = mixed(std::uint64_t{seed} + 1);
  auto& note = missed_.get()[static_cast<std::size_t>((hash >> 32) * missed_.size() >> 32)];
  return note.exchange(~seed, std::memory_order_relaxed) == ~seed;
}

void ListCache::colours(std::uint32_t seed, const Token* ids, std::size_t count,
                        std::uint8_t* green) {
  const auto read = [&](const std::uint64_t* bits) {
    for (std::size_t i = 0; i < count; ++i) green[i] = bits[ids[i] >> 6] >> (ids[i] & 63) & 1;
  };
  if (find(seed, read)) return;
  std::vector<std::uint32_t>& swaps = swaps_here();
  list_.swaps(seed, swaps);
  // Many contexts come once. A list is drawn whole and kept when it is asked for again.
  if (!asked_before(seed)) return list_.colours(swaps, ids, count, green);
  thread_local std::vector<std::uint64_t> bits;
  list_.bits(swaps, bits);
  read(bits.data());
  keep(seed, bits);
}

void ListCache::bits(std::uint32_t seed, std::vector<std::uint64_t>& bits) {
  bits.resize(list_.words());
  const auto copy = [&](const std::uint64_t* from) {
    std::copy_n(from, bits.size(), bits.begin());
  };
  if (find(seed, copy)) return;
  std::vector<std::uint32_t>& swaps = swaps_here();
  list_.swaps(seed, swaps);
  list_.bits(swaps, bits);
  if (asked_before(seed)) keep(seed, bits);
}

CacheCounts ListCache::counts() const noexcept {
  return {asked_, known_};
}

// A key's list hangs on a pair of tokens, one of which it colours.
ColourCache::ColourCache(const GreenList& list, std::size_t bytes)
    : list_(list),
      entries_(bytes < 16 ? 0
                          : std::min<std::uint64_t>(std::bit_floor(bytes / 8),
                                                    std::bit_ceil(std::uint64_t{list.vocabulary()} *
                                                                  list.vocabulary() * kKeys))) {
  if (entries_.size() > 0) shift_ = 64 - std::countr_zero(entries_.size());
}

std::atomic<std::uint64_t>* ColourCache::place_of(std::uint64_t pair) const noexcept {
  return entries_.size() == 0 ? nullptr : entries_.get() + (mixed(pair) >> shift_);
}

void ColourCache::colours(const std::uint32_t* seeds, const Token* tokens, std::size_t count,
                          std::uint8_t* green) {
  // All places are asked for before the first is needed: the memory is larger than a cache.
  for (std::size_t i = 0; i < count && entries_.size() > 0; ++i) {
    __builtin_prefetch(place_of(pair_of(seeds[i], tokens[i])));
  }
  for (std::size_t i = 0; i < count; ++i) green[i] = is_green(seeds[i], tokens[i]) ? 1 : 0;
}

bool ColourCache::is_green(std::uint32_t seed, Token token) {
  asked_.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t pair = pair_of(seed, token);
  std::atomic<std::uint64_t>* entry = place_of(pair);
  if (entry != nullptr) {
    const std::uint64_t kept = ~entry->load(std::memory_order_relaxed);
    if (kept >> 1 == pair) {
      known_.fetch_add(1, std::memory_order_relaxed);
      return (kept & 1) != 0;
    }
  }
  std::vector<std::uint32_t>& swaps = swaps_here();
  list_.swaps(seed, swaps);
  const bool green = list_.is_green(swaps, token);
  if (entry != nullptr) {
    entry->store(~(pair << 1 | std::uint64_t{green}), std::memory_order_relaxed);
  }
  return green;
}

CacheCounts ColourCache::counts() const noexcept {
  return {asked_, known_};
}

std::shared_ptr<GreenMemory> GreenMemory::shared(std::uint32_t vocabulary, double gamma) {
  using Which = std::tuple<std::uint32_t, double, std::size_t>;
  static std::mutex lock;
  static std::map<Which, std::weak_ptr<GreenMemory>> all;
  const std::lock_guard guard(lock);
  std::erase_if(all, [](const auto& item) { return item.second.expired(); });
  const Which which{vocabulary, gamma, cache_limit()};
  auto& place = all[which];
  auto memory = place.lock();
  if (!memory) place = memory = std::make_shared<GreenMemory>(vocabulary, gamma, cache_limit());
  return memory;
}

}  // namespace colophon::textmark
