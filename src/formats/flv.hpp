// SPDX-License-Identifier: Apache-2.0
// What reading and writing Flash Video share. Private to the module.
#pragma once

#include "formats/format.hpp"
#include "wire/amf0.hpp"

namespace colophon::flv {

constexpr std::uint64_t kTagHeader = 11, kTagSizeField = 4;
constexpr std::uint8_t kScriptTag = 18;

struct Tag {
  std::uint8_t type = 0;
  std::uint64_t at = 0;
  Range data;
};
/// A script tag that names `name` and holds an object; ranges count from the tag's data.
struct Script {
  Tag tag;
  std::string name;
  ByteBuffer bytes;
  wire::AmfValue object;
  wire::AmfProperties properties;
};
struct Film {
  std::uint64_t first_tag = 0;  ///< where tags start, past PreviousTagSize0
  std::vector<Script> scripts;
  bool capped = false;  ///< the tags behind the first Limits::max_structures were not read
  std::optional<Error> damage;
};
[[nodiscard]] Film read_film(Source& source, const Limits& limits);
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);

constexpr std::string_view kMetaData = "onMetaData";

}  // namespace colophon::flv
