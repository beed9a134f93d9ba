// SPDX-License-Identifier: Apache-2.0
// ID3v2 tags as a home of labels, for every container that holds one: MP3, ADTS, AIFF, FLAC, WAV.
#pragma once

#include "formats/format.hpp"
#include "wire/id3.hpp"

namespace colophon {

/// The tags that stand one behind the other at the start of `within`. A tag with damage is last.
[[nodiscard]] Result<std::vector<wire::id3::Tag>> read_id3_tags(Source& source, Range within,
                                                                const Limits& limits);
/// Adds every carrier of a tag ("mp3:ID3v2.TXXX[AIGC]") and its oddities. Fails with the damage of
/// the tag after adding what stands before it.
[[nodiscard]] Status add_id3_carriers(Source& source, const wire::id3::Tag& tag,
                                      std::string_view container, const Limits& limits,
                                      Layout& layout);
/// The frame that a carrier of `add_id3_carriers` came from.
[[nodiscard]] std::optional<std::size_t> id3_frame_of(const wire::id3::Tag& tag,
                                                      const Carrier& carrier) noexcept;

/// The changes that give the user text frame AIGC this value: in the place of `frame`, or as a new
/// last frame. Padding is used first, so that what follows the tag stays where it is; else the tag
/// gets new padding. Frames that are not touched keep their bytes. An extended header is dropped,
/// because its checksum and padding size would no longer be true.
[[nodiscard]] Result<std::vector<Replacement>> set_id3_aigc(Source& source,
                                                            const wire::id3::Tag& tag,
                                                            std::optional<std::size_t> frame,
                                                            Bytes value);
/// A new tag of version 2.4 with that frame and room to grow.
[[nodiscard]] Result<ByteBuffer> make_id3_with_aigc(Bytes value);

/// The changes that leave one C2PA store in the file: the last frame of the tag at its start, or of
/// a new tag there. Stores in other frames and tags go; the tag is unsynchronised no longer.
[[nodiscard]] Result<std::vector<Replacement>> set_id3_store(Source& source,
                                                             std::span<const wire::id3::Tag> tags,
                                                             const Layout& layout, Bytes store);

/// `changes_of`, for rows that write nothing but text. Error when a value cannot be stored as text
/// (not UTF-8, holds a zero byte), or when an edit asks for a hole.
[[nodiscard]] Result<std::vector<Replacement>> text_changes(Source& source, const Layout& layout,
                                                            std::span<const Edit> edits,
                                                            const Limits& limits,
                                                            const PlanChange& change);
/// How many bytes the changes add to the file (negative: remove).
[[nodiscard]] std::int64_t growth_of(std::span<const Replacement> replacements) noexcept;

}  // namespace colophon
