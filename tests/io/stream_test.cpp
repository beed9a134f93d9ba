// SPDX-License-Identifier: Apache-2.0
// Streams that are unpacked on the way, and their lines.
#include <doctest/doctest.h>

#include <random>

#include "io/io.hpp"
#include "io/line_reader.hpp"
#include "io/packing.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::TemporaryFolder;

namespace {

ByteBuffer packed(Packing packing, Bytes bytes) {
  MemorySink sink;
  auto packer = open_packer(packing, sink);
  REQUIRE(packer);
  // In two pieces, as a stream comes.
  REQUIRE((*packer)->write(slice(bytes, 0, bytes.size() / 2)));
  REQUIRE((*packer)->write(slice(bytes, bytes.size() / 2)));
  REQUIRE((*packer)->finish());
  return sink.bytes();
}

Result<ByteBuffer> drain(ByteStream& stream) {
  ByteBuffer all;
  while (true) {
    const Bytes block = TRY(stream.next());
    if (block.empty()) return all;
    append(all, block);
  }
}

Result<ByteBuffer> unpacked_bytes(Bytes bytes, std::size_t block = 1 << 20) {
  const auto stream = TRY(unpacked(memory_stream(bytes, block)));
  return drain(*stream);
}

ByteBuffer noise(std::size_t size) {
  std::mt19937 random(7);
  ByteBuffer bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % 23);
  return bytes;
}

std::vector<std::string> lines_of(Bytes bytes, std::size_t block, std::size_t longest) {
  const auto stream = memory_stream(bytes, block);
  std::string beyond;
  LineReader reader(*stream, longest, [&](Bytes part) { beyond += as_text(part); });
  std::vector<std::string> lines;
  std::uint64_t offset = 0;
  while (auto line = *reader.next()) {
    CHECK(line->offset == offset);
    CHECK(line->number == lines.size() + 1);
    offset += line->size + (line->ended ? 1 : 0);
    lines.push_back(line->whole ? std::string(as_text(line->bytes)) : "long:" + beyond);
    beyond.clear();
  }
  CHECK(offset == bytes.size());
  return lines;
}

}  // namespace

TEST_CASE("gzip and Zstandard unpack to what was packed, at any block size") {
  const ByteBuffer plain = noise(300'000);
  for (const Packing packing : {Packing::None, Packing::Gzip, Packing::Zstandard}) {
    CAPTURE(to_string(packing));
    const ByteBuffer stored = packed(packing, plain);
    CHECK(packing_of(stored) == packing);
    for (const std::size_t block : {4UL, 777UL, 1UL << 20})
      CHECK(unpacked_bytes(stored, block) == plain);
    ByteBuffer twice = stored;  // members and frames one behind the other
    append(twice, Bytes(stored));
    CHECK(unpacked_bytes(twice, 1000)->size() == 2 * plain.size());
  }
}

TEST_CASE("packed data that is cut or damaged is an error that says where") {
  const ByteBuffer plain = noise(300'000);
  for (const Packing packing : {Packing::Gzip, Packing::Zstandard}) {
    CAPTURE(to_string(packing));
    const ByteBuffer stored = packed(packing, plain);
    for (std::size_t size = 4; size < stored.size(); size += stored.size() / 50) {
      const auto cut = unpacked_bytes(slice(stored, 0, size));
      REQUIRE(!cut);
      CHECK(cut.error().code == ErrorCode::Truncated);
      CHECK(cut.error().offset == size);
    }
    ByteBuffer broken = stored;
    broken[stored.size() / 2] ^= 0x55;
    const auto read = unpacked_bytes(broken);
    REQUIRE(!read);
    CHECK(read.error().code == ErrorCode::Malformed);
    ByteBuffer trailing = stored;
    append(trailing, "garbage");
    CHECK(!unpacked_bytes(trailing));
  }
}

TEST_CASE("reading ahead gives the same bytes, and may be given up half way") {
  const TemporaryFolder folder;
  const ByteBuffer plain = noise(9'000'000);
  const std::string path = folder.file("a.zst");
  testing::write_file(path, packed(Packing::Zstandard, plain));
  CHECK(drain(**open_stream(path)) == plain);
  const auto stream = open_stream(path);
  CHECK(!(*stream)->next()->empty());
}

TEST_CASE("a missing file, a folder") {
  const TemporaryFolder folder;
  CHECK(open_stream(folder.file("none")).error().code == ErrorCode::NotFound);
  CHECK(open_stream(folder.path()).error().code == ErrorCode::Io);
}

TEST_CASE("lines are the same however the stream is cut into blocks") {
  const std::string text = "one\n\ntwo\r\nthree is longer than the others\nlast";
  const std::vector<std::string> whole = {"one", "", "two\r", "three is longer than the others",
                                          "last"};
  const std::vector<std::string> capped = {"one", "", "two\r",
                                           "long:three is longer than the others", "last"};
  for (std::size_t block = 1; block <= text.size(); ++block) {
    CHECK(lines_of(as_bytes(text), block, 100) == whole);
    CHECK(lines_of(as_bytes(text), block, 5) == capped);
  }
  CHECK(lines_of({}, 1, 5).empty());
}
