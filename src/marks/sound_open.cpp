// SPDX-License-Identifier: Apache-2.0
// Which class opens which container, and sounds that only the worker can read.
#include <fmt/core.h>

#include <cmath>

#include "marks/sound_remade.hpp"
#include "marks/sound_rhythm.hpp"

namespace colophon::sound {
Result<std::vector<float>> WorkerFile::hear(double from, double seconds) {
  const auto cut = [&](const std::vector<float>& samples, double begins) {
    const auto at = std::min(samples.size(),
                             static_cast<std::size_t>(std::max(0.0, from - begins) * kListenRate));
    const auto size =
        std::min(samples.size() - at, static_cast<std::size_t>(seconds * kListenRate));
    const auto first = samples.begin() + static_cast<std::ptrdiff_t>(at);
    return std::vector<float>(first, first + static_cast<std::ptrdiff_t>(size));
  };
  const double tail = static_cast<double>(first_->tail_begins_us) / 1e6;
  const bool whole = first_->tail.empty() && duration_ <= kHeardWhole;
  if (whole || from + seconds <= kHeardEnds) return cut(first_->samples, 0);
  if (!first_->tail.empty() && from >= tail - 0.5) return cut(first_->tail, tail);
  return TRY(media_sound(source_, from, seconds, kListenRate)).samples;
}

Status WorkerFile::listen_first() {
  first_ = TRY(media_sound(source_, 0, kHeardWhole, kListenRate, kHeardEnds));
  if (first_->samples.empty() || first_->source_rate == 0) {
    return fail(ErrorCode::Malformed, "no sound of the file can be decoded");
  }
  rate_ = first_->source_rate;
  duration_ = static_cast<double>(first_->duration_us) / 1e6;
  // Without a second stretch the sound was heard to its end, or its length is not known.
  const double heard = static_cast<double>(first_->samples.size()) / kListenRate;
  if (first_->tail.empty() && (duration_ <= 0 || heard < std::min(duration_, kHeardWhole - 1))) {
    duration_ = heard;
  }
  return {};
}

Result<std::unique_ptr<SoundFile>> open_sound(Source& source, const Format& format,
                                              const Limits& limits) {
  struct Row {
    std::string_view id;
    OpenedSound (*open)(Source&, const Limits&);
  };
  constexpr Row kRows[] = {{"wav", open_wav},   {"aiff", open_aiff}, {"mp3", open_mp3},
                           {"flac", open_flac}, {"m4a", open_m4a},   {"aac", open_adts},
                           {"ogg", open_opus}};
  OpenedSound file = fail(ErrorCode::Unsupported, "");
  for (const Row& row : kRows) {
    if (row.id == format.id) file = row.open(source, limits);
  }
  // What no label goes into can be listened to all the same.
  if (file || file.error().code != ErrorCode::Unsupported) return file;
  const std::string why = file.error().message;
  auto heard = std::make_unique<RemadeSound>(source, format, why);
  if (const Status status = heard->listen_first(); !status) {
    if (why.empty()) return Failure(status.error());
    return file;
  }
  return heard;
}

}  // namespace colophon::sound
