// SPDX-License-Identifier: Apache-2.0
// Makes ZIP archives for tests, in the many shapes that real writers give them.
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <vector>

namespace colophon::testing {

struct ZipEntry {
  std::string name;
  std::string content;
  bool deflated = true;
  bool descriptor = false;        ///< sizes behind the data, zeros in the local header
  bool descriptor_signed = true;  ///< the descriptor starts with its optional signature
  bool wide = false;              ///< sizes and offset in ZIP64 extra fields
  bool encrypted = false;         ///< only the flag
};

struct ZipShape {
  std::string prefix = {};    ///< bytes in front that the offsets do not count
  std::string comment = {};   ///< of the archive
  std::string trailing = {};  ///< bytes behind the end record
  std::string gap = {};       ///< bytes between the members
  bool wide_end = false;      ///< ZIP64 end record and locator, saturated end record
};

[[nodiscard]] ByteBuffer make_zip(const std::vector<ZipEntry>& entries, const ZipShape& shape = {});

}  // namespace colophon::testing
