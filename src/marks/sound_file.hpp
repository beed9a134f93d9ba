// SPDX-License-Identifier: Apache-2.0
// What the containers of sound have in common when a label is put in: how they are heard, and where
// a cue goes. One class for each container, made by `open_sound`.
#pragma once

#include "marks/marks.hpp"

namespace colophon::sound {

enum class Moment : std::uint8_t { Start, Middle, End };

/// One channel of sound to put into the programme, at the file's sample rate.
struct Insertion {
  Moment moment = Moment::Start;
  double at = 0;  ///< Middle only: seconds of the programme that come before
  std::vector<float> samples;
};

/// The plan, and when each insertion is heard.
struct Inserted {
  std::shared_ptr<Source> made;  ///< see MarkPlan
  Splice splice;
  std::vector<double> begins;   ///< seconds in the new file, in the order of the insertions
  double programme_begins = 0;  ///< what is put in front of it
  double duration = 0;          ///< of the new file
  std::vector<Finding> notes;
};

class SoundFile {
 public:
  SoundFile() = default;
  SoundFile(const SoundFile&) = delete;
  SoundFile& operator=(const SoundFile&) = delete;
  virtual ~SoundFile() = default;

  [[nodiscard]] std::uint32_t rate() const noexcept { return rate_; }
  [[nodiscard]] double duration() const noexcept { return duration_; }
  /// What begins at `from` seconds: one channel at kListenRate; less when the sound ends before.
  [[nodiscard]] virtual Result<std::vector<float>> hear(double from, double seconds) = 0;
  /// Insertions are in order of time.
  [[nodiscard]] virtual Result<Inserted> insert(std::span<const Insertion> insertions) = 0;
  /// Nothing: a cue cannot stand in the middle of the programme here, and why (a whole sentence).
  [[nodiscard]] virtual std::optional<Text> no_middle() const { return std::nullopt; }

 protected:
  std::uint32_t rate_ = 0;
  double duration_ = 0;  ///< seconds
};

/// Errors: `malformed`, `truncated`, `unsupported` (no sound that can be read here), `io`.
[[nodiscard]] Result<std::unique_ptr<SoundFile>> open_sound(Source& source, const Format& format,
                                                            const Limits& limits);

// One for each container; `source` outlives what they return.
using OpenedSound = Result<std::unique_ptr<SoundFile>>;
[[nodiscard]] OpenedSound open_wav(Source& source, const Limits& limits);
[[nodiscard]] OpenedSound open_aiff(Source& source, const Limits& limits);
[[nodiscard]] OpenedSound open_mp3(Source& source, const Limits& limits);
[[nodiscard]] OpenedSound open_flac(Source& source, const Limits& limits);
[[nodiscard]] OpenedSound open_m4a(Source& source, const Limits& limits);
[[nodiscard]] OpenedSound open_adts(Source& source, const Limits& limits);
[[nodiscard]] OpenedSound open_opus(Source& source, const Limits& limits);

}  // namespace colophon::sound
