// SPDX-License-Identifier: Apache-2.0
#include "wire/ogg.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "support/audio.hpp"

using namespace colophon;
using namespace colophon::testing::audio;
namespace ogg = wire::ogg;

TEST_CASE("ogg: checksum and renumbering agree with the definition") {
  testing::Random random(5);
  for (const std::size_t size : {0, 1, 254, 255, 4'000, 60'000}) {
    ByteBuffer packet(size);
    for (auto& byte : packet) byte = static_cast<std::uint8_t>(random.next());
    ByteBuffer bytes = page({77, 12, 1, 4711}, {packet});
    MemorySource source(bytes);
    const auto read = ogg::read_page(source, 0);
    REQUIRE(read);
    CHECK(read->whole == Range{0, bytes.size()});
    CHECK(*ogg::check(source, *read));
    const ByteBuffer fields = ogg::renumbered(*read, 0xDEADBEEF);
    std::copy(fields.begin(), fields.end(), bytes.begin() + 18);
    const auto again = ogg::read_page(source, 0);
    CHECK(again->sequence == 0xDEADBEEF);
    CHECK(*ogg::check(source, *again));
    ByteBuffer cleared = bytes;
    store_le(cleared, 22, 0, 4);
    CHECK(again->checksum == slow_checksum(cleared));
  }
}

TEST_CASE("ogg: pages of one run begin and end a stream when they shall") {
  const std::vector<ByteBuffer> packets = {ByteBuffer(70'000, 7)};
  ogg::Run run{3, 0, true};
  for (const bool first : {false, true}) {
    run.first = first;
    const auto pages = ogg::make_pages(run, packets, ogg::spread(ogg::segments(70'000), 1));
    REQUIRE(pages.size() == 2);
    CHECK(pages[0][5] == (first ? ogg::kFirst : 0));
    CHECK(pages[1][5] == (ogg::kContinued | ogg::kLast));
    CHECK(load_le(pages[0], 6, 8) == ogg::kNoGranule);
    CHECK(load_le(pages[1], 6, 8) == 0);
  }
}

TEST_CASE("ogg property: packets laid out on pages come back whole") {
  testing::Random random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<ByteBuffer> packets(1 + random.below(3));
    std::size_t total = 0;
    for (auto& packet : packets) {
      packet.resize(random.below(3) == 0 ? 255 * random.below(400) : random.below(3000),
                    static_cast<std::uint8_t>(random.next()));
      total += ogg::segments(packet.size());
    }
    const std::size_t wanted = 1 + random.below(6);
    const auto counts = ogg::spread(total, wanted);
    CHECK(std::accumulate(counts.begin(), counts.end(), std::size_t{0}) == total);
    const std::size_t least = (total + 254) / 255;
    CHECK(counts.size() == std::max(least, std::min(wanted, total)));
    ByteBuffer bytes, data;
    for (const auto& made : ogg::make_pages({3, 1, true}, packets, counts)) append(bytes, made);
    for (const auto& packet : packets) append(data, packet);
    MemorySource source(bytes);
    ByteBuffer read;
    std::uint32_t number = 1;
    for (std::uint64_t at = 0; at < bytes.size();) {
      const auto found = ogg::read_page(source, at);
      REQUIRE(found);
      CHECK(*ogg::check(source, *found));
      CHECK(found->sequence == number++);
      append(read, slice(bytes, found->body.offset, found->body.size));
      at = found->whole.end();
      CHECK(((found->flags & ogg::kLast) != 0) == (at == bytes.size()));
    }
    CHECK(read == data);
  }
}
