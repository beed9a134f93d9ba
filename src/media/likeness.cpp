// SPDX-License-Identifier: Apache-2.0
// Both pictures lose their slow changes of brightness, which all pictures have alike; what is left
// of TO is searched in FROM over sizes, places and the eight turns, coarsely, and the best places
// are measured again at a finer size.
#include "media/likeness.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace colophon {
namespace {

constexpr double kCoarse = 28, kFine = 64;  // longer side of TO while it is searched, measured
constexpr double kSmallestPart = 0.23;      // of FROM's sides that TO may be
constexpr double kSizeStep = 1.07;
constexpr std::size_t kCandidates = 10;
constexpr std::uint32_t kSmallest = 16;  // pixels on the longer side, below which nothing is seen
constexpr double kFlat = 1.5;            // deviation of grey below which a place has no structure

/// Grey without its slow changes.
struct Detail {
  int width = 0, height = 0;
  std::vector<std::int16_t> at;
};

Plane turned(const Plane& plane, Turn turn) {
  Plane out = plane;
  if ((turn & 4U) != 0) std::swap(out.width, out.height);
  for (std::uint32_t y = 0; y < out.height; ++y) {
    for (std::uint32_t x = 0; x < out.width; ++x) {
      std::uint32_t from_x = (turn & 4U) != 0 ? y : x, from_y = (turn & 4U) != 0 ? x : y;
      if ((turn & 1U) != 0) from_x = plane.width - 1 - from_x;
      if ((turn & 2U) != 0) from_y = plane.height - 1 - from_y;
      out.samples[std::size_t{y} * out.width + x] =
          plane.samples[std::size_t{from_y} * plane.width + from_x];
    }
  }
  return out;
}

/// How one axis is averaged or interpolated: for each place the first source place and weights.
struct Tap {
  int first = 0;
  std::vector<float> weights;
};
std::vector<Tap> taps(std::uint32_t from, int to) {
  std::vector<Tap> all(static_cast<std::size_t>(to));
  const double step = static_cast<double>(from) / to;
  const double reach = std::max(step, 1.0);  // a tent, as wide as a place at least
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * step - 0.5;
    const int first = std::max(0, static_cast<int>(std::ceil(centre - reach)));
    const int last = std::min(static_cast<int>(from) - 1, static_cast<int>(centre + reach));
    Tap& tap = all[static_cast<std::size_t>(i)];
    tap.first = std::min(first, static_cast<int>(from) - 1);
    double sum = 0;
    for (int x = tap.first; x <= last; ++x) {
      const double weight = std::max(0.0, 1 - std::abs(x - centre) / reach) + 1e-6;
      tap.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    if (tap.weights.empty()) tap.weights.push_back(static_cast<float>(sum = 1));
    for (float& weight : tap.weights) weight /= static_cast<float>(sum);
  }
  return all;
}

std::vector<float> resampled(const Plane& plane, int width, int height) {
  const auto across = taps(plane.width, width);
  const auto down = taps(plane.height, height);
  std::vector<float> wide(static_cast<std::size_t>(width) * plane.height);
  for (std::uint32_t y = 0; y < plane.height; ++y) {
    const std::uint8_t* row = plane.samples.data() + std::size_t{y} * plane.width;
    for (int x = 0; x < width; ++x) {
      const Tap& tap = across[static_cast<std::size_t>(x)];
      float sum = 0;
      for (std::size_t i = 0; i < tap.weights.size(); ++i) {
        sum += tap.weights[i] * row[static_cast<std::size_t>(tap.first) + i];
      }
      wide[std::size_t{y} * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = sum;
    }
  }
  std::vector<float> out(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    const Tap& tap = down[static_cast<std::size_t>(y)];
    float* row = out.data() + static_cast<std::ptrdiff_t>(y) * width;
    for (std::size_t i = 0; i < tap.weights.size(); ++i) {
      const float* source = wide.data() + (tap.first + static_cast<std::ptrdiff_t>(i)) * width;
      for (int x = 0; x < width; ++x) row[x] += tap.weights[i] * source[x];
    }
  }
  return out;
}

/// The grey of each place less that of its surroundings, which are narrower at the borders.
Detail detail_of(const Plane& plane, double wanted_width, double wanted_height) {
  Detail detail;
  detail.width = std::max(1, static_cast<int>(std::lround(wanted_width)));
  detail.height = std::max(1, static_cast<int>(std::lround(wanted_height)));
  const std::vector<float> grey = resampled(plane, detail.width, detail.height);
  constexpr int kRadius = 3;
  const int width = detail.width, height = detail.height;
  const int stride = width + 1;
  std::vector<double> sums(static_cast<std::size_t>(stride) * static_cast<std::size_t>(height + 1));
  for (int y = 0; y < height; ++y) {
    double row = 0;
    for (int x = 0; x < width; ++x) {
      row += static_cast<double>(grey[static_cast<std::size_t>(y * width + x)]);
      sums[static_cast<std::size_t>((y + 1) * stride + x + 1)] =
          sums[static_cast<std::size_t>(y * stride + x + 1)] + row;
    }
  }
  detail.at.resize(grey.size());
  for (int y = 0; y < height; ++y) {
    const int top = std::max(0, y - kRadius), bottom = std::min(height, y + kRadius + 1);
    for (int x = 0; x < width; ++x) {
      const int left = std::max(0, x - kRadius), right = std::min(width, x + kRadius + 1);
      const auto sum = [&](int row, int column) {
        return sums[static_cast<std::size_t>(row * stride + column)];
      };
      const double around =
          (sum(bottom, right) - sum(top, right) - sum(bottom, left) + sum(top, left)) /
          ((bottom - top) * (right - left));
      const auto place = static_cast<std::size_t>(y * width + x);
      // Four steps a grey level; 4 * 255 squared over a fine picture stays within 32 bits twice.
      detail.at[place] = static_cast<std::int16_t>(
          std::lround(2 * std::clamp(static_cast<double>(grey[place]) - around, -127.0, 127.0)));
    }
  }
  return detail;
}

/// Sums and sums of squares over any rectangle.
class Integrals {
 public:
  explicit Integrals(const Detail& detail) : stride_(detail.width + 1) {
    const auto size =
        static_cast<std::size_t>(stride_) * static_cast<std::size_t>(detail.height + 1);
    sums_.resize(size);
    squares_.resize(size);
    for (int y = 0; y < detail.height; ++y) {
      std::int64_t sum = 0, square = 0;
      for (int x = 0; x < detail.width; ++x) {
        const int value = detail.at[static_cast<std::size_t>(y * detail.width + x)];
        sum += value;
        square += value * value;
        const std::size_t here = index(x + 1, y + 1);
        sums_[here] = sums_[index(x + 1, y)] + sum;
        squares_[here] = squares_[index(x + 1, y)] + square;
      }
    }
  }
  /// Mean, and the sum of squared deviations.
  [[nodiscard]] std::pair<double, double> over(int x, int y, int width, int height) const {
    const auto of = [&](const std::vector<std::int64_t>& all) {
      return static_cast<double>(all[index(x + width, y + height)] - all[index(x, y + height)] -
                                 all[index(x + width, y)] + all[index(x, y)]);
    };
    const double mean = of(sums_) / (width * height);
    return {mean, of(squares_) - mean * of(sums_)};
  }

 private:
  [[nodiscard]] std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y * stride_ + x);
  }
  int stride_;
  std::vector<std::int64_t> sums_, squares_;
};

