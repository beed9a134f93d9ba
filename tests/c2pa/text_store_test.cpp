// SPDX-License-Identifier: Apache-2.0
// Stores in text: found, and bound to the text in normalization form C or to its bytes.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "bindings_support.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

std::string selectors(Bytes bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) {
    append_utf8(out, byte < 16 ? 0xFE00U + byte : 0xE0100U + byte - 16U);
  }
  return out;
}

/// Marker, magic, version, length, store.
std::string wrapper(const ByteBuffer& store, std::uint64_t size, std::uint8_t version = 1) {
  ByteBuffer bytes = to_buffer(std::string_view("C2PATXT\0", 8));
  bytes.push_back(version);
  append_be(bytes, size, 4);
  append(bytes, Bytes(store));
  return "\xEF\xBB\xBF" + selectors(bytes);
}

ByteBuffer all_bytes() {
  ByteBuffer bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  return bytes;
}

Layout inspect(const std::string& text) {
  MemorySource source(as_bytes(text));
  auto layout = find_format("text")->inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

std::string check_text(const std::string& text, Range out, const std::string& hashed) {
  return check("c2pa.hash.data", as_bytes(text),
               map({{"exclusions", list({testing::range(out.offset, out.size)})},
                    {"hash", item(sha256(to_buffer(hashed)))}}));
}

}  // namespace

TEST_CASE("a wrapper of variation selectors is a store, wherever it stands") {
  const ByteBuffer store = all_bytes();
  const std::string text = wrapper(store, store.size());
  for (const std::string& before : {std::string(), std::string("one\ntwo ")}) {
    const Layout layout = inspect(before + text + " behind");
    REQUIRE(layout.carriers.size() == 1);
    CHECK(layout.carriers[0].kind == CarrierKind::C2paStore);
    CHECK(layout.carriers[0].path == (before.empty() ? "text:c2pa-text[1]" : "text:c2pa-text[2]"));
    CHECK(layout.carriers[0].whole == Range{before.size(), text.size()});
    CHECK(*layout.carriers[0].value == store);
  }
}

TEST_CASE("a wrapper that is damaged has an empty store; other characters are none") {
  const ByteBuffer store = all_bytes();
  for (const std::string& text : {wrapper(store, 257), wrapper(store, UINT32_MAX),
                                  wrapper(store, 256, 2), wrapper({}, 0).substr(0, 30)}) {
    const Layout layout = inspect(text);
    CHECK(layout.carriers.size() <= 1);
    for (const Carrier& carrier : layout.carriers) CHECK(carrier.value->empty());
  }
  CHECK(inspect("\xEF\xBB\xBFplain").carriers.empty());
  CHECK(inspect("I \xE2\x9D\xA4\xEF\xB8\x8F it").carriers.empty());
}

TEST_CASE("plain text is hashed in normalization form C, without its wrapper") {
  const std::string store = wrapper(all_bytes(), 256);
  const std::string apart = "cafe\xCC\x81 ", joined = "caf\xC3\xA9 ";
  for (const std::string& text : {apart, joined}) {
    CHECK(check_text(text + store, {text.size(), store.size()}, joined) ==
          "assertion.dataHash.match");
    CHECK(check_text(store + text, {0, store.size()}, joined) == "assertion.dataHash.match");
  }
  CHECK(check_text(apart + store, {apart.size(), store.size()}, apart) ==
        "assertion.dataHash.mismatch");
  CHECK(check_text(joined + store, {joined.size() - 1, store.size() + 1}, "caf\xC3\xA9") ==
        "assertion.dataHash.mismatch");
  // A letter and its accent on two sides of the wrapper are neighbours when it is gone.
  CHECK(check_text("cafe" + store + "\xCC\x81 ", {4, store.size()}, joined) ==
        "assertion.dataHash.match");
  std::string pieces, composed;
  for (int i = 0; i < 300'000; ++i) {
    pieces += "e\xCC\x81";
    composed += "\xC3\xA9";
  }
  CHECK(check_text(pieces + store, {pieces.size(), store.size()}, composed) ==
        "assertion.dataHash.match");
}

TEST_CASE("structured text is hashed as it stands, without the line of its store") {
  const std::string line =
      "# -----BEGIN C2PA MANIFEST----- data:application/c2pa;base64,AAECAw== "
      "-----END C2PA MANIFEST-----\r\n";
  const std::string text = "name: cafe\xCC\x81\n";
  const Layout layout = inspect(line + text);
  REQUIRE(layout.carriers.size() == 1);
  CHECK(layout.carriers[0].whole == Range{0, line.size()});
  CHECK(*layout.carriers[0].value == ByteBuffer{0, 1, 2, 3});
  CHECK(check_text(line + text, {0, line.size()}, text) == "assertion.dataHash.match");
  CHECK(check_text(text + line, {text.size(), line.size()}, text) == "assertion.dataHash.match");
  const Layout link =
      inspect("-----BEGIN C2PA MANIFEST----- https://x/y -----END C2PA MANIFEST-----");
  REQUIRE(link.carriers.size() == 1);
  CHECK(link.carriers[0].kind == CarrierKind::Tag);
  CHECK(link.carriers[0].key == kStoreLink);
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "-----BEGIN C2PA MANIFEST-----";
  CHECK(inspect(many).carriers.empty());
}
