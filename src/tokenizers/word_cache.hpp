// SPDX-License-Identifier: Apache-2.0
// The tokens of words met before: natural text is mostly the same words again. Bounded; when full
// it starts afresh.
#pragma once

#include "tokenizers/models.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace colophon::tokenizers {

class WordCache {
 public:
  /// Empty when the word is not here. Valid until the next `add`.
  [[nodiscard]] std::span<const Cut> find(std::string_view word) const noexcept {
    if (word.size() > kMaxWord || slots_.empty()) return {};
    const std::size_t hash = std::hash<std::string_view>()(word);
    for (std::size_t at = hash & (kSlots - 1); slots_[at].count > 0; at = (at + 1) & (kSlots - 1)) {
      const Slot& slot = slots_[at];
      if (slot.hash == hash && std::string_view(text_).substr(slot.text, slot.size) == word) {
        return std::span(cuts_).subspan(slot.cuts, slot.count);
      }
    }
    return {};
  }

  void add(std::string_view word, std::span<const Cut> cuts) {
    if (word.size() > kMaxWord || cuts.empty()) return;
    if (slots_.empty() || used_ * 2 > kSlots) {
      slots_.assign(kSlots, {});
      text_.clear();
      cuts_.clear();
      used_ = 0;
    }
    const std::size_t hash = std::hash<std::string_view>()(word);
    std::size_t at = hash & (kSlots - 1);
    while (slots_[at].count > 0) at = (at + 1) & (kSlots - 1);
    slots_[at] = {hash, static_cast<std::uint32_t>(text_.size()),
                  static_cast<std::uint32_t>(cuts_.size()), static_cast<std::uint16_t>(word.size()),
                  static_cast<std::uint16_t>(cuts.size())};
    text_ += word;
    cuts_.insert(cuts_.end(), cuts.begin(), cuts.end());
    ++used_;
  }

 private:
  static constexpr std::size_t kSlots = 1 << 17;
  static constexpr std::size_t kMaxWord = 128;
  struct Slot {
    std::size_t hash = 0;
    std::uint32_t text = 0, cuts = 0;
    std::uint16_t size = 0, count = 0;
  };
  std::vector<Slot> slots_;
  std::string text_;
  std::vector<Cut> cuts_;
  std::size_t used_ = 0;
};

}  // namespace colophon::tokenizers
