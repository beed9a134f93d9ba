// SPDX-License-Identifier: Apache-2.0
// What the library and the worker say to each other about film (docs/worker.md). Both are built
// from this file for one machine, so structures go over as they stand in memory.
//
//   film-label    WORK, patch, coded film in    film with the patch drawn into it out
//   film-compare  two coded films in            how they differ outside a box
//   film-remake   WORK, times, patch; the media file    a whole file of the same kind
//   film-look     times in; the media file      grey frames out
//   sound-remake  WORK, label; the media file   a whole file of the same kind
//   still-label   WORK, patch, one coded picture in    the picture with the patch, its config, how
//                 light it is under the patch, and how it differs outside out
//
// Descriptor 0: the request's line (with `memory_mib` and `seconds`), then the parts named at each
// request, one behind the other. Descriptor 1: records {kind, size, bytes}, the last one `Done` or
// `Error`.
#pragma once

#include <array>
#include <cstdint>

namespace colophon::worker {

/// A film as packets: this, its config, then `packets` times ReelPacket.
struct ReelHead {
  std::array<char, 16> codec{};  ///< as FFmpeg names it: "h264"
  std::int32_t time_num = 1, time_den = 1;
  std::uint32_t width = 0, height = 0;
  std::uint32_t config_size = 0, packets = 0;
  std::int32_t delay = 0;  ///< how many frames may precede one in the file and follow it in time
  std::uint32_t spare = 0;
};
/// In ReelPacket::offset: the bytes stand behind the parts of descriptor 0, not in the media file.
constexpr std::uint64_t kHere = std::uint64_t{1} << 63;
struct ReelPacket {
  std::int64_t pts = 0, dts = 0;
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  std::uint16_t run = 0;   ///< each run is decoded for itself and starts at a key frame
  std::uint8_t key = 0;    ///< a key frame stands here, and shall stand here
  std::uint8_t label = 0;  ///< belongs to what is drawn on; others are decoded for comparison
};

/// Then `width * height` bytes of grey and as many of opacity.
struct Patch {
  std::uint32_t x = 0, y = 0, width = 0, height = 0;  ///< in coded pixels
};
struct EncodeWork {
  std::int32_t set_id = 0;  ///< of the new parameter sets
  std::int32_t profile = 0, level = 0;
  std::int32_t references = 1, b_frames = 0;
  std::int32_t max_rate = 0, buffer = 0;  ///< kbit/s, kbit; 0: no limit
  std::int32_t quality = 17;              ///< constant rate factor
  std::int32_t rate_num = 25, rate_den = 1;
  std::int32_t threads = 1;
  std::int32_t pyramid = 0;  ///< B pictures may be references
};
/// Then `frames` times the time stamp of a frame whose grey copy is wanted.
struct CompareWork {
  Patch without;  ///< nothing in here is compared
  std::uint32_t frames = 0;
  std::int32_t threads = 1;
  std::uint64_t most = 0;  ///< frames that are compared; 0: all
};

/// Then `spans` times two moments in microseconds from the first frame: the patch is drawn from the
/// first to the second.
struct RemakeWork {
  std::array<char, 16> container{};  ///< as FFmpeg's muxers are named: "matroska"
  std::int32_t threads = 1;
  std::uint32_t spans = 0;
  std::int32_t better = 0;  ///< so much is taken off the encoder's constant rate factor
  std::int32_t spare = 0;
};
/// Then `front` and `back` times a float: one channel of the label, at `rate`.
struct SoundRemakeWork {
  std::array<char, 16> container{};  ///< as FFmpeg's muxers are named: "ipod"
  std::uint32_t rate = 0, front = 0, back = 0, spare = 0;
};
struct StillWork {
  std::int32_t threads = 1;
  std::int32_t spare = 0;
  double least_db = 40;  ///< outside the patch
};
/// Then `times` times a moment in microseconds from the first frame.
struct LookWork {
  std::uint32_t side = 1280;  ///< the longer one of a copy is at most this
  std::uint32_t times = 0;
};

enum class Record : std::uint8_t {
  Progress,  ///< double, 0 to 1
  Config,    ///< of what was encoded
  Packet,    ///< PacketRecord, bytes
  Frame,     ///< FrameRecord, grey bytes
  Report,    ///< CompareRecord
  Facts,     ///< FilmFacts
  Write,     ///< WriteRecord, bytes of the new file
  Error,     ///< message
  Done
};
struct RecordHead {
  std::uint64_t kind = 0, size = 0;
};
struct PacketRecord {
  std::int64_t pts = 0;
  std::uint32_t run = 0, key = 0;
};
struct FrameRecord {
  std::int64_t pts = 0;  ///< film-look: the moment that was asked for
  std::uint32_t width = 0, height = 0;
};
struct FilmFacts {
  std::int64_t duration_us = 0;
  std::uint32_t width = 0, height = 0;
  double pixel = 1;                              ///< width of a pixel over its height
  std::array<std::int32_t, 4> turn{1, 0, 0, 1};  ///< where steps right and down go when shown
};
struct WriteRecord {
  std::uint64_t at = 0;
};
struct CompareRecord {
  std::uint64_t compared = 0;  ///< frames that were drawn on
  std::uint64_t equal = 0;     ///< frames that were not, and are the same in every sample
  double mean_db = 0;          ///< PSNR over all frames that were drawn on; 100: no difference
  double least_db = 0;         ///< of the worst one
};

}  // namespace colophon::worker