/// Correlation of all of `to` with a place of `from`.
class Correlator {
 public:
  Correlator(const Detail& from, const Detail& to)
      : from_(from), to_(to), places_(from), own_(Integrals(to).over(0, 0, to.width, to.height)) {}

  [[nodiscard]] bool is_flat() const {
    return own_.second < 4 * kFlat * kFlat * to_.width * to_.height;
  }
  [[nodiscard]] double at(int x, int y) const {
    const auto [mean, deviation] = places_.over(x, y, to_.width, to_.height);
    if (deviation < kFlat * kFlat * to_.width * to_.height) return 0;
    std::int64_t sum = 0;
    for (int row = 0; row < to_.height; ++row) {
      const std::int16_t* a =
          from_.at.data() + static_cast<std::ptrdiff_t>(y + row) * from_.width + x;
      const std::int16_t* b = to_.at.data() + static_cast<std::ptrdiff_t>(row) * to_.width;
      std::int32_t line = 0;
      for (int i = 0; i < to_.width; ++i) line += a[i] * b[i];
      sum += line;
    }
    const double count = static_cast<double>(to_.width) * to_.height;
    return (static_cast<double>(sum) - count * mean * own_.first) /
           std::sqrt(deviation * own_.second);
  }

 private:
  const Detail& from_;
  const Detail& to_;
  Integrals places_;
  std::pair<double, double> own_;
};

