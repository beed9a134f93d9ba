// SPDX-License-Identifier: Apache-2.0
// What reading and writing TIFF share.
#pragma once

#include "formats/format.hpp"
#include "wire/tiff_ifd.hpp"

namespace colophon::tiff {

inline constexpr std::uint16_t kXmp = 700;
inline constexpr std::uint16_t kIptc = 33723;
inline constexpr std::uint16_t kPhotoshop = 34377;
inline constexpr std::uint16_t kDngVersion = 50706;
inline constexpr std::uint16_t kC2pa = 52545;

/// Error `malformed` when a directory or a value that the file announces lies behind its end and
/// would come to lie in what is put there, so that the file ends at `new_end`. Values of the tag
/// `replaced` get a place of their own.
[[nodiscard]] Status check_end(Source& source, std::uint64_t new_end, const Limits& limits,
                               std::optional<std::uint16_t> replaced = std::nullopt);
/// Sets carriers (tiff_edit.cpp).
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);
/// Sets the C2PA store (tiff_store.cpp).
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);

}  // namespace colophon::tiff
