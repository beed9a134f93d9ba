// SPDX-License-Identifier: Apache-2.0
// Where the frames of a FLAC stream stand. They tell no length, so the whole stream is read.
#pragma once

#include "marks/sound_flac_frame.hpp"

namespace colophon::sound {

struct FlacPlace {
  std::uint64_t at = 0, size = 0;
  std::uint64_t sample = 0;  ///< the first one, counted from the programme's first
  std::uint32_t block = 0;
  std::uint8_t header = 0;  ///< bytes of it
};

struct FlacFrames {
  std::vector<FlacPlace> places;  ///< at least one
  FlacHeader first;
};
/// The frames from `sound_at` on. Error `malformed` when a checksum is wrong or a frame is missing.
[[nodiscard]] Result<FlacFrames> scan_flac(Source& source, std::uint64_t sound_at);

}  // namespace colophon::sound
