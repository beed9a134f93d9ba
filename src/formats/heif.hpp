// SPDX-License-Identifier: Apache-2.0
// What the two halves of the HEIF/AVIF module share. ISO/IEC 23008-12 (HEIF), AV1 Image File
// Format. Boxes that HEIF has in common with films are read by the MP4 module.
#pragma once

#include "formats/mp4.hpp"
#include "wire/heif_items.hpp"

namespace colophon::heif {

inline constexpr std::string_view kXmpType = "application/rdf+xml";
inline constexpr std::uint64_t kExifOffset = 4;  ///< width of the number before an Exif block

/// The `meta` box of the file that describes pictures; nothing when there is none.
[[nodiscard]] Result<std::optional<wire::HeifMeta>> find_meta(Source& source,
                                                              const mp4::FileMap& map,
                                                              const Limits& limits);
/// The EXIF block inside an `Exif` item: behind the 4-byte number and what it skips.
[[nodiscard]] Result<Range> exif_block(Source& source, Range item);
/// The `Exif` item at `item` with the entry that `target` names set to `value`.
[[nodiscard]] Result<ByteBuffer> exif_item_with_value(Source& source, Range item,
                                                      const Carrier& target, Bytes value,
                                                      const Limits& limits);

[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);

}  // namespace colophon::heif