/// A place of FROM, in pixels of its plane, that TO may show.
struct Place {
  double value = -1;
  Turn turn = 0;
  double x = 0, y = 0, width = 0, height = 0;
};

class Search {
 public:
  Search(const Plane& from, const Plane& to, double smallest) : from_(from), smallest_(smallest) {
    for (Turn turn = 0; turn < 8; ++turn) turns_[turn] = turned(to, turn);
  }

  Place run() {
    for (Turn turn = 0; turn < 8; ++turn) look(turn);
    std::sort(found_.begin(), found_.end(),
              [](const Place& a, const Place& b) { return a.value > b.value; });
    if (found_.size() > kCandidates) found_.resize(kCandidates);
    Place best;
    for (const Place& place : found_) {
      const Place refined = measure(place);
      if (refined.value > best.value) best = refined;
    }
    return best;
  }

 private:
  /// The width of the part of FROM that has TO's shape and is as large as can be.
  [[nodiscard]] double widest(const Plane& to) const {
    return std::min<double>(from_.width, 1.0 * from_.height * to.width / to.height);
  }

  /// The best place at each size.
  void look(Turn turn) {
    const Plane& to = turns_[turn];
    const double shape = 1.0 * to.height / to.width;
    const double fine = std::min<double>(kCoarse, std::max(to.width, to.height));
    for (double width = widest(to);; width /= kSizeStep) {
      const double height = width * shape;
      if (std::max(width / from_.width, height / from_.height) < smallest_) return;
      const double scale = fine / std::max(width, height);
      const Detail small = detail_of(to, width * scale, height * scale);
      const Detail whole = detail_of(from_, std::max<double>(small.width, from_.width * scale),
                                     std::max<double>(small.height, from_.height * scale));
      const Correlator correlator(whole, small);
      if (correlator.is_flat()) return;
      Place best;
      for (int y = 0; y + small.height <= whole.height; ++y) {
        for (int x = 0; x + small.width <= whole.width; ++x) {
          const double value = correlator.at(x, y);
          if (value > best.value) best = {value, turn, x / scale, y / scale, width, height};
        }
      }
      found_.push_back(best);
    }
  }

  /// Around a place, in finer steps.
  Place measure(const Place& near) const {
    const Plane& to = turns_[near.turn];
    const double fine = std::min<double>(kFine, std::max(to.width, to.height));
    Place best = near;
    best.value = -1;
    for (const double change : {1 / 1.035, 1 / 1.017, 1.0, 1.017, 1.035}) {
      const double width = std::min(near.width * change, widest(to));
      const double height = width * to.height / to.width;
      const double scale = fine / std::max(width, height);
      const Detail small = detail_of(to, width * scale, height * scale);
      const Detail whole = detail_of(from_, std::max<double>(small.width, from_.width * scale),
                                     std::max<double>(small.height, from_.height * scale));
      const Correlator correlator(whole, small);
      const auto middle_x = static_cast<int>((near.x + (near.width - width) / 2) * scale);
      const auto middle_y = static_cast<int>((near.y + (near.height - height) / 2) * scale);
      constexpr int kReach = 5;
      for (int y = middle_y - kReach; y <= middle_y + kReach; ++y) {
        for (int x = middle_x - kReach; x <= middle_x + kReach; ++x) {
          if (x < 0 || y < 0 || x + small.width > whole.width || y + small.height > whole.height) {
            continue;
          }
          const double value = correlator.at(x, y);
          if (value > best.value) best = {value, near.turn, x / scale, y / scale, width, height};
        }
      }
    }
    return best;
  }

  const Plane& from_;
  double smallest_;
  std::array<Plane, 8> turns_;
  std::vector<Place> found_;
};

