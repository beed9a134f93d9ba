// SPDX-License-Identifier: Apache-2.0
// The coded pictures of a HEIF or AVIF file behind what it shows (ISO/IEC 23008-12 6.4 to 6.6), and
// changing them where they stand.
#pragma once

#include "formats/splice.hpp"
#include "wire/heif_properties.hpp"

namespace colophon::heif {

/// A coded item: the picture itself, or a tile of a grid.
struct CodedPicture {
  std::uint32_t id = 0;
  wire::FourCc type = 0;       ///< "hvc1" or "av01"
  std::uint32_t x = 0, y = 0;  ///< of the canvas
  std::uint32_t width = 0, height = 0;
  Range config;  ///< the body of `hvcC` or `av1C`
  std::vector<Range> bytes;
};

struct HeifPicture {
  std::uint32_t width = 0, height = 0;  ///< of the canvas, before it is cropped and turned
  /// What is shown of it (`clap`), and how it is turned then (`irot`, `imir`), as in EXIF.
  std::uint32_t left = 0, top = 0, shown_width = 0, shown_height = 0;
  unsigned orientation = 1;
  std::vector<CodedPicture> parts, alpha;
  bool further = false;  ///< small copies, gain maps, depths
};

/// The primary item. Errors: `unsupported` (sequences, overlays, other codings), `malformed`.
[[nodiscard]] Result<HeifPicture> read_heif_picture(Source& source, const Limits& limits);

/// New bytes and a new configuration for a coded item.
struct CodedChange {
  std::uint32_t id = 0;
  wire::FourCc type = 0;
  ByteBuffer bytes, config;
};
[[nodiscard]] Result<Splice> change_pictures(Source& source, std::span<const CodedChange> changes,
                                             const Limits& limits);

}  // namespace colophon::heif
