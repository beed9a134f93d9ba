// SPDX-License-Identifier: Apache-2.0
// Our own spoken labels, found again by their likeness (normalised cross-correlation). What others
// say is not understood: that would need speech recognition.
#pragma once

#include "marks/sound_prompts.hpp"

#include <string>

namespace colophon::sound {

struct Spoken {
  const Prompt* prompt = nullptr;
  double begins = 0, ends = 0;  ///< seconds
  double score = 0;             ///< the correlation, 0 to 1
};
/// In one channel at kListenRate (sound_rhythm.hpp), in order of time. `only`: the languages that
/// are looked for; null: all.
[[nodiscard]] std::vector<Spoken> find_spoken(std::span<const float> samples,
                                              const std::vector<std::string>* only = nullptr);

}  // namespace colophon::sound
