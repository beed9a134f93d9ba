// SPDX-License-Identifier: Apache-2.0
// IPTC-IIM 4.2 data sets (1.5) and the Photoshop image resource blocks that hold them in JPEG APP13
// and TIFF tag 34377. Offsets are relative to the given bytes.
#pragma once

#include "base/bytes.hpp"

#include <vector>

namespace colophon::wire {

struct IimField {
  std::uint8_t record = 0;
  std::uint8_t dataset = 0;
  Range value;
};

/// The data sets up to the first that does not follow the grammar; at most `max_fields`.
[[nodiscard]] std::vector<IimField> read_iim(Bytes bytes, std::size_t max_fields);
/// The data of the first image resource with that id, in a list of "8BIM" blocks.
[[nodiscard]] std::optional<Range> find_photoshop_resource(Bytes bytes, std::uint16_t id) noexcept;

}  // namespace colophon::wire
