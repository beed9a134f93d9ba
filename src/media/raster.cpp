// SPDX-License-Identifier: Apache-2.0
// Every edge adds its signed area to the pixels it crosses; the running sum of a row is the
// coverage.
#include "media/raster.hpp"

#include <algorithm>
#include <cmath>

namespace colophon {
namespace {

class Areas {
 public:
  Areas(std::uint32_t width, std::uint32_t height)
      : width_(width), height_(height), stride_(std::size_t{width} + 2) {
    sums_.resize(stride_ * height);
  }

  void line(double x0, double y0, double x1, double y1) {
    if (y0 == y1) return;
    const double sign = y0 < y1 ? 1 : -1;
    if (sign < 0) {
      std::swap(x0, x1);
      std::swap(y0, y1);
    }
    if (y1 <= 0 || y0 >= height_) return;
    const double slope = (x1 - x0) / (y1 - y0);
    double x = y0 < 0 ? x0 - y0 * slope : x0;
    const double top = std::max(y0, 0.0), bottom = std::min(y1, static_cast<double>(height_));
    for (auto y = static_cast<std::size_t>(top); y < height_ && static_cast<double>(y) < bottom;
         ++y) {
      const double from = std::max(top, static_cast<double>(y));
      const double part = std::min(static_cast<double>(y + 1), bottom) - from;
      const double next = x + slope * part;
      row(sums_.data() + y * stride_, clamped(std::min(x, next)), clamped(std::max(x, next)),
          part * sign);
      x = next;
    }
  }

  [[nodiscard]] Plane coverage() const {
    Plane plane{width_, height_, {}};
    plane.samples.resize(std::size_t{width_} * height_);
    for (std::size_t y = 0; y < height_; ++y) {
      float sum = 0;
      for (std::size_t x = 0; x < width_; ++x) {
        sum += sums_[y * stride_ + x];
        plane.samples[y * width_ + x] =
            static_cast<std::uint8_t>(std::min(std::fabs(sum), 1.0F) * 255 + 0.5F);
      }
    }
    return plane;
  }

 private:
  [[nodiscard]] double clamped(double x) const {
    return std::clamp(x, 0.0, static_cast<double>(width_));
  }

  /// The part of one row that an edge from `left` to `right` crosses over the height `area`.
  void row(float* sums, double left, double right, double area) const {
    const auto first = static_cast<std::size_t>(left);
    const auto last = static_cast<std::size_t>(std::ceil(right));
    if (last <= first + 1) {
      const double mean = (left + right) / 2 - static_cast<double>(first);
      sums[first] += static_cast<float>(area * (1 - mean));
      sums[first + 1] += static_cast<float>(area * mean);
      return;
    }
    const double density = area / (right - left);
    double before = 0, crossed = 0;
    for (std::size_t i = first; i < last; ++i) {
      const double from = std::max(left, static_cast<double>(i));
      const double to = std::min(right, static_cast<double>(i + 1));
      const double here = density * (to - from);
      const double covered = crossed + here * (static_cast<double>(i + 1) - (from + to) / 2);
      sums[i] += static_cast<float>(covered - before);
      before = covered;
      crossed += here;
    }
    sums[last] += static_cast<float>(area - before);
  }

  std::uint32_t width_, height_;
  std::size_t stride_;
  std::vector<float> sums_;
};

}  // namespace

Plane rasterise(const OutlinePath& path, std::uint32_t width, std::uint32_t height) {
  Areas areas(width, height);
  double x = 0, y = 0, start_x = 0, start_y = 0;
  const auto to = [&](double next_x, double next_y) {
    areas.line(x, y, next_x, next_y);
    x = next_x;
    y = next_y;
  };
  for (const PathStep& step : path) {
    const double* p = step.at.data();
    switch (step.kind) {
      case PathStep::Kind::Move:
        to(start_x, start_y);
        x = start_x = p[0];
        y = start_y = p[1];
        break;
      case PathStep::Kind::Line:
        to(p[0], p[1]);
        break;
      case PathStep::Kind::Close:
        to(start_x, start_y);
        break;
      case PathStep::Kind::Cubic: {
        const double x0 = x, y0 = y;
        const double length = std::fabs(p[4] - x0) + std::fabs(p[5] - y0);
        const int pieces = static_cast<int>(std::clamp(std::sqrt(length) * 2, 4.0, 64.0));
        for (int i = 1; i <= pieces; ++i) {
          const double t = static_cast<double>(i) / pieces, s = 1 - t;
          const double a = s * s * s, b = 3 * s * s * t, c = 3 * s * t * t, d = t * t * t;
          to(a * x0 + b * p[0] + c * p[2] + d * p[4], a * y0 + b * p[1] + c * p[3] + d * p[5]);
        }
        break;
      }
    }
  }
  to(start_x, start_y);
  return areas.coverage();
}

}  // namespace colophon
