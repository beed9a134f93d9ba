// SPDX-License-Identifier: Apache-2.0
// Frames of FLAC and of MPEG audio, and files of them that are damaged. What decoders make of the
// spliced files is in tests/peers/sound_splices_test.cpp.
#include <doctest/doctest.h>

#include <cstdio>

#include "marks/sound_flac_scan.hpp"
#include "marks/sound_mpeg.hpp"
#include "marks/sounds.hpp"
#include "media/sound.hpp"
#include "media/worker.hpp"
#include "support/audio.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::sounds;
using namespace colophon::sound;

namespace {

/// STREAMINFO of a stream of two channels at 44.1 kHz whose total is unknown.
ByteBuffer stream_info(std::uint32_t block, unsigned bits) {
  ByteBuffer out;
  append_be(out, block, 2);
  append_be(out, block, 2);
  append_be(out, 0, 6);
  append_be(out,
            std::uint64_t{44100} << 44 | std::uint64_t{1} << 41 | std::uint64_t{bits - 1} << 36, 8);
  out.resize(34, 0);
  return out;
}

/// A stream of equal blocks; the last one has `last` samples.
ByteBuffer flac_file(std::size_t frames, std::uint32_t block, std::uint32_t last, unsigned bits,
                     std::vector<std::int32_t>* all = nullptr) {
  Random random(41);
  ByteBuffer out = audio::flac_blocks({{0, stream_info(block, bits)}});
  FlacHeader like;
  like.size_code = bits == 16 ? 4 : 6;
  like.rate_code = 9;
  std::int32_t value = 0;
  for (std::size_t i = 0; i < frames; ++i) {
    std::vector<std::vector<std::int32_t>> channels(2);
    for (std::uint32_t n = 0; n < (i + 1 == frames ? last : block); ++n) {
      for (auto& channel : channels) {
        value = (value * 7 + static_cast<std::int32_t>(random.below(1001)) - 500) / 8;
        channel.push_back(i % 3 == 2 ? 0 : value);
        if (all != nullptr) all->push_back(channel.back());
      }
    }
    append(out, flac_frame(like, i, bits, channels));
  }
  return out;
}
constexpr std::uint64_t kSoundAt = 4 + 4 + 34;

}  // namespace

TEST_CASE("flac: what the small encoder makes is found frame by frame, and decodes to the same") {
  std::vector<std::int32_t> wanted;
  const ByteBuffer file = flac_file(300, 192, 100, 16, &wanted);
  MemorySource source(file);
  const auto found = scan_flac(source, kSoundAt);
  REQUIRE(found);
  REQUIRE(found->places.size() == 300);
  CHECK(found->places[200].sample == 200 * 192);
  CHECK(found->places.back().block == 100);
  if (media_worker().empty()) {
    std::puts("skipped: colophon-media is not built");
    return;
  }
  const auto decoded = exact_sound(source);
  REQUIRE(decoded);
  CHECK(decoded->bits == 16);
  CHECK(decoded->samples == wanted);
}

TEST_CASE("flac: a header under another number has the right checksums, however long it gets") {
  FlacHeader like;
  like.rate_code = 9;
  like.size_code = 4;
  Random random(43);
  for (const std::uint64_t from : {0ULL, 100ULL, 1999ULL, 70000ULL, 3000000ULL}) {
    for (const std::uint64_t to :
         {5ULL, 127ULL, 128ULL, 2048ULL, 65536ULL, 0x1FFFFFULL, 0x7FFFFFFFULL}) {
      for (const std::uint32_t block : {192U, 4096U, 100U, 5000U}) {
        const ByteBuffer old_header = flac_header_bytes(like, from, block, 1);
        ByteBuffer rest(random.below(3000), 0);
        for (auto& byte : rest) byte = static_cast<std::uint8_t>(random.next());
        ByteBuffer frame = old_header;
        append(frame, rest);
        const ByteBuffer header = flac_header_bytes(like, to, block, 1);
        const auto read = flac_header(header);
        REQUIRE(read);
        CHECK(read->number == to);
        CHECK(read->block == block);
        CHECK(read->size == header.size());
        ByteBuffer moved = header;
        append(moved, rest);
        CHECK(moved_flac_crc(flac_crc(frame), old_header, header, rest.size()) == flac_crc(moved));
      }
    }
  }
}

