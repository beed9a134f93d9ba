// SPDX-License-Identifier: Apache-2.0
#include "wire/zip.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/support.hpp"
#include "support/zip_writer.hpp"
#include "wire/inflate.hpp"

using namespace colophon;
using testing::make_zip;
using testing::ZipEntry;
using testing::ZipShape;

namespace {

wire::ZipArchive archive_of(Bytes bytes) {
  MemorySource source(bytes);
  auto archive = wire::read_zip(source, Limits{});
  REQUIRE_MESSAGE(archive, (archive ? "" : archive.error().message));
  return *archive;
}

std::string content_of(Bytes bytes, std::string_view name) {
  MemorySource source(bytes);
  const auto archive = wire::read_zip(source, Limits{});
  REQUIRE_MESSAGE(archive, (archive ? "" : archive.error().message));
  const wire::ZipMember* member = archive->find(name);
  REQUIRE(member != nullptr);
  const auto content = wire::read_member(source, *archive, *member, Limits{});
  REQUIRE_MESSAGE(content, (content ? "" : content.error().message));
  return to_string(*content);
}

ErrorCode read_error(Bytes bytes, const Limits& limits = {}) {
  MemorySource source(bytes);
  const auto archive = wire::read_zip(source, limits);
  REQUIRE_FALSE(archive);
  return archive.error().code;
}

ErrorCode member_error(Bytes bytes, std::string_view name, const Limits& limits = {}) {
  MemorySource source(bytes);
  const auto archive = wire::read_zip(source, limits);
  REQUIRE(archive);
  const auto content = wire::read_member(source, *archive, *archive->find(name), limits);
  REQUIRE_FALSE(content);
  return content.error().code;
}

ByteBuffer changed(Bytes bytes, const std::vector<wire::ZipChange>& changes) {
  MemorySource source(bytes);
  const auto archive = wire::read_zip(source, Limits{});
  REQUIRE_MESSAGE(archive, (archive ? "" : archive.error().message));
  auto patches = wire::edit_zip(source, *archive, changes);
  REQUIRE_MESSAGE(patches, (patches ? "" : patches.error().message));
  std::vector<Replacement> replacements;
  for (wire::ZipPatch& patch : *patches) {
    replacements.push_back({patch.range, std::move(patch.bytes)});
  }
  const auto splice = replace_ranges(bytes.size(), std::move(replacements));
  REQUIRE(splice);
  return testing::apply(bytes, *splice);
}

std::vector<ZipEntry> three() {
  return {{"mimetype", "a/b", false},
          {"one.xml", "<one>" + std::string(500, 'x') + "</one>"},
          {"two.xml", "<two/>"}};
}

/// Every shape that a writer in the wild gives an archive.
std::vector<std::pair<std::string, ByteBuffer>> shapes() {
  const auto with = [](auto change) {
    auto entries = three();
    for (ZipEntry& entry : entries) change(entry);
    return entries;
  };
  const auto wide = with([](ZipEntry& entry) { entry.wide = true; });
  const auto descriptors = with([](ZipEntry& entry) { entry.descriptor = true; });
  const auto unsigned_descriptors = with([](ZipEntry& entry) {
    entry.descriptor = true;
    entry.descriptor_signed = false;
  });
  const auto wide_descriptors = with([](ZipEntry& entry) { entry.descriptor = entry.wide = true; });
  return {{"plain", make_zip(three())},
          {"stored", make_zip(with([](ZipEntry& entry) { entry.deflated = false; }))},
          {"data descriptors", make_zip(descriptors)},
          {"data descriptors without signature", make_zip(unsigned_descriptors)},
          {"ZIP64", make_zip(wide, {.wide_end = true})},
          {"ZIP64 members, plain end", make_zip(wide)},
          {"ZIP64 data descriptors", make_zip(wide_descriptors, {.wide_end = true})},
          {"comment", make_zip(three(), {.comment = "made by PK\x05\x06 hand"})},
          {"prefix", make_zip(three(), {.prefix = "#!/bin/sh\n"})},
          {"ZIP64 with prefix", make_zip(wide, {.prefix = "junk", .wide_end = true})},
          {"gaps", make_zip(three(), {.gap = std::string(7, '\0')})},
          {"trailing bytes", make_zip(three(), {.trailing = "and more"})}};
}

/// The stored bytes of a member with its headers, to see that they did not change.
std::string raw_member(Bytes bytes, std::string_view name) {
  MemorySource source(bytes);
  const auto archive = wire::read_zip(source, Limits{});
  REQUIRE(archive);
  const wire::ZipMember& member = *archive->find(name);
  const auto data = wire::zip_data(source, *archive, member);
  REQUIRE(data);
  return to_string(slice(bytes, member.header, data->end() - member.header));
}

}  // namespace

