// SPDX-License-Identifier: Apache-2.0
// Hashes of ISO media files, with trees computed here a second time, row by row.
#include "bmff_support.hpp"

#include <doctest/doctest.h>

#include "support/movie.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::bmff;
using wire::fourcc;

namespace {

std::vector<std::vector<ByteBuffer>> rows_of(std::vector<ByteBuffer> leaves) {
  std::vector<std::vector<ByteBuffer>> rows = {std::move(leaves)};
  while (rows.back().size() > 1) {
    std::vector<ByteBuffer> up;
    const auto& row = rows.back();
    for (std::size_t i = 0; i < row.size(); i += 2) {
      up.push_back(i + 1 < row.size() ? sha256(row[i] + row[i + 1]) : row[i]);
    }
    rows.push_back(std::move(up));
  }
  return rows;
}

wire::CborItem tree(std::uint64_t count, const std::vector<ByteBuffer>& row, Pairs more = {}) {
  std::vector<wire::CborItem> hashes;
  for (const ByteBuffer& each : row) hashes.push_back(item(each));
  more.emplace_back("uniqueId", item(1));
  more.emplace_back("localId", item(1));
  more.emplace_back("count", item(count));
  more.emplace_back("hashes", list(hashes));
  return map(more);
}

/// A film whose media data has `size` bytes behind the first 16 of its box.
struct Media {
  ByteBuffer file;
  Range data;
};
Media media(std::uint64_t size, bool large = false) {
  ByteBuffer body;
  for (std::uint64_t i = 0; i < size + (large ? 0 : 8); ++i) {
    body.push_back(static_cast<std::uint8_t>(i * 7));
  }
  Media made;
  made.file = box("ftyp", to_buffer("isom")) + box("moov", box("udta", {}));
  const std::uint64_t at = made.file.size();
  if (large) {
    made.file = made.file + number(1, 4) + to_buffer("mdat") + number(size + 16, 8) + body;
  } else {
    made.file = made.file + box("mdat", body);
  }
  made.data = {at + 16, size};
  return made;
}

std::string check_tree(const Media& film, const wire::CborItem& tree) {
  const ByteBuffer hash = flat(film.file, {0, film.file.size()}, 16);
  return check(kLabel, film.file,
               assertion(with_mdat(), {{"hash", item(hash)}, {"merkle", list({tree})}}));
}

std::vector<ByteBuffer> blocks(const Media& film, std::uint64_t size) {
  std::vector<ByteBuffer> leaves;
  for (std::uint64_t at = 0; at < film.data.size; at += size) {
    const std::uint64_t left = std::min(size, film.data.size - at);
    leaves.push_back(sha256(to_buffer(slice(film.file, film.data.offset + at, left))));
  }
  return leaves;
}

}  // namespace

TEST_CASE("Merkle trees: every row of trees of every size, over blocks from byte 16 on") {
  for (const bool large : {false, true}) {
    for (std::uint64_t count = 1; count <= 9; ++count) {
      const Media film = media(count * 100 - 37, large);
      const auto rows = rows_of(blocks(film, 100));
      for (const auto& row : rows) {
        CHECK(check_tree(film, tree(count, row, {{"fixedBlockSize", item(100)}})) == kMatch);
        auto wrong = row;
        wrong.back()[0] ^= 1;
        CHECK(check_tree(film, tree(count, wrong, {{"fixedBlockSize", item(100)}})) == kMismatch);
      }
    }
  }
  const Media film = media(250);
  CHECK(check_tree(film, tree(1, {sha256(to_buffer(slice(film.file, film.data.offset, 250)))})) ==
        kMatch);
}

