// SPDX-License-Identifier: Apache-2.0
#include "wire/tiff_ifd.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/support.hpp"
#include "support/tiff_builder.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr TiffFlavour kFlavours[] = {{false, false}, {true, false}, {false, true}, {true, true}};

struct Seen {
  std::vector<wire::TiffIfd> ifds;
  wire::TiffWalk walk;
};

Seen walk(Bytes bytes) {
  MemorySource source(bytes);
  Seen seen;
  const auto result = wire::walk_tiff(source, {0, bytes.size()}, Limits{},
                                      [&](const wire::TiffHeader&, const wire::TiffIfd& ifd) {
                                        seen.ifds.push_back(ifd);
                                        return Status{};
                                      });
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  seen.walk = *result;
  return seen;
}

std::vector<std::string> names(const Seen& seen) {
  std::vector<std::string> found;
  for (const wire::TiffIfd& ifd : seen.ifds) found.push_back(ifd.name);
  return found;
}

ByteBuffer value_of(Bytes bytes, const wire::TiffEntry& entry) {
  return to_buffer(slice(bytes, entry.value.offset, entry.value.size));
}

/// Tag, type, count and value bytes of every entry: what an edit must keep.
std::vector<std::pair<std::vector<std::uint64_t>, ByteBuffer>> facts(Bytes bytes,
                                                                     const wire::TiffIfd& ifd) {
  std::vector<std::pair<std::vector<std::uint64_t>, ByteBuffer>> all;
  for (const wire::TiffEntry& entry : ifd.entries) {
    all.push_back({{entry.tag, entry.type, entry.count}, value_of(bytes, entry)});
  }
  return all;
}

TestIfd random_ifd(Random& random) {
  TestIfd ifd;
  std::uint16_t tag = 1;
  for (std::uint64_t i = random.below(20); i > 0; --i) {
    tag = static_cast<std::uint16_t>(tag + 1 + random.below(900));
    ByteBuffer value;
    for (std::uint64_t n = 1 + random.below(24); n > 0; --n) {
      value.push_back(static_cast<std::uint8_t>(random.next()));
    }
    ifd.fields.push_back({tag, 7, value.size(), value});
  }
  // Tags that the walker follows would need real directories behind them.
  std::erase_if(ifd.fields, [](const TiffField& field) { return field.tag == 0x014A; });
  return ifd;
}

}  // namespace

TEST_CASE("tiff: every directory of every flavour is visited once") {
  for (const TiffFlavour flavour : kFlavours) {
    const TestIfd exif{{undefined(0x9286, "ASCII")}, {{0xA005, {{ascii(1, "R98")}, {}}}}};
    const TestIfd first{{ascii(0x010F, "a maker"), ascii(0x0110, "abc")},
                        {{0x8769, exif}, {0x8825, {{ascii(1, "N")}, {}}}, {0x014A, {}}}};
    const ByteBuffer bytes = make_tiff(flavour, {first, {{ascii(0x0131, "page two")}, {}}});
    const Seen seen = walk(bytes);
    CHECK(names(seen) ==
          std::vector<std::string>{"IFD0", "SubIFD0", "Exif", "Interop", "GPS", "IFD1"});
    CHECK_FALSE(seen.walk.damage);
    CHECK(seen.walk.oddities.empty());
    CHECK(seen.walk.header.big_endian == flavour.big_endian);
    CHECK(value_of(bytes, *seen.ifds[0].find(0x010F)) == to_buffer(std::string_view("a maker", 8)));
    CHECK(value_of(bytes, *seen.ifds[0].find(0x0110)) == to_buffer(std::string_view("abc", 4)));
    CHECK(seen.ifds[0].find(0x9999) == nullptr);
  }
}

TEST_CASE("tiff: a directory chain that bites its tail ends") {
  ByteBuffer bytes = make_tiff({}, {{{ascii(1, "x")}, {}}, {{ascii(2, "y")}, {}}});
  const Seen whole = walk(bytes);
  REQUIRE(whole.ifds.size() == 2);
  store_le(bytes, whole.ifds[1].whole.end() - 4, whole.ifds[0].whole.offset, 4);
  const Seen seen = walk(bytes);
  CHECK(seen.ifds.size() == 2);
  CHECK(seen.walk.oddities.size() == 1);
}

TEST_CASE("tiff: a directory that is its own Exif directory ends") {
  TestIfd ifd{{number({}, 0x8769, wire::TiffType::Long, 8)}, {}};
  const Seen seen = walk(make_tiff({}, {ifd}));
  CHECK(seen.ifds.size() == 1);
  CHECK(seen.walk.oddities.size() == 1);
}

