// SPDX-License-Identifier: Apache-2.0
// What the library and the worker program `colophon-media` say to each other; docs/worker.md.
// One request and one answer for each start of the worker, which then ends.
//
//   descriptor 0  the request, one line:  colophon-media/1 WORD [NAME=VALUE]...
//   descriptor 1  the answer:             colophon-media/1 ok            or   ... error
//                                         NAME=VALUE                     one a line, any number
//                                         (an empty line)
//                                         bytes, as many as bytes=N said
//   descriptor 3  the media file, read at any offset, never written
//
// probe                                   container=, duration_us=, stream=KIND CODEC WxH US
// picture side=N at_us=N channels=1|3 [as=heif]   width=, height= of the picture itself,
//                                         columns=, rows= of the copy, bytes=
// sound from_us=N span_us=N rate=N [ends_us=N]    codec=, source_rate=, source_channels=,
//                                         bit_rate=, duration_us=, broken= (frames), begins_us=,
//                                         head= (samples), [tail_begins_us=,] bytes= of
//                                         one channel, 16-bit samples, little-endian
// encode codec=WORD rate=N channels=N bit_rate=N [joint=0|1] [quality=N]
//                                         (3 holds one channel of floats)   packets=, delay=,
//                                         frame=, bytes= (src/worker/sound.hpp)
// digest from=N count=N                   md5=, part=, samples=, broken=
// samples                                 samples=, channels=, bits=, bytes= of 32-bit numbers
#pragma once

#include <cstdint>
#include <string_view>

namespace colophon::worker {

constexpr std::string_view kVersion = "colophon-media/1";
constexpr int kMediaDescriptor = 3;
constexpr std::uint32_t kMaxSide = 1024;             ///< of a copy
constexpr std::size_t kMaxAnswer = 4 * 1024 * 1024;  ///< a copy of three channels, and the head
constexpr std::int64_t kMaxSound = 2'000'000;        ///< samples of one answer
constexpr std::int64_t kMaxExact = 1'000'000;        ///< the same, in 32 bits
constexpr std::size_t kMaxHead = 64 * 1024;
constexpr std::size_t kMaxStreams = 64;

}  // namespace colophon::worker
