// SPDX-License-Identifier: Apache-2.0
// What a ZIP archive says twice must be the same, and every byte somebody's.
#include <doctest/doctest.h>

#include "support/zip_writer.hpp"
#include "wire/zip.hpp"

using namespace colophon;
using testing::make_zip;
using testing::ZipEntry;

namespace {

std::vector<std::string> rules(Bytes bytes) {
  MemorySource source(bytes);
  const auto archive = wire::read_zip(source, Limits{});
  REQUIRE_MESSAGE(archive, (archive ? "" : archive.error().message));
  std::vector<std::string> names;
  for (const Finding& each : wire::zip_disagreements(source, *archive)) {
    CHECK_FALSE(each.message.zh.empty());
    names.push_back(each.rule);
  }
  return names;
}

std::vector<ZipEntry> two() {
  return {{"mimetype", "a/b", false}, {"one.xml", "<one>" + std::string(500, 'x') + "</one>"}};
}

using Rules = std::vector<std::string>;

}  // namespace

TEST_CASE("zip: archives of every usual shape agree with themselves") {
  std::vector<ZipEntry> entries = two();
  CHECK(rules(make_zip(entries)).empty());
  CHECK(rules(make_zip(entries, {.prefix = "#!/bin/sh\n", .comment = "c"})).empty());
  for (const bool wide : {false, true}) {
    for (const bool is_signed : {false, true}) {
      for (ZipEntry& entry : entries) {
        entry.wide = wide;
        entry.descriptor = true;
        entry.descriptor_signed = is_signed;
      }
      CHECK(rules(make_zip(entries, {.wide_end = wide})).empty());
    }
  }
}

TEST_CASE("zip: a local header that says something else is told") {
  const ByteBuffer good = make_zip(two());
  for (const std::size_t at : {1, 7, 8, 14, 18, 22, 26, 30}) {
    CAPTURE(at);
    ByteBuffer bytes = good;
    bytes[at] ^= 8;
    const Rules found = rules(bytes);
    REQUIRE_FALSE(found.empty());
    CHECK(found.front() == "zip-local");
  }
}

TEST_CASE("zip: bytes that belong to nobody are told") {
  CHECK(rules(make_zip(two(), {.gap = "gap"})) == Rules{"zip-unclaimed", "zip-unclaimed"});
  std::vector<ZipEntry> entries = two();
  entries[0].content = "a/b and more";
  ByteBuffer bytes = make_zip(entries);
  MemorySource source(bytes);
  const auto archive = wire::read_zip(source, Limits{});
  REQUIRE(archive);
  const std::uint64_t record = archive->members[0].record.offset;
  store_le(bytes, record + 20, 3, 4);  // the directory and the header agree on too little
  store_le(bytes, record + 24, 3, 4);
  store_le(bytes, 18, 3, 4);
  store_le(bytes, 22, 3, 4);
  CHECK(rules(bytes) == Rules{"zip-unclaimed"});
}
