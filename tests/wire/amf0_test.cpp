// SPDX-License-Identifier: Apache-2.0
#include "wire/amf0.hpp"

#include <doctest/doctest.h>

#include "support/flash.hpp"

using namespace colophon;
using namespace colophon::wire;
namespace fl = colophon::testing::flash;
using fl::operator+;

TEST_CASE("amf: every type is measured to its end") {
  const ByteBuffer typed =
      ByteBuffer{16, 0, 1, 'T'} + fl::property("a", fl::number(1)) + ByteBuffer{0, 0, 9};
  for (const ByteBuffer& bytes :
       {fl::number(1), ByteBuffer{1, 1}, fl::text("abc"),
        fl::object(fl::property("a", fl::text("b"))), ByteBuffer{5}, ByteBuffer{6},
        ByteBuffer{7, 0, 1}, fl::array(9, fl::property("a", {5})), fl::numbers({1, 2, 3}),
        ByteBuffer(11, 11), fl::long_text("abc"), ByteBuffer{13}, ByteBuffer{15, 0, 0, 0, 1, 'x'},
        typed}) {
    CAPTURE(int(bytes[0]));
    ByteBuffer longer = ByteBuffer{5} + bytes;
    longer.push_back(5);
    const auto value = read_amf(longer, 1, Limits{});
    REQUIRE(value);
    // An array without an end mark could go on; this one has one.
    CHECK(value->whole == Range{1, bytes.size()});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const bool open = bytes[0] == 8 && size == bytes.size() - 3;
      CHECK(read_amf(slice(bytes, 0, size), 0, Limits{}).has_value() ==
            (open || (bytes[0] == 8 && size == 5)));
    }
  }
}

TEST_CASE("amf: giant counts and sizes are no more than the bytes that are there") {
  CHECK_FALSE(read_amf(ByteBuffer{10, 0xFF, 0xFF, 0xFF, 0xFF, 5, 5}, 0, Limits{}));
  CHECK_FALSE(read_amf(ByteBuffer{12, 0xFF, 0xFF, 0xFF, 0xFF, 'x'}, 0, Limits{}));
  const ByteBuffer array = fl::array(0xFFFFFFFF, fl::property("a", fl::text("b")));
  const auto value = read_amf(array, 0, Limits{});
  REQUIRE(value);
  CHECK(amf_properties(array, *value, Limits{})->list.size() == 1);
}

TEST_CASE("amf: deep nesting hits a cap, unknown types are refused") {
  ByteBuffer deep{5};
  for (int i = 0; i < 1000; ++i) deep = fl::object(fl::property("", deep));
  const auto value = read_amf(deep, 0, Limits{});
  REQUIRE_FALSE(value);
  CHECK(value.error().code == ErrorCode::LimitExceeded);
  for (const int type : {4, 9, 14, 17, 255}) {
    CHECK_FALSE(read_amf(ByteBuffer{static_cast<std::uint8_t>(type), 0, 0, 0, 0}, 0, Limits{}));
  }
}

TEST_CASE("amf: properties and numbers are found where they stand") {
  const ByteBuffer object =
      fl::object(fl::property("a", fl::text("first")) + fl::property("k", fl::numbers({1, 2})));
  const auto value = read_amf(object, 0, Limits{});
  REQUIRE(value);
  const auto properties = amf_properties(object, *value, Limits{});
  REQUIRE(properties);
  REQUIRE(properties->list.size() == 2);
  CHECK(properties->end == object.size() - 3);
  CHECK(as_text(slice(object, properties->list[0].value.text.offset, 5)) == "first");
  const auto numbers = amf_numbers(object, properties->list[1].value, Limits{});
  REQUIRE(numbers);
  REQUIRE(numbers->size() == 2);
  CHECK(load_amf_number(object, (*numbers)[1]) == 2);
}

TEST_CASE("amf: a text of more than 65535 bytes is a long string") {
  for (const std::size_t size : {0, 1, 65535, 65536, 100000}) {
    const std::string text(size, 'x');
    const ByteBuffer bytes = make_amf_string(as_bytes(text));
    const auto value = read_amf(bytes, 0, Limits{});
    REQUIRE(value);
    CHECK(value->is_string());
    CHECK((value->type == AmfType::LongString) == (size > 65535));
    CHECK(as_text(slice(bytes, value->text.offset, value->text.size)) == text);
  }
}