TEST_CASE("flac: damaged frames, lying totals and cut files are told") {
  const ByteBuffer good = flac_file(40, 576, 300, 16);
  const auto error_of = [](Bytes bytes) {
    MemorySource source(bytes);
    const auto found = scan_flac(source, kSoundAt);
    return found ? std::string() : found.error().message;
  };
  CHECK(error_of(good).empty());
  Random random(44);
  for (int i = 0; i < 50; ++i) {
    ByteBuffer broken = good;
    broken[kSoundAt + random.below(good.size() - kSoundAt)] ^= 0x10;
    CHECK_FALSE(error_of(broken).empty());
    CHECK_FALSE(
        error_of(slice(good, 0, kSoundAt + random.below(good.size() - kSoundAt - 3))).empty());
  }
  // An old tag behind the last frame is none of it.
  ByteBuffer tagged = good;
  append(tagged, audio::id3v1("a comment"));
  CHECK(error_of(tagged).empty());
  if (media_worker().empty()) return;
  ByteBuffer lying = good;
  lying[8 + 17] = 9;  // samples in all
  MemorySource source(lying);
  const auto plan = plan_sound_mark(source, *find_format("flac"), demand(), {});
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::Malformed);
}

TEST_CASE("mp3: headers tell sizes and rates") {
  const ByteBuffer frame = audio::mpeg_frames(1);
  const auto header = mpeg_header(frame);
  REQUIRE(header);
  CHECK(header->rate == 44100);
  CHECK(header->bit_rate == 128000);
  CHECK(header->samples == 1152);
  CHECK(header->size == frame.size());
  CHECK_FALSE(mpeg_header(slice(frame, 0, 3)));
  CHECK_FALSE(mpeg_header(ByteBuffer(8, 0xFF)));
}

TEST_CASE("mp3: the tables of Xing and VBRI frames cover all frames again") {
  const auto header = mpeg_header(audio::mpeg_frames(1));
  REQUIRE(header);
  InfoFacts facts;
  for (std::uint64_t i = 0; i <= 1000; ++i) facts.places.push_back(417 + i * 400);
  ByteBuffer xing(417, 0);
  xing[0] = 0xFF, xing[1] = 0xFB, xing[2] = 0x90;
  std::copy_n("Xing", 4, xing.begin() + 36);
  xing[43] = 7;
  const auto plain = info_frame(*header, xing);
  REQUIRE(plain);
  CHECK(plain->lame == 0);
  const ByteBuffer told = rewritten(*plain, facts);
  CHECK(load_be(told, 44, 4) == 1000);
  CHECK(load_be(told, 48, 4) == 417 + 400'000);
  CHECK(told[52] == 0);
  CHECK(told[52 + 50] == 128);
  CHECK(told.size() == xing.size());

  ByteBuffer vbri(417, 0);
  std::copy_n(xing.begin(), 4, vbri.begin());
  std::copy_n("VBRI", 4, vbri.begin() + 36);
  store_be(vbri, 36 + 18, 40, 2);  // entries
  store_be(vbri, 36 + 20, 1, 2);   // scale
  store_be(vbri, 36 + 22, 2, 2);   // bytes of an entry
  const auto other = info_frame(*header, vbri);
  REQUIRE(other);
  const ByteBuffer counted = rewritten(*other, facts);
  CHECK(load_be(counted, 36 + 14, 4) == 1000);
  CHECK(load_be(counted, 36 + 24, 2) == 25);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 40; ++i) sum += *load_be(counted, 36 + 26 + 2 * i, 2);
  CHECK(sum == 400'000);
  // Tables that pass the frame's end are left alone.
  store_be(vbri, 36 + 18, 4000, 2);
  CHECK(rewritten(*info_frame(*header, vbri), facts).size() == vbri.size());
}

TEST_CASE("mp3: files without sound, cut files and rubbish are refused") {
  if (media_worker().empty()) {
    std::puts("skipped: colophon-media is not built");
    return;
  }
  const auto code_of = [](Bytes bytes) {
    MemorySource source(bytes);
    const auto plan = plan_sound_mark(source, *find_format("mp3"), demand(), {});
    REQUIRE_FALSE(plan);
    CHECK_FALSE(plan.error().message.empty());
    return plan.error().code;
  };
  CHECK(code_of(audio::tag(4, 0, audio::frame4("TIT2", "\3title"), 100)) == ErrorCode::Malformed);
  CHECK(code_of(ByteBuffer(5000, 0)) == ErrorCode::Malformed);
  CHECK(code_of({}) == ErrorCode::Malformed);
  CHECK(code_of(slice(audio::mpeg_frames(1), 0, 300)) == ErrorCode::Malformed);
}
