// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace colophon {

/// Caps that every parser obeys. A cap that is hit is a named error (`limit-exceeded`), never a
/// crash.
struct Limits {
  std::uint64_t max_memory = 64ULL << 20;    ///< bytes held for one file at a time
  std::uint64_t max_payload = 32ULL << 20;   ///< bytes of one carrier's payload, as stored
  std::uint64_t max_inflated = 16ULL << 20;  ///< bytes that one compressed piece may grow to
  std::uint64_t max_text = 32ULL << 20;      ///< bytes of a text document read as a whole
  std::uint32_t max_depth = 64;              ///< nesting of boxes, elements, objects
  std::uint32_t max_structures = 200'000;    ///< chunks, boxes, segments, objects walked in a file
  std::uint32_t max_carriers = 4096;         ///< carriers reported for one file
};

}  // namespace colophon
