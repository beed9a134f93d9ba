// SPDX-License-Identifier: Apache-2.0
#include "c2pa/c2pa.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const colophon::Carrier carrier;
  (void)colophon::read_c2pa_statement(carrier, {data, size}, {});
  return 0;
}
