// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_resample.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace colophon::sound {
namespace {

constexpr double kCrossings = 16;  // zero crossings of the sinc on each side
constexpr double kPassed = 0.94;   // of the narrower band
constexpr std::uint64_t kMaxPhases = 1024, kMaxWeights = 1 << 18;
constexpr double kKaiser = 9;  // stop band below -90 dB

double bessel(double x) {
  double sum = 1, term = 1;
  for (int i = 1; i < 40; ++i) {
    term *= (x / (2 * i)) * (x / (2 * i));
    sum += term;
  }
  return sum;
}

/// The weights of every phase, one row each, each with a sum of 1: silence stays silence and a
/// constant stays itself.
struct Kernel {
  std::size_t phases, taps;
  std::int64_t first;  ///< of the taps, from the sample below the moment wanted
  std::vector<float> weights;
};

/// `up` phases would be exact; so many as make no difference are enough.
Kernel kernel_for(std::uint32_t from, std::uint32_t to, std::uint64_t up) {
  const double cut = kPassed * std::min(1.0, static_cast<double>(to) / from);
  const auto half = static_cast<std::int64_t>(std::ceil(kCrossings / cut));
  const auto taps = static_cast<std::size_t>(2 * half);
  const std::uint64_t most = std::min(kMaxPhases, std::max<std::uint64_t>(1, kMaxWeights / taps));
  Kernel kernel{static_cast<std::size_t>(std::min(up, most)), taps, 1 - half, {}};
  kernel.weights.resize(kernel.phases * kernel.taps);
  const double scale = bessel(kKaiser);
  for (std::size_t phase = 0; phase < kernel.phases; ++phase) {
    float* row = kernel.weights.data() + phase * kernel.taps;
    double sum = 0;
    for (std::size_t tap = 0; tap < kernel.taps; ++tap) {
      const double distance = static_cast<double>(kernel.first + static_cast<std::int64_t>(tap)) -
                              static_cast<double>(phase) / static_cast<double>(kernel.phases);
      const double x = std::numbers::pi * cut * distance;
      const double edge = distance / static_cast<double>(half);
      const double window =
          std::abs(edge) >= 1 ? 0 : bessel(kKaiser * std::sqrt(1 - edge * edge)) / scale;
      const double weight = (std::abs(x) < 1e-9 ? 1 : std::sin(x) / x) * window;
      row[tap] = static_cast<float>(weight);
      sum += weight;
    }
    for (std::size_t tap = 0; tap < kernel.taps; ++tap) row[tap] /= static_cast<float>(sum);
  }
  return kernel;
}

/// Four sums at once: one chain of additions would wait for itself.
float dot(const float* a, const float* b, std::size_t count) {
  float sums[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (; i < count; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

std::vector<float> resampled(std::span<const float> samples, std::uint32_t from, std::uint32_t to) {
  if (from == to || samples.empty()) return {samples.begin(), samples.end()};
  const std::uint32_t common = std::gcd(from, to);
  const std::uint64_t up = to / common, down = from / common;
  const Kernel kernel = kernel_for(from, to, up);
  // Room for the taps on both sides, so that no sample is a special case.
  std::vector<float> padded(kernel.taps, 0.0F);
  padded.insert(padded.end(), samples.begin(), samples.end());
  padded.resize(padded.size() + 2 * kernel.taps, 0.0F);
  const std::uint64_t count = (samples.size() * up + down - 1) / down;
  std::vector<float> out(static_cast<std::size_t>(count));
  for (std::uint64_t n = 0; n < count; ++n) {
    const std::uint64_t moment = n * down;
    std::uint64_t sample = moment / up;
    std::uint64_t phase = ((moment % up) * kernel.phases + up / 2) / up;
    if (phase == kernel.phases) {
      phase = 0;
      ++sample;
    }
    const auto at = static_cast<std::int64_t>(sample + kernel.taps) + kernel.first;
    out[static_cast<std::size_t>(n)] =
        dot(padded.data() + at,
            kernel.weights.data() + static_cast<std::size_t>(phase) * kernel.taps, kernel.taps);
  }
  return out;
}

}  // namespace colophon::sound
