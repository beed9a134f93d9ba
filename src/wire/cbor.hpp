// SPDX-License-Identifier: Apache-2.0
// CBOR (RFC 8949), read into a tree whose every item knows where its bytes stand, because what was
// signed are the stored bytes, never a re-encoding.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace colophon::wire {

enum class CborType : std::uint8_t { Unsigned, Negative, Bytes, Text, Array, Map, Tag, Simple };

struct CborItem {
  CborType type = CborType::Simple;
  /// Unsigned: the value; Negative: -1 - value; Tag: its number; Simple: 20 false, 21 true, 22
  /// null, or a float's bits.
  std::uint64_t number = 0;
  std::string text;             ///< Text (as stored, UTF-8 not checked) and Bytes, chunks joined
  std::vector<CborItem> items;  ///< Array: elements; Map: key, value, key, value, ...; Tag: one
  Range where;                  ///< head and content, in the bytes that were read

  /// The value of a text key of a map, under any tag; null when there is none.
  [[nodiscard]] const CborItem* find(std::string_view key) const noexcept;
  /// The text of a Text item, under any tag; empty for any other type.
  [[nodiscard]] std::string_view as_text() const noexcept;
  /// The item below its tags.
  [[nodiscard]] const CborItem& untagged() const noexcept;
};

/// The one item at the start of `bytes`; what follows it is ignored. Errors: `truncated`,
/// `malformed`, `limit-exceeded` (depth, number of items).
[[nodiscard]] Result<CborItem> read_cbor(Bytes bytes, const Limits& limits);

}  // namespace colophon::wire
