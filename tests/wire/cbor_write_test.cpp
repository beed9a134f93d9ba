// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "wire/cbor.hpp"
#include "wire/cbor_write.hpp"

namespace colophon::wire {
namespace {

std::string hex(Bytes bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

}  // namespace

TEST_CASE("CBOR is written with shortest heads (RFC 8949 appendix A)") {
  CHECK(hex(cbor_number(0)) == "00");
  CHECK(hex(cbor_number(23)) == "17");
  CHECK(hex(cbor_number(24)) == "1818");
  CHECK(hex(cbor_number(1000)) == "1903e8");
  CHECK(hex(cbor_number(1000000)) == "1a000f4240");
  CHECK(hex(cbor_number(1000000000000)) == "1b000000e8d4a51000");
  CHECK(hex(cbor_unsigned(UINT64_MAX)) == "1bffffffffffffffff");
  CHECK(hex(cbor_number(-1)) == "20");
  CHECK(hex(cbor_number(-1000)) == "3903e7");
  CHECK(hex(cbor_number(INT64_MIN)) == "3b7fffffffffffffff");
  CHECK(hex(cbor_bool(false)) == "f4");
  CHECK(hex(cbor_bool(true)) == "f5");
  CHECK(hex(cbor_null()) == "f6");
  CHECK(hex(cbor_text("IETF")) == "6449455446");
  CHECK(hex(cbor_bytes(ByteBuffer{1, 2, 3, 4})) == "4401020304");
  CHECK(hex(cbor_array({cbor_number(1), cbor_number(2)})) == "820102");
  CHECK(hex(cbor_tagged(1, cbor_number(1363896240))) == "c11a514b67b0");
  CHECK(cbor_bytes(ByteBuffer(255)).size() == 257);
  CHECK(cbor_bytes(ByteBuffer(256)).size() == 259);
}

TEST_CASE("the keys of a CBOR map stand in the order of their bytes (RFC 8949 4.2.1)") {
  CborMap map;
  map.put("aa", "1").put("z", "2").put("b", "3");
  map.put(100, cbor_number(4)).put(-1, cbor_number(5)).put(10, cbor_number(6));
  CHECK(hex(map.encoded()) == "a60a06186404200561626133617a61326261616131");
}

TEST_CASE("what is written is read") {
  const ByteBuffer bytes =
      CborMap().put("list", cbor_array({cbor_text("x"), cbor_null()})).put("n", "v").encoded();
  const auto item = read_cbor(bytes, Limits{});
  REQUIRE(item);
  CHECK(item->where.size == bytes.size());
  CHECK(item->find("n")->as_text() == "v");
  CHECK(item->find("list")->items.size() == 2);
}

}  // namespace colophon::wire
