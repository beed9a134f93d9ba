// SPDX-License-Identifier: Apache-2.0
// The entries of a Vorbis comment header as carriers, for FLAC and Ogg.
#pragma once

#include "formats/format.hpp"
#include "wire/vorbis_comment.hpp"

namespace colophon {

/// Adds a carrier per entry that may be text. `pieces` say where the header's bytes stand in the
/// source, in order; `place` is the start of the path, e.g. "flac:VORBIS_COMMENT".
[[nodiscard]] Status add_vorbis_carriers(Bytes header, const wire::VorbisComments& comments,
                                         std::span<const Range> pieces, std::string_view place,
                                         const Limits& limits, Layout& layout);
/// The entry that a carrier of `add_vorbis_carriers` came from.
[[nodiscard]] std::optional<std::size_t> vorbis_entry_of(const wire::VorbisComments& comments,
                                                         std::span<const Range> pieces,
                                                         const Carrier& carrier);

/// Bytes [offset, offset + size) of the joined pieces, as ranges of the source.
[[nodiscard]] std::vector<Range> sub_pieces(std::span<const Range> pieces, std::uint64_t offset,
                                            std::uint64_t size);

}  // namespace colophon
