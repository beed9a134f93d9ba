// SPDX-License-Identifier: Apache-2.0
// Sound through the worker (docs/worker.md).
#pragma once

#include "base/source.hpp"

#include <span>
#include <vector>

namespace colophon {

/// A stretch of the sound in one channel.
struct MediaSound {
  std::string codec;              ///< "mp3"
  std::uint32_t source_rate = 0;  ///< of the file
  std::uint32_t source_channels = 0;
  std::int64_t bit_rate = 0;        ///< of the file, bits per second; 0: unknown
  std::int64_t duration_us = 0;     ///< of the file; 0: unknown
  std::int64_t begins_us = 0;       ///< of the stretch
  std::int64_t broken = 0;          ///< frames that could not be decoded
  std::vector<float> samples;       ///< -1 to 1, at the rate asked for
  std::int64_t tail_begins_us = 0;  ///< of a second stretch, at the end of the file
  std::vector<float> tail;
};

/// The longest stretch that is answered at once, in seconds.
[[nodiscard]] double longest_sound(std::uint32_t rate) noexcept;
/// `from` and `seconds` of the sound of a file; fewer samples when it ends before. Where `ends` is
/// not 0 and the sound is longer than `seconds`: so much of its start and of its end. Errors as of
/// `probe_media`.
[[nodiscard]] Result<MediaSound> media_sound(Source& source, double from, double seconds,
                                             std::uint32_t rate, double ends = 0);

/// Sound as packets of a codec.
struct EncodedSound {
  struct Packet {
    std::uint32_t samples = 0;  ///< how many it plays
    ByteBuffer bytes;
  };
  std::uint32_t delay = 0;  ///< samples in front of the first one that was given
  std::uint32_t frame = 0;  ///< samples of most packets
  ByteBuffer header;        ///< of the codec, for the container
  std::vector<Packet> packets;
};
struct SoundCodec {
  std::string_view name;  ///< "mp3", "mp2", "aac", "opus", "vorbis"
  std::uint32_t rate = 0, channels = 0;
  std::int64_t bit_rate = 0;
  bool joint = true;                   ///< mp3: joint stereo
  std::optional<std::int32_t> tenths;  ///< of quality, instead of a bit rate (vorbis)
};
/// One channel (on the first two channels of the outcome) through an encoder of the worker. Error
/// `malformed` when no such encoder is there.
[[nodiscard]] Result<EncodedSound> encode_sound(std::span<const float> samples,
                                                const SoundCodec& codec);

/// Checksums of a sound, as FLAC makes them.
struct SoundDigest {
  ByteBuffer whole, part;  ///< MD5 of all samples, and of those that were named
  std::uint64_t samples = 0;
  std::uint64_t broken = 0;  ///< frames that could not be decoded
};
[[nodiscard]] Result<SoundDigest> digest_sound(Source& source, std::uint64_t from,
                                               std::uint64_t count);
/// A short sound as it is kept: whole numbers, channels interleaved.
struct ExactSound {
  std::uint32_t channels = 0;
  unsigned bits = 0;
  std::vector<std::int32_t> samples;
};
[[nodiscard]] Result<ExactSound> exact_sound(Source& source);

}  // namespace colophon
