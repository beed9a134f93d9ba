// SPDX-License-Identifier: Apache-2.0
// EBML (RFC 8794): element heads with unknown sizes, small trees that can be changed and written
// back, Void and CRC-32.
#pragma once

#include "base/limits.hpp"
#include "base/source.hpp"

namespace colophon::wire {

constexpr std::uint32_t kEbmlHeader = 0x1A45DFA3;
constexpr std::uint32_t kEbmlVoid = 0xEC;
constexpr std::uint32_t kEbmlCrc32 = 0xBF;

struct EbmlElement {
  std::uint32_t id = 0;  ///< with its length marker, as the specifications print it
  std::uint64_t at = 0;
  std::uint8_t size_width = 1;
  /// The size is unknown: `data` reaches to where the reader said that the parent ends.
  bool open = false;
  Range data;
  [[nodiscard]] Range whole() const noexcept { return {at, data.end() - at}; }
};

/// The element that starts at `at` in `[at, end)`. Its data may pass `end`; see `read_element`.
[[nodiscard]] Result<EbmlElement> read_element_head(Source& source, std::uint64_t at,
                                                    std::uint64_t end);
/// The same; error `truncated` when its data passes `end`.
[[nodiscard]] Result<EbmlElement> read_element(Source& source, std::uint64_t at, std::uint64_t end);

/// An element held in memory. `at` and `data` say where it stood in the source.
struct EbmlNode {
  std::uint32_t id = 0;
  std::uint8_t size_width = 1;  ///< written at least so wide
  bool master = false;          ///< else a leaf: `value` counts, not `children`
  std::uint64_t at = 0;
  Range data;
  ByteBuffer value;
  std::vector<EbmlNode> children;

  [[nodiscard]] const EbmlNode* child(std::uint32_t wanted) const noexcept;
  [[nodiscard]] EbmlNode* child(std::uint32_t wanted) noexcept;
  [[nodiscard]] Range whole() const noexcept { return {at, data.end() - at}; }
};

/// Which identifiers hold elements.
using IsMaster = bool (*)(std::uint32_t id) noexcept;

/// Reads `element` with everything in it; what was read before an error stays in `root`. Caps:
/// Limits::max_payload, max_depth and max_structures.
[[nodiscard]] Status read_tree(Source& source, const EbmlElement& element, IsMaster is_master,
                               const Limits& limits, EbmlNode& root);
/// The element's bytes. CRC-32 elements that stand first in their parent are computed anew
/// (RFC 8794, 11.3.1).
[[nodiscard]] ByteBuffer write_tree(const EbmlNode& node);
/// The element, then a Void up to `room` bytes; nothing when it does not fit.
[[nodiscard]] std::optional<ByteBuffer> write_tree_into(EbmlNode node, std::uint64_t room);

[[nodiscard]] EbmlNode ebml_leaf(std::uint32_t id, Bytes value);
[[nodiscard]] EbmlNode ebml_master(std::uint32_t id, std::vector<EbmlNode> children);
/// An unsigned integer of at most 8 bytes; nothing when it is longer.
[[nodiscard]] std::optional<std::uint64_t> ebml_uint(const EbmlNode& leaf) noexcept;
/// Sets an unsigned integer; it becomes wider when it must, never narrower.
void set_ebml_uint(EbmlNode& leaf, std::uint64_t value);

/// The fewest bytes that can say this size.
[[nodiscard]] std::uint8_t ebml_size_width(std::uint64_t size) noexcept;
void append_ebml_size(ByteBuffer& out, std::uint64_t size, std::uint8_t width);
/// A Void of `size` bytes in all, at least 2.
[[nodiscard]] ByteBuffer make_ebml_void(std::uint64_t size);

}  // namespace colophon::wire
