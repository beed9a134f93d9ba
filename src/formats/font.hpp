// SPDX-License-Identifier: Apache-2.0
// Shared by font.cpp and font_store.cpp.
#pragma once

#include "formats/format.hpp"

namespace colophon::font {

constexpr std::uint64_t kHead = 12, kRecord = 16;
constexpr std::string_view kStoreTag = "C2PA";
constexpr std::uint64_t kStoreHead = 20;
constexpr std::uint64_t kAdjustment = 8;  ///< checkSumAdjustment in the table "head"

struct Table {
  std::string tag;
  Range where;
};

/// In the order of the directory. Error when a table is not in the file.
[[nodiscard]] Status read_tables(Source& source, std::vector<Table>& tables);
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);

}  // namespace colophon::font
