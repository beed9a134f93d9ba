// SPDX-License-Identifier: Apache-2.0
// What the files of the MP4/MOV/M4A module share. ISO/IEC 14496-12 (boxes), 14496-14 (MP4), Apple's
// QuickTime File Format (user data, `mdta` keys) and iTunes metadata (`mdir` items).
#pragma once

#include "formats/format.hpp"
#include "wire/bmff.hpp"

namespace colophon::mp4 {

using wire::Box;
using wire::BoxBudget;
using wire::BoxWalker;
using wire::FourCc;
using wire::fourcc;

/// XMP specification part 3, 1.1.4.
inline constexpr wire::Uuid kXmpUuid = {0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8,
                                        0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC};
/// C2PA 2.2, A.5.1.
inline constexpr wire::Uuid kC2paUuid = {0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C,
                                         0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81};

[[nodiscard]] inline bool is_padding(const Box& box) noexcept {
  return box.is(fourcc("free")) || box.is(fourcc("skip"));
}

/// A key that names the GB 45438 field. Other spellings (ByteDance's private `aigc_info`) are
/// somebody's own words and must never be overwritten as if they were that field.
[[nodiscard]] bool is_aigc_key(std::string_view key) noexcept;

/// The boxes of the file's top level.
struct FileMap {
  std::vector<Box> boxes;
  std::optional<std::size_t> moov;  ///< the first one
  std::size_t moov_count = 0;
  Range rest;  ///< padding behind the last box
  std::optional<Error> damage;

  [[nodiscard]] bool has(FourCc type) const noexcept;
};
/// Total on bad input: what lies before the damage is in `boxes`. An Error is an I/O error.
[[nodiscard]] Result<FileMap> map_file(Source& source, const Limits& limits);

/// A `meta` box: a FullBox in ISO files, a plain atom in QuickTime's own place.
struct Meta {
  Box box;
  FourCc handler = 0;
  std::vector<Box> children;
  std::uint64_t end = 0;  ///< behind the last child: where another one goes
  std::optional<Box> keys, items;
  std::vector<std::string> names;  ///< of `keys`, in order
  std::uint64_t names_end = 0;     ///< behind the last name
};
[[nodiscard]] Result<Meta> read_meta(Source& source, const Box& box, const Limits& limits,
                                     BoxBudget& budget);
/// Where the children of a `meta` box begin.
[[nodiscard]] Result<Range> meta_children(Source& source, const Box& box);

/// What all boxes of a file hold, whether or not there is a movie among them.
[[nodiscard]] Result<Layout> inspect_boxes(Source& source, const FileMap& map, const Limits& limits,
                                           std::string_view id);
/// `id` is the word that paths begin with.
[[nodiscard]] Result<Layout> inspect(Source& source, const Limits& limits, std::string_view id);
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);

}  // namespace colophon::mp4