TEST_CASE("Merkle trees: sizes and counts that do not fit") {
  const Media film = media(250);
  const auto rows = rows_of(blocks(film, 100));
  const auto fixed = [&](std::uint64_t size) { return Pairs{{"fixedBlockSize", item(size)}}; };
  const auto variable = [&](std::vector<std::uint64_t> sizes) {
    std::vector<wire::CborItem> items;
    for (const std::uint64_t each : sizes) items.push_back(item(each));
    return Pairs{{"variableBlockSizes", list(items)}};
  };
  CHECK(check_tree(film, tree(3, rows[0], variable({100, 100, 50}))) == kMatch);
  CHECK(check_tree(film, tree(3, rows[0], variable({100, 100, 51}))) == kMismatch);
  CHECK(check_tree(film, tree(3, rows[0], variable({100, 100, 49}))) == kMismatch);
  CHECK(check_tree(film, tree(3, rows[0], variable({100, 150}))) == kMismatch);
  CHECK(check_tree(film, tree(3, rows[0], variable({UINT64_MAX, 2, 249}))) == kMismatch);
  CHECK(check_tree(film, tree(3, rows[0], fixed(0))) == kMalformed);
  CHECK(check_tree(film, tree(3, rows[0], fixed(99))) == kMismatch);
  CHECK(check_tree(film, tree(3, rows[0], fixed(UINT64_MAX))) == kMismatch);
  Pairs both = fixed(100);
  both.push_back(variable({100, 100, 50}).front());
  CHECK(check_tree(film, tree(3, rows[0], both)) == kMalformed);
  CHECK(check_tree(film, tree(4, rows[0], fixed(100))) == kMalformed);
  CHECK(check_tree(film, tree(3, {rows[0][0], rows[0][1]}, fixed(100))) == kMismatch);
  CHECK(check_tree(film, tree(0, rows[0], fixed(100))) == kMalformed);
  CHECK(check_tree(film, tree(3, {}, fixed(100))) == kMalformed);
  CHECK(check_tree(film, tree(3, {ByteBuffer(31)}, fixed(100))) == kMalformed);
}

