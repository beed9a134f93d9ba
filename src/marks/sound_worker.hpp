// SPDX-License-Identifier: Apache-2.0
// Sounds that the worker decodes.
#pragma once

#include "marks/sound_file.hpp"
#include "media/sound.hpp"

namespace colophon::sound {

constexpr double kFirstHeard = 15;  // seconds

class WorkerFile : public SoundFile {
 public:
  [[nodiscard]] Result<std::vector<float>> hear(double from, double seconds) override;
  /// Asks the worker for the beginning, which tells what sound it is. Error `malformed` when
  /// nothing of it can be decoded.
  [[nodiscard]] Status listen_first(double seconds);

 protected:
  explicit WorkerFile(Source& source) : source_(source) {}
  Source& source_;
  std::optional<MediaSound> first_;

 private:
  double first_from_ = 0, first_seconds_ = 0;
};

}  // namespace colophon::sound
