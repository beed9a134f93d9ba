// SPDX-License-Identifier: Apache-2.0
#include "wire/h264.hpp"

#include <doctest/doctest.h>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::wire;

namespace {

ByteBuffer bytes_of(std::string_view hex) {
  ByteBuffer out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(
        static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

// "avcC" that x264 wrote: 480x272, SAR 2:1, High, level 2.1, with B pictures.
constexpr std::string_view kRecord =
    "01640015ffe1001967640015acd941e08ec404000003000400000300c83c58b65801000468ef8fcbfdf8"
    "f800";

}  // namespace

TEST_CASE("a decoder configuration record is read and written back as it was") {
  const ByteBuffer record = bytes_of(kRecord);
  const auto config = read_avc_config(record);
  REQUIRE(config);
  CHECK(config->length_size == 4);
  REQUIRE(config->sequence_sets.size() == 1);
  REQUIRE(config->picture_sets.size() == 1);
  CHECK(write_avc_config(*config) == record);
  CHECK(picture_set_id(config->picture_sets[0]) == 0U);
  for (std::size_t size = 0; size + 4 < record.size(); ++size) {
    const auto cut = read_avc_config(Bytes(record).first(size));
    if (cut) CHECK(cut->picture_sets.empty());
  }
  AvcConfig full = *config;
  full.sequence_sets.resize(32, full.sequence_sets[0]);
  CHECK_FALSE(write_avc_config(full));
}

TEST_CASE("a sequence parameter set tells size, pixels, level") {
  const auto config = read_avc_config(bytes_of(kRecord));
  REQUIRE(config);
  const auto set = read_sequence_set(config->sequence_sets[0]);
  REQUIRE(set);
  CHECK(set->id == 0);
  CHECK(set->profile == 100);
  CHECK(set->level == 21);
  CHECK(set->width == 480);
  CHECK(set->height == 272);
  CHECK(set->chroma == 1);
  CHECK(set->depth == 8);
  CHECK(set->references == 4);
  CHECK(set->frames_only);
  CHECK(set->pixel_width == 2);
  CHECK(set->pixel_height == 1);
  testing::Random random(264);
  for (int i = 0; i < 2000; ++i) {
    const ByteBuffer changed = testing::mutate(config->sequence_sets[0], random);
    const auto other = read_sequence_set(changed);
    if (other) CHECK((other->width > 0 && other->height > 0 && other->id < 32));
  }
}

TEST_CASE("units between start codes, and behind lengths") {
  const ByteBuffer stream = bytes_of("00000001670102000001680300000000016504");
  const auto units = annex_b_units(stream);
  REQUIRE(units.size() == 3);
  CHECK(to_buffer(units[0]) == bytes_of("670102"));
  CHECK(to_buffer(units[1]) == bytes_of("6803"));
  CHECK(to_buffer(units[2]) == bytes_of("6504"));
  ByteBuffer sample;
  for (const Bytes unit : units) REQUIRE(append_unit(sample, unit, 2));
  CHECK(sample == bytes_of("0003670102000268030002"
                           "6504"));
  const auto again = prefixed_units(sample, 2);
  REQUIRE(again);
  CHECK(again->size() == 3);
  CHECK_FALSE(prefixed_units(Bytes(sample).first(sample.size() - 1), 2));
  ByteBuffer short_lengths;
  CHECK_FALSE(append_unit(short_lengths, ByteBuffer(256, 1), 1));
  CHECK(annex_b_units({}).empty());
}

TEST_CASE("of the messages of a picture those stay that speak to viewers") {
  // Buffering period (0), four bytes of user data with a start code's look (5), recovery point (6).
  const ByteBuffer sei = bytes_of("06000180050400000301AA06018480");
  CHECK(lasting_messages(sei) == bytes_of("06050400000301AA80"));
  CHECK(lasting_messages(bytes_of("0600018080")).empty());
  CHECK(lasting_messages(bytes_of("6588")).empty());
  CHECK(lasting_messages(bytes_of("0605FFFFFFFF")).empty());
}
