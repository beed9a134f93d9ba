// SPDX-License-Identifier: Apache-2.0
#include "wire/bmff.hpp"

#include <doctest/doctest.h>

using namespace colophon;
using namespace colophon::wire;

namespace {

constexpr Uuid kSomeUuid = {0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8,
                            0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC};

Result<Box> box_of(const ByteBuffer& bytes) {
  MemorySource source(bytes);
  return read_box(source, {0, bytes.size()});
}

}  // namespace

TEST_CASE("bmff: a 32-bit header") {
  ByteBuffer bytes;
  append_box(bytes, fourcc("free"), as_bytes("abc"));
  append(bytes, "behind");
  const auto box = box_of(bytes);
  REQUIRE(box);
  CHECK(box->is(fourcc("free")));
  CHECK(box->whole == Range{0, 11});
  CHECK(box->body == Range{8, 3});
  CHECK_FALSE(box->large);
  CHECK_FALSE(box->to_end);
}

TEST_CASE("bmff: a 64-bit header, an open size and an extended type") {
  ByteBuffer large;
  append_be(large, 1, 4);
  append(large, "mdat");
  append_be(large, 20, 8);
  append(large, "1234tail");
  const auto wide = box_of(large);
  REQUIRE(wide);
  CHECK(wide->large);
  CHECK(wide->body == Range{16, 4});

  ByteBuffer open;
  append_be(open, 0, 4);
  append(open, "mdatpictures");
  const auto to_end = box_of(open);
  REQUIRE(to_end);
  CHECK(to_end->to_end);
  CHECK(to_end->body == Range{8, 8});

  ByteBuffer extended;
  append_uuid_box(extended, kSomeUuid, as_bytes("xmp"));
  const auto uuid = box_of(extended);
  REQUIRE(uuid);
  CHECK(uuid->is(kSomeUuid));
  CHECK_FALSE(uuid->is(Uuid{}));
  CHECK(uuid->body == Range{24, 3});
  CHECK(uuid->header_size() == 24);
}

TEST_CASE("bmff: hostile sizes are refused") {
  const auto code = [](std::uint64_t size, std::uint64_t large) {
    ByteBuffer bytes;
    append_be(bytes, size, 4);
    append(bytes, "uuid");
    append_be(bytes, large, 8);
    bytes.resize(64);
    const auto box = box_of(bytes);
    REQUIRE_FALSE(box);
    return box.error().code;
  };
  CHECK(code(7, 0) == ErrorCode::Malformed);
  CHECK(code(23, 0) == ErrorCode::Malformed);  // no room for the extended type
  CHECK(code(65, 0) == ErrorCode::Truncated);
  CHECK(code(1, 0) == ErrorCode::Malformed);
  CHECK(code(1, 31) == ErrorCode::Malformed);
  CHECK(code(1, 1ULL << 63) == ErrorCode::Truncated);
  CHECK(code(1, UINT64_MAX) == ErrorCode::Truncated);
}

TEST_CASE("bmff: a child may not be longer than what holds it") {
  ByteBuffer bytes;
  append_box(bytes, fourcc("free"), as_bytes("0123456789"));
  MemorySource source(bytes);
  const auto box = read_box(source, {0, 12});
  REQUIRE_FALSE(box);
  CHECK(box.error().code == ErrorCode::Malformed);
}

TEST_CASE("bmff: the walker visits siblings and stops at a terminator") {
  ByteBuffer bytes;
  append_box(bytes, fourcc("ftyp"), as_bytes("isom"));
  append_full_box(bytes, fourcc("meta"), 1, 0x020304, as_bytes("x"));
  bytes.insert(bytes.end(), 9, 0);
  MemorySource source(bytes);
  BoxBudget budget{Limits{}};
  BoxWalker walker(source, {0, bytes.size()}, budget);
  const auto first = walker.next();
  REQUIRE((first && *first));
  CHECK((*first)->is(fourcc("ftyp")));
  const auto second = walker.next();
  REQUIRE((second && *second));
  const auto full = read_full_box(source, **second);
  REQUIRE(full);
  CHECK(full->version == 1);
  CHECK(full->flags == 0x020304);
  CHECK(full->body.size == 1);
  const auto end = walker.next();
  REQUIRE(end);
  CHECK_FALSE(*end);
  CHECK(walker.rest() == Range{bytes.size() - 9, 9});

  const auto found = find_box(source, {0, bytes.size()}, fourcc("meta"), budget);
  REQUIRE((found && *found));
  CHECK((*found)->whole == (*second)->whole);
}

TEST_CASE("bmff: the budget of boxes is shared and ends the walk") {
  ByteBuffer bytes;
  for (int i = 0; i < 10; ++i) append_box(bytes, fourcc("free"), {});
  MemorySource source(bytes);
  Limits limits;
  limits.max_structures = 15;
  BoxBudget budget{limits};
  CHECK(find_box(source, {0, bytes.size()}, fourcc("none"), budget).has_value());
  const auto again = find_box(source, {0, bytes.size()}, fourcc("none"), budget);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::LimitExceeded);
}

TEST_CASE("bmff: names for people") {
  CHECK(wire::to_string(fourcc("moov")) == "moov");
  CHECK(wire::to_string(fourcc("\xA9"
                               "cmt")) ==
        "\xC2\xA9"
        "cmt");
  CHECK(wire::to_string(FourCc{1}) == "....");
}

TEST_CASE("bmff: a body past 4 GiB gets a 64-bit size") {
  ByteBuffer small;
  append_box_header(small, fourcc("mdat"), UINT32_MAX - 8);
  CHECK(small.size() == 8);
  ByteBuffer large;
  append_box_header(large, fourcc("mdat"), UINT32_MAX - 7);
  CHECK(large.size() == 16);
  CHECK(load_be(large, 8, 8) == std::uint64_t{UINT32_MAX} + 9);
}
