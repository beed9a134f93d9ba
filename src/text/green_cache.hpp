// SPDX-License-Identifier: Apache-2.0
// Green lists that were drawn already. A list is a shuffle of the vocabulary, seeded by the
// context: drawing it takes microseconds, and contexts come again. All samplers of a process with
// the same vocabulary and share of green tokens remember together, within a bound.
#pragma once

#include "text/green.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>

namespace colophon::textmark {

inline constexpr std::size_t kUsualCache = 64U << 20;
/// Samplers of so many keys share a memory without crowding each other out.
inline constexpr std::size_t kKeys = 16;
/// Bytes for each vocabulary, share and kind of memory, for caches that are made from now on. 0:
/// nothing is remembered.
void set_cache_limit(std::size_t bytes) noexcept;
[[nodiscard]] std::size_t cache_limit() noexcept;

/// How often the answer was there.
struct CacheCounts {
  std::uint64_t asked = 0, known = 0;
};

/// Zeroes that take no memory before they are written.
template <class T>
class Zeroes {
 public:
  explicit Zeroes(std::size_t count)
      : data_(count == 0 ? nullptr : static_cast<T*>(std::calloc(count, sizeof(T)))),
        size_(data_ == nullptr ? 0 : count) {}
  [[nodiscard]] T* get() const noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct Free {
    void operator()(T* data) const noexcept { std::free(data); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_;
};

/// Whole lists, a bit for each token, by seed. Safe among threads.
class ListCache {
 public:
  ListCache(const GreenList& list, std::size_t bytes);

  /// Which of the candidates are green, a byte each.
  void colours(std::uint32_t seed, const Token* ids, std::size_t count, std::uint8_t* green);
  /// The list.
  void bits(std::uint32_t seed, std::vector<std::uint64_t>& bits);
  [[nodiscard]] CacheCounts counts() const noexcept;
  /// What it may come to hold.
  [[nodiscard]] std::size_t bytes() const noexcept {
    return slots_.size() * sizeof(Slot) + words_.size() * 8 + missed_.size() * 4;
  }

 private:
  static constexpr std::size_t kWays = 8, kLocks = 64;
  struct Slot {
    std::uint32_t seed, used;  ///< used: the time of its last use; 0: empty
  };

  [[nodiscard]] std::size_t set_of(std::uint32_t seed) const noexcept;
  [[nodiscard]] std::uint64_t* words_at(std::size_t slot) const noexcept {
    return words_.get() + slot * list_.words();
  }
  /// Hands the list to `use`, if it is there.
  template <class Use>
  bool find(std::uint32_t seed, Use use);
  void keep(std::uint32_t seed, const std::vector<std::uint64_t>& bits);
  /// True when it was asked for, and not there, not long ago.
  bool asked_before(std::uint32_t seed) noexcept;

  const GreenList& list_;
  std::size_t sets_;
  Zeroes<Slot> slots_;
  Zeroes<std::uint64_t> words_;
  Zeroes<std::atomic<std::uint32_t>> missed_;
  std::array<std::mutex, kLocks> locks_;
  std::atomic<std::uint32_t> clock_{0};
  std::atomic<std::uint64_t> asked_{0}, known_{0};
};

/// Colours of single tokens in lists that serve one token each (self-salted schemes). Safe among
/// threads, without locks: what two threads write at once is true in either order.
class ColourCache {
 public:
  ColourCache(const GreenList& list, std::size_t bytes);

  /// Of each token in its own list.
  void colours(const std::uint32_t* seeds, const Token* tokens, std::size_t count,
               std::uint8_t* green);
  [[nodiscard]] CacheCounts counts() const noexcept;
  /// What it may come to hold.
  [[nodiscard]] std::size_t bytes() const noexcept { return entries_.size() * 8; }

 private:
  [[nodiscard]] bool is_green(std::uint32_t seed, Token token);
  [[nodiscard]] std::atomic<std::uint64_t>* place_of(std::uint64_t pair) const noexcept;

  const GreenList& list_;
  int shift_ = 0;
  Zeroes<std::atomic<std::uint64_t>>
      entries_;  ///< seed, token, colour; inverted, so that 0 is none
  std::atomic<std::uint64_t> asked_{0}, known_{0};
};

/// What samplers of one vocabulary and share have in common.
struct GreenMemory {
  GreenMemory(std::uint32_t vocabulary, double gamma, std::size_t bytes)
      : list(vocabulary, gamma), lists(list, bytes), colours(list, bytes) {}
  GreenList list;
  ListCache lists;
  ColourCache colours;

  /// The one that other samplers use, or a new one.
  static std::shared_ptr<GreenMemory> shared(std::uint32_t vocabulary, double gamma);
};

}  // namespace colophon::textmark
