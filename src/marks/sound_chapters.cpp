// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_chapters.hpp"

#include <algorithm>

#include "formats/id3_tags.hpp"

namespace colophon::sound {
namespace {

constexpr std::size_t kTimes = 16;  // start, end, and their places
constexpr std::uint64_t kLongestName = 256;

}  // namespace

Result<std::vector<Replacement>> later_chapters(Source& source, std::uint32_t by,
                                                const Limits& limits) {
  std::vector<Replacement> out;
  for (const wire::id3::Tag& tag : TRY(read_id3_tags(source, {0, source.size()}, limits))) {
    // A tag that is scrambled as a whole may hold no FF before a high byte; these would be some.
    if (tag.unsynchronised()) continue;
    for (const wire::id3::Frame& frame : tag.frames) {
      if (frame.id != "CHAP" || !wire::id3::is_plain(tag, frame)) continue;
      const std::uint64_t prefix = wire::id3::prefix_size(tag, frame);
      const ByteBuffer head = to_buffer(view_some(
          source,
          {frame.body.offset + prefix,
           std::min(frame.body.size - std::min(prefix, frame.body.size), kLongestName + kTimes)}));
      const auto name = std::find(head.begin(), head.end(), 0);
      const auto at = static_cast<std::size_t>(name - head.begin()) + 1;
      if (name == head.end() || at + kTimes > head.size()) continue;
      const std::uint64_t start = *load_be(head, at, 4), end = *load_be(head, at + 4, 4);
      if (end > UINT32_MAX - by) continue;
      ByteBuffer times;
      append_be(times, start == 0 ? 0 : start + by, 4);
      append_be(times, end + by, 4);
      append_be(times, UINT64_MAX, 4);
      append_be(times, UINT64_MAX, 4);
      out.push_back({{frame.body.offset + prefix + at, kTimes}, std::move(times)});
    }
  }
  return out;
}

}  // namespace colophon::sound
