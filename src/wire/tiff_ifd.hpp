// SPDX-License-Identifier: Apache-2.0
// The directories of a TIFF stream: TIFF 6.0 section 2, BigTIFF, EXIF (CIPA DC-008 4.5) and the DNG
// SubIFD tree. Grammar only: what a tag means is the caller's business.
#pragma once

#include "base/limits.hpp"
#include "base/source.hpp"

#include <functional>
#include <vector>

namespace colophon::wire {

enum class TiffType : std::uint16_t {
  Byte = 1,
  Ascii = 2,
  Short = 3,
  Long = 4,
  Undefined = 7,
  Ifd = 13,
  Long8 = 16,
  Ifd8 = 18,
  Utf8 = 129,  ///< EXIF 3.0
};
/// Bytes of one value of the type; 0 for a type that no specification names.
[[nodiscard]] unsigned tiff_type_size(std::uint16_t type) noexcept;

/// The stream's first 8 (BigTIFF: 16) bytes. All offsets inside a stream count from its start.
struct TiffHeader {
  Range block;  ///< the whole stream in the source
  bool big_endian = false;
  bool big = false;             ///< BigTIFF: 64-bit counts and offsets
  std::uint64_t first_ifd = 0;  ///< relative to the stream's start, as stored

  [[nodiscard]] unsigned width() const noexcept { return big ? 8 : 4; }
  [[nodiscard]] unsigned count_width() const noexcept { return big ? 8 : 2; }
  [[nodiscard]] unsigned entry_size() const noexcept { return big ? 20 : 12; }
  /// Where the pointer to the first IFD stands in the source.
  [[nodiscard]] Range first_pointer() const noexcept {
    return {block.offset + (big ? 8 : 4), width()};
  }
  [[nodiscard]] std::optional<std::uint64_t> load(Bytes bytes, std::uint64_t at,
                                                  unsigned size) const noexcept {
    return big_endian ? load_be(bytes, at, size) : load_le(bytes, at, size);
  }
  void append(ByteBuffer& out, std::uint64_t value, unsigned size) const {
    big_endian ? append_be(out, value, size) : append_le(out, value, size);
  }
};

struct TiffEntry {
  std::uint16_t tag = 0;
  std::uint16_t type = 0;
  std::uint64_t count = 0;
  Range entry;  ///< the entry's own 12 (BigTIFF: 20) bytes in the source
  Range value;  ///< the value's bytes in the source; empty when they are not all there
};

enum class IfdKind : std::uint8_t { Main, Exif, Gps, Interop, Sub };

struct TiffIfd {
  IfdKind kind = IfdKind::Main;
  std::string name;             ///< "IFD0", "IFD1", "Exif", "GPS", "Interop", "SubIFD0", ...
  Range whole;                  ///< count, entries and the next pointer, as far as the stream goes
  std::uint64_t announced = 0;  ///< how many entries its count says
  std::uint64_t next = 0;
  std::vector<TiffEntry> entries;  ///< in stored order
  [[nodiscard]] const TiffEntry* find(std::uint16_t tag) const noexcept;
};

/// What was met on the way besides the directories.
struct TiffWalk {
  TiffHeader header;
  std::optional<Error> damage;  ///< a directory could not be read, or not to its end
  std::vector<Error> oddities;  ///< cycles, values outside the stream; at most 16
};
/// A failing visit ends the walk with its error.
using TiffVisitor = std::function<Status(const TiffHeader&, const TiffIfd&)>;

/// The tag of an entry whose value is the place of directories.
[[nodiscard]] bool is_directory_tag(std::uint16_t tag) noexcept;
/// True when the bytes start a TIFF or BigTIFF stream.
[[nodiscard]] bool is_tiff_start(Bytes bytes) noexcept;
/// Error `malformed` when `block` starts no TIFF stream.
[[nodiscard]] Result<TiffHeader> read_tiff_header(Source& source, Range block);
/// The first IFD alone.
[[nodiscard]] Result<TiffIfd> read_first_ifd(Source& source, const TiffHeader& header,
                                             const Limits& limits);
/// Visits every IFD once: the main chain, and under each IFD its Exif, GPS, Interop and SubIFDs.
[[nodiscard]] Result<TiffWalk> walk_tiff(Source& source, Range block, const Limits& limits,
                                         const TiffVisitor& visit);

/// An entry's bytes. `field` is the value itself where it fits, else see `offset_field`.
[[nodiscard]] ByteBuffer make_tiff_entry(const TiffHeader& header, std::uint16_t tag,
                                         std::uint16_t type, std::uint64_t count, Bytes field);
/// The value field that points at `offset` (from the stream's start).
[[nodiscard]] ByteBuffer offset_field(const TiffHeader& header, std::uint64_t offset);
/// The stored bytes of `ifd` with `entry` inserted in tag order.
[[nodiscard]] Result<ByteBuffer> insert_tiff_entry(const TiffHeader& header, const TiffIfd& ifd,
                                                   Bytes stored, Bytes entry);

}  // namespace colophon::wire
