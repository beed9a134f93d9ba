// SPDX-License-Identifier: Apache-2.0
// Items of a `meta` box: what they are (iinf), where their bytes stand (iloc), how they refer to
// each other (iref), which is shown (pitm). ISO/IEC 14496-12 8.11.3 to 8.11.12, ISO/IEC 23008-12.
#pragma once

#include "wire/iloc.hpp"

#include <unordered_map>

namespace colophon::wire {

/// An entry of `iinf` (8.11.6). Versions 0 and 1 of `infe` have no type; they keep their number.
struct HeifItem {
  std::uint32_t id = 0;
  FourCc type = 0;
  bool is_protected = false;
  std::string name, content_type;
  std::string content_encoding;  ///< "deflate", "br", ...; empty: stored as it is
  Range encoding;                ///< where `content_encoding` and its NUL stand
  Box box;                       ///< the `infe`
};

/// How `iloc` counts positions (8.11.3): from the start of the file, of `idat`, of another item.
enum Construction : std::uint8_t { kInFile, kInIdat, kInItem };

/// The table of `iloc`, to be written anew: base offsets are folded into the extents.
struct ItemLocations {
  std::uint8_t version = 0;
  unsigned offset_width = 4, length_width = 4, index_width = 0;
  std::vector<ItemLocation> items;
  std::unordered_map<std::uint32_t, std::size_t> index;  ///< id -> first entry in `items`

  void add(ItemLocation item);
  [[nodiscard]] const ItemLocation* find(std::uint32_t id) const noexcept;
  /// The whole box. Its size depends on the widths and counts only.
  [[nodiscard]] ByteBuffer encode() const;
};
/// Errors: `malformed`, `limit-exceeded`.
[[nodiscard]] Result<ItemLocations> read_location_table(Source& source, const Box& iloc,
                                                        const Limits& limits);

/// One reference box of `iref` (8.11.12).
struct ItemReference {
  FourCc type = 0;
  std::uint32_t from = 0;
  std::vector<std::uint32_t> to;
};

struct HeifMeta {
  Box box;
  FourCc handler = 0;
  std::vector<Box> children;
  std::uint64_t end = 0;  ///< behind the last child
  std::optional<Box> iinf, iloc, iref, idat;
  std::optional<std::uint32_t> primary;
  std::vector<HeifItem> items;
  ItemLocations locations;
  std::vector<ItemReference> references;
  std::vector<std::uint32_t> groups;  ///< ids of entity groups, which share the items' numbers
  std::optional<Error> damage;        ///< the first; what could be read is in the other fields

  [[nodiscard]] const HeifItem* item(std::uint32_t id) const noexcept;
};
/// Reads the children in `within`. An Error is an I/O error.
[[nodiscard]] Result<HeifMeta> read_heif_meta(Source& source, const Box& box, Range within,
                                              const Limits& limits, BoxBudget& budget);

/// Where an item's bytes stand in the source. Errors: `unsupported` (in another file, made from
/// another item, protected), `malformed`, `truncated`.
[[nodiscard]] Result<std::vector<Range>> item_ranges(const HeifMeta& meta, const HeifItem& item,
                                                     std::uint64_t source_size);

/// An `infe` for a `mime` item.
[[nodiscard]] ByteBuffer make_mime_item(std::uint16_t id, std::string_view content_type);
/// A reference box with one target; `width` is 2 or 4 (iref version 0 or 1).
[[nodiscard]] ByteBuffer make_reference(FourCc type, std::uint32_t from, std::uint32_t to,
                                        unsigned width);

}  // namespace colophon::wire
