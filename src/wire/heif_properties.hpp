// SPDX-License-Identifier: Apache-2.0
// What is said of items: `iprp` with its boxes of properties and who uses which (ISO/IEC 23008-12
// 9.3).
#pragma once

#include "wire/heif_items.hpp"

namespace colophon::wire {

/// One entry of `ipma`.
struct PropertyUse {
  std::size_t index = 0;  ///< into HeifProperties::list; its stored number is one more
  bool essential = false;
  Range at;  ///< one byte or two
};

struct HeifProperties {
  Box iprp, ipco;
  std::vector<Box> list;
  std::unordered_map<std::uint32_t, std::vector<PropertyUse>> uses;  ///< by item

  /// The first of that type that the item uses.
  [[nodiscard]] const PropertyUse* find(std::uint32_t item, FourCc type) const noexcept;
};
/// Errors: `malformed`, `limit-exceeded`.
[[nodiscard]] Result<HeifProperties> read_heif_properties(Source& source, const HeifMeta& meta,
                                                          const Limits& limits);

}  // namespace colophon::wire
