// SPDX-License-Identifier: Apache-2.0
// Finding drawn labels: the words of usual labels, in corners and along edges. How often it is
// right and wrong stands in docs/marks.md.
#pragma once

#include "marks/marks.hpp"
#include "media/picture.hpp"

namespace colophon {

/// Detectors say nothing below this score.
constexpr double kLeastScore = 0.68;
/// None of so many unmarked pictures, and of frames of film, reached that score.
constexpr double kPictureFalseAlarms = 1 / 1500.0, kFrameFalseAlarms = 1 / 1600.0;

/// Marks in a grey picture or frame, upright as people see it, best first. Sides and boxes are
/// those of the plane. Pure; takes some ten milliseconds, hardly more for larger planes.
[[nodiscard]] std::vector<Mark> find_marks_in_plane(const Plane& plane,
                                                    double least_score = kLeastScore);

}  // namespace colophon
