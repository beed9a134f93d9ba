// SPDX-License-Identifier: Apache-2.0
// Was one picture made from the other? Pure; what it measures and how well stands in docs/carry.md.
#pragma once

#include "media/picture.hpp"

namespace colophon {

/// A quarter turn or a mirror image of what was there: bit 0 mirrored left to right, then bit 1
/// upside down, then bit 2 sides exchanged.
using Turn = unsigned;

struct Likeness {
  /// Normalised correlation of the fine structure at the best place, -1 to 1.
  double value = 0;
  bool comparable = true;  ///< false: one of the two is too small, or has no structure
  Turn turn = 0;           ///< how TO is turned against FROM
  bool stretched = false;  ///< sides changed by different factors
  bool padded = false;     ///< FROM is a part of TO, and not the other way round
  /// The part of FROM (of TO when `padded`) that the other one shows, in shares of its sides.
  double x = 0, y = 0, width = 1, height = 1;
};

/// Robust to resizing, recompression, colour, cropping to a quarter of the sides, quarter turns,
/// mirrors, and moderate additions.
[[nodiscard]] Likeness compare(const Plane& from, const Plane& to);
/// The best over the ways that transparency may have been dealt with.
[[nodiscard]] Likeness compare(const Picture& from, const Picture& to);

}  // namespace colophon
