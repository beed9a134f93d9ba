// SPDX-License-Identifier: Apache-2.0
#include "text/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace colophon::textmark {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr double kHalfLogTwoPi = 0.91893853320467274178;

/// ln gamma(x) = (x - 1/2) ln x - x + ln(2 pi)/2 + this, for x >= 10.
double stirling(double x) {
  const double r = 1 / (x * x);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x;
}

/// std::lgamma writes a global; this does not.
double log_gamma(double x) {
  double product = 1;
  while (x < 10) product *= x++;
  return (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + stirling(x) - std::log(product);
}

/// ln(x^a e^-x / gamma(a)), without the loss of digits that large a would bring.
double log_density(double a, double x) {
  if (a < 10) return a * std::log(x) - x - log_gamma(a);
  const double off = (x - a) / a;
  const double exponent = off > -0.9 && off < 1e3 ? std::log1p(off) - off : std::log(x / a) - off;
  return a * exponent + 0.5 * std::log(a) - kHalfLogTwoPi - stirling(a);
}

/// R(w) = P(N >= w) / density(w).
double mills_ratio(double w) {
  if (w < 6) {
    return 0.5 * std::erfc(w / std::numbers::sqrt2) * std::exp(0.5 * w * w + kHalfLogTwoPi);
  }
  double fraction = w;
  for (int k = 40; k >= 1; --k) fraction = w + k / fraction;
  return 1 / fraction;
}

/// Lugannani and Rice: `rate` is theta x - K, `spread` theta sqrt(K''), `skew` for x at the mean.
double lugannani_rice(double rate, double spread, double skew) {
  const double w = std::copysign(std::sqrt(2 * std::max(rate, 0.0)), spread);
  const double correction = std::abs(w) < 0.02 ? -skew / 6 : 1 / spread - 1 / w;
  if (w < -5) {
    const double below = std::exp(-0.5 * w * w - kHalfLogTwoPi) * (mills_ratio(-w) - correction);
    return std::log1p(-std::clamp(below, 0.0, 0.5));
  }
  const double ratio = mills_ratio(w) + correction;
  return std::min(0.0, -0.5 * w * w - kHalfLogTwoPi + std::log(std::max(ratio, 1e-300)));
}

}  // namespace

double log_normal_tail(double z) {
  if (z < 6) return std::log(0.5 * std::erfc(z / std::numbers::sqrt2));
  return -0.5 * z * z - kHalfLogTwoPi + std::log(mills_ratio(z));
}

double log_gamma_tail(double shape, double x) {
  if (shape <= 0 || x <= 0) return 0;
  constexpr int kMost = 10'000'000;
  if (x < shape + 1) {
    double term = 1 / shape, sum = term;
    for (int k = 1; k < kMost && term > sum * 1e-17; ++k) sum += term *= x / (shape + k);
    return std::log1p(-std::min(1.0, std::exp(log_density(shape, x) + std::log(sum))));
  }
  // Lentz's continued fraction for gamma(a, x).
  double b = x + 1 - shape, c = 1e300, d = 1 / b, h = d;
  for (int i = 1; i < kMost; ++i) {
    const double an = -i * (i - shape);
    b += 2;
    d = an * d + b;
    c = b + an / c;
    d = 1 / d;
    const double change = d * c;
    h *= change;
    if (std::abs(change - 1) < 1e-15) break;
  }
  return log_density(shape, x) + std::log(h);
}

