// SPDX-License-Identifier: Apache-2.0
#include "wire/cbor_write.hpp"

#include <algorithm>

namespace colophon::wire {
namespace {

enum Major : std::uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

ByteBuffer head(Major major, std::uint64_t value) {
  const auto first = static_cast<std::uint8_t>(major << 5);
  ByteBuffer out;
  if (value < 24) {
    out.push_back(static_cast<std::uint8_t>(first | value));
    return out;
  }
  const unsigned step = value <= 0xFF ? 0 : value <= 0xFFFF ? 1 : value <= 0xFFFFFFFF ? 2 : 3;
  out.push_back(static_cast<std::uint8_t>(first | (24 + step)));
  append_be(out, value, 1U << step);
  return out;
}

ByteBuffer with_content(Major major, Bytes content) {
  ByteBuffer out = head(major, content.size());
  append(out, content);
  return out;
}

}  // namespace

ByteBuffer cbor_unsigned(std::uint64_t value) {
  return head(kUnsigned, value);
}

ByteBuffer cbor_number(std::int64_t value) {
  if (value >= 0) return cbor_unsigned(static_cast<std::uint64_t>(value));
  return head(kNegative, static_cast<std::uint64_t>(-1 - value));
}

ByteBuffer cbor_text(std::string_view text) {
  return with_content(kText, as_bytes(text));
}

ByteBuffer cbor_bytes(Bytes bytes) {
  return with_content(kBytes, bytes);
}

ByteBuffer cbor_bool(bool value) {
  return head(kSimple, value ? 21 : 20);
}

ByteBuffer cbor_null() {
  return head(kSimple, 22);
}

ByteBuffer cbor_array(const std::vector<ByteBuffer>& items) {
  ByteBuffer out = head(kArray, items.size());
  for (const ByteBuffer& item : items) append(out, item);
  return out;
}

ByteBuffer cbor_tagged(std::uint64_t tag, Bytes item) {
  ByteBuffer out = head(kTag, tag);
  append(out, item);
  return out;
}

CborMap& CborMap::put(std::string_view key, ByteBuffer value) {
  members_.emplace_back(cbor_text(key), std::move(value));
  return *this;
}

CborMap& CborMap::put(std::int64_t key, ByteBuffer value) {
  members_.emplace_back(cbor_number(key), std::move(value));
  return *this;
}

ByteBuffer CborMap::encoded() const {
  std::vector<const std::pair<ByteBuffer, ByteBuffer>*> order;
  order.reserve(members_.size());
  for (const auto& member : members_) order.push_back(&member);
  std::sort(order.begin(), order.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  ByteBuffer out = head(kMap, order.size());
  for (const auto* member : order) {
    append(out, member->first);
    append(out, member->second);
  }
  return out;
}

}  // namespace colophon::wire
