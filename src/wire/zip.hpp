// SPDX-License-Identifier: Apache-2.0
// ZIP archives (PKWARE APPNOTE 6.3.10, ISO/IEC 21320-1): the central directory is the authority,
// members are read one by one under caps, and an edit touches no byte of any other member.
#pragma once

#include "base/limits.hpp"
#include "base/source.hpp"

#include <optional>
#include <span>
#include <vector>

namespace colophon::wire {

/// One record of the central directory (APPNOTE 4.3.12). Sizes and offsets come from the ZIP64
/// extra field where the record says so.
struct ZipMember {
  std::string name;  ///< as stored; a path like "../x" is only a name here
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed_size = 0;
  std::uint64_t size = 0;
  std::uint64_t header = 0;  ///< where its local header stands in the source
  Range record;              ///< its central header in the source
  [[nodiscard]] bool encrypted() const noexcept;
};

struct ZipArchive {
  std::vector<ZipMember> members;  ///< in the directory's order
  /// Bytes in front of the archive that its own offsets do not count.
  std::uint64_t shift = 0;
  Range directory;             ///< all central headers
  std::optional<Range> end64;  ///< the ZIP64 end record; its locator stands right before `end`
  Range end;                   ///< the end record without its comment
  std::vector<Finding> oddities;

  /// The first member of that name; null when there is none.
  [[nodiscard]] const ZipMember* find(std::string_view name) const noexcept;
  /// As `find`, ignoring ASCII case (OPC part names, ECMA-376-2 6.2.2).
  [[nodiscard]] const ZipMember* find_part(std::string_view name) const noexcept;
};

/// True when the source begins like a ZIP archive or ends like one without a comment.
[[nodiscard]] bool looks_like_zip(Source& source) noexcept;
/// The central directory. `limits.max_structures` caps the members.
[[nodiscard]] Result<ZipArchive> read_zip(Source& source, const Limits& limits);
/// Members that share bytes or a name, which makes readers disagree about what the archive holds;
/// such an archive is not written.
[[nodiscard]] std::vector<Finding> zip_collisions(const ZipArchive& archive);
/// Where members and directory disagree, and bytes that no member claims: what one reader sees,
/// another may not. At most a few, and nothing for archives of thousands of members.
[[nodiscard]] std::vector<Finding> zip_disagreements(Source& source, const ZipArchive& archive);
/// Where the member's stored bytes are; they lie inside the source, before the directory.
[[nodiscard]] Result<Range> zip_data(Source& source, const ZipArchive& archive,
                                     const ZipMember& member);
/// The member's content, unpacked and checked against its size and CRC-32.
[[nodiscard]] Result<ByteBuffer> read_member(Source& source, const ZipArchive& archive,
                                             const ZipMember& member, const Limits& limits);

/// "The member `name` has this content." A member of that name is replaced where it stands, a new
/// one is put behind the last.
struct ZipChange {
  std::string name;
  ByteBuffer content;
  bool stored_last = false;  ///< it is not compressed, and goes behind the last member either way
};
/// "These source bytes become those"; in file order.
struct ZipPatch {
  Range range;
  ByteBuffer bytes;
};
/// The patches that make `changes` true. Nothing of a replaced member stays in the file; the bytes
/// of every other member, its central header's other fields, the archive comment, and whatever
/// stands before, between and behind are kept.
[[nodiscard]] Result<std::vector<ZipPatch>> edit_zip(Source& source, const ZipArchive& archive,
                                                     std::span<const ZipChange> changes);

}  // namespace colophon::wire