double log_binomial_tail(std::uint64_t n, double p, std::uint64_t successes) {
  if (successes == 0) return 0;
  if (successes > n || p <= 0) return kNever;
  if (p >= 1) return 0;
  // Sums from the larger side's end outwards: terms fall, so the first is the scale.
  const auto count = static_cast<double>(n);
  const auto log_term = [&](double k) {
    return log_gamma(count + 1) - log_gamma(k + 1) - log_gamma(count - k + 1) + k * std::log(p) +
           (count - k) * std::log1p(-p);
  };
  const auto from = static_cast<double>(successes);
  const double odds = p / (1 - p);
  if (from > count * p) {
    double term = 1, sum = 1;
    for (double k = from; k < count && term > sum * 1e-17; ++k) {
      sum += term *= (count - k) / (k + 1) * odds;
    }
    return std::min(0.0, log_term(from) + std::log(sum));
  }
  double term = 1, sum = 1;
  for (double k = from - 1; k > 0 && term > sum * 1e-17; --k) {
    sum += term *= k / (count - k + 1) / odds;
  }
  return std::log1p(-std::min(1.0, std::exp(log_term(from - 1) + std::log(sum))));
}

double log_gamma_pair_tail(double shape, double a, double b, double sum) {
  if (a < b) std::swap(a, b);
  if (sum <= 0) return 0;
  if (b <= 0) return log_gamma_tail(shape, sum / a);
  if (a == b) return log_gamma_tail(2 * shape, sum / a);
  // K'(t) = shape (a / (1 - a t) + b / (1 - b t)) = sum is quadratic in t; t < 1 / a is wanted.
  const double x = sum / shape;
  const double p = a * b * x, q = 2 * a * b - x * (a + b), r = x - a - b;
  const double root = std::sqrt(std::max(0.0, q * q - 4 * p * r));
  const double t = 2 * r / (-q + root);
  const double ua = 1 - a * t, ub = 1 - b * t;
  const double cumulant = -shape * (std::log(ua) + std::log(ub));
  const double second = shape * (a * a / (ua * ua) + b * b / (ub * ub));
  const double skew = 2 * (a * a * a + b * b * b) / std::pow(a * a + b * b, 1.5) / std::sqrt(shape);
  return lugannani_rice(t * sum - cumulant, t * std::sqrt(second), skew);
}

double normal_quantile(double p) {
  const double target = std::log(p);
  double low = -40, high = 40;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (log_normal_tail(middle) > target ? low : high) = middle;
  }
  return (low + high) / 2;
}

namespace {

/// K, K' and K'' of a discrete distribution at theta, from logarithms of its weights.
struct Cumulants {
  double value = 0, first = 0, second = 0;
};

Cumulants cumulants(const std::vector<double>& values, const std::vector<double>& logs,
                    double theta) {
  double most = kNever;
  for (std::size_t i = 0; i < values.size(); ++i) {
    most = std::max(most, logs[i] + theta * values[i]);
  }
  double sum = 0, first = 0, second = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double weight = std::exp(logs[i] + theta * values[i] - most);
    sum += weight;
    first += weight * values[i];
  }
  first /= sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double off = values[i] - first;
    second += std::exp(logs[i] + theta * values[i] - most) * off * off;
  }
  return {most + std::log(sum), first, second / sum};
}

/// The theta at which K' is x, by bisection inside [low, high] after growing high.
double theta_for(const std::vector<double>& values, const std::vector<double>& logs, double x,
                 double low, double high) {
  for (int i = 0; i < 60 && cumulants(values, logs, high).first < x; ++i) high *= 2;
  double theta = (low + high) / 2;
  for (int i = 0; i < 60; ++i) {
    const Cumulants here = cumulants(values, logs, theta);
    (here.first < x ? low : high) = theta;
    double next = theta + (x - here.first) / std::max(here.second, 1e-300);
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (std::abs(next - theta) <= 1e-14 * (std::abs(theta) + 1e-3)) break;
    theta = next;
  }
  return theta;
}

constexpr int kNodes = 160;
/// How near to the greatest value the tables go; beyond, Chernoff's bound is taken.
constexpr double kReach = 0.995;

}  // namespace

SumTail::SumTail(const std::vector<double>& values, const std::vector<double>& weights, double mean,
                 double step) {
  std::vector<double> kept, logs;
  double total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] > 0)
      kept.push_back(values[i]), logs.push_back(std::log(weights[i])), total += weights[i];
  }
  for (double& log : logs) log -= std::log(total);
  if (!std::isnan(mean)) {
    const double below = theta_for(kept, logs, mean, -1, 1);
    const double norm = cumulants(kept, logs, below).value;
    for (std::size_t i = 0; i < kept.size(); ++i) logs[i] += below * kept[i] - norm;
  }
  tabulate(kept, logs, step);
}

