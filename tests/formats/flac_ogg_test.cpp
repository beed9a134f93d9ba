// SPDX-License-Identifier: Apache-2.0
// Setting the label among Vorbis comments.
#include <doctest/doctest.h>

#include <algorithm>

#include "formats/vorbis_carriers.hpp"
#include "support/audio.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::audio;

namespace {

const Format& flac() {
  return *find_format("flac");
}
const Format& ogg() {
  return *find_format("ogg");
}

Layout layout_of(const Format& format, Bytes bytes, const Limits& limits = {}) {
  MemorySource source(bytes);
  const auto layout = format.inspect(source, limits);
  REQUIRE(layout);
  return *layout;
}

Result<Splice> plan(const Format& format, Bytes bytes, std::string_view value,
                    const Limits& limits = {}) {
  MemorySource source(bytes);
  const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)};
  return plan_edits(format, source, layout_of(format, bytes), {&edit, 1}, limits);
}

ByteBuffer labelled(const Format& format, Bytes bytes, std::string_view value) {
  const auto splice = plan(format, bytes, value);
  REQUIRE(splice);
  return testing::apply(bytes, *splice);
}

/// Type and size of each metadata block; fails when the chain does not end at "sound".
std::vector<std::pair<int, std::size_t>> blocks_of(Bytes bytes) {
  std::vector<std::pair<int, std::size_t>> out;
  std::size_t at = 4;
  for (bool last = false; !last;) {
    last = (bytes[at] & 0x80) != 0;
    out.emplace_back(bytes[at] & 0x7F, *load_be(bytes, at + 1, 3));
    at += 4 + out.back().second;
    REQUIRE(at <= bytes.size());
  }
  CHECK(as_text(slice(bytes, at)) == "sound");
  return out;
}

ByteBuffer flac_file(const std::vector<std::pair<int, ByteBuffer>>& blocks) {
  return joined({flac_blocks(blocks), bytes("sound")});
}

/// Every page in order, with its checksum proved.
std::vector<ByteBuffer> pages_of(Bytes bytes) {
  std::vector<ByteBuffer> out;
  for (std::size_t at = 0; at < bytes.size();) {
    REQUIRE(has_prefix(slice(bytes, at), "OggS"));
    std::size_t size = 27U + bytes[at + 26];
    for (const std::uint8_t segment : slice(bytes, at + 27, bytes[at + 26])) size += segment;
    ByteBuffer page = to_buffer(slice(bytes, at, size));
    const auto stored = *load_le(page, 22, 4);
    store_le(page, 22, 0, 4);
    CHECK(slow_checksum(page) == stored);
    store_le(page, 22, stored, 4);
    out.push_back(std::move(page));
    at += size;
  }
  return out;
}

/// Checks that each stream's pages are numbered without a gap.
void check_numbers(Bytes bytes) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> next;
  for (const ByteBuffer& page : pages_of(bytes)) {
    const std::uint64_t serial = *load_le(page, 14, 4), number = *load_le(page, 18, 4);
    auto at = std::find_if(next.begin(), next.end(), [&](auto& n) { return n.first == serial; });
    if (at == next.end()) at = next.insert(at, {serial, 0});
    CHECK(number == at->second);
    ++at->second;
  }
}

ByteBuffer vorbis(const ByteBuffer& header, std::size_t segments, int sound_pages) {
  const ByteBuffer setup = joined({bytes("\x05vorbis"), ByteBuffer(600, 9)});
  ByteBuffer out = page({7, 0, 2, 0}, {joined({bytes("\x01vorbis"), ByteBuffer(23, 1)})});
  append(out, pages(7, 1, {joined({bytes("\x03vorbis"), header, bytes("\x01")}), setup}, segments));
  auto number = static_cast<std::uint32_t>(pages_of(out).size());
  for (int i = 0; i < sound_pages; ++i) {
    append(out, page({7, number++, std::uint8_t(i + 1 == sound_pages ? 4 : 0), 960U * i},
                     {ByteBuffer(100, 3)}));
    append(out, page({8, std::uint32_t(i), std::uint8_t(i == 0 ? 2 : 0), 0}, {ByteBuffer(40, 5)}));
  }
  return out;
}

}  // namespace

