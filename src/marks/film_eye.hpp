// SPDX-License-Identifier: Apache-2.0
// Private to src/marks: frames of a film as people see them.
#pragma once

#include "marks/film_work.hpp"

#include <functional>

namespace colophon::film {

/// A grey plane as a viewer shows it: upright, with square pixels.
[[nodiscard]] Plane upright(const Plane& plane, const Shape& shape);

class Eye {
 public:
  explicit Eye(Source& source) : source_(source) {}
  /// Gives the frames that are shown at these times, in seconds from the first frame, upright and
  /// with a longer side of some thousand pixels.
  [[nodiscard]] Status look(const std::vector<double>& times,
                            const std::function<void(double at, const Plane&)>& see);
  /// In seconds; 0 before the first look.
  [[nodiscard]] double duration() const noexcept { return duration_; }
  /// A mark in a frame that was given, in pixels as the film is shown.
  [[nodiscard]] Mark shown(Mark mark) const;

 private:
  Source& source_;
  Shape shape_;
  double duration_ = 0;
};

/// Marks that stand in the film already and are all that was asked for; else none.
[[nodiscard]] std::vector<Mark> standing_marks(Source& source, const MarkDemand& demand);

}  // namespace colophon::film
