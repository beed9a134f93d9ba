// SPDX-License-Identifier: Apache-2.0
// Finds the objects of a PDF whose cross-reference table is lost or wrong, by looking for
// "N G obj" through the whole file. The last object of a number wins.
#pragma once

#include "wire/pdf_xref.hpp"

namespace colophon::wire::pdf {

struct Scan {
  std::map<std::uint64_t, Entry> entries;
  std::optional<Stored> trailer;  ///< the last one that names a /Root, or one made up for a catalog
};
/// Error `limit-exceeded` for a file too large to search or with too many objects.
[[nodiscard]] Result<Scan> scan_objects(Reader& reader);

/// The "number offset" pairs at the head of an object stream.
using PackedIndex = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
[[nodiscard]] PackedIndex packed_index(const Object& dictionary, Bytes content,
                                       const Limits& limits);

}  // namespace colophon::wire::pdf