TEST_CASE("flac: padding behind the comments gives and takes") {
  const ByteBuffer info(34, 1), header = comments({"A=b"});
  const ByteBuffer file = flac_file({{0, info}, {4, header}, {1, ByteBuffer(400, 0)}});
  ByteBuffer bytes = file;
  for (const std::size_t size : {10, 11, 12, 13, 14, 20, 19, 18, 15, 14, 300, 2, 376, 377}) {
    CAPTURE(size);
    const auto splice = plan(flac(), bytes, std::string(size, 'v'));
    REQUIRE(splice);
    CHECK(splice->fits_in_place(bytes.size()));
    bytes = testing::apply(bytes, *splice);
    CHECK(bytes.size() == file.size());
    CHECK(blocks_of(bytes).size() == 3);
    CHECK(payload_of(flac(), bytes, CarrierKind::AigcKey) == std::string(size, 'v'));
  }
  CHECK(labelled(flac(), bytes, std::string(500, 'v')).size() > file.size());
}

TEST_CASE("flac: padding elsewhere keeps the sound where it is") {
  const ByteBuffer info(34, 1), picture(50, 7), header = comments({"A=b"});
  using Blocks = std::vector<std::pair<int, std::size_t>>;
  const ByteBuffer apart =
      flac_file({{0, info}, {4, header}, {6, picture}, {1, ByteBuffer(100, 0)}});
  CHECK(blocks_of(labelled(flac(), apart, "12345")) ==
        Blocks{{0, 34}, {4, header.size() + 14}, {6, 50}, {1, 86}});
  const ByteBuffer none = flac_file({{0, info}, {6, picture}, {1, ByteBuffer(100, 0)}});
  CHECK(labelled(flac(), none, "12345").size() == none.size());
  CHECK(plan(flac(), none, "12345")->fits_in_place(none.size()));
  // Without padding the file grows once, and gets some.
  const ByteBuffer bare = labelled(flac(), flac_file({{0, info}}), "12345");
  CHECK(blocks_of(bare) == Blocks{{0, 34}, {4, 8 + 8 + 14}, {1, 1024}});
  const ByteBuffer last = flac_file({{0, info}, {4, comments({"AIGC=" + std::string(99, 'x')})}});
  CHECK(labelled(flac(), last, "12345").size() == last.size());
}

TEST_CASE("flac hostile: blocks past the end, comments past their block") {
  ByteBuffer bytes = flac_file({{0, ByteBuffer(34, 1)}, {4, comments({"A=b", "C=d"})}});
  store_be(bytes, 4 + 38 + 1, 0xFFFFFF, 3);
  CHECK(layout_of(flac(), bytes).damage->code == ErrorCode::Truncated);
  ByteBuffer inner = flac_file({{0, ByteBuffer(34, 1)}, {4, comments({"A=b", "C=d"})}});
  store_le(inner, inner.size() - 5 - 7, 0xFFFFFFFF, 4);
  const Layout layout = layout_of(flac(), inner);
  CHECK(layout.damage->code == ErrorCode::Truncated);
  CHECK(layout.carriers.size() == 1);
  CHECK(layout_of(flac(), joined({tag(3, 0, {}, 4), audio::bytes("not FLAC")})).damage.has_value());
}

TEST_CASE("ogg: a label keeps the number of header pages, so no later page changes") {
  const ByteBuffer bytes = vorbis(comments({"A=b"}), 2, 5);
  const ByteBuffer out = labelled(ogg(), bytes, std::string(2000, 'v'));
  const auto before = pages_of(bytes), after = pages_of(out);
  REQUIRE(after.size() == before.size());
  CHECK(std::equal(before.end() - 10, before.end(), after.end() - 10));
  CHECK(plan(ogg(), bytes, std::string(2000, 'v'))->pieces.size() < 6);
}

