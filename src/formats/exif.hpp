// SPDX-License-Identifier: Apache-2.0
// EXIF and TIFF text entries as carriers (CIPA DC-008-2023 4.6, TIFF 6.0, Microsoft XP tags).
// Shared by every container that holds an EXIF block, and by TIFF itself.
#pragma once

#include "formats/format.hpp"
#include "wire/tiff_ifd.hpp"

#include <string>

namespace colophon {

/// Where an EXIF block stands: "jpeg:APP1[exif]" gives paths such as "jpeg:APP1[exif].UserComment".
/// A path that ends with ':' ("tiff:") gets the directory's name: "tiff:IFD0.Make".
struct ExifPlace {
  std::string path;
  std::optional<Range> whole;  ///< Carrier::whole, e.g. the segment; none: the value itself
};

/// Turns the text entries of directories into carriers. For modules that walk the TIFF themselves.
class ExifReader {
 public:
  ExifReader(Source& source, ExifPlace place, const Limits& limits, Layout& layout)
      : source_(source),
        place_(std::move(place)),
        limits_(limits),
        layout_(layout),
        budget_(limits.max_payload) {}
  /// Text beyond the caps is left out and told in one oddity; an Error is I/O only.
  [[nodiscard]] Status visit(const wire::TiffHeader& header, const wire::TiffIfd& ifd);

 private:
  [[nodiscard]] Status add(const wire::TiffHeader& header, const wire::TiffIfd& ifd,
                           const wire::TiffEntry& entry, std::string_view name);
  void note_skipped(const wire::TiffEntry& entry);

  Source& source_;
  ExifPlace place_;
  const Limits& limits_;
  Layout& layout_;
  std::uint64_t budget_;  ///< bytes of text still to be looked at; overlapping values share it
  bool skipped_ = false;
};

/// `data` without the "Exif\0\0" that JPEG needs and other containers' writers often keep.
[[nodiscard]] Range skip_exif_prefix(Source& source, Range data) noexcept;
/// Every text entry of the EXIF block (a TIFF stream, its prefix allowed) at `block`: UserComment
/// as ExifComment, the others as ExifText. Damage inside the block becomes an oddity; an Error is
/// I/O only.
[[nodiscard]] Status exif_carriers(Source& source, Range block, const ExifPlace& place,
                                   const Limits& limits, Layout& layout);

/// The stored form of `value` for a text entry: in the style (charset, terminator) of `old`. A
/// value that brings its own 8-byte charset prefix is stored as it is.
[[nodiscard]] ByteBuffer encode_exif_value(const wire::TiffHeader& header,
                                           const wire::TiffEntry& entry, Bytes old, Bytes value);
/// The EXIF block with the ExifComment or ExifText that `carrier` names set to `value`: in its old
/// place where that is large enough and its own, else behind the block's end. Every other entry
/// keeps its bytes. `base` is the block's offset in the source that `carrier` comes from.
[[nodiscard]] Result<ByteBuffer> exif_with_value(Bytes block, std::uint64_t base,
                                                 const Carrier& carrier, Bytes value,
                                                 const Limits& limits);

}  // namespace colophon
