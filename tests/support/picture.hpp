// SPDX-License-Identifier: Apache-2.0
// Small pictures in HEIF boxes, made in code, and what a reader finds by following their items.
#pragma once

#include "support/movie.hpp"

#include <map>

namespace colophon::testing {

struct Picture {
  struct Item {
    std::uint32_t id = 0;
    std::string type;          ///< "hvc1", "mime", "Exif", "grid", ...
    std::string content_type;  ///< of a `mime` item
    std::string encoding;
    ByteBuffer bytes;
    bool in_idat = false;
    int pieces = 1;  ///< extents
    std::vector<std::pair<std::string, std::uint32_t>> refers_to = {};
  };
  std::string_view brands{"heic\0\0\0\0mif1heic", 16};
  std::vector<Item> items;
  std::uint32_t primary = 1;
  std::uint8_t iloc_version = 1, iinf_version = 0;
  unsigned offset_width = 4, base_width = 0;
  bool wide_ids = false;   ///< infe 3, iloc 2, iref 1, pitm 1
  bool meta_last = false;  ///< behind the media data
  bool open_mdat = false;  ///< size 0, last
  bool open_meta = false;  ///< size 0, last
  ByteBuffer before_meta, behind_meta, at_end;
};
[[nodiscard]] Picture::Item coded_picture(std::uint32_t id = 1);
[[nodiscard]] Picture::Item xmp_item(std::uint32_t id, std::string_view packet,
                                     std::uint32_t about = 1);
[[nodiscard]] Picture::Item exif_item(std::uint32_t id, std::uint32_t about = 1);
[[nodiscard]] ByteBuffer picture(const Picture& picture);

/// The bytes of every item, by number. Throws when one cannot be found.
[[nodiscard]] std::map<std::uint32_t, std::string> items_of(Bytes file);

}  // namespace colophon::testing
