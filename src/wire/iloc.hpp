// SPDX-License-Identifier: Apache-2.0
// The item location box of ISO media files (ISO/IEC 14496-12 8.11.3): where items stand, and where
// in the box that is written, so that it can follow when they move.
#pragma once

#include "wire/bmff.hpp"

namespace colophon::wire {

/// A number in the file: its value and the bytes that hold it (none: the value is 0).
struct Field {
  std::uint64_t value = 0;
  Range at;
};

struct ItemExtent {
  std::uint64_t index = 0;  ///< which part of another item; versions 1 and 2
  Field offset;             ///< counted from the item's base
  std::uint64_t length = 0;
};

struct ItemLocation {
  std::uint32_t id = 0;
  unsigned construction = 0;    ///< 0: positions in the file, 1: in `idat`, 2: in another item
  unsigned data_reference = 0;  ///< 0: this file
  Field base;
  std::vector<ItemExtent> extents;

  [[nodiscard]] bool in_file() const noexcept { return construction == 0 && data_reference == 0; }
};

/// Errors: `malformed`, `limit-exceeded`.
[[nodiscard]] Result<std::vector<ItemLocation>> read_item_locations(Source& source, const Box& iloc,
                                                                    const Limits& limits);

/// The numbers that change when what stands at `from` or behind it moves by `by`: field and new
/// value. Error `unsupported` when a number no longer fits, or extents of one item part ways and
/// have no numbers of their own.
[[nodiscard]] Result<std::vector<Field>> moved_item_locations(
    const std::vector<ItemLocation>& locations, std::uint64_t from, std::int64_t by);

}  // namespace colophon::wire