TEST_CASE("zip: every shape of archive is read") {
  for (const auto& [what, bytes] : shapes()) {
    CAPTURE(what);
    const auto archive = archive_of(bytes);
    CHECK(archive.members.size() == 3);
    CHECK(archive.oddities.empty());
    CHECK(wire::zip_collisions(archive).empty());
    CHECK(content_of(bytes, "two.xml") == "<two/>");
    CHECK(content_of(bytes, "one.xml").size() == 511);
  }
}

TEST_CASE("zip: replacing and adding members keeps every byte of the others") {
  for (const auto& [what, bytes] : shapes()) {
    CAPTURE(what);
    const std::string fresh = "<fresh>" + std::string(2000, 'y') + "</fresh>";
    const ByteBuffer out =
        changed(bytes, {{"one.xml", to_buffer(fresh)}, {"new/three.xml", to_buffer("<three/>")}});
    const auto archive = archive_of(out);
    REQUIRE(archive.members.size() == 4);
    CHECK(archive.oddities.empty());
    CHECK(wire::zip_collisions(archive).empty());
    CHECK(archive.members[1].name == "one.xml");
    CHECK(archive.members[3].name == "new/three.xml");
    CHECK(content_of(out, "one.xml") == fresh);
    CHECK(content_of(out, "new/three.xml") == "<three/>");
    for (const char* kept : {"mimetype", "two.xml"}) {
      CHECK(raw_member(out, kept) == raw_member(bytes, kept));
      CHECK(content_of(out, kept) == content_of(bytes, kept));
    }
    // The way back: nothing of the replaced content stays, and nothing else moves.
    const std::string old = content_of(bytes, "one.xml");
    const ByteBuffer again = changed(out, {{"one.xml", to_buffer(old)}});
    CHECK(as_text(again).find("yyyyyyyy") == std::string_view::npos);
    CHECK(content_of(again, "one.xml") == old);
  }
}

TEST_CASE("zip: an edit without changes has no patches, comment and trailing bytes stay") {
  const ByteBuffer bytes =
      make_zip(three(), {.prefix = "front", .comment = "a comment", .trailing = "tail"});
  MemorySource source(bytes);
  const auto archive = archive_of(bytes);
  CHECK(wire::edit_zip(source, archive, {})->empty());
  const ByteBuffer out = changed(bytes, {{"two.xml", to_buffer("<other/>")}});
  CHECK(as_text(out).starts_with("front"));
  CHECK(as_text(out).ends_with("a commenttail"));
}

TEST_CASE("zip: the data descriptor of a replaced member goes with it") {
  for (const bool is_signed : {true, false}) {
    for (const bool wide : {true, false}) {
      std::vector<ZipEntry> entries = three();
      entries[1].descriptor = true;
      entries[1].descriptor_signed = is_signed;
      entries[1].wide = wide;
      const ByteBuffer bytes = make_zip(entries);
      const ByteBuffer out = changed(bytes, {{"one.xml", to_buffer("<one/>")}});
      const auto archive = archive_of(out);
      MemorySource source(out);
      const auto data = wire::zip_data(source, archive, archive.members[1]);
      CHECK(data->end() == archive.members[2].header);
    }
  }
}

namespace {

/// A file with a long hole of zeros that no disk has to hold.
class HugeSource final : public Source {
 public:
  HugeSource(Bytes bytes, std::uint64_t at, std::uint64_t hole)
      : bytes_(bytes), at_(at), hole_(hole) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size() + hole_; }
  [[nodiscard]] Result<Bytes> view(Range range) override {
    if (range.end() > size()) return truncated(range, size());
    window_.clear();
    for (std::uint64_t at = range.offset; at < range.end(); ++at) {
      const bool zero = at >= at_ && at < at_ + hole_;
      window_.push_back(zero ? std::uint8_t{0} : bytes_[at < at_ ? at : at - hole_]);
    }
    return Bytes(window_);
  }

 private:
  Bytes bytes_;
  std::uint64_t at_, hole_;
  ByteBuffer window_;
};