/// All of TO against all of FROM, whatever their shapes.
Place compare_whole(const Plane& from, const Plane& to) {
  Place best;
  for (Turn turn = 0; turn < 8; ++turn) {
    const Plane other = turned(to, turn);
    const double side = std::min<double>(
        {kFine, 1.0 * std::max(from.width, from.height), 1.0 * std::max(to.width, to.height)});
    const double scale = side / std::max(from.width, from.height);
    const double width = std::max(1.0, from.width * scale);
    const double height = std::max(1.0, from.height * scale);
    const Detail a = detail_of(from, width, height), b = detail_of(other, width, height);
    const Correlator correlator(a, b);
    if (correlator.is_flat()) continue;
    const double value = correlator.at(0, 0);
    if (value > best.value) {
      best = {value, turn, 0, 0, 1.0 * from.width, 1.0 * from.height};
    }
  }
  return best;
}

bool has_structure(const Plane& plane) {
  const double longest = std::max(plane.width, plane.height);
  if (longest < kSmallest) return false;
  const double scale = std::min(1.0, kFine / longest);
  const Detail detail = detail_of(plane, plane.width * scale, plane.height * scale);
  return !Correlator(detail, detail).is_flat();
}

Likeness likeness_of(const Place& place, const Plane& whole) {
  Likeness likeness;
  likeness.value = place.value;
  likeness.turn = place.turn;
  likeness.x = place.x / whole.width;
  likeness.y = place.y / whole.height;
  likeness.width = std::min(1.0, place.width / whole.width);
  likeness.height = std::min(1.0, place.height / whole.height);
  return likeness;
}

/// Is the structure all over the picture? A word on black is found in every other word on black.
bool is_rich(const Plane& plane) {
  constexpr int kCells = 8;
  constexpr int kEnough = kCells * kCells / 4;
  // A line has no parts to be found, and looking for them enlarges it without measure.
  if (std::min(plane.width, plane.height) < kCells) return false;
  const double scale = kFine / std::max(plane.width, plane.height);
  const Detail detail = detail_of(plane, std::max<double>(kCells, plane.width * scale),
                                  std::max<double>(kCells, plane.height * scale));
  const Integrals integrals(detail);
  int rich = 0;
  for (int cell = 0; cell < kCells * kCells; ++cell) {
    const int left = detail.width * (cell % kCells) / kCells;
    const int right = detail.width * (cell % kCells + 1) / kCells;
    const int top = detail.height * (cell / kCells) / kCells;
    const int bottom = detail.height * (cell / kCells + 1) / kCells;
    const int count = (right - left) * (bottom - top);
    const auto [mean, deviation] = integrals.over(left, top, right - left, bottom - top);
    if (deviation > 4 * kFlat * kFlat * count) ++rich;
  }
  return rich >= kEnough;
}

/// A turn the other way round.
Turn inverse(Turn turn) {
  if ((turn & 4U) == 0) return turn;
  return 4U | (turn & 1U) << 1U | (turn & 2U) >> 1U;
}

}  // namespace

Likeness compare(const Plane& from, const Plane& to) {
  constexpr double kSure = 0.9;             // nothing better needs to be looked for
  constexpr double kSmallestPicture = 0.5;  // share of a padded picture that FROM takes at least
  if (!has_structure(from) || !has_structure(to)) return {.comparable = false};
  const Place whole = compare_whole(from, to);
  Likeness best = likeness_of(whole, from);
  const Plane shape = turned(to, whole.turn);
  const double ratio = (1.0 * shape.width * from.height) / (1.0 * shape.height * from.width);
  best.stretched = std::abs(ratio - 1) > 0.04;
  if ((best.value >= kSure && !best.stretched) || !is_rich(from) || !is_rich(to)) return best;
  const Likeness part = likeness_of(Search(from, to, kSmallestPart).run(), from);
  if (part.value > best.value + (best.stretched ? 0 : 0.02)) best = part;
  if (best.value >= kSure) return best;
  Likeness padded = likeness_of(Search(to, from, kSmallestPicture).run(), to);
  padded.padded = true;
  padded.turn = inverse(padded.turn);
  return padded.value > best.value + 0.1 ? padded : best;
}

Likeness compare(const Picture& from, const Picture& to) {
  Likeness best = compare(from.grey, to.grey);
  const auto consider = [&](const Plane& a, const Plane& b) {
    const Likeness other = compare(a, b);
    if (!best.comparable || (other.comparable && other.value > best.value)) best = other;
  };
  if (from.over_white) consider(*from.over_white, to.over_white.value_or(to.grey));
  if (to.over_white) consider(from.grey, *to.over_white);
  return best;
}

}  // namespace colophon
