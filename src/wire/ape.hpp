// SPDX-License-Identifier: Apache-2.0
// APEv1 and APEv2 tags at the end of sound files (wiki.hydrogenaud.io, "APE Tags Header", "APE Tag
// Item"). Little endian; keys are ASCII and ignore case; values are UTF-8 text or binary.
#pragma once

#include "base/base.hpp"

namespace colophon::wire::ape {

struct Item {
  std::string key;
  std::uint32_t flags = 0;
  Range whole;  ///< size, flags, key and value
  Range value;
  [[nodiscard]] bool is_text() const noexcept { return (flags & 6) != 2; }
};

struct Tag {
  Range whole;  ///< header (if there is one) to footer
  bool has_header = false;
  std::vector<Item> items;
  std::optional<Error> damage;
};

/// The tag whose footer ends at `end`; nothing when there is none.
[[nodiscard]] Result<std::optional<Tag>> read_before(Source& source, std::uint64_t end,
                                                     const Limits& limits);
[[nodiscard]] ByteBuffer make_item(std::string_view key, std::uint32_t flags, Bytes value);
/// Where the tag stores its own size (of items and footer) as 4 bytes: in the footer and, if there
/// is one, in the header.
[[nodiscard]] std::vector<std::uint64_t> size_fields(const Tag& tag);
[[nodiscard]] std::uint64_t stored_size(const Tag& tag) noexcept;

}  // namespace colophon::wire::ape