/// Replaces the first member, adds one, and reads all back through the plan.
void check_huge_edit(Source& source) {
  const auto huge = wire::read_zip(source, Limits{});
  REQUIRE_MESSAGE(huge, (huge ? "" : huge.error().message));
  CHECK(huge->shift == 0);
  const std::string longer(300, 'l');
  const std::vector<wire::ZipChange> changes = {{"small", to_buffer(longer)},
                                                {"new.xml", to_buffer("<new/>")}};
  auto patches = wire::edit_zip(source, *huge, changes);
  REQUIRE_MESSAGE(patches, (patches ? "" : patches.error().message));
  std::vector<Replacement> replacements;
  for (wire::ZipPatch& patch : *patches) {
    replacements.push_back({patch.range, std::move(patch.bytes)});
  }
  const auto splice = replace_ranges(source.size(), std::move(replacements));
  REQUIRE(splice);
  SplicedSource out(source, *splice);
  const auto after = wire::read_zip(out, Limits{});
  REQUIRE_MESSAGE(after, (after ? "" : after.error().message));
  REQUIRE(after->members.size() == 3);
  CHECK(after->shift == 0);
  CHECK(after->end64.has_value());
  CHECK(after->find("one.xml")->header > 0xFFFFFFFFULL);
  for (const auto& [name, content] : {std::pair<std::string, std::string>{"small", longer},
                                      {"one.xml", "<one/>"},
                                      {"new.xml", "<new/>"}}) {
    const auto read = wire::read_member(out, *after, *after->find(name), Limits{});
    REQUIRE_MESSAGE(read, (read ? "" : read.error().message));
    CHECK(to_string(*read) == content);
  }
}

}  // namespace

TEST_CASE("zip: an archive past 4 GiB keeps its 64-bit offsets true") {
  constexpr std::uint64_t kHole = 5ULL << 30;
  ZipEntry second{"one.xml", "<one/>"};
  second.wide = true;
  ByteBuffer bytes = make_zip({{"small", "s", false}, second}, {.wide_end = true});
  const auto archive = archive_of(bytes);
  const std::uint64_t cut = archive.members[1].header;
  const std::uint64_t end64 = archive.end64->offset;
  store_le(bytes, archive.members[1].record.end() - 8, cut + kHole, 8);
  store_le(bytes, end64 + 48, archive.directory.offset + kHole, 8);
  store_le(bytes, end64 + 56 + 8, end64 + kHole, 8);
  HugeSource source(bytes, cut, kHole);
  check_huge_edit(source);
}

TEST_CASE("zip: an edit that moves members past 4 GiB makes the archive ZIP64") {
  ByteBuffer bytes = make_zip({{"small", std::string(100, 's'), false}, {"one.xml", "<one/>"}});
  const auto archive = archive_of(bytes);
  const std::uint64_t cut = archive.members[1].header;
  const std::uint64_t hole = 0xFFFFFFFF - 120 - cut;
  store_le(bytes, archive.members[1].record.offset + 42, cut + hole, 4);
  store_le(bytes, archive.end.offset + 16, archive.directory.offset + hole, 4);
  HugeSource source(bytes, cut, hole);
  check_huge_edit(source);
}

TEST_CASE("zip: hostile: a bomb stops at the cap and at its announced size") {
  const ByteBuffer bomb = make_zip({{"big", std::string(20 << 20, 'A')}});
  CHECK(bomb.size() < 64 << 10);
  CHECK(member_error(bomb, "big") == ErrorCode::LimitExceeded);
  Limits limits;
  limits.max_inflated = 1000;
  CHECK(member_error(make_zip({{"big", std::string(1001, 'A')}}), "big", limits) ==
        ErrorCode::LimitExceeded);
  // The directory announces 10 bytes, the stream unpacks to 20 MiB.
  ByteBuffer liar = bomb;
  store_le(liar, archive_of(liar).members[0].record.offset + 24, 10, 4);
  CHECK(member_error(liar, "big") == ErrorCode::Malformed);
}

TEST_CASE("zip: hostile: overlapping members are told and never written") {
  ByteBuffer bytes = make_zip(three());
  const auto archive = archive_of(bytes);
  store_le(bytes, archive.members[2].record.offset + 42, archive.members[1].header + 10, 4);
  const auto overlapping = archive_of(bytes);
  REQUIRE(wire::zip_collisions(overlapping).size() == 1);
  CHECK(wire::zip_collisions(overlapping)[0].rule == "zip-overlap");
  MemorySource source(bytes);
  const std::vector<wire::ZipChange> changes = {{"one.xml", to_buffer("x")}};
  CHECK_FALSE(wire::edit_zip(source, overlapping, changes));
  CHECK(member_error(bytes, "two.xml") == ErrorCode::Malformed);
}

TEST_CASE("zip: hostile: members that all share one body") {
  ByteBuffer bytes = make_zip(three());
  const auto archive = archive_of(bytes);
  for (const wire::ZipMember& member : archive.members) {
    store_le(bytes, member.record.offset + 42, 0, 4);
  }
  CHECK(wire::zip_collisions(archive_of(bytes))[0].rule == "zip-overlap");
}

