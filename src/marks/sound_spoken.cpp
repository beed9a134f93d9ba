// SPDX-License-Identifier: Apache-2.0
// At 2 kHz, where the lowest harmonics of a voice are its own enough and every codec keeps them;
// two prompts go through one complex transform.
#include "marks/sound_spoken.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "marks/sound_resample.hpp"
#include "marks/sound_rhythm.hpp"

namespace colophon::sound {
namespace {

constexpr std::uint32_t kRate = 2000;
constexpr std::size_t kSize = 1 << 16;  // of a transform: 32 s, of which a prompt takes 4
constexpr double kLikely = 0.5;         // least correlation (docs/marks.md)

using Complex = std::complex<float>;
using Spectrum = std::vector<Complex>;

/// The turns of each stage, one behind the other: 1, 2, 4, ... of them.
const std::vector<Complex>& turns() {
  static const std::vector<Complex> all = [] {
    std::vector<Complex> out(kSize);
    for (std::size_t half = 1; half < kSize; half *= 2) {
      for (std::size_t i = 0; i < half; ++i) {
        const double angle = -std::numbers::pi * static_cast<double>(i) / static_cast<double>(half);
        out[half + i] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
      }
    }
    return out;
  }();
  return all;
}

/// Radix 2, in place; forwards.
void transform(Spectrum& data) {
  for (std::size_t i = 1, j = 0; i < kSize; ++i) {
    std::size_t bit = kSize >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(data[i], data[j]);
  }
  for (std::size_t half = 1; half < kSize; half *= 2) {
    const Complex* turn = turns().data() + half;
    for (std::size_t block = 0; block < kSize; block += 2 * half) {
      Complex* a = data.data() + block;
      Complex* b = a + half;
      for (std::size_t i = 0; i < half; ++i) {
        const float real = b[i].real() * turn[i].real() - b[i].imag() * turn[i].imag();
        const float imaginary = b[i].real() * turn[i].imag() + b[i].imag() * turn[i].real();
        b[i] = {a[i].real() - real, a[i].imag() - imaginary};
        a[i] = {a[i].real() + real, a[i].imag() + imaginary};
      }
    }
  }
}

/// What is compared: differences lift the formants above the hum.
std::vector<float> sketch(std::span<const float> samples, std::uint32_t rate) {
  std::vector<float> out = resampled(samples, rate, kRate);
  for (std::size_t i = out.size(); i-- > 1;) out[i] -= out[i - 1];
  if (!out.empty()) out[0] = 0;
  return out;
}

struct Pattern {
  const Prompt* prompt;
  std::size_t size;
  double norm;
};
/// Two prompts as the real and the imaginary half of one spectrum.
struct Pair {
  Spectrum spectrum = Spectrum(kSize);
  std::vector<Pattern> patterns;
};

const std::vector<Pair>& pairs() {
  static const std::vector<Pair> all = [] {
    std::vector<Pair> out;
    for (const Prompt& prompt : prompts()) {
      if (out.empty() || out.back().patterns.size() == 2) out.emplace_back();
      Pair& pair = out.back();
      const bool second = !pair.patterns.empty();
      const std::vector<float> said = sketch(samples_of(prompt), kPromptRate);
      double energy = 0;
      for (std::size_t i = 0; i < said.size() && i < kSize; ++i) {
        energy += static_cast<double>(said[i]) * said[i];
        pair.spectrum[i] += second ? Complex{0, said[i]} : Complex{said[i], 0};
      }
      pair.patterns.push_back({&prompt, said.size(), std::sqrt(energy)});
    }
    for (Pair& pair : out) transform(pair.spectrum);
    return out;
  }();
  return all;
}

/// The correlations with both: the inverse transform of X conj(A) + i X conj(B). With the packed
/// spectrum Z = A + iB of real signals that is X times conj(Z) with B's sign turned, which is the
/// value of Z at the mirrored frequency.
Spectrum correlate(const Spectrum& heard, const Spectrum& packed) {
  Spectrum out(kSize);
  for (std::size_t k = 0; k < kSize; ++k) {
    const Complex mirrored = packed[(kSize - k) % kSize];
    const Complex product{heard[k].real() * mirrored.real() - heard[k].imag() * mirrored.imag(),
                          heard[k].real() * mirrored.imag() + heard[k].imag() * mirrored.real()};
    out[k] = std::conj(product);  // so that a forward transform is the inverse one, conjugated
  }
  transform(out);
  for (Complex& value : out) value = std::conj(value) / static_cast<float>(kSize);
  return out;
}

/// Moments whose likeness is enough, each the best of its surroundings.
void collect(const Spectrum& likeness, bool second, const Pattern& pattern,
             std::span<const double> energy, std::vector<Spoken>& out) {
  for (std::size_t lag = 0; lag + pattern.size / 2 + 1 < energy.size(); ++lag) {
    const std::size_t end = std::min(lag + pattern.size, energy.size() - 1);
    const double window = energy[end] - energy[lag];
    if (window < 1e-9) continue;
    const double value = second ? likeness[lag].imag() : likeness[lag].real();
    const double score = std::abs(value) / (pattern.norm * std::sqrt(window));
    if (score < kLikely) continue;
    const double begins = static_cast<double>(lag) / kRate;
    const double ends = begins + static_cast<double>(pattern.size) / kRate;
    if (!out.empty() && out.back().prompt == pattern.prompt && begins < out.back().ends) {
      if (score > out.back().score) out.back() = {pattern.prompt, begins, ends, score};
      continue;
    }
    out.push_back({pattern.prompt, begins, ends, score});
  }
}

/// One stretch that a transform takes.
std::vector<Spoken> find_in(std::span<const float> sketch, std::span<const Prompt* const> wanted) {
  Spectrum heard(kSize);
  std::vector<double> energy(sketch.size() + 1);
  for (std::size_t i = 0; i < sketch.size(); ++i) {
    heard[i] = {sketch[i], 0};
    energy[i + 1] = energy[i] + static_cast<double>(sketch[i]) * sketch[i];
  }
  std::vector<Spoken> out;
  if (energy.back() < 1e-6) return out;
  transform(heard);
  for (const Pair& pair : pairs()) {
    const auto asked = [&](const Pattern& pattern) {
      return std::find(wanted.begin(), wanted.end(), pattern.prompt) != wanted.end();
    };
    if (std::none_of(pair.patterns.begin(), pair.patterns.end(), asked)) continue;
    const Spectrum likeness = correlate(heard, pair.spectrum);
    for (std::size_t i = 0; i < pair.patterns.size(); ++i) {
      collect(likeness, i == 1, pair.patterns[i], energy, out);
    }
  }
  return out;
}

}  // namespace

std::vector<Spoken> find_spoken(std::span<const float> samples,
                                const std::vector<std::string>* only) {
  std::vector<const Prompt*> wanted;
  for (const Prompt& prompt : prompts()) {
    const auto named = [&](const std::string& language) {
      return find_prompt(language) == &prompt;
    };
    if (only == nullptr || std::any_of(only->begin(), only->end(), named))
      wanted.push_back(&prompt);
  }
  if (wanted.empty()) return {};
  constexpr std::size_t kOver = 5 * kRate, kPart = kSize - kOver;
  const std::vector<float> all = sketch(samples, kListenRate);
  std::vector<Spoken> out;
  for (std::size_t at = 0; at < all.size(); at += kPart - kOver) {
    const std::span<const float> part =
        std::span(all).subspan(at, std::min(kPart, all.size() - at));
    for (Spoken found : find_in(part, wanted)) {
      found.begins += static_cast<double>(at) / kRate;
      found.ends += static_cast<double>(at) / kRate;
      const auto same = std::find_if(out.begin(), out.end(), [&](const Spoken& other) {
        return other.prompt == found.prompt && std::abs(other.begins - found.begins) < 1;
      });
      if (same == out.end()) {
        out.push_back(found);
      } else if (found.score > same->score) {
        *same = found;
      }
    }
    if (at + part.size() >= all.size()) break;
  }
  std::sort(out.begin(), out.end(),
            [](const Spoken& a, const Spoken& b) { return a.begins < b.begins; });
  return out;
}

}  // namespace colophon::sound
