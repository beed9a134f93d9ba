// SPDX-License-Identifier: Apache-2.0
// Short words for the tests of C2PA stores in containers.
#pragma once

#include <doctest/doctest.h>

#include "support/support.hpp"
#include "support/values.hpp"

namespace colophon::testing::stores {

inline const Format& row(std::string_view id) {
  const Format* format = find_format(id);
  REQUIRE(format != nullptr);
  return *format;
}
inline Layout inspected(std::string_view id, Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = row(id).inspect(source, Limits{});
  REQUIRE(layout);
  CHECK_FALSE(layout->damage);
  return *layout;
}
inline Result<Splice> planned(std::string_view id, Bytes bytes, const ByteBuffer& store) {
  MemorySource source(bytes);
  const Edit edit{CarrierKind::C2paStore, "", std::nullopt, store};
  return plan_edits(row(id), source, inspected(id, bytes), {&edit, 1}, Limits{});
}
inline ByteBuffer with_store(std::string_view id, Bytes bytes, const ByteBuffer& store) {
  const auto splice = planned(id, bytes, store);
  REQUIRE_MESSAGE(splice, (splice ? "" : splice.error().message));
  ByteBuffer out = testing::apply(bytes, *splice);
  CHECK(payload_of(row(id), out, CarrierKind::C2paStore) == as_text(store));
  CHECK(stores_of(inspected(id, out)).size() == 1);
  return out;
}
inline std::size_t times(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; ++at) ++count;
  return count;
}
inline std::size_t times(const ByteBuffer& bytes, std::string_view word) {
  return times(as_text(bytes), word);
}

}  // namespace colophon::testing::stores