TEST_CASE("zip: hostile: a local extra field that swallows the next member") {
  ByteBuffer bytes = make_zip({{"a", "aaaa", false}, {"b", "bbbb", false}});
  store_le(bytes, 28, 20, 2);
  const auto archive = archive_of(bytes);
  MemorySource source(bytes);
  const std::vector<wire::ZipChange> changes = {{"a", to_buffer("x")}};
  CHECK_FALSE(wire::edit_zip(source, archive, changes));
}

TEST_CASE("zip: hostile: duplicate names are told and never written") {
  const ByteBuffer bytes = make_zip({{"a.xml", "first"}, {"a.xml", "second"}});
  const auto archive = archive_of(bytes);
  REQUIRE(wire::zip_collisions(archive).size() == 1);
  CHECK(wire::zip_collisions(archive)[0].rule == "zip-duplicate");
  CHECK(content_of(bytes, "a.xml") == "first");
  MemorySource source(bytes);
  const std::vector<wire::ZipChange> changes = {{"a.xml", to_buffer("x")}};
  CHECK_FALSE(wire::edit_zip(source, archive, changes));
}

TEST_CASE("zip: hostile: counts that are not true") {
  ByteBuffer bytes = make_zip(three());
  const auto archive = archive_of(bytes);
  store_le(bytes, archive.end.offset + 10, 60000, 2);
  CHECK(archive_of(bytes).members.size() == 3);
  CHECK(archive_of(bytes).oddities[0].rule == "zip-count");

  std::vector<ZipEntry> many(300, {"x", "", false});
  for (std::size_t i = 0; i < many.size(); ++i) many[i].name = std::to_string(i);
  Limits limits;
  limits.max_structures = 200;
  CHECK(read_error(make_zip(many), limits) == ErrorCode::LimitExceeded);
}

TEST_CASE("zip: hostile: 2^63 and 2^64 - 1 in every ZIP64 field") {
  std::vector<ZipEntry> entries = three();
  for (ZipEntry& entry : entries) entry.wide = true;
  const ByteBuffer good = make_zip(entries, {.wide_end = true});
  const auto archive = archive_of(good);
  std::vector<std::uint64_t> places;
  for (const std::uint64_t at : {4, 24, 32, 40, 48, 64})
    places.push_back(archive.end64->offset + at);
  for (const std::uint64_t back : {8, 16, 24}) {
    places.push_back(archive.members[1].record.end() - back);
  }
  for (const std::uint64_t at : places) {
    for (const std::uint64_t value : {std::uint64_t{1} << 63, UINT64_MAX, UINT64_MAX - 21}) {
      ByteBuffer bytes = good;
      store_le(bytes, at, value, 8);
      MemorySource source(bytes);
      const auto hostile = wire::read_zip(source, Limits{});
      if (!hostile) continue;
      for (const wire::ZipMember& member : hostile->members) {
        (void)wire::read_member(source, *hostile, member, Limits{});
      }
      const std::vector<wire::ZipChange> changes = {{"one.xml", to_buffer("x")}};
      (void)wire::edit_zip(source, *hostile, changes);
    }
  }
}

TEST_CASE("zip: encrypted, unknown and damaged members are refused by name") {
  CHECK(member_error(make_zip({{"a", "x", true, false, true, false, true}}), "a") ==
        ErrorCode::Unsupported);
  ByteBuffer method = make_zip({{"a", "x"}});
  store_le(method, archive_of(method).members[0].record.offset + 10, 14, 2);
  CHECK(member_error(method, "a") == ErrorCode::Unsupported);
  ByteBuffer flipped = make_zip({{"a", "some text", false}});
  flipped[33] ^= 1;
  CHECK(member_error(flipped, "a") == ErrorCode::Malformed);
}

TEST_CASE("zip: what is no archive, a part of one, or cut") {
  CHECK(read_error({}) == ErrorCode::Truncated);
  CHECK(read_error(to_buffer(std::string(70000, 'x'))) == ErrorCode::Truncated);
  ByteBuffer disks = make_zip(three());
  store_le(disks, archive_of(disks).end.offset + 4, 2, 2);
  CHECK(read_error(disks) == ErrorCode::Unsupported);
  const ByteBuffer whole = make_zip(three());
  CHECK(read_error(slice(whole, 0, whole.size() - 30)) == ErrorCode::Truncated);
}

TEST_CASE("zip: names that climb out of a folder are only names") {
  const ByteBuffer bytes = make_zip({{"../../etc/passwd", "x"}, {"/abs", "y"}, {"C:\\z", "z"}});
  CHECK(content_of(bytes, "../../etc/passwd") == "x");
  CHECK(archive_of(bytes).find_part("/ABS") != nullptr);
}
