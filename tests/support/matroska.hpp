// SPDX-License-Identifier: Apache-2.0
// Small Matroska files, made element by element without the code under test, and where their
// indexes lead.
#pragma once

#include "support/support.hpp"

namespace colophon::testing::matroska {

/// `width` 0: the fewest bytes; else the size field's width.
[[nodiscard]] ByteBuffer element(std::uint32_t id, const ByteBuffer& data, unsigned width = 0);
[[nodiscard]] ByteBuffer element(std::uint32_t id, std::string_view text);
/// An element of unknown size; `width` of the size field.
[[nodiscard]] ByteBuffer open_element(std::uint32_t id, const ByteBuffer& data, unsigned width = 8);
[[nodiscard]] ByteBuffer number(std::uint32_t id, std::uint64_t value, unsigned width);
[[nodiscard]] ByteBuffer padding(std::size_t size);
/// The element with a CRC-32 in front of its content.
[[nodiscard]] ByteBuffer sealed(std::uint32_t id, const ByteBuffer& data);
[[nodiscard]] ByteBuffer operator+(ByteBuffer a, const ByteBuffer& b);

[[nodiscard]] ByteBuffer simple_tag(std::string_view name, std::string_view value,
                                    const ByteBuffer& more = {});
/// `targets`: the content of Targets.
[[nodiscard]] ByteBuffer tag(const ByteBuffer& simple_tags, const ByteBuffer& targets = {});
[[nodiscard]] ByteBuffer tags(const ByteBuffer& content);

struct Shape {
  std::string doc_type = "matroska";
  bool open_segment = false, open_clusters = false;
  unsigned segment_width = 8;
  bool seek_head = true;
  unsigned position_width = 8;  ///< of the positions in SeekHead and Cues
  std::size_t behind_seek_head = 92;
  ByteBuffer before_clusters;  ///< Tags here get an entry in the SeekHead
  int clusters = 3;
  bool cues_in_front = false, cues = true;
  bool cluster_positions = false;
  ByteBuffer at_end;      ///< in the Segment; Tags here get an entry, too
  ByteBuffer behind;      ///< behind the Segment
  ByteBuffer before_all;  ///< in the Segment, in front of everything
};
[[nodiscard]] ByteBuffer movie(const Shape& shape);

/// What SeekHead, Cues and cluster positions lead to: the identifier, and for clusters the bytes.
/// Entries for Tags are left out. Throws when one leads outside the file.
[[nodiscard]] std::vector<std::string> pointed_at(Bytes file);

}  // namespace colophon::testing::matroska
