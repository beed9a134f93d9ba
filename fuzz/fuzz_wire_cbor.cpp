// SPDX-License-Identifier: Apache-2.0
#include "wire/cbor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)colophon::wire::read_cbor({data, size}, {});
  return 0;
}
