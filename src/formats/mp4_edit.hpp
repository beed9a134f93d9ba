// SPDX-License-Identifier: Apache-2.0
// What the writing half of the MP4 module shares: a change to the movie box, and what moving the
// media data does to the tables that point into it.
#pragma once

#include "formats/mp4.hpp"
#include "formats/shift.hpp"

#include <map>

namespace colophon::mp4 {

/// What is to change inside `moov`, said without yet deciding where the changed boxes will stand.
struct MovieChange {
  struct Growth {
    Box box;
    std::int64_t by = 0;
  };
  std::vector<Replacement> content;
  std::map<std::uint64_t, Growth> growth;  ///< boxes that change in size, by offset; not `moov`
  std::map<std::uint64_t, Box> children;   ///< the direct children of `moov` that change
  ByteBuffer added;                        ///< a new child of `moov`; empty: none
  std::vector<Range> stale;                ///< old label values

  [[nodiscard]] bool empty() const noexcept { return content.empty() && added.empty(); }
  [[nodiscard]] bool keeps_sizes() const noexcept;
  /// All boxes of `chain` (from below `moov` downwards) grow by so many bytes.
  void grow(std::span<const Box> chain, std::int64_t by);
  /// `content` and the size fields of everything in `growth`.
  [[nodiscard]] std::vector<Replacement> replacements() const;
};

/// The children of a box that is about to change. Error `unsupported` when one has an open size.
[[nodiscard]] Result<std::vector<Box>> children_of(Source& source, Range within,
                                                   const Limits& limits);
/// Where another child of `box` goes: before the terminator that QuickTime allows in `udta`.
[[nodiscard]] Result<std::uint64_t> end_of_children(Source& source, const Box& box,
                                                    const Limits& limits);
/// New bytes for the size field of `box` once it has `size` bytes.
[[nodiscard]] Result<Replacement> size_field(const Box& box, std::uint64_t size);
/// `range` of the source as it reads after `replacements`, all of which lie in it.
[[nodiscard]] Result<ByteBuffer> render(Source& source, Range range,
                                        std::vector<Replacement> replacements,
                                        const Limits& limits);

/// Adds the key AIGC to the film's list of keys. When there is none yet, its home is
/// `moov.udta.meta`, or `moov.meta` when `udta` has a `meta` of another kind (two may not share a
/// parent).
[[nodiscard]] Status add_aigc_key(Source& source, const Box& moov, Bytes value,
                                  const Limits& limits, MovieChange& change);
/// Gives a new value to what `old` points to inside `moov`, where it stands.
[[nodiscard]] Status set_value(Source& source, const Box& moov, const Carrier& old, Bytes value,
                               const Limits& limits, MovieChange& change);

/// Replacements for a plan that keeps `moov` where it is and moves what lies behind it.
[[nodiscard]] Result<std::vector<Replacement>> shift_media(Source& source, const FileMap& map,
                                                           const MovieChange& change,
                                                           const Limits& limits);
/// Adds the changes that put the box of a manifest store at `at` and take every other store out.
void replace_stores(const Layout& layout, std::uint64_t at, Bytes store,
                    std::vector<Replacement>& inserts, std::vector<Replacement>& removals);
/// Error `unsupported` or `limit-exceeded` when the movie box is one that must not be changed.
[[nodiscard]] Status check_movie(Source& source, const FileMap& map, const Limits& limits);
/// The boxes of padding right behind `moov`, as one range (empty: none).
[[nodiscard]] Range padding_behind(const FileMap& map, const Box& moov) noexcept;

}  // namespace colophon::mp4