TEST_CASE("ogg: when header pages are full, only that stream's pages are renumbered") {
  const ByteBuffer header = comments({"A=" + std::string(63'900, 'b')});
  const ByteBuffer bytes = vorbis(header, 255, 20);
  const ByteBuffer out = labelled(ogg(), bytes, std::string(600, 'v'));
  check_numbers(bytes);
  check_numbers(out);
  CHECK(pages_of(out).size() == pages_of(bytes).size() + 1);
  CHECK(payload_of(ogg(), out, CarrierKind::AigcKey) == std::string(600, 'v'));
  Limits limits;
  limits.max_structures = 10;
  const auto capped = plan(ogg(), bytes, std::string(600, 'v'), limits);
  REQUIRE_FALSE(capped);
  CHECK(capped.error().code == ErrorCode::LimitExceeded);
  CHECK(capped.error().message.find("renumbered (cap: 10)") != std::string::npos);
}

TEST_CASE("ogg: a label in one of two streams is changed in that stream") {
  const auto opus = [](std::uint32_t serial, const ByteBuffer& header) {
    return std::pair{page({serial, 0, 2, 0}, {joined({bytes("OpusHead"), ByteBuffer(11, 1)})}),
                     pages(serial, 1, {joined({bytes("OpusTags"), header})}, 1)};
  };
  const auto [a, a_tags] = opus(1, comments({"A=b"}));
  const auto [b, b_tags] = opus(2, comments({"AIGC=" + std::string(300, 'o')}));
  const ByteBuffer bytes = joined({a, b, a_tags, b_tags});
  const ByteBuffer out = labelled(ogg(), bytes, "new");
  CHECK(payload_of(ogg(), out, CarrierKind::AigcKey) == "new");
  CHECK(payload_of(ogg(), out, CarrierKind::Tag, "A") == "b");
  const Layout layout = layout_of(ogg(), out);
  CHECK(layout.carriers.size() == 2);
  check_numbers(out);
}

TEST_CASE("ogg: padding of Opus takes the label, binary data behind the comments stays") {
  const auto opus = [](const std::string& tail) {
    return joined(
        {page({1, 0, 2, 0}, {joined({bytes("OpusHead"), ByteBuffer(11, 1)})}),
         page({1, 1, 0, 0}, {joined({bytes("OpusTags"), comments({"A=b"}), bytes(tail)})}),
         page({1, 2, 4, 960}, {ByteBuffer(50, 2)})});
  };
  const ByteBuffer padded = opus(std::string(200, '\0'));
  CHECK(labelled(ogg(), padded, std::string(100, 'v')).size() == padded.size());
  const ByteBuffer kept = labelled(ogg(), opus("\x01keep me"), "v");
  CHECK(as_text(kept).find("\x01keep me") != std::string_view::npos);
}

TEST_CASE("ogg: a C2PA store of its own stream is read whole across pages") {
  ByteBuffer store = bytes("\0c2pa");
  store.resize(510, 'j');
  const ByteBuffer bytes = joined(
      {page({5, 0, 2, UINT64_MAX}, {store}, true), page({5, 1, 5, 0}, {audio::bytes("end")})});
  CHECK(payload_of(ogg(), bytes, CarrierKind::C2paStore) == std::string(505, 'j') + "end");
  const auto no_home = plan(ogg(), bytes, "x");
  REQUIRE_FALSE(no_home);
  CHECK(no_home.error().code == ErrorCode::Unsupported);
}

TEST_CASE("ogg hostile: lost pages, wrong checksums, headers without end") {
  ByteBuffer bytes = vorbis(comments({"A=b"}), 255, 2);
  const std::size_t second = pages_of(bytes)[0].size();
  ByteBuffer wrong = bytes;
  wrong[second + 22] ^= 1;
  REQUIRE(layout_of(ogg(), wrong).oddities.size() == 1);
  CHECK(layout_of(ogg(), wrong).oddities[0].rule == "ogg-crc");
  ByteBuffer lost = bytes;
  lost[second] = 'X';
  CHECK(layout_of(ogg(), lost).damage->code == ErrorCode::Malformed);
  bytes.resize(second);
  CHECK(layout_of(ogg(), bytes).damage->code == ErrorCode::Truncated);
  ByteBuffer endless = page({7, 0, 2, 0}, {joined({audio::bytes("OpusHead"), ByteBuffer(11, 1)})});
  for (std::uint32_t i = 1; i < 50; ++i) {
    append(endless, page({7, i, 1, UINT64_MAX}, {ByteBuffer(255 * 200, 1)}, true));
  }
  Limits limits;
  limits.max_payload = 1 << 20;
  CHECK(layout_of(ogg(), endless, limits).damage->code == ErrorCode::LimitExceeded);
}
