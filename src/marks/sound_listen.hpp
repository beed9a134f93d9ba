// SPDX-License-Identifier: Apache-2.0
// Looking for labels in a sound: where is looked, and what counts as found.
#pragma once

#include "marks/sound_file.hpp"

namespace colophon::sound {

/// The beginning and the end of a sound, or all of it.
struct Heard {
  struct Part {
    double from = 0;             ///< seconds
    std::vector<float> samples;  ///< at kListenRate
  };
  std::vector<Part> parts;
  bool whole = false;
};

/// How much of each end is listened to, in seconds.
constexpr double kListened = 15;
/// Sounds up to this length are listened to as a whole.
constexpr double kWholeUpTo = 300;

/// Both ends of the sound; all of it when it is not longer than `whole_up_to`.
[[nodiscard]] Result<Heard> hear_ends(SoundFile& file, double whole_up_to);
struct Labels {
  std::vector<Mark> marks;  ///< in order of time
  std::vector<Finding> notes;
};
/// `only`: the languages of spoken labels that are looked for; null: all.
[[nodiscard]] Labels labels_in(const Heard& heard, double duration,
                               const std::vector<std::string>* only = nullptr);

}  // namespace colophon::sound
