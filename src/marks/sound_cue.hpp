// SPDX-License-Identifier: Apache-2.0
// What is heard as the label: the rhythm, the spoken words, silence between them and the programme,
// as loud as the programme.
#pragma once

#include "marks/sound_file.hpp"

namespace colophon::sound {

/// What one cue says, in this order.
struct CueParts {
  bool rhythm = false;
  std::vector<std::string> spoken;  ///< languages of find_prompt

  [[nodiscard]] bool empty() const noexcept { return !rhythm && spoken.empty(); }
};

struct Cue {
  std::vector<float> samples;  ///< one channel
  std::vector<Mark> marks;     ///< times from the first of them
};

constexpr std::string_view kRhythmText = "\u00B7\u2212 \u00B7\u00B7";

/// The level of what is heard, as the root mean square of full scale 1: the mean of blocks of 0.4 s
/// without pauses (gates of ITU-R BS.1770-5 at -70 dB and 10 dB below the mean). 0: silence.
[[nodiscard]] double level_of(std::span<const float> samples, std::uint32_t rate);
/// The level of a label beside a programme of that level: 1.5 dB above it, within what can be heard
/// and what does not startle.
[[nodiscard]] double level_beside(double programme) noexcept;
[[nodiscard]] Cue make_cue(const CueParts& parts, Moment moment, std::uint32_t rate, double level);

}  // namespace colophon::sound