TEST_CASE("tiff: counts and offsets beyond the data are noted, not followed") {
  for (const TiffFlavour flavour : kFlavours) {
    TestIfd ifd{{ascii(0x010F, "a long enough maker"), ascii(0x0131, "kept")}, {}};
    ByteBuffer bytes = make_tiff(flavour, {ifd});
    const Seen before = walk(bytes);
    const std::size_t count_at = before.ifds[0].entries[0].entry.offset + 4;
    for (std::size_t i = 0; i < before.walk.header.width(); ++i) bytes[count_at + i] = 0xFF;
    const Seen seen = walk(bytes);
    REQUIRE(seen.ifds.size() == 1);
    CHECK(seen.ifds[0].entries[0].value.size == 0);
    CHECK(seen.ifds[0].entries[1].value.size == 5);
    CHECK(seen.walk.oddities.size() == 1);
  }
}

TEST_CASE("tiff: a cut directory gives the entries that are there") {
  const ByteBuffer bytes = make_tiff({}, {{{ascii(1, "x"), ascii(2, "y"), ascii(3, "z")}, {}}});
  const Seen seen = walk(slice(bytes, 0, 8 + 2 + 2 * 12 + 5));
  REQUIRE(seen.ifds.size() == 1);
  CHECK(seen.ifds[0].entries.size() == 2);
  REQUIRE(seen.walk.damage);
  CHECK(seen.walk.damage->code == ErrorCode::Truncated);
}

TEST_CASE("tiff: a missing next pointer at the end of the block is fine") {
  const ByteBuffer bytes = make_tiff({}, {{{ascii(1, "x")}, {}}});
  const Seen seen = walk(slice(bytes, 0, 8 + 2 + 12));
  CHECK(seen.ifds.size() == 1);
  CHECK_FALSE(seen.walk.damage);
}

TEST_CASE("tiff: a pointer list of 2^30 entries is cut") {
  TestIfd ifd{{{0x014A, 4, 1U << 30, {}}}, {}};
  const Seen seen = walk(make_tiff({}, {ifd}));
  CHECK(seen.ifds.size() == 1);
}

TEST_CASE("tiff: what is no TIFF is refused") {
  for (const std::string_view text : {"", "II", "II*", "JFIF and more than sixteen bytes"}) {
    MemorySource source(as_bytes(text));
    CHECK_FALSE(wire::read_tiff_header(source, {0, text.size()}));
  }
  MemorySource odd(as_bytes(std::string_view("II+\0\4\0\0\0\0\0\0\0\0\0\0\0", 16)));
  const auto header = wire::read_tiff_header(odd, {0, 16});
  REQUIRE_FALSE(header);
  CHECK(header.error().code == ErrorCode::Unsupported);
}

TEST_CASE("tiff: property: an inserted entry is read back in order, and every other is kept") {
  Random random(45438);
  for (int round = 0; round < 300; ++round) {
    const TiffFlavour flavour = kFlavours[random.below(4)];
    const ByteBuffer bytes = make_tiff(flavour, {random_ifd(random), random_ifd(random)});
    MemorySource source(bytes);
    const auto header = wire::read_tiff_header(source, {0, bytes.size()});
    REQUIRE(header);
    const auto ifd = wire::read_first_ifd(source, *header, Limits{});
    REQUIRE(ifd);

    const std::string_view packet = "a packet of more than eight bytes";
    const auto tag = static_cast<std::uint16_t>(32768 + random.below(1000));
    ByteBuffer out = bytes;
    const ByteBuffer entry = wire::make_tiff_entry(*header, tag, 7, packet.size(),
                                                   wire::offset_field(*header, out.size()));
    append(out, packet);
    const std::uint64_t moved = out.size();
    const auto inserted = wire::insert_tiff_entry(
        *header, *ifd, slice(bytes, ifd->whole.offset, ifd->whole.size), entry);
    REQUIRE(inserted);
    append(out, *inserted);
    const Range pointer = header->first_pointer();
    flavour.big_endian ? store_be(out, pointer.offset, moved, header->width())
                       : store_le(out, pointer.offset, moved, header->width());

    const Seen before = walk(bytes);
    const Seen after = walk(out);
    REQUIRE(after.ifds.size() == before.ifds.size());
    auto expected = facts(bytes, before.ifds[0]);
    const auto place = std::find_if(expected.begin(), expected.end(),
                                    [&](const auto& field) { return field.first[0] > tag; });
    expected.insert(place, {{tag, 7, packet.size()}, to_buffer(packet)});
    CHECK(facts(out, after.ifds[0]) == expected);
    CHECK(facts(out, after.ifds[1]) == facts(bytes, before.ifds[1]));
  }
}
