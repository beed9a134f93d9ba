// SPDX-License-Identifier: Apache-2.0
// What is a rhythm label and what is not; and how rarely something else is taken for one
// (COLOPHON_CLIPS=3000 measures what docs/marks.md says).
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

#include "marks/sound_resample.hpp"
#include "marks/sound_rhythm.hpp"
#include "marks/sound_spoken.hpp"
#include "marks/sounds.hpp"
#include "media/sound.hpp"
#include "media/worker.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::sounds;
using sound::find_rhythms;
using sound::find_spoken;
using sound::kListenRate;

namespace {

/// Morse: '.' and '-' with gaps of one unit, ' ' between letters, '/' between words.
double key(Samples& samples, double from, std::string_view code, double unit, double pitch,
           double amplitude, double letter_gap = 3) {
  double at = from;
  for (const char sign : code) {
    if (sign == ' ') at += (letter_gap - 1) * unit;
    if (sign == '/') at += 6 * unit;
    if (sign != '.' && sign != '-') continue;
    const double length = sign == '-' ? 3 * unit : unit;
    add_tone(samples, kListenRate, at, length, pitch, amplitude);
    at += length + unit;
  }
  return at;
}

constexpr const char* kMorse[] = {".-",   "-...", "-.-.", "-..",  ".",    "..-.", "--.",
                                  "....", "..",   ".---", "-.-",  ".-..", "--",   "-.",
                                  "---",  ".--.", "--.-", ".-.",  "...",  "-",    "..-",
                                  "...-", ".--",  "-..-", "-.--", "--.."};

double between(Random& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random.below(100'001)) / 100'000;
}

Samples silence(double seconds) {
  return Samples(static_cast<std::size_t>(seconds * kListenRate), 0.0F);
}

/// Notes of several harmonics that die away, now and then two at once.
Samples music(double seconds, Random& random) {
  Samples out = silence(seconds);
  const double beat = between(random, 0.08, 0.4);
  for (double at = 0; at < seconds;) {
    const double length = beat * static_cast<double>(1 + random.below(4));
    const double pitch = 110 * std::pow(2, static_cast<double>(random.below(44)) / 12);
    const double loud = random.below(4) == 0 ? 0 : between(random, 0.05, 0.3);
    const auto harmonics = 1 + random.below(6);
    for (std::uint64_t h = 1; h <= harmonics && pitch * static_cast<double>(h) < 3800; ++h) {
      add_tone(out, kListenRate, at, length * between(random, 0.5, 1),
               pitch * static_cast<double>(h), loud / static_cast<double>(h));
    }
    at += random.below(3) == 0 ? length / 2 : length;
  }
  return out;
}

/// Beeps of one pitch in random lengths: what is nearest to a label without being one.
Samples beeps(double seconds, Random& random) {
  Samples out = silence(seconds);
  const double unit = between(random, 0.06, 0.3), pitch = between(random, 300, 2000);
  for (double at = 0.1; at < seconds;) {
    const double on = unit * static_cast<double>(1 + random.below(4));
    add_tone(out, kListenRate, at, on, pitch, 0.3);
    at += on + unit * static_cast<double>(1 + random.below(4));
  }
  return out;
}

/// Dialling, ringing and busy tones (ITU-T Q.23, E.180).
Samples telephone(double seconds, Random& random) {
  Samples out = silence(seconds);
  constexpr double kRows[] = {697, 770, 852, 941}, kColumns[] = {1209, 1336, 1477, 1633};
  const auto kind = random.below(3);
  for (double at = 0.2; at < seconds;) {
    if (kind == 0) {
      const double on = between(random, 0.05, 0.2);
      add_tone(out, kListenRate, at, on, kRows[random.below(4)], 0.2);
      add_tone(out, kListenRate, at, on, kColumns[random.below(4)], 0.2);
      at += on + between(random, 0.05, 0.3);
    } else {
      const double on = kind == 1 ? 0.5 : between(random, 0.15, 1.5);
      add_tone(out, kListenRate, at, on, 425, 0.3);
      at += on + (kind == 1 ? 0.5 : between(random, 0.15, 4));
    }
  }
  return out;
}

/// Text in Morse without the word AI.
Samples morse(double seconds, Random& random) {
  Samples out = silence(seconds);
  const double unit = between(random, 0.055, 0.3), pitch = between(random, 300, 2000);
  char before = ' ';
  for (double at = 0.1; at < seconds;) {
    auto letter = random.below(26);
    if (before == 'a' && letter == 8) letter = 18;  // A I
    before = letter == 0 ? 'a' : ' ';
    at = key(out, at, kMorse[letter], unit, pitch, 0.3) + 2 * unit;
    if (random.below(5) == 0) {
      at += 4 * unit;
      before = ' ';
    }
  }
  return out;
}

/// Real recordings, one channel; empty without samples or worker.
const std::vector<Samples>& recordings() {
  static const std::vector<Samples> all = [] {
    std::vector<Samples> out;
    if (samples_folder().empty() || media_worker().empty()) return out;
    for (const char* name : {"mu_popvocal_15s", "mu_trumpet_5s", "sp_librivox_25s", "sp_lj_10s"}) {
      const ByteBuffer file = read_file(samples_folder() + "/audio/" + name + ".flac");
      MemorySource source(file);
      if (file.empty()) continue;
      if (auto heard = media_sound(source, 0, 60, kListenRate)) {
        out.push_back(std::move(heard->samples));
      }
    }
    return out;
  }();
  return all;
}

/// A part of a recording at another speed and loudness.
Samples cut(Random& random) {
  const Samples& whole = recordings()[random.below(recordings().size())];
  const std::size_t size = std::min<std::size_t>(whole.size(), 8 * kListenRate);
  const std::size_t from = random.below(whole.size() - size + 1);
  const auto speed = static_cast<std::uint32_t>(between(random, 0.6, 1.6) * kListenRate);
  Samples out = sound::resampled(std::span(whole).subspan(from, size), kListenRate, speed);
  const auto gain = static_cast<float>(between(random, 0.1, 1.2));
  for (float& sample : out) sample *= gain;
  return out;
}

Samples unmarked(Random& random, std::uint64_t& kind) {
  const bool real = !recordings().empty();
  kind = random.below(real ? 8 : 5);
  switch (kind) {
    case 0:
      return music(10, random);
    case 1:
      return beeps(10, random);
    case 2:
      return telephone(10, random);
    case 3:
      return morse(10, random);
    case 4:
      return babble(10, kListenRate, random);
    default:
      return cut(random);
  }
}

std::size_t clips() {
  const char* text = std::getenv("COLOPHON_CLIPS");
  return text == nullptr ? 80 : static_cast<std::size_t>(std::strtoul(text, nullptr, 10));
}

}  // namespace

TEST_CASE("rhythm: any pitch, pace and loudness that people hear is found") {
  Random random(21);
  for (int round = 0; round < 60; ++round) {
    const double unit = between(random, 0.06, 0.3), pitch = between(random, 310, 1990);
    const double loud = std::pow(10, between(random, -2.2, -0.1));
    CAPTURE(unit);
    CAPTURE(pitch);
    CAPTURE(loud);
    Samples samples = silence(12);
    const double end = key(samples, 1, ".- ..", unit, pitch, loud);
    const Samples programme = babble(12 - end - 4 * unit, kListenRate, random);
    for (std::size_t i = 0; i < programme.size(); ++i) {
      samples[samples.size() - programme.size() + i] += programme[i];
    }
    const auto all = find_rhythms(samples);
    REQUIRE(all.size() == 1);
    CHECK(all[0].letters_apart);
    CHECK(all[0].begins == doctest::Approx(1).epsilon(0.02));
    CHECK(all[0].unit == doctest::Approx(unit).epsilon(0.1));
    CHECK(std::abs(all[0].pitch - pitch) < 60);
    CHECK(all[0].score > 0.6);
  }
}

TEST_CASE("rhythm: with equal gaps it is the letter L, which is told and is no label") {
  Random random(22);
  for (int round = 0; round < 20; ++round) {
    Samples samples = silence(5);
    const double unit = between(random, 0.06, 0.3);
    key(samples, 0.5, ".-..", unit, between(random, 310, 1990), 0.3);
    const auto all = find_rhythms(samples);
    REQUIRE(all.size() == 1);
    CHECK_FALSE(all[0].letters_apart);
  }
  Samples samples = silence(5);
  key(samples, 0.5, ".-..", 0.12, 800, 0.3);
  const MarkSearch search = found(wav16(samples, kListenRate), "wav");
  CHECK(search.marks.empty());
  REQUIRE(search.notes.size() == 1);
  CHECK(search.notes[0].rule == "mark-rhythm");
}

TEST_CASE("rhythm: no other letters, and no part of a longer text") {
  for (const char* code :
       {"..", ".- .", ".- ...", ".- .-", "- ..", ".- --", "-. ..", ". - ..", ".-.", "..-.", ".. -.",
        ".- .. .", ". .- ..", ".- .. -", "- .- ..", ".... .- .. ..."}) {
    CAPTURE(code);
    Samples samples = silence(8);
    key(samples, 1, code, 0.12, 880, 0.3);
    CHECK(find_rhythms(samples).empty());
  }
  // The gap between the letters is too short, or too long.
  for (const double gap : {1.5, 2.0, 4.5, 7.0}) {
    CAPTURE(gap);
    Samples samples = silence(8);
    key(samples, 1, ".- ..", 0.12, 880, 0.3, gap);
    for (const auto& rhythm : find_rhythms(samples)) CHECK_FALSE(rhythm.letters_apart);
  }
  // Chords and noise keyed like that are no tone.
  Samples chord = silence(4);
  for (const double pitch : {500.0, 790.0, 1210.0, 1630.0})
    key(chord, 1, ".- ..", 0.12, pitch, 0.2);
  CHECK(find_rhythms(chord).empty());
}

TEST_CASE("detection: at most one of a thousand unmarked clips is taken for a marked one") {
  Random random(23);
  std::size_t rhythms = 0, spoken = 0;
  const std::size_t all = clips();
  double highest = 0;
  for (std::size_t i = 0; i < all; ++i) {
    std::uint64_t kind = 0;
    const Samples clip = unmarked(random, kind);
    bool label = false;
    for (const auto& each : find_rhythms(clip)) label = label || each.letters_apart;
    rhythms += label ? 1 : 0;
    if (label)
      std::printf("a rhythm in clip %zu, of kind %llu\n", i, static_cast<unsigned long long>(kind));
    const auto said = find_spoken(clip);
    spoken += said.empty() ? 0 : 1;
    for (const auto& each : said) highest = std::max(highest, each.score);
  }
  std::printf("%zu clips (%zu recordings): %zu rhythms, %zu spoken labels (highest %.2f)\n", all,
              recordings().size(), rhythms, spoken, highest);
  CHECK(rhythms <= all / 1000);
  CHECK(spoken <= all / 1000);
}
