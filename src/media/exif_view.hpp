// SPDX-License-Identifier: Apache-2.0
// What drawing on a picture must know of its EXIF block: how it is turned, and the small copy of it
// (CIPA DC-008-2023 4.6.5, 4.8).
#pragma once

#include "base/limits.hpp"
#include "wire/tiff_ifd.hpp"

namespace colophon {

struct ExifView {
  unsigned orientation = 1;
  bool has_thumbnail = false;
  Range thumbnail;         ///< a JPEG file; empty: it is of another kind, or not all there
  Range thumbnail_offset;  ///< the four bytes of the value
  Range thumbnail_size;
  Range next_directory;  ///< IFD0's pointer to the directory of the thumbnail
  wire::TiffHeader header;
};

/// `block`: a TIFF stream. Nothing can be wrong with it: what cannot be read is not there.
[[nodiscard]] ExifView view_exif(Source& source, Range block, const Limits& limits);

/// The stream's bytes with another thumbnail, or without one where `picture` is empty. The old
/// one's bytes become zero. `base`: where the stream began when it was viewed.
[[nodiscard]] ByteBuffer with_thumbnail(Bytes block, std::uint64_t base, const ExifView& view,
                                        Bytes picture);

}  // namespace colophon
