// SPDX-License-Identifier: Apache-2.0
// Sounds that the worker decodes.
#pragma once

#include "marks/sound_file.hpp"
#include "media/sound.hpp"

namespace colophon::sound {

// Up to kHeardWhole seconds a sound is asked for at once; else kHeardEnds at both of its ends.
constexpr double kHeardWhole = 30, kHeardEnds = 15;

class WorkerFile : public SoundFile {
 public:
  [[nodiscard]] Result<std::vector<float>> hear(double from, double seconds) override;
  /// Asks the worker for what is listened to first, which also tells what sound it is. Error
  /// `malformed` when nothing of it can be decoded.
  [[nodiscard]] Status listen_first();

 protected:
  explicit WorkerFile(Source& source) : source_(source) {}
  Source& source_;
  std::optional<MediaSound> first_;
};

}  // namespace colophon::sound
