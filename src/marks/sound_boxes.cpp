// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_boxes.hpp"

#include <algorithm>

namespace colophon::sound {
namespace {

using wire::FourCc;
using wire::fourcc;

constexpr FourCc kHolders[] = {fourcc("moov"), fourcc("trak"), fourcc("mdia"), fourcc("minf"),
                               fourcc("stbl"), fourcc("edts"), fourcc("udta"), fourcc("dinf")};

Result<BoxNode> read_node(Bytes bytes, std::uint64_t& at, std::uint32_t depth,
                          std::uint32_t& budget) {
  const auto malformed = [&] {
    return fail(ErrorCode::Malformed, "the boxes inside the movie box make no sense", "moov", at);
  };
  if (budget == 0 || depth > 16) return malformed();
  --budget;
  const auto small = load_be(bytes, at, 4), type = load_be(bytes, at + 4, 4);
  if (!small || !type) return malformed();
  std::uint64_t header = 8, size = *small;
  if (size == 1) {
    const auto large = load_be(bytes, at + 8, 8);
    if (!large) return malformed();
    header = 16;
    size = *large;
  } else if (size == 0) {
    size = bytes.size() - at;
  }
  if (size < header || size > bytes.size() - at) return malformed();
  BoxNode node;
  node.type = static_cast<FourCc>(*type);
  const Bytes body = slice(bytes, at + header, size - header);
  at += size;
  node.holds_boxes =
      std::find(std::begin(kHolders), std::end(kHolders), node.type) != std::end(kHolders);
  if (!node.holds_boxes) {
    node.body = to_buffer(body);
    return node;
  }
  std::uint64_t inside = 0;
  // Fewer than 8 bytes, or zeros where a box would be, end the list (QuickTime's `udta`).
  while (body.size() - inside >= 8 && load_be(body, inside, 4) != 0) {
    node.children.push_back(TRY(read_node(body, inside, depth + 1, budget)));
  }
  // What is left over stands behind the children; it keeps its place as a leaf without a header.
  if (inside < body.size()) {
    BoxNode rest;
    rest.body = to_buffer(slice(body, inside));
    node.children.push_back(std::move(rest));
  }
  return node;
}

}  // namespace

BoxNode* BoxNode::find(FourCc wanted) noexcept {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const BoxNode& child) { return child.type == wanted; });
  return found == children.end() ? nullptr : &*found;
}

const BoxNode* BoxNode::find(FourCc wanted) const noexcept {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const BoxNode& child) { return child.type == wanted; });
  return found == children.end() ? nullptr : &*found;
}

BoxNode* BoxNode::find(std::initializer_list<FourCc> path) noexcept {
  BoxNode* node = this;
  for (const FourCc name : path) {
    node = node->find(name);
    if (node == nullptr) return nullptr;
  }
  return node;
}

std::uint64_t BoxNode::size() const noexcept {
  std::uint64_t inside = body.size();
  for (const BoxNode& child : children) inside += child.size();
  if (type == 0) return inside;
  return inside + (inside + 8 > UINT32_MAX ? 16 : 8);
}

void BoxNode::write(ByteBuffer& out) const {
  if (type != 0) {
    const std::uint64_t whole = size();
    wire::append_box_header(out, type, whole - (whole > UINT32_MAX ? 16 : 8));
  }
  append(out, body);
  for (const BoxNode& child : children) child.write(out);
}

Result<BoxNode> read_tree(Bytes box, const Limits& limits) {
  std::uint64_t at = 0;
  std::uint32_t budget = limits.max_structures;
  return read_node(box, at, 0, budget);
}

}  // namespace colophon::sound
