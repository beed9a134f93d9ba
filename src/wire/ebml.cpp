// SPDX-License-Identifier: Apache-2.0
#include "wire/ebml.hpp"

#include "wire/inflate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

namespace colophon::wire {
namespace {

constexpr std::uint64_t kLongestHead = 4 + 8;
constexpr std::uint8_t kWidestSize = 8;
constexpr std::uint64_t kCrcSize = 4;

/// The largest size that `width` bytes can say: all ones mean "unknown".
constexpr std::uint64_t largest_size(unsigned width) noexcept {
  return (std::uint64_t{1} << (7 * width)) - 2;
}

unsigned width_of_id(std::uint32_t id) noexcept {
  return id > 0xFFFFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1;
}

Result<EbmlElement> parse_head(Bytes bytes, std::uint64_t at, std::uint64_t end) {
  if (bytes.empty()) return truncated({at, 2}, at);
  const auto id_width = static_cast<unsigned>(std::countl_zero(bytes[0])) + 1;
  if (id_width > 4) {
    return fail(ErrorCode::Malformed, "no element starts where one must", "ebml", at);
  }
  if (bytes.size() < id_width + 1) return truncated({at, id_width + 1}, end);
  EbmlElement element;
  element.id = static_cast<std::uint32_t>(*load_be(bytes, 0, id_width));
  element.at = at;
  const std::uint8_t first = bytes[id_width];
  const auto size_width = static_cast<unsigned>(std::countl_zero(first)) + 1;
  if (size_width > kWidestSize) {
    return fail(ErrorCode::Malformed, "an element's size has no valid first byte", "ebml", at);
  }
  const auto raw = load_be(bytes, id_width, size_width);
  if (!raw) return truncated({at, id_width + size_width}, end);
  element.size_width = static_cast<std::uint8_t>(size_width);
  const std::uint64_t size = *raw & (largest_size(size_width) + 1);
  element.data.offset = at + id_width + size_width;
  element.open = size == largest_size(size_width) + 1;
  element.data.size = element.open ? end - element.data.offset : size;
  return element;
}

class TreeReader {
 public:
  TreeReader(Bytes bytes, std::uint64_t offset, IsMaster is_master, const Limits& limits)
      : bytes_(bytes), offset_(offset), is_master_(is_master), limits_(limits) {}

  /// The children that stand in `range` of the source.
  Status children(Range range, std::uint32_t depth, EbmlNode& parent) {
    if (depth >= limits_.max_depth) return too_much("nested too deep", range.offset);
    for (std::uint64_t at = range.offset; at < range.end();) {
      if (++count_ > limits_.max_structures) return too_much("too many elements", at);
      const EbmlElement element =
          TRY(parse_head(slice(part({at, range.end() - at}), 0, kLongestHead), at, range.end()));
      if (element.open) {
        return fail(ErrorCode::Malformed, "an element of unknown size stands where none may",
                    "ebml", at);
      }
      if (element.data.size > range.end() - element.data.offset) {
        return truncated(element.whole(), range.end());
      }
      parent.children.push_back(
          {element.id, element.size_width, is_master_(element.id), at, element.data, {}, {}});
      EbmlNode& node = parent.children.back();
      if (node.master) {
        TRY(children(element.data, depth + 1, node));
      } else {
        node.value = to_buffer(part(element.data));
      }
      at = element.data.end();
    }
    return {};
  }

 private:
  [[nodiscard]] Bytes part(Range range) const noexcept {
    return slice(bytes_, range.offset - offset_, range.size);
  }
  static Failure too_much(const char* what, std::uint64_t at) {
    return fail(ErrorCode::LimitExceeded, fmt::format("elements are {}", what), "ebml", at);
  }

  Bytes bytes_;
  std::uint64_t offset_;
  IsMaster is_master_;
  const Limits& limits_;
  std::uint32_t count_ = 0;
};

void append_id(ByteBuffer& out, std::uint32_t id) {
  append_be(out, id, width_of_id(id));
}

}  // namespace

Result<EbmlElement> read_element_head(Source& source, std::uint64_t at, std::uint64_t end) {
  end = std::min(end, source.size());
  if (at >= end) return truncated({at, 2}, end);
  const Bytes head = TRY(source.view({at, std::min(kLongestHead, end - at)}));
  return parse_head(head, at, end);
}

Result<EbmlElement> read_element(Source& source, std::uint64_t at, std::uint64_t end) {
  const EbmlElement element = TRY(read_element_head(source, at, end));
  if (element.data.end() > std::min(end, source.size())) return truncated(element.whole(), end);
  return element;
}

const EbmlNode* EbmlNode::child(std::uint32_t wanted) const noexcept {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const EbmlNode& node) { return node.id == wanted; });
  return found == children.end() ? nullptr : &*found;
}

