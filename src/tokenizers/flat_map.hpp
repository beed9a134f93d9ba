// SPDX-License-Identifier: Apache-2.0
// A hash table from 64-bit keys to 64-bit values, open addressing: merges and tries have up to
// millions of entries and are asked for every letter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace colophon::tokenizers {

class FlatMap {
 public:
  static constexpr std::uint64_t kNone = UINT64_MAX;  ///< no key and no value may be this

  /// Keeps the value that is there already; says whether it was new.
  bool insert(std::uint64_t key, std::uint64_t value) {
    if ((count_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slot_of(key);
    if (slot.key != kNone) return false;
    slot = {key, value};
    ++count_;
    return true;
  }
  [[nodiscard]] std::uint64_t find(std::uint64_t key) const noexcept {
    if (slots_.empty()) return kNone;
    std::size_t at = mix(key) & (slots_.size() - 1);
    while (slots_[at].key != kNone) {
      if (slots_[at].key == key) return slots_[at].value;
      at = (at + 1) & (slots_.size() - 1);
    }
    return kNone;
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

 private:
  struct Slot {
    std::uint64_t key = kNone, value = kNone;
  };
  static std::size_t mix(std::uint64_t key) noexcept {
    key ^= key >> 32;
    key *= 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(key ^ (key >> 29));
  }
  Slot& slot_of(std::uint64_t key) noexcept {
    std::size_t at = mix(key) & (slots_.size() - 1);
    while (slots_[at].key != kNone && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != kNone) slot_of(slot.key) = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

}  // namespace colophon::tokenizers
