// SPDX-License-Identifier: Apache-2.0
// Where bytes of a file stand after a change, for containers with tables of positions.
#pragma once

#include "formats/splice.hpp"

#include <algorithm>
#include <optional>

namespace colophon {

class Shift {
 public:
  struct Move {
    Range range;
    std::uint64_t size;  ///< of what stands there afterwards; wraps where bytes go
  };

  explicit Shift(std::vector<Move> moves) : moves_(std::move(moves)) { prepare(); }
  explicit Shift(std::span<const Replacement> replacements) {
    for (const Replacement& r : replacements) moves_.push_back({r.range, r.bytes.size()});
    prepare();
  }
  /// What stands at `from` or behind it moves by `by`.
  Shift(std::uint64_t from, std::int64_t by) {
    moves_.push_back({{from, 0}, static_cast<std::uint64_t>(by)});
    prepare();
  }
  /// What is inserted at `position` pushes it on; what replaces bytes from there on does not.
  [[nodiscard]] std::uint64_t moved(std::uint64_t position) const noexcept {
    const auto behind = std::upper_bound(
        moves_.begin(), moves_.end(), position,
        [](std::uint64_t value, const Move& move) { return value < move.range.end(); });
    return position + before_[static_cast<std::size_t>(behind - moves_.begin())];
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
    return static_cast<std::int64_t>(before_.back());
  }
  [[nodiscard]] bool empty() const noexcept { return moves_.empty(); }
  /// From here on everything moves by one distance.
  [[nodiscard]] std::uint64_t last() const noexcept {
    return moves_.empty() ? 0 : moves_.back().range.end();
  }
  /// Before this nothing moves.
  [[nodiscard]] std::uint64_t first() const noexcept {
    return moves_.empty() ? UINT64_MAX : moves_.front().range.end();
  }

 private:
  void prepare() {
    std::erase_if(moves_, [](const Move& move) { return move.size == move.range.size; });
    std::sort(moves_.begin(), moves_.end(),
              [](const Move& a, const Move& b) { return a.range.end() < b.range.end(); });
    before_.push_back(0);
    for (const Move& move : moves_) {
      before_.push_back(before_.back() + (move.size - move.range.size));
    }
  }

  std::vector<Move> moves_;            // by end
  std::vector<std::uint64_t> before_;  // what the first so many add up to; wraps
};

}  // namespace colophon
