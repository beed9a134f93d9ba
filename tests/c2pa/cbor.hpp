// SPDX-License-Identifier: Apache-2.0
// CBOR items made in code, as an assertion would hold them.
#pragma once

#include "wire/cbor.hpp"

#include <initializer_list>
#include <utility>

namespace colophon::testing {

inline wire::CborItem item(std::uint64_t number) {
  wire::CborItem made;
  made.type = wire::CborType::Unsigned;
  made.number = number;
  return made;
}
inline wire::CborItem item(std::string_view text) {
  wire::CborItem made;
  made.type = wire::CborType::Text;
  made.text = text;
  return made;
}
inline wire::CborItem item(const ByteBuffer& bytes) {
  wire::CborItem made;
  made.type = wire::CborType::Bytes;
  made.text = to_string(Bytes(bytes));
  return made;
}
inline wire::CborItem truth() {
  wire::CborItem made;
  made.number = 21;
  return made;
}
inline wire::CborItem list(std::vector<wire::CborItem> items) {
  wire::CborItem made;
  made.type = wire::CborType::Array;
  made.items = std::move(items);
  return made;
}
using Pairs = std::vector<std::pair<const char*, wire::CborItem>>;
inline wire::CborItem map(const Pairs& pairs) {
  wire::CborItem made;
  made.type = wire::CborType::Map;
  for (const auto& [key, value] : pairs) {
    made.items.push_back(item(key));
    made.items.push_back(value);
  }
  return made;
}
inline wire::CborItem range(std::uint64_t start, std::uint64_t length) {
  return map({{"start", item(start)}, {"length", item(length)}});
}

}  // namespace colophon::testing
