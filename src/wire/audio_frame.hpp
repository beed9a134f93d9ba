// SPDX-License-Identifier: Apache-2.0
// Headers of self-framing sound: MPEG audio layers I to III (ISO/IEC 11172-3, 13818-3, MPEG 2.5)
// and ADTS (ISO/IEC 13818-7). Only what is needed to tell such a stream from other bytes.
#pragma once

#include "base/base.hpp"

namespace colophon::wire {

struct AudioFrame {
  std::uint32_t size = 0;    ///< 0: free format, the size is not in the header
  std::uint32_t stream = 0;  ///< what stays equal in every frame of one stream
};
using AudioFrameReader = std::optional<AudioFrame> (*)(Bytes head);

[[nodiscard]] std::optional<AudioFrame> mpeg_frame(Bytes head) noexcept;
[[nodiscard]] std::optional<AudioFrame> adts_frame(Bytes head) noexcept;
/// True when `count` frames of one stream follow each other from `at`; the file may end after the
/// second.
[[nodiscard]] bool frames_follow(Source& source, std::uint64_t at, AudioFrameReader reader,
                                 int count) noexcept;

}  // namespace colophon::wire
