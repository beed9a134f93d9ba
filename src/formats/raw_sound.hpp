// SPDX-License-Identifier: Apache-2.0
// Sound without a container (MPEG audio, ADTS): frames between tags. ID3v2 stands in front (or,
// with a footer, behind), APEv2 and ID3v1 behind.
#pragma once

#include "formats/format.hpp"
#include "wire/audio_frame.hpp"

namespace colophon {

/// Frames of that kind from the start of the file, or behind ID3 tags.
[[nodiscard]] bool sniff_raw_sound(Source& source, wire::AudioFrameReader reader) noexcept;
/// True when the file is nothing but ID3 tags, whole or cut.
[[nodiscard]] bool is_only_id3(Source& source) noexcept;
[[nodiscard]] Result<Layout> inspect_raw_sound(Source& source, std::string_view container,
                                               const Limits& limits);
[[nodiscard]] Result<Splice> edit_raw_sound(Source& source, const Layout& layout,
                                            std::span<const Edit> edits, const Limits& limits);
[[nodiscard]] Result<Splice> put_store_raw_sound(Source& source, const Layout& layout, Bytes store,
                                                 const Limits& limits);

}  // namespace colophon
