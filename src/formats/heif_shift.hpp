// SPDX-License-Identifier: Apache-2.0
// Moving what stands behind a change, in HEIF and AVIF: positions and the tables that hold them.
#pragma once

#include "formats/heif.hpp"

#include <algorithm>

namespace colophon::heif {

/// Where bytes of the source stand after the change.
class Shift {
 public:
  explicit Shift(std::span<const Replacement> replacements) {
    for (const Replacement& r : replacements) {
      if (r.bytes.size() != r.range.size) moves_.push_back({r.range, r.bytes.size()});
    }
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
  [[nodiscard]] bool empty() const noexcept { return moves_.empty(); }

 private:
  struct Move {
    Range range;
    std::uint64_t size;
  };
  std::vector<Move> moves_;
};

/// The sample tables of an image sequence as they must read after the change. Errors: `unsupported`
/// (fragments, items inside tracks, a position that outgrows its field), `malformed`.
[[nodiscard]] Result<std::vector<Replacement>> moved_tables(Source& source, const mp4::FileMap& map,
                                                            const Shift& shift,
                                                            const Limits& limits);

}  // namespace colophon::heif