TEST_CASE("Merkle trees: huge counts cost nothing") {
  const Media film = media(100'000);
  const ByteBuffer root = sha256({});
  CHECK(check_tree(film, tree(UINT64_MAX, {root}, {{"fixedBlockSize", item(1)}})) ==
        "general.error");
  CHECK(check_tree(film, tree(UINT64_MAX, {root}, {{"fixedBlockSize", item(64)}})) == kMismatch);
  CHECK(check_tree(film, tree(UINT64_MAX, {root})) == kMismatch);
}

TEST_CASE("Merkle trees: one for each box of media data, and the file's own hash beside them") {
  const Media film = media(250);
  const auto rows = rows_of(blocks(film, 100));
  const wire::CborItem good = tree(3, rows[0], {{"fixedBlockSize", item(100)}});
  const wire::CborItem hash = item(flat(film.file, {0, film.file.size()}, 16));
  const auto run = [&](Pairs pairs) {
    return check(kLabel, film.file, assertion(with_mdat(), std::move(pairs)));
  };
  CHECK(run({{"hash", hash}, {"merkle", list({good})}}) == kMatch);
  CHECK(run({{"hash", hash}, {"merkle", list({good, good})}}) == kMismatch);
  CHECK(run({{"merkle", list({good})}}) == kMalformed);
  CHECK(run({{"hash", hash}, {"merkle", list({tree(3, rows[0], {{"initHash", hash}})})}}) ==
        kMalformed);
}

namespace {

ByteBuffer proof_box(std::uint8_t location, const std::vector<ByteBuffer>& proof) {
  ByteBuffer body = to_buffer(Bytes(mp4::kC2paUuid)) + number(0, 4);
  append(body, std::string_view("merkle\0", 7));
  append(body, "\xA4\x68uniqueId\x01\x67localId\x01\x68location");
  body.push_back(location);
  append(body, "\x66hashes");
  body.push_back(static_cast<std::uint8_t>(0x80 + proof.size()));
  for (const ByteBuffer& hash : proof) body = body + ByteBuffer{0x58, 32} + hash;
  return box("uuid", body + ByteBuffer(5));
}

ByteBuffer fragment(int index) {
  return box("moof", full_box("mfhd", number(static_cast<std::uint64_t>(index), 4))) +
         box("mdat", to_buffer("media " + std::to_string(index)));
}

/// Three fragments in one file or in files of their own, and the tree over them.
struct Stream {
  ByteBuffer init = box("ftyp", to_buffer("isom")) + box("moov", box("udta", {}));
  std::vector<ByteBuffer> segments;
  wire::CborItem content;
};

Stream stream(bool one_file, bool with_init_hash = true) {
  Stream made;
  const auto build = [&](const std::vector<std::vector<ByteBuffer>>& proofs) {
    made.segments.clear();
    for (std::uint8_t i = 0; i < 3; ++i) {
      made.segments.push_back(proof_box(i, proofs[i]) + fragment(i));
    }
  };
  const ByteBuffer empty(32);
  build({{empty, empty}, {empty, empty}, {empty}});
  std::vector<ByteBuffer> leaves;
  std::uint64_t at = made.init.size();
  ByteBuffer file = made.init;
  for (const ByteBuffer& segment : made.segments) file = file + segment;
  for (const ByteBuffer& segment : made.segments) {
    leaves.push_back(one_file ? flat(file, {at, segment.size()})
                              : flat(segment, {0, segment.size()}));
    at += segment.size();
  }
  const auto rows = rows_of(leaves);
  build({{leaves[1], rows[1][1]}, {leaves[0], rows[1][1]}, {rows[1][0]}});
  Pairs more;
  if (with_init_hash) more.emplace_back("initHash", item(flat(made.init, {0, made.init.size()})));
  made.content = assertion(usual(), {{"merkle", list({tree(3, rows[2], more)})}});
  if (one_file) {
    for (const ByteBuffer& segment : made.segments) made.init = made.init + segment;
  }
  return made;
}

std::string check_stream(const Stream& stream) {
  return check(kLabel, stream.init, stream.content,
               {stream.segments.begin(), stream.segments.end()});
}

}  // namespace

TEST_CASE("fragments in one file: each leads to the stored row, none is missing") {
  const Stream good = stream(true);
  CHECK(check(kLabel, good.init, good.content) == kMatch);
  ByteBuffer changed = good.init;
  changed.back() ^= 1;
  CHECK(check(kLabel, changed, good.content) == kMismatch);
  changed = good.init;
  changed[good.init.size() - good.segments[2].size() - 1] ^= 1;
  CHECK(check(kLabel, changed, good.content) == kMismatch);
  changed = good.init;
  changed[14] ^= 1;  // moov
  CHECK_FALSE(check(kLabel, changed, good.content) == kMatch);
  const ByteBuffer cut = to_buffer(slice(good.init, 0, good.init.size() - good.segments[2].size()));
  CHECK(check(kLabel, cut, good.content) == kMismatch);
  CHECK(check(kLabel, good.init + good.segments[2], good.content) == kMismatch);
}

TEST_CASE("fragments in files of their own, in any order, each once") {
  Stream good = stream(false);
  CHECK(check_stream(good) == kMatch);
  std::swap(good.segments[0], good.segments[2]);
  CHECK(check_stream(good) == kMatch);
  good.segments[1] = good.segments[0];
  CHECK(check_stream(good) == kMismatch);
  Stream changed = stream(false);
  changed.segments[1].back() ^= 1;
  CHECK(check_stream(changed) == kMismatch);
  Stream stranger = stream(false);
  stranger.segments[1] = fragment(1);
  CHECK(check_stream(stranger) == kMismatch);
}

TEST_CASE("missing init hash: fragments whose beginning nobody vouches for") {
  CHECK(check_stream(stream(false, false)) == kMalformed);
  const Stream one = stream(true, false);
  CHECK(check(kLabel, one.init, one.content) == kMalformed);
}

TEST_CASE("proofs beside a film in one piece have to lead to the stored row, too") {
  const Media film = media(300);
  const auto rows = rows_of(blocks(film, 100));
  const wire::CborItem top = tree(3, rows[2], {{"fixedBlockSize", item(100)}});
  const ByteBuffer hash = flat(film.file, {0, film.file.size()}, 16);
  const auto run = [&](const ByteBuffer& proof) {
    return check(kLabel, film.file + proof,
                 assertion(with_mdat(), {{"hash", item(hash)}, {"merkle", list({top})}}));
  };
  CHECK(run({}) == kMatch);
  CHECK(run(proof_box(0, {rows[0][1], rows[1][1]})) == kMatch);
  CHECK(run(proof_box(2, {rows[1][0]})) == kMatch);
  CHECK(run(proof_box(1, {rows[0][1], rows[1][1]})) == kMismatch);
  CHECK(run(proof_box(0, {rows[0][1], rows[1][0]})) == kMismatch);
  CHECK(run(proof_box(3, {})) == kMismatch);
  ByteBuffer unreadable = proof_box(2, {rows[1][0]});
  unreadable[24 + 4 + 7] = 0xFF;
  CHECK(run(unreadable) == kMismatch);
}
