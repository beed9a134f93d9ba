// SPDX-License-Identifier: Apache-2.0
// Where bytes of a file stand after a change, for containers with tables of positions.
#pragma once

#include "formats/splice.hpp"

#include <algorithm>
#include <optional>

namespace colophon {

class Shift {
 public:
  explicit Shift(std::span<const Replacement> replacements) {
    for (const Replacement& r : replacements) {
      if (r.bytes.size() != r.range.size) moves_.push_back({r.range, r.bytes.size()});
    }
  }
  /// What stands at `from` or behind it moves by `by`.
  Shift(std::uint64_t from, std::int64_t by) {
    if (by != 0) moves_.push_back({{from, 0}, static_cast<std::uint64_t>(by)});
  }
  /// What is inserted at `position` pushes it on; what replaces bytes from there on does not.
  [[nodiscard]] std::uint64_t moved(std::uint64_t position) const noexcept {
    std::uint64_t out = position;
    for (const Move& move : moves_) {
      if (move.range.end() <= position) out += move.size - move.range.size;
    }
    return out;
  }
  /// A change begins, ends or lies inside these bytes.
  [[nodiscard]] bool cuts(Range bytes) const noexcept {
    return std::any_of(moves_.begin(), moves_.end(), [&](const Move& move) {
      return move.range.offset < bytes.end() && move.range.end() > bytes.offset;
    });
  }
  /// By how much everything from `first` on moves; nothing when that is no one number.
  [[nodiscard]] std::optional<std::int64_t> distance() const noexcept {
    if (moves_.size() > 1) return std::nullopt;
    return moves_.empty() ? 0 : static_cast<std::int64_t>(moves_[0].size - moves_[0].range.size);
  }
  [[nodiscard]] bool empty() const noexcept { return moves_.empty(); }
  /// From here on everything moves by one distance.
  [[nodiscard]] std::uint64_t last() const noexcept {
    std::uint64_t last = 0;
    for (const Move& move : moves_) last = std::max(last, move.range.end());
    return last;
  }
  /// Before this nothing moves.
  [[nodiscard]] std::uint64_t first() const noexcept {
    std::uint64_t first = UINT64_MAX;
    for (const Move& move : moves_) first = std::min(first, move.range.end());
    return first;
  }

 private:
  struct Move {
    Range range;
    std::uint64_t size;  ///< of what stands there afterwards; wraps where bytes go
  };
  std::vector<Move> moves_;
};

}  // namespace colophon
