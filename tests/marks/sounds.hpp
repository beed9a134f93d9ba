// SPDX-License-Identifier: Apache-2.0
// What the tests of audible labels share: sounds made in code, plans carried out, marks found.
#pragma once

#include <cmath>
#include <numbers>

#include "marks/marks.hpp"
#include "support/support.hpp"

namespace colophon::testing::sounds {

/// One channel, -1 to 1.
using Samples = std::vector<float>;

/// How WAV and AIFF keep samples.
struct Kind {
  const char* name;
  unsigned tag;    ///< of WAV: 1 PCM, 3 float, 6 A-law, 7 mu-law
  unsigned bytes;  ///< of one sample
};
inline constexpr Kind kKinds[] = {{"8 bit", 1, 1},  {"16 bit", 1, 2}, {"24 bit", 1, 3},
                                  {"32 bit", 1, 4}, {"float", 3, 4},  {"double", 3, 8},
                                  {"A-law", 6, 1},  {"mu-law", 7, 1}};

/// Random bytes that are sound of that kind, none of them not a number.
ByteBuffer programme(const Kind& kind, unsigned channels, std::size_t frames, Random& random);
/// A WAV file of these frames; `extra` are whole chunks in front of "data".
ByteBuffer wav(const Kind& kind, unsigned rate, unsigned channels, const ByteBuffer& data,
               const ByteBuffer& extra = {}, const ByteBuffer& behind = {});
ByteBuffer chunk(std::string_view id, const ByteBuffer& data);
/// 16 bit, one channel.
ByteBuffer wav16(const Samples& samples, unsigned rate);

/// A voice-like sound: harmonics of a wandering pitch in syllables, with noise.
Samples babble(double seconds, unsigned rate, Random& random);
void add_tone(Samples& samples, unsigned rate, double from, double seconds, double pitch,
              double amplitude);

MarkDemand demand(bool start = true, bool end = false, std::vector<std::string> spoken = {});
/// The plan, which must be made.
MarkPlan planned(Bytes file, std::string_view format, const MarkDemand& demand);
ByteBuffer carried_out(Bytes file, const MarkPlan& plan);
ByteBuffer marked(Bytes file, std::string_view format, const MarkDemand& demand);
MarkSearch found(Bytes file, std::string_view format);
/// How many marks have that text and position.
std::size_t count(const std::vector<Mark>& marks, std::string_view text, std::string_view position);
inline constexpr std::string_view kRhythm = "·− ··";

}  // namespace colophon::testing::sounds
