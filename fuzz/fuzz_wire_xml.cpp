// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "standards/xmp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace colophon;
  const Bytes packet(data, size);
  (void)xmp_properties(packet);
  const XmpProperty property{"http://example.org/ns/", "ex", "Name", "a <value> & more"};
  const auto set = set_properties(packet, {&property, 1});
  if (!set) return 0;
  const auto found = find_xmp(*set, property.uri, property.name);
  if (found.empty() || found.front().value != property.value) std::abort();
  return 0;
}
