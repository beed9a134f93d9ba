// SPDX-License-Identifier: Apache-2.0
// Tones are measured every 5 ms at 36 pitches (Goertzel's sums over 20 ms, Hann window); each pitch
// is cut at several levels into stretches of tone and of silence, whose lengths must be those of
// the rhythm.
#include "marks/sound_rhythm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace colophon::sound {
namespace {

constexpr std::size_t kPitches = 36, kWindow = 160, kHop = 40;
constexpr double kHopSeconds = static_cast<double>(kHop) / kListenRate;
constexpr double kLowest = 300, kStep = 50;
constexpr double kMinUnit = 0.055, kMaxUnit = 0.31;
constexpr double kTolerance = 0.25;  // of a length, in its own units
constexpr double kPure = 0.6;        // least share of the tone in what is heard meanwhile
constexpr std::size_t kRuns = 7;
using Lengths = std::array<int, kRuns>;
constexpr Lengths kAi = {1, 1, 3, 3, 1, 1, 1};
constexpr Lengths kL = {1, 1, 3, 1, 1, 1, 1};

/// Amplitudes of all pitches and the power of everything, moment by moment.
struct Tones {
  std::size_t moments = 0;
  std::vector<float> amplitude;  ///< moments x kPitches
  std::vector<float> power;      ///< of a full tone: half its amplitude squared

  [[nodiscard]] float at(std::size_t moment, std::size_t pitch) const {
    return amplitude[moment * kPitches + pitch];
  }
  [[nodiscard]] double purity(std::size_t moment, std::size_t pitch) const {
    const double tone = at(moment, pitch);
    return tone * tone / 2 / std::max(1e-12, static_cast<double>(power[moment]));
  }
};

struct Bank {
  std::array<std::array<float, 2 * kPitches>, kWindow> rows{};
  std::array<float, kWindow> window{};
  double sum = 0;

