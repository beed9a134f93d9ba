// SPDX-License-Identifier: Apache-2.0
// Sound through the worker (docs/worker.md).
#pragma once

#include "base/source.hpp"

#include <vector>

namespace colophon {

/// A stretch of the sound in one channel.
struct MediaSound {
  std::string codec;              ///< "mp3"
  std::uint32_t source_rate = 0;  ///< of the file
  std::uint32_t source_channels = 0;
  std::int64_t bit_rate = 0;     ///< of the file, bits per second; 0: unknown
  std::int64_t duration_us = 0;  ///< of the file; 0: unknown
  std::int64_t begins_us = 0;    ///< of the stretch
  std::int64_t broken = 0;       ///< frames that could not be decoded
  std::vector<float> samples;    ///< -1 to 1, at the rate asked for
};

/// The longest stretch that is answered at once, in seconds.
[[nodiscard]] double longest_sound(std::uint32_t rate) noexcept;
/// `from` and `seconds` of the sound of a file; fewer samples when it ends before. Errors as of
/// `probe_media`.
[[nodiscard]] Result<MediaSound> media_sound(Source& source, double from, double seconds,
                                             std::uint32_t rate);

}  // namespace colophon
