// SPDX-License-Identifier: Apache-2.0
// Short words for the tests of XMP packets: the property urn:test P, its values, setting it.
#pragma once

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "standards/xmp.hpp"

namespace colophon::testing {

inline constexpr std::string_view kUri = "urn:test";
inline constexpr std::string_view kHead =
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
    "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>";
inline constexpr std::string_view kTail = "</rdf:RDF></x:xmpmeta>";

[[nodiscard]] inline std::string packet(std::string_view inside) {
  return fmt::format("{}{}{}", kHead, inside, kTail);
}

[[nodiscard]] inline std::string values(std::string_view text, std::string_view name = "P") {
  std::string out;
  for (const XmpValue& value : find_xmp(as_bytes(text), kUri, name)) out += value.value + "|";
  return out;
}

[[nodiscard]] inline std::string set(std::string_view text, std::string value,
                                     std::string name = "P") {
  const XmpProperty property{std::string(kUri), "t", std::move(name), std::move(value)};
  const auto out = set_properties(as_bytes(text), {&property, 1});
  REQUIRE_MESSAGE(out, (out ? "" : out.error().message));
  return to_string(*out);
}

}  // namespace colophon::testing
