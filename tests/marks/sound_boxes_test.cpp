// SPDX-License-Identifier: Apache-2.0
// The tables of M4A files when packets come in, and trees of boxes that lie. What players make of
// the files is in tests/peers/sound_packets_test.cpp.
#include <doctest/doctest.h>

#include "marks/sound_m4a_track.hpp"
#include "marks/sounds.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::sound;
using wire::fourcc;

namespace {

BoxNode leaf(wire::FourCc type, std::initializer_list<std::uint32_t> words) {
  BoxNode node;
  node.type = type;
  for (const std::uint32_t word : words) append_be(node.body, word, 4);
  return node;
}
BoxNode holder(wire::FourCc type, std::vector<BoxNode> children) {
  BoxNode node;
  node.type = type;
  node.holds_boxes = true;
  node.children = std::move(children);
  return node;
}
/// The sample entry of AAC-LC, 44.1 kHz, two channels.
BoxNode entries(std::uint16_t config) {
  ByteBuffer esds(4, 0);
  for (const int byte : {3, 23, 0, 0, 0, 4, 15, 0x40, 0x15})
    esds.push_back(static_cast<std::uint8_t>(byte));
  esds.resize(esds.size() + 11, 0);
  esds.push_back(5);
  esds.push_back(2);
  append_be(esds, config, 2);
  ByteBuffer entry(28, 0);
  wire::append_box(entry, fourcc("esds"), esds);
  BoxNode node = leaf(fourcc("stsd"), {0, 1});
  wire::append_box(node.body, fourcc("mp4a"), entry);
  return node;
}
/// 10 packets in chunks of 4, 4 and 2 at 1000, 2000 and 3000; the first 1024 samples are not heard.
BoxNode movie(std::uint16_t config = 0x1210) {
  BoxNode table =
      holder(fourcc("stbl"), {entries(config), leaf(fourcc("stts"), {0, 2, 9, 1024, 1, 500}),
                              leaf(fourcc("stsz"), {0, 0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}),
                              leaf(fourcc("stsc"), {0, 2, 1, 4, 1, 3, 2, 1}),
                              leaf(fourcc("stco"), {0, 3, 1000, 2000, 3000})});
  BoxNode media = holder(fourcc("mdia"), {leaf(fourcc("mdhd"), {0, 0, 0, 44100, 9716, 0}),
                                          leaf(fourcc("hdlr"), {0, 0, fourcc("soun"), 0}),
                                          holder(fourcc("minf"), {table})});
  BoxNode trak =
      holder(fourcc("trak"),
             {leaf(fourcc("tkhd"), {0, 0, 0, 1, 0, 197, 0}),
              holder(fourcc("edts"), {leaf(fourcc("elst"), {0, 1, 197, 1024, 0x10000})}), media});
  return holder(fourcc("moov"), {leaf(fourcc("mvhd"), {0, 0, 0, 1000, 197, 0}), trak});
}
std::vector<std::uint32_t> words(const BoxNode* node) {
  REQUIRE(node != nullptr);
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i + 4 <= node->body.size(); i += 4) {
    out.push_back(static_cast<std::uint32_t>(*load_be(node->body, i, 4)));
  }
  return out;
}
using Words = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("m4a: the tables name the new packets in front and behind") {
  BoxNode moov = movie();
  const auto track = read_aac_track(moov);
  REQUIRE(track);
  CHECK(track->rate == 44100);
  CHECK(track->channels == 2);
  CHECK(track->edit_from == 1024);
  const NewPackets front{{11, 12}, 50, 1024, 0}, back{{13}, 9000, 1024, 0};
  const auto moved = [](std::uint64_t position) { return position + 100; };
  const auto times = put_packets(moov, *track, front, back, moved, false);
  REQUIRE(times);
  BoxNode& trak = moov.children[1];
  BoxNode& table = *trak.find({fourcc("mdia"), fourcc("minf"), fourcc("stbl")});
  CHECK(words(table.find(fourcc("stts"))) == Words{0, 4, 2, 1024, 9, 1024, 1, 1024, 1, 1024});
  CHECK(words(table.find(fourcc("stsz"))) ==
        Words{0, 0, 13, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13});
  CHECK(words(table.find(fourcc("stsc"))) == Words{0, 4, 1, 2, 1, 2, 4, 1, 4, 2, 1, 5, 1, 1});
  CHECK(words(table.find(fourcc("stco"))) == Words{0, 5, 50, 1100, 2100, 3100, 9000});
  CHECK(words(trak.find({fourcc("edts"), fourcc("elst")})) == Words{0, 1, 279, 1024, 0x10000});
  CHECK(words(trak.find({fourcc("mdia"), fourcc("mdhd")}))[4] == 13 * 1024);
  CHECK(words(moov.find(fourcc("mvhd")))[4] == 279);
  // Two packets, and the programme's own first one, which nobody was meant to hear.
  CHECK(times->programme == doctest::Approx(2 * 1024 / 44100.0));
  CHECK(times->front == 0);
  // The tree is written as it was read.
  ByteBuffer bytes;
  moov.write(bytes);
  CHECK(bytes.size() == moov.size());
  const auto again = read_tree(bytes, {});
  REQUIRE(again);
  ByteBuffer twice;
  again->write(twice);
  CHECK(twice == bytes);
}

