// SPDX-License-Identifier: Apache-2.0
// Short words for the tests of text formats.
#pragma once

#include <doctest/doctest.h>

#include "support/support.hpp"

namespace colophon::testing::texts {

inline const Format& row(std::string_view id) {
  const Format* format = find_format(id);
  REQUIRE(format != nullptr);
  return *format;
}

inline Layout layout_of(std::string_view id, Bytes bytes) {
  MemorySource source(bytes);
  const auto layout = row(id).inspect(source, Limits{});
  REQUIRE_MESSAGE(layout, (layout ? "" : layout.error().message));
  return *layout;
}

inline Layout layout_of(std::string_view id, std::string_view text) {
  return layout_of(id, as_bytes(text));
}

/// "kind path payload" of every carrier.
inline std::vector<std::string> carriers(std::string_view id, std::string_view text) {
  std::vector<std::string> out;
  MemorySource source(as_bytes(text));
  for (const Carrier& carrier : layout_of(id, text).carriers) {
    const auto payload = row(id).extract(source, carrier, Limits{});
    REQUIRE(payload);
    out.push_back(std::string(to_string(carrier.kind))
                      .append(" ")
                      .append(carrier.path)
                      .append(" ")
                      .append(as_text(*payload)));
  }
  return out;
}

}  // namespace colophon::testing::texts
