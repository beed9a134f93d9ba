// SPDX-License-Identifier: Apache-2.0
// Media segments of a fragmented film that lie in files of their own.
#pragma once

#include "base/source.hpp"

#include <memory>
#include <string>
#include <vector>

namespace colophon {

struct Segment {
  std::string path;
  std::unique_ptr<Source> source;
};

/// The named files, and in place of a folder the media segments in it, by name, without `init`. A
/// stream may have thousands: only the one that is read is open. Errors: `not-found`, `io`, `usage`
/// for a folder without segments.
[[nodiscard]] Result<std::vector<Segment>> open_segments(const std::vector<std::string>& paths,
                                                         const std::string& init);

}  // namespace colophon
