// SPDX-License-Identifier: Apache-2.0
// The sound track of an ISO media file, and the times of everything else in it, when packets of
// AAC-LC are put in front of it and behind it.
#pragma once

#include "marks/sound_aac_config.hpp"
#include "marks/sound_m4a_tables.hpp"

namespace colophon::sound {

/// What is known of the sound track before anything is changed.
struct AacTrack {
  std::size_t index = 0;  ///< among the children of `moov`
  std::uint32_t movie_scale = 0, scale = 0;
  std::uint32_t rate = 0, channels = 0;
  ByteBuffer config;         ///< of the decoder
  std::uint64_t length = 0;  ///< of its packets, in its own time scale
  bool has_edit = false;
  std::uint64_t edit_from = 0;    ///< the first moment that is heard
  std::uint64_t edit_length = 0;  ///< what is heard, in its own time scale
};
/// Error `unsupported` when the track is none that packets can be put into.
[[nodiscard]] Result<AacTrack> read_aac_track(BoxNode& moov);

/// When things are heard afterwards, in seconds.
struct NewTimes {
  double front = 0, programme = 0, back = 0, duration = 0;
};
/// Changes the tables, the edit list, the other tracks and the chapters. The size of the outcome
/// does not depend on positions. `wide`: positions have 64 bits.
[[nodiscard]] Result<NewTimes> put_packets(BoxNode& moov, const AacTrack& track,
                                           const NewPackets& front, const NewPackets& back,
                                           const Moved& moved, bool wide);

}  // namespace colophon::sound
