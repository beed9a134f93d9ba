// SPDX-License-Identifier: Apache-2.0
// Upper tails as logarithms, so that no p-value underflows.
#pragma once

#include <cstdint>
#include <vector>

namespace colophon::textmark {

/// ln P(Gamma(shape, 1) >= x), exact.
[[nodiscard]] double log_gamma_tail(double shape, double x);
/// ln P(N(0, 1) >= z).
[[nodiscard]] double log_normal_tail(double z);
/// ln P(Binomial(n, p) >= successes), exact.
[[nodiscard]] double log_binomial_tail(std::uint64_t n, double p, std::uint64_t successes);
/// ln P(a X + b Y >= sum), X and Y independent Gamma(shape, 1), by the saddle point.
[[nodiscard]] double log_gamma_pair_tail(double shape, double a, double b, double sum);
/// The z with P(N(0, 1) >= z) = p.
[[nodiscard]] double normal_quantile(double p);

/// The tail of a sum of independent draws from one distribution: Lugannani and Rice's formula over
/// tables made once, so that a p-value costs nanoseconds.
class SumTail {
 public:
  SumTail() = default;
  /// Values with their weights; `mean` moves the distribution to that mean by exponential tilting
  /// (for a sample whose true mean is known), NaN leaves it. `step` > 0: the values are multiples.
  SumTail(const std::vector<double>& values, const std::vector<double>& weights, double mean,
          double step);

  [[nodiscard]] double mean() const noexcept { return mean_; }
  [[nodiscard]] double deviation() const noexcept { return deviation_; }
  [[nodiscard]] double z(std::uint64_t n, double sum) const;
  /// ln P(sum of n draws >= sum)
  [[nodiscard]] double log_tail(std::uint64_t n, double sum) const;

 private:
  struct Node {
    double rate = 0;       ///< theta x - K(theta), the rate function at x
    double theta = 0;      ///< its slope
    double curvature = 0;  ///< 1 / K''(theta), the slope of theta
  };
  void tabulate(const std::vector<double>& values, const std::vector<double>& logs, double step);
  [[nodiscard]] Node at(double x) const;

  double mean_ = 0, deviation_ = 1, skew_ = 0;
  double top_ = 0;  ///< the greatest value
  double step_ = 0, width_ = 0;
  std::vector<Node> nodes_;
};

}  // namespace colophon::textmark
