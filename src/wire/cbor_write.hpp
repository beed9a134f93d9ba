// SPDX-License-Identifier: Apache-2.0
// Writing CBOR in its core deterministic encoding (RFC 8949 4.2.1): shortest heads, map keys in the
// order of their encoded bytes. Each function gives one encoded item.
#pragma once

#include "base/bytes.hpp"

#include <utility>

namespace colophon::wire {

[[nodiscard]] ByteBuffer cbor_number(std::int64_t value);
[[nodiscard]] ByteBuffer cbor_unsigned(std::uint64_t value);
[[nodiscard]] ByteBuffer cbor_text(std::string_view text);
[[nodiscard]] ByteBuffer cbor_bytes(Bytes bytes);
[[nodiscard]] ByteBuffer cbor_bool(bool value);
[[nodiscard]] ByteBuffer cbor_null();
/// `items` are encoded.
[[nodiscard]] ByteBuffer cbor_array(const std::vector<ByteBuffer>& items);
[[nodiscard]] ByteBuffer cbor_tagged(std::uint64_t tag, Bytes item);

/// A map in the making; a key may be put once.
class CborMap {
 public:
  /// `value` is encoded.
  CborMap& put(std::string_view key, ByteBuffer value);
  CborMap& put(std::string_view key, std::string_view text) { return put(key, cbor_text(text)); }
  CborMap& put(std::string_view key, const char* text) { return put(key, cbor_text(text)); }
  CborMap& put(std::int64_t key, ByteBuffer value);
  [[nodiscard]] ByteBuffer encoded() const;

 private:
  std::vector<std::pair<ByteBuffer, ByteBuffer>> members_;
};

}  // namespace colophon::wire