TEST_CASE("m4a: wide positions, and other kinds of AAC") {
  BoxNode moov = movie();
  const auto track = read_aac_track(moov);
  REQUIRE(track);
  const auto far = [](std::uint64_t position) { return position + (std::uint64_t{5} << 32); };
  REQUIRE(put_packets(moov, *track, {}, {{9}, 7, 0, 0}, far, true));
  BoxNode& table = *moov.find({fourcc("trak"), fourcc("mdia"), fourcc("minf"), fourcc("stbl")});
  CHECK(table.find(fourcc("stco")) == nullptr);
  CHECK(words(table.find(fourcc("co64"))) == Words{0, 4, 5, 1000, 5, 2000, 5, 3000, 0, 7});
  // HE-AAC, 960 samples, no channels told.
  for (const unsigned config : {0x2B92U, 0x1214U, 0x1200U}) {
    BoxNode other = movie(static_cast<std::uint16_t>(config));
    const auto refused = read_aac_track(other);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::Unsupported);
  }
}

TEST_CASE("m4a: the note of what surrounds the sound keeps its length, whatever the tables say") {
  BoxNode moov = movie();
  BoxNode meta;
  meta.type = fourcc("meta");
  meta.body = to_buffer("....iTunSMPB....data");
  meta.body.resize(meta.body.size() + 8, 0);
  append(meta.body, std::string_view(" 00000000 00000840 000001CA 00000000003F31F6"));
  const std::size_t size = meta.body.size();
  moov.children.push_back(holder(fourcc("udta"), {meta}));
  // A film of 2^32 packets of 2^31 samples.
  BoxNode& times =
      *moov.find({fourcc("trak"), fourcc("mdia"), fourcc("minf"), fourcc("stbl"), fourcc("stts")});
  times = leaf(fourcc("stts"), {0, 1, 0xFFFFFFFF, 0x7FFFFFFF});
  BoxNode& head = *moov.find({fourcc("trak"), fourcc("mdia"), fourcc("mdhd")});
  head.body[0] = 1;
  head.body.resize(36, 0);
  store_be(head.body, 20, 44100, 4);
  // Heard from 2^40 on.
  *moov.find({fourcc("trak"), fourcc("edts"), fourcc("elst")}) =
      leaf(fourcc("elst"), {0x01000000, 1, 0, 197, 0x100, 0, 0x10000});
  const auto track = read_aac_track(moov);
  REQUIRE(track);
  CHECK(track->edit_from == std::uint64_t{1} << 40);
  (void)put_packets(
      moov, *track, {}, {{13}, 90, 1024, 0}, [](std::uint64_t position) { return position; },
      false);
  CHECK(moov.find({fourcc("udta"), fourcc("meta")})->body.size() == size);

  BoxNode plain = movie();
  plain.children.push_back(holder(fourcc("udta"), {meta}));
  const auto usual = read_aac_track(plain);
  REQUIRE(usual);
  REQUIRE(put_packets(
      plain, *usual, {{11, 12}, 50, 1024, 0}, {}, [](std::uint64_t at) { return at; }, false));
  const std::string said(as_text(plain.find({fourcc("udta"), fourcc("meta")})->body));
  CHECK(said.find(" 00000000 00000400 00000004 ") != std::string::npos);
}

TEST_CASE("m4a: boxes that lie are told, whatever they say") {
  ByteBuffer good;
  movie().write(good);
  REQUIRE(read_tree(good, {}));
  Random random(77);
  for (int i = 0; i < 3000; ++i) {
    const ByteBuffer bad = mutate(good, random);
    auto tree = read_tree(bad, {});
    if (!tree) continue;
    const auto track = read_aac_track(*tree);
    if (!track) continue;
    const auto times = put_packets(
        *tree, *track, {{11, 12}, 50, 1024, 0}, {{13}, 90, 1024, 0},
        [](std::uint64_t position) { return position; }, false);
    if (!times) continue;
    ByteBuffer out;
    tree->write(out);
    CHECK(out.size() == tree->size());
  }
}