  Bank() {
    for (std::size_t n = 0; n < kWindow; ++n) {
      const double turn = 2 * std::numbers::pi * (static_cast<double>(n) + 0.5);
      const double weight = 0.5 - 0.5 * std::cos(turn / kWindow);
      window[n] = static_cast<float>(weight);
      sum += weight;
      for (std::size_t k = 0; k < kPitches; ++k) {
        const double angle = turn * (kLowest + kStep * static_cast<double>(k)) / kListenRate;
        rows[n][k] = static_cast<float>(weight * std::cos(angle));
        rows[n][kPitches + k] = static_cast<float>(weight * std::sin(angle));
      }
    }
  }
};

Tones measure(std::span<const float> samples) {
  static const Bank bank;
  Tones tones;
  if (samples.size() < kWindow) return tones;
  tones.moments = (samples.size() - kWindow) / kHop + 1;
  tones.amplitude.resize(tones.moments * kPitches);
  tones.power.resize(tones.moments);
  std::array<float, 2 * kPitches> sums;
  for (std::size_t t = 0; t < tones.moments; ++t) {
    const float* at = samples.data() + t * kHop;
    sums.fill(0);
    float energy = 0;
    for (std::size_t n = 0; n < kWindow; ++n) {
      const float sample = at[n];
      const auto& row = bank.rows[n];
      energy += bank.window[n] * sample * sample;
      for (std::size_t k = 0; k < 2 * kPitches; ++k) sums[k] += sample * row[k];
    }
    tones.power[t] = static_cast<float>(energy / bank.sum);
    for (std::size_t k = 0; k < kPitches; ++k) {
      tones.amplitude[t * kPitches + k] = static_cast<float>(
          2 / bank.sum * std::sqrt(sums[k] * sums[k] + sums[kPitches + k] * sums[kPitches + k]));
    }
  }
  return tones;
}

struct Run {
  std::size_t from = 0, size = 0;
  bool on = false;
};

void cut(const Tones& tones, std::size_t pitch, float level, std::vector<Run>& runs) {
  runs.clear();
  for (std::size_t t = 0; t < tones.moments; ++t) {
    const bool on = tones.at(t, pitch) > level;
    if (runs.empty() || runs.back().on != on) runs.push_back({t, 0, on});
    ++runs.back().size;
  }
}

/// A unit, and by how much every tone is longer (echo, ramps) than so many units.
struct Fit {
  double unit = 0, longer = 0, error = 1;
};

/// Nothing when a length is off by more than the tolerance.
bool fits(std::span<const Run> runs, const Lengths& wanted, Fit& fit) {
  double on = 0, off = 0, units_on = 0, units_off = 0;
  for (std::size_t i = 0; i < kRuns; ++i) {
    (i % 2 == 0 ? on : off) += static_cast<double>(runs[i].size);
    (i % 2 == 0 ? units_on : units_off) += wanted[i];
  }
  // Four tones, three gaps: on = units_on u + 4 b, off = units_off u - 3 b.
  fit.unit = (3 * on + 4 * off) / (3 * units_on + 4 * units_off);
  fit.longer = (on - units_on * fit.unit) / 4;
  const double seconds = fit.unit * kHopSeconds;
  if (seconds < kMinUnit || seconds > kMaxUnit || std::abs(fit.longer) > 0.15 * fit.unit) {
    return false;
  }
  double worst = 0;
  for (std::size_t i = 0; i < kRuns; ++i) {
    const double length =
        static_cast<double>(runs[i].size) + (i % 2 == 0 ? -fit.longer : fit.longer);
    const double due = wanted[i] * fit.unit;
    worst = std::max(worst, (std::abs(length - due) - 0.5) / due);  // half a step of measurement
  }
  fit.error = std::max(0.0, worst / kTolerance);
  return fit.error <= 1;
}

struct Heard {
  double loudest = 0, faintest = 1, purity = 0;  ///< of the tones
  double gaps = 0;                               ///< loudest of the middles of the gaps
};

Heard hear(const Tones& tones, std::size_t pitch, std::span<const Run> runs) {
  Heard heard;
  double moments = 0;
  for (const Run& run : runs) {
    const std::size_t skip = std::min<std::size_t>(3, (run.size - 1) / 2);
    double peak = 0;
    for (std::size_t t = run.from + skip; t < run.from + run.size - skip; ++t) {
      peak = std::max(peak, static_cast<double>(tones.at(t, pitch)));
      if (!run.on) continue;
      heard.purity += std::min(1.0, tones.purity(t, pitch));
      ++moments;
    }
    if (run.on) {
      heard.loudest = std::max(heard.loudest, peak);
      heard.faintest = std::min(heard.faintest, peak);
    } else {
      heard.gaps = std::max(heard.gaps, peak);
    }
  }
  heard.purity /= std::max(1.0, moments);
  return heard;
}

/// No tone of that pitch right before or behind: else it is a part of something longer.
bool stands_alone(const Tones& tones, std::size_t pitch, std::span<const Run> runs, double unit,
                  double level) {
  const auto calm = [&](std::size_t from, std::size_t to) {
    std::size_t heard = 0;
    for (std::size_t t = from; t < to; ++t) {
      if (tones.at(t, pitch) > level / 2 && tones.purity(t, pitch) > kPure) ++heard;
    }
    return static_cast<double>(heard) < 0.5 * unit;
  };
  // A further letter would begin three units behind.
  const auto around = static_cast<std::size_t>(4 * unit);
  const std::size_t begin = runs.front().from, end = runs.back().from + runs.back().size;
  return calm(begin > around ? begin - around : 0, begin > 3 ? begin - 3 : 0) &&
         calm(std::min(end + 3, tones.moments), std::min(end + around, tones.moments));
}

/// The pitch is the loudest of its neighbours, so that one tone is found once.
bool leads(const Tones& tones, std::size_t pitch, std::span<const Run> runs) {
  double here = 0, below = 0, above = 0;
  for (std::size_t i = 0; i < runs.size(); i += 2) {
    const std::size_t t = runs[i].from + runs[i].size / 2;
    here += tones.at(t, pitch);
    below += pitch > 0 ? tones.at(t, pitch - 1) : 0;
    above += pitch + 1 < kPitches ? tones.at(t, pitch + 1) : 0;
  }
  return here >= below && here >= above;
}

class Finder {
 public:
  explicit Finder(const Tones& tones) : tones_(tones) {}

