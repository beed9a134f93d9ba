// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "marks/sounds.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::sounds;

namespace {

ByteBuffer iff(std::string_view id, const ByteBuffer& data) {
  ByteBuffer out = to_buffer(id);
  append_be(out, data.size(), 4);
  append(out, data);
  if (data.size() % 2 != 0) out.push_back(0);
  return out;
}

struct Sort {
  const char* name;
  const char* type;  ///< empty: AIFF
  unsigned bits, bytes;
};
constexpr Sort kSorts[] = {{"8 bit", "", 8, 1},       {"12 bit", "", 12, 2},
                           {"16 bit", "", 16, 2},     {"24 bit", "", 24, 3},
                           {"32 bit", "NONE", 32, 4}, {"little-endian", "sowt", 16, 2},
                           {"float", "fl32", 32, 4},  {"double", "FL64", 64, 8},
                           {"mu-law", "ulaw", 16, 1}, {"offset binary", "raw ", 8, 1}};

ByteBuffer aiff(const Sort& sort, unsigned channels, const ByteBuffer& data,
                const ByteBuffer& markers) {
  ByteBuffer common;
  append_be(common, channels, 2);
  append_be(common, data.size() / sort.bytes / channels, 4);
  append_be(common, sort.bits, 2);
  append_be(common, 16383 + 14, 2);  // 22050 Hz
  append_be(common, std::uint64_t{22050} << 49, 8);
  const std::string_view type = sort.type;
  ByteBuffer inside = to_buffer(type.empty() ? "AIFF" : "AIFC");
  if (!type.empty()) {
    append(common, type);
    append_be(common, 0, 2);
  }
  append(inside, iff("COMM", common));
  append(inside, iff("MARK", markers));
  ByteBuffer sound(8, 0);
  append(sound, data);
  append(inside, iff("SSND", sound));
  append(inside, iff("NAME", to_buffer("a name")));
  return iff("FORM", inside);
}

/// Where the data of a chunk stands.
Range place(Bytes file, std::string_view id) {
  for (std::uint64_t at = 12; at + 8 <= file.size();) {
    const std::uint64_t size = *load_be(file, at + 4, 4);
    if (has_prefix(slice(file, at), id)) return {at + 8, size};
    at += 8 + size + size % 2;
  }
  FAIL("no such chunk");
  return {};
}

}  // namespace

TEST_CASE("sound marks: the programme of an AIFF file keeps every byte, and its markers follow") {
  Random random(17);
  for (const Sort& sort : kSorts) {
    for (unsigned channels = 1; channels <= 3; ++channels) {
      CAPTURE(sort.name);
      CAPTURE(channels);
      const Kind kind{sort.name, sort.type[0] == 'f' || sort.type[0] == 'F' ? 3U : 1U, sort.bytes};
      const ByteBuffer data = programme(kind, channels, 501 + random.below(500), random);
      ByteBuffer markers;
      append_be(markers, 2, 2);
      for (const unsigned at : {0U, 77U}) {
        append_be(markers, 1 + at, 2);
        append_be(markers, at, 4);
        append(markers, std::string_view("\3abc", 4));
      }
      const ByteBuffer file = aiff(sort, channels, data, markers);
      const ByteBuffer out = marked(file, "aiff", demand(true, true));
      CHECK(load_be(out, 4, 4) == out.size() - 8);
      const Range sound = place(out, "SSND");
      const std::uint64_t added = sound.size - 8 - data.size();
      const std::uint64_t frames = added / sort.bytes / channels;
      const ByteBuffer kept = to_buffer(slice(out, sound.offset + 8 + added / 2, data.size()));
      CHECK(kept == data);
      CHECK(load_be(out, place(out, "COMM").offset + 2, 4) ==
            data.size() / sort.bytes / channels + frames);
      const Range marks = place(out, "MARK");
      CHECK(load_be(out, marks.offset + 4, 4) == frames / 2);
      CHECK(load_be(out, marks.offset + 14, 4) == 77 + frames / 2);
      CHECK(place(out, "NAME").size == 6);
      const MarkSearch search = found(out, "aiff");
      CHECK(count(search.marks, kRhythm, "start") == 1);
      CHECK(count(search.marks, kRhythm, "end") == 1);
      CHECK_FALSE(planned(out, "aiff", demand(true, true)).changes);
    }
  }
}

TEST_CASE("sound marks: AIFF files that no label can go into are refused") {
  Random random(18);
  const ByteBuffer file =
      aiff(kSorts[2], 2, programme(kKinds[1], 2, 900, random), ByteBuffer(2, 0));
  const auto error_of = [](Bytes bytes) {
    MemorySource source(bytes);
    const auto plan = plan_sound_mark(source, *find_format("aiff"), demand(), {});
    REQUIRE_FALSE(plan);
    return plan.error().code;
  };
  CHECK(error_of(slice(file, 0, 30)) == ErrorCode::Truncated);
  ByteBuffer lying = file;
  store_be(lying, place(file, "COMM").offset, 0, 2);
  CHECK(error_of(lying) == ErrorCode::Malformed);
  lying = file;
  store_be(lying, place(file, "SSND").offset, 0xFFFFFFFF, 4);
  CHECK(error_of(lying) == ErrorCode::Malformed);
  const Sort packed{"", "ima4", 16, 2};
  CHECK(error_of(aiff(packed, 1, ByteBuffer(200, 1), ByteBuffer(2, 0))) == ErrorCode::Unsupported);
}