void SumTail::tabulate(const std::vector<double>& values, const std::vector<double>& logs,
                       double step) {
  const Cumulants centre = cumulants(values, logs, 0);
  mean_ = centre.first;
  deviation_ = std::sqrt(centre.second);
  step_ = step;
  double third = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    third += std::exp(logs[i]) * std::pow(values[i] - mean_, 3);
    if (i == 0 || values[i] > top_) top_ = values[i];
  }
  skew_ = deviation_ > 0 ? third / std::pow(deviation_, 3) : 0;
  width_ = (top_ - mean_) * kReach / (kNodes - 1);
  if (!(width_ > 0)) return;
  nodes_.resize(kNodes);
  double theta = 0;
  for (int i = 0; i < kNodes; ++i) {
    const double x = mean_ + width_ * i;
    if (i > 0) theta = theta_for(values, logs, x, theta, 2 * theta + 1 / deviation_);
    const Cumulants here = cumulants(values, logs, theta);
    nodes_[static_cast<std::size_t>(i)] = {theta * x - here.value, theta, 1 / here.second};
  }
}

/// Quintic Hermite for the rate, cubic for its slope.
SumTail::Node SumTail::at(double x) const {
  const double place = std::clamp((x - mean_) / width_, 0.0, kNodes - 1.0);
  const auto i = std::min(static_cast<std::size_t>(place), std::size_t{kNodes - 2});
  const double t = place - static_cast<double>(i), h = width_;
  const Node &a = nodes_[i], &b = nodes_[i + 1];
  const double t2 = t * t, t3 = t2 * t, t4 = t3 * t, t5 = t4 * t;
  const double rate =
      a.rate * (1 - 10 * t3 + 15 * t4 - 6 * t5) + b.rate * (10 * t3 - 15 * t4 + 6 * t5) +
      h * (a.theta * (t - 6 * t3 + 8 * t4 - 3 * t5) + b.theta * (-4 * t3 + 7 * t4 - 3 * t5)) +
      h * h / 2 * (a.curvature * (t2 - 3 * t3 + 3 * t4 - t5) + b.curvature * (t3 - 2 * t4 + t5));
  const double theta = a.theta * (1 - 3 * t2 + 2 * t3) + b.theta * (3 * t2 - 2 * t3) +
                       h * (a.curvature * (t - 2 * t2 + t3) + b.curvature * (t3 - t2));
  return {rate, theta, a.curvature + (b.curvature - a.curvature) * t};
}

double SumTail::z(std::uint64_t n, double sum) const {
  const auto count = static_cast<double>(n);
  return n == 0 || deviation_ <= 0 ? 0 : (sum - count * mean_) / (deviation_ * std::sqrt(count));
}

double SumTail::log_tail(std::uint64_t n, double sum) const {
  if (n == 0 || nodes_.empty()) return 0;
  const auto count = static_cast<double>(n);
  // A sum on a lattice stands for the interval around it (the continuity correction).
  const double x = (sum - step_ / 2) / count;
  // Below the mean nobody asks for digits.
  if (x <= mean_) return log_normal_tail((x - mean_) * std::sqrt(count) / deviation_);
  if (x > mean_ + width_ * (kNodes - 1)) {
    // Chernoff's bound at the last node, whose line lies below the rate: never too small.
    const Node& last = nodes_.back();
    return std::min(0.0, -count * (last.rate + last.theta * (x - mean_ - width_ * (kNodes - 1))));
  }
  const Node here = at(x);
  return lugannani_rice(count * here.rate, here.theta * std::sqrt(count / here.curvature),
                        skew_ / std::sqrt(count));
}

}  // namespace colophon::textmark
