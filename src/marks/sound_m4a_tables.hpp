// SPDX-License-Identifier: Apache-2.0
// Packets put in front of and behind those of one track of an ISO media file (ISO/IEC 14496-12,
// 8.6 and 8.7): the tables with a row for each of them.
#pragma once

#include "marks/sound_boxes.hpp"

#include <functional>

namespace colophon::sound {

struct NewPackets {
  std::vector<std::uint32_t> sizes;
  std::uint64_t at = 0;       ///< where they stand in the new file
  std::uint32_t delay = 0;    ///< samples before the first that is meant to be heard
  std::uint32_t unheard = 0;  ///< samples behind the last
};
/// Where a byte of the old file stands in the new one.
using Moved = std::function<std::uint64_t(std::uint64_t)>;

/// `stts`: each new packet has that length. The last old packet may be told to be shorter than it
/// decodes; with more behind it that would move them.
[[nodiscard]] Status put_times(BoxNode& box, std::uint64_t front, std::uint64_t back,
                               std::uint32_t length);
/// `stsz`.
[[nodiscard]] Status put_sizes(BoxNode& box, const NewPackets& front, const NewPackets& back);
/// `stsc`, of a track with so many chunks: one in front, one behind.
[[nodiscard]] Status put_chunks(BoxNode& box, std::uint64_t chunks, const NewPackets& front,
                                const NewPackets& back);
/// `stco` or `co64`; `front` and `back` are null in tracks that get nothing.
[[nodiscard]] Status put_places(BoxNode& box, const NewPackets* front, const NewPackets* back,
                                const Moved& moved, bool wide);
/// `sbgp`: new packets belong to the groups of their neighbours.
[[nodiscard]] Status put_groups(BoxNode& box, const NewPackets& front, const NewPackets& back);

}  // namespace colophon::sound
