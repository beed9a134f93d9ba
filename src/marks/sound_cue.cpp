// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_cue.hpp"

#include <algorithm>
#include <cmath>

#include "marks/sound_prompts.hpp"
#include "marks/sound_resample.hpp"
#include "marks/sound_rhythm.hpp"

namespace colophon::sound {
namespace {

constexpr double kLead = 0.05;     // seconds of silence in front of all
constexpr double kBetween = 0.5;   // between two parts: more than the gap between letters
constexpr double kApart = 0.6;     // between the label and the programme
constexpr double kPeak = 0.891;    // -1 dB: no codec makes it clip
constexpr double kAbove = 1.1885;  // 1.5 dB
constexpr double kFaintest = 0.0316, kLoudest = 0.355;  // -30 and -9 dB, as root mean square

/// The level of the parts that are not silent.
double own_level(std::span<const float> samples) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::abs(sample));
  double sum = 0;
  std::size_t count = 0;
  for (const float sample : samples) {
    if (std::abs(sample) < 0.02F * peak) continue;
    sum += static_cast<double>(sample) * sample;
    ++count;
  }
  return count == 0 ? 0 : std::sqrt(sum / static_cast<double>(count));
}

class Builder {
 public:
  Builder(std::uint32_t rate, double level) : rate_(rate), level_(level) {}

  void pause(double seconds) {
    cue_.samples.resize(
        cue_.samples.size() + static_cast<std::size_t>(std::lround(seconds * rate_)), 0.0F);
  }
  void add(std::vector<float> samples, std::string_view text, std::string_view language) {
    if (!cue_.marks.empty()) pause(kBetween);
    float peak = 0;
    for (const float sample : samples) peak = std::max(peak, std::abs(sample));
    const double own = own_level(samples);
    const double gain = own == 0 ? 0 : std::min(level_ / own, kPeak / peak);
    for (float& sample : samples) sample *= static_cast<float>(gain);
    Mark mark;
    mark.medium = MarkMedium::Sound;
    mark.text = text;
    mark.language = language;
    mark.begins = static_cast<double>(cue_.samples.size()) / rate_;
    cue_.samples.insert(cue_.samples.end(), samples.begin(), samples.end());
    mark.ends = static_cast<double>(cue_.samples.size()) / rate_;
    cue_.marks.push_back(std::move(mark));
  }
  [[nodiscard]] Cue take() { return std::move(cue_); }

 private:
  std::uint32_t rate_;
  double level_;
  Cue cue_;
};

}  // namespace

double level_of(std::span<const float> samples, std::uint32_t rate) {
  const std::size_t block = std::max<std::size_t>(1, rate * 2 / 5);
  std::vector<double> powers;
  for (std::size_t at = 0; at < samples.size(); at += block / 2) {
    const auto part = samples.subspan(at, std::min(block, samples.size() - at));
    if (part.size() < block / 2 && !powers.empty()) break;
    double sum = 0;
    for (const float sample : part) sum += static_cast<double>(sample) * sample;
    powers.push_back(sum / static_cast<double>(part.size()));
  }
  const auto mean_above = [&](double gate) {
    double sum = 0;
    std::size_t count = 0;
    for (const double power : powers) {
      if (power <= gate) continue;
      sum += power;
      ++count;
    }
    return count == 0 ? 0.0 : sum / static_cast<double>(count);
  };
  return std::sqrt(mean_above(mean_above(1e-7) / 10));
}

double level_beside(double programme) noexcept {
  return std::clamp(programme * kAbove, kFaintest, kLoudest);
}

Cue make_cue(const CueParts& parts, Moment moment, std::uint32_t rate, double level) {
  Builder builder(rate, level);
  builder.pause(moment == Moment::Start ? kLead : kApart);
  if (parts.rhythm) builder.add(rhythm_tones(rate), kRhythmText, "");
  for (const std::string& language : parts.spoken) {
    const Prompt* prompt = find_prompt(language);
    if (prompt == nullptr) continue;
    builder.add(resampled(samples_of(*prompt), kPromptRate, rate), prompt->text, prompt->language);
  }
  builder.pause(moment == Moment::End ? kLead : kApart);
  return builder.take();
}

}  // namespace colophon::sound
