// SPDX-License-Identifier: Apache-2.0
// The rhythm label of sounds (GB 45438-2025, 5.3): short long, short short; Morse A and I.
// The standard gives neither pitch nor length: ours are in docs/marks.md, and any tone between
// 300 and 2000 Hz with units of 60 to 300 ms is found.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace colophon::sound {

/// The rate at which sounds are listened to.
constexpr std::uint32_t kListenRate = 8000;

// Ours: proportions of ITU-R M.1677-1 (dot 1, dash 3, gap 1, between letters 3).
constexpr double kDot = 0.12;    // seconds
constexpr double kPitch = 880;   // Hz
constexpr double kRamp = 0.008;  // seconds, at both ends of each tone
constexpr double kUnits = 11;    // of the whole rhythm

/// The tones at full scale: one channel, 1.32 s.
[[nodiscard]] std::vector<float> rhythm_tones(std::uint32_t rate);

struct Rhythm {
  double begins = 0, ends = 0;  ///< seconds
  double unit = 0;              ///< seconds
  double pitch = 0;             ///< Hz, to the nearest 50
  double score = 0;             ///< 0 to 1: how well times and tone fit
  /// False: all gaps are alike, so that it reads as the letter L and is no label.
  bool letters_apart = true;
};
/// In one channel at kListenRate, in order of time; none lies over another.
[[nodiscard]] std::vector<Rhythm> find_rhythms(std::span<const float> samples);

}  // namespace colophon::sound