  std::vector<Rhythm> run() {
    std::vector<Run> runs;
    for (std::size_t pitch = 0; pitch < kPitches; ++pitch) {
      for (double level = 0.5; level > 0.001; level /= 2) {
        cut(tones_, pitch, static_cast<float>(level), runs);
        for (std::size_t i = 0; i + kRuns <= runs.size(); ++i) {
          if (runs[i].on) try_one(pitch, level, std::span(runs).subspan(i, kRuns));
        }
      }
    }
    return best();
  }

 private:
  void try_one(std::size_t pitch, double level, std::span<const Run> runs) {
    Fit fit;
    const bool ai = fits(runs, kAi, fit);
    if (!ai && !fits(runs, kL, fit)) return;
    const Heard heard = hear(tones_, pitch, runs);
    // Near half of the tone's height its edges are where they are; far below they are blurred.
    if (heard.faintest < level * 1.3 || heard.faintest < heard.loudest / 2) return;
    if (heard.gaps > heard.faintest / 3 || heard.purity < kPure) return;
    if (!leads(tones_, pitch, runs) ||
        !stands_alone(tones_, pitch, runs, fit.unit, heard.faintest)) {
      return;
    }
    const double half = static_cast<double>(kWindow) / 2 / kListenRate;
    Rhythm found;
    found.begins = static_cast<double>(runs.front().from) * kHopSeconds + half;
    found.ends = static_cast<double>(runs.back().from + runs.back().size) * kHopSeconds + half;
    found.unit = fit.unit * kHopSeconds;
    found.pitch = kLowest + kStep * static_cast<double>(pitch);
    found.score = 0.5 * (1 - fit.error) + 0.5 * heard.purity;
    found.letters_apart = ai;
    all_.push_back(found);
  }

  /// Of those that lie over each other the best.
  std::vector<Rhythm> best() {
    std::sort(all_.begin(), all_.end(),
              [](const Rhythm& a, const Rhythm& b) { return a.score > b.score; });
    std::vector<Rhythm> out;
    for (const Rhythm& each : all_) {
      const bool over = std::any_of(out.begin(), out.end(), [&](const Rhythm& taken) {
        return each.begins < taken.ends && taken.begins < each.ends;
      });
      if (!over) out.push_back(each);
    }
    std::sort(out.begin(), out.end(),
              [](const Rhythm& a, const Rhythm& b) { return a.begins < b.begins; });
    return out;
  }

  const Tones& tones_;
  std::vector<Rhythm> all_;
};

}  // namespace

std::vector<float> rhythm_tones(std::uint32_t rate) {
  std::vector<float> out(static_cast<std::size_t>(std::lround(kUnits * kDot * rate)), 0.0F);
  double at = 0;  // in units
  for (std::size_t i = 0; i < kRuns; ++i) {
    if (i % 2 == 0) {
      const auto from = static_cast<std::size_t>(std::lround(at * kDot * rate));
      const auto size = static_cast<std::size_t>(std::lround(kAi[i] * kDot * rate));
      for (std::size_t n = 0; n < size && from + n < out.size(); ++n) {
        const double edge = static_cast<double>(std::min(n, size - 1 - n)) / (kRamp * rate);
        const double ramp = edge >= 1 ? 1 : 0.5 - 0.5 * std::cos(std::numbers::pi * edge);
        out[from + n] = static_cast<float>(
            ramp * std::sin(2 * std::numbers::pi * kPitch * static_cast<double>(n) / rate));
      }
    }
    at += kAi[i];
  }
  return out;
}

std::vector<Rhythm> find_rhythms(std::span<const float> samples) {
  // Measuring a long recording at once would need much memory: half a minute at a time, with the
  // longest rhythm twice.
  constexpr std::size_t kPart = 30 * kListenRate, kOver = 5 * kListenRate;
  std::vector<Rhythm> out;
  for (std::size_t at = 0; at < samples.size(); at += kPart - kOver) {
    const auto part = samples.subspan(at, std::min(kPart, samples.size() - at));
    const Tones tones = measure(part);
    for (Rhythm found : Finder(tones).run()) {
      found.begins += static_cast<double>(at) / kListenRate;
      found.ends += static_cast<double>(at) / kListenRate;
      if (!out.empty() && found.begins < out.back().ends) {
        if (found.score > out.back().score) out.back() = found;
        continue;
      }
      out.push_back(found);
    }
    if (at + part.size() >= samples.size()) break;
  }
  return out;
}

}  // namespace colophon::sound