EbmlNode* EbmlNode::child(std::uint32_t wanted) noexcept {
  return const_cast<EbmlNode*>(std::as_const(*this).child(wanted));
}

Status read_tree(Source& source, const EbmlElement& element, IsMaster is_master,
                 const Limits& limits, EbmlNode& root) {
  root = {element.id, element.size_width, true, element.at, element.data, {}, {}};
  if (element.data.size > limits.max_payload) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("an element of {} bytes is larger than the cap of {}",
                            element.data.size, limits.max_payload),
                "ebml", element.at);
  }
  const ByteBuffer bytes = TRY(read(source, element.data));
  return TreeReader(bytes, element.data.offset, is_master, limits).children(element.data, 0, root);
}

ByteBuffer write_tree(const EbmlNode& node) {
  ByteBuffer body;
  if (node.master) {
    const bool sealed = !node.children.empty() && node.children.front().id == kEbmlCrc32;
    for (std::size_t i = sealed ? 1 : 0; i < node.children.size(); ++i) {
      append(body, write_tree(node.children[i]));
    }
    if (sealed) {
      ByteBuffer crc;
      append_le(crc, crc32(body), kCrcSize);
      ByteBuffer all = write_tree(ebml_leaf(kEbmlCrc32, crc));
      append(all, body);
      body = std::move(all);
    }
  }
  const Bytes data = node.master ? Bytes(body) : Bytes(node.value);
  ByteBuffer out;
  append_id(out, node.id);
  append_ebml_size(out, data.size(), std::max(node.size_width, ebml_size_width(data.size())));
  append(out, data);
  return out;
}

std::optional<ByteBuffer> write_tree_into(EbmlNode node, std::uint64_t room) {
  ByteBuffer bytes = write_tree(node);
  if (bytes.size() + 1 == room) {
    // No Void is that small: one more byte for the size.
    const std::size_t id_width = width_of_id(node.id);
    const auto width = static_cast<unsigned>(std::countl_zero(bytes[id_width])) + 1;
    if (width >= kWidestSize) return std::nullopt;
    node.size_width = static_cast<std::uint8_t>(width + 1);
    bytes = write_tree(node);
  }
  if (bytes.size() > room) return std::nullopt;
  if (bytes.size() < room) append(bytes, make_ebml_void(room - bytes.size()));
  return bytes;
}

EbmlNode ebml_leaf(std::uint32_t id, Bytes value) {
  return {id, 1, false, 0, {}, to_buffer(value), {}};
}

EbmlNode ebml_master(std::uint32_t id, std::vector<EbmlNode> children) {
  return {id, 1, true, 0, {}, {}, std::move(children)};
}

std::optional<std::uint64_t> ebml_uint(const EbmlNode& leaf) noexcept {
  if (leaf.master || leaf.value.size() > 8) return std::nullopt;
  if (leaf.value.empty()) return 0;  // RFC 8794, 6.1: an empty element has its default
  return load_be(leaf.value, 0, static_cast<unsigned>(leaf.value.size()));
}

void set_ebml_uint(EbmlNode& leaf, std::uint64_t value) {
  const std::size_t needed =
      value == 0 ? 1 : (static_cast<std::size_t>(std::bit_width(value)) + 7) / 8;
  const std::size_t width = std::max(needed, std::min<std::size_t>(leaf.value.size(), 8));
  leaf.value.clear();
  append_be(leaf.value, value, static_cast<unsigned>(width));
}

std::uint8_t ebml_size_width(std::uint64_t size) noexcept {
  std::uint8_t width = 1;
  while (width < kWidestSize && size > largest_size(width)) ++width;
  return width;
}

void append_ebml_size(ByteBuffer& out, std::uint64_t size, std::uint8_t width) {
  append_be(out, size | std::uint64_t{1} << (7 * width), width);
}

ByteBuffer make_ebml_void(std::uint64_t size) {
  ByteBuffer out;
  append_id(out, kEbmlVoid);
  std::uint8_t width = 1;
  while (width < kWidestSize && size - 1 - width > largest_size(width)) ++width;
  append_ebml_size(out, size - 1 - width, width);
  out.resize(static_cast<std::size_t>(size), 0);
  return out;
}

}  // namespace colophon::wire
