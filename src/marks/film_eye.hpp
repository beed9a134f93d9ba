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
  /// The same as coded: in its own size, not turned.
  [[nodiscard]] Status look_coded(const std::vector<double>& times,
                                  const std::function<void(double at, const Plane&)>& see);
  /// Of the coded picture; known after a look.
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  /// In seconds; 0 before the first look.
  [[nodiscard]] double duration() const noexcept { return duration_; }
  /// A mark in a frame that was given, in pixels as the film is shown.
  [[nodiscard]] Mark shown(Mark mark) const;

 private:
  [[nodiscard]] Status look_at(std::uint32_t side, const std::vector<double>& times,
                               const std::function<void(double at, Plane)>& see);

  Source& source_;
  Shape shape_;
  double duration_ = 0;
};

/// The whole film made anew, with the label on the pictures of the demanded times: for films whose
/// pictures cannot be replaced one by one.
[[nodiscard]] Result<MarkPlan> remake(Source& source, const Format& format,
                                      const MarkDemand& demand, const MarkEnv& env,
                                      const Error& reason);

/// Marks that stand in the film already and are all that was asked for; else none.
[[nodiscard]] std::vector<Mark> standing_marks(Source& source, const MarkDemand& demand);

}  // namespace colophon::film
