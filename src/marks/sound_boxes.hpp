// SPDX-License-Identifier: Apache-2.0
// The movie box of an ISO media file as a tree that can be changed and written again. What is not
// known keeps its bytes.
#pragma once

#include "base/limits.hpp"
#include "wire/bmff.hpp"

namespace colophon::sound {

struct BoxNode {
  wire::FourCc type = 0;
  ByteBuffer body;                ///< of a leaf; of a node what stands before its children
  std::vector<BoxNode> children;  ///< of moov, trak, mdia, minf, stbl, edts, udta, dinf
  bool holds_boxes = false;

  [[nodiscard]] BoxNode* find(wire::FourCc wanted) noexcept;
  [[nodiscard]] const BoxNode* find(wire::FourCc wanted) const noexcept;
  /// The first that is reached by these names, one inside the other.
  [[nodiscard]] BoxNode* find(std::initializer_list<wire::FourCc> path) noexcept;
  [[nodiscard]] std::uint64_t size() const noexcept;
  void write(ByteBuffer& out) const;
};

/// The tree of a whole box. Error `malformed` when a size is wrong.
[[nodiscard]] Result<BoxNode> read_tree(Bytes box, const Limits& limits);

}  // namespace colophon::sound
