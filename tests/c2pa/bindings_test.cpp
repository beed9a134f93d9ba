// SPDX-License-Identifier: Apache-2.0
// Data hashes, hashes of boxes by name, of collections, and of parts.
#include "bindings_support.hpp"

#include <doctest/doctest.h>

#include "support/zip_writer.hpp"
#include "wire/inflate.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

void chunk(ByteBuffer& out, std::string_view type, std::string_view data) {
  append_be(out, data.size(), 4);
  ByteBuffer body = to_buffer(type);
  append(body, data);
  append(out, body);
  append_be(out, wire::crc32(body), 4);
}

constexpr std::string_view kStore{"\0\0\0\x0cjumbABCD", 12};

/// A PNG in grammar, with a store of 12 bytes and `behind` in the store's chunk.
ByteBuffer png(std::string_view behind = {}) {
  ByteBuffer out = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  chunk(out, "IHDR", std::string_view("\0\0\0\1\0\0\0\1\x08\0\0\0\0", 13));
  chunk(out, "caBX", std::string(kStore) + std::string(behind));
  chunk(out, "tEXt", std::string_view("Title\0x", 7));
  chunk(out, "IDAT", "picture");
  chunk(out, "IEND", "");
  return out;
}
constexpr std::uint64_t kStoreAt = 33, kStoreSize = 24, kTextAt = 57, kTextSize = 19;

ByteBuffer without(const ByteBuffer& bytes, std::vector<Range> ranges) {
  ByteBuffer kept;
  for (std::uint64_t at = 0; at < bytes.size(); ++at) {
    const bool out = std::ranges::any_of(
        ranges, [&](const Range& range) { return at >= range.offset && at < range.end(); });
    if (!out) kept.push_back(bytes[at]);
  }
  return kept;
}

std::string check_data(const ByteBuffer& file, const std::vector<Range>& exclusions) {
  std::vector<wire::CborItem> items;
  for (const Range& each : exclusions) items.push_back(testing::range(each.offset, each.size));
  return check(
      "c2pa.hash.data", file,
      map({{"exclusions", list(items)}, {"hash", item(sha256(without(file, exclusions)))}}));
}

Range part(const ByteBuffer& file, std::string_view type) {
  const auto at = as_text(Bytes(file)).find(type) - 4;
  return {at, *load_be(file, at, 4) + 12};
}

wire::CborItem group(const ByteBuffer& file, std::vector<const char*> names, Range range,
                     bool excluded = false) {
  std::vector<wire::CborItem> items;
  for (const char* name : names) items.push_back(item(name));
  Pairs pairs = {{"names", list(items)},
                 {"hash", item(sha256(to_buffer(slice(file, range.offset, range.size))))}};
  if (excluded) pairs.emplace_back("excluded", truth());
  return map(pairs);
}

wire::CborItem store_group() {
  return map({{"names", list({item("C2PA")})}, {"hash", item(ByteBuffer{0})}});
}

}  // namespace

TEST_CASE("a data hash: the store may be left out, with its chunk or without") {
  const ByteBuffer file = png();
  CHECK(check_data(file, {{kStoreAt, kStoreSize}}) == "assertion.dataHash.match");
  CHECK(check_data(file, {{kStoreAt + 8, 12}}) == "assertion.dataHash.match");
  ByteBuffer changed = file;
  const wire::CborItem content =
      map({{"exclusions", list({testing::range(kStoreAt, kStoreSize)})},
           {"hash", item(sha256(without(file, {{kStoreAt, kStoreSize}})))}});
  for (std::size_t at = 0; at < file.size(); ++at) {
    if (at >= kStoreAt && at < kStoreAt + kStoreSize) continue;
    changed[at] ^= 1;
    CHECK(check("c2pa.hash.data", changed, content).ends_with("mismatch"));
    changed[at] ^= 1;
  }
}

TEST_CASE("a data hash: metadata may be left out, content may not") {
  const ByteBuffer file = png();
  CHECK(check_data(file, {{kStoreAt, kStoreSize}, {kTextAt, kTextSize}}) ==
        "assertion.dataHash.additionalExclusionsPresent assertion.dataHash.match");
  CHECK(check_data(file, {{kStoreAt, kStoreSize}, part(file, "IDAT")}) ==
        "assertion.dataHash.mismatch");
  CHECK(check_data(file, {{kStoreAt, kStoreSize + kTextSize}}) == "assertion.dataHash.mismatch");
  CHECK(check_data(file, {{8, kStoreAt - 8 + kStoreSize}}) == "assertion.dataHash.mismatch");
  CHECK(check_data(file, {{0, file.size()}}) == "assertion.dataHash.mismatch");
}

TEST_CASE("a data hash: a detached store leaves nothing out") {
  ByteBuffer file = to_buffer("not a container at all");
  CHECK(check_data(file, {}) == "assertion.dataHash.match");
  CHECK(check_data(file, {{0, 3}}) == "assertion.dataHash.mismatch");
}

TEST_CASE("a data hash: nothing but zeros stands behind the store in its place") {
  CHECK(check_data(png(std::string(5, '\0')), {{kStoreAt, kStoreSize + 5}}) ==
        "assertion.dataHash.match");
  CHECK(check_data(png("evil!"), {{kStoreAt, kStoreSize + 5}}) == "assertion.dataHash.mismatch");
}

TEST_CASE("a data hash: exclusions that overlap, fall back, overflow or pass the end") {
  const ByteBuffer file = png();
  CHECK(check_data(file, {{kStoreAt, 10}, {kStoreAt + 5, 10}}) == "assertion.dataHash.malformed");
  CHECK(check_data(file, {{kStoreAt + 5, 1}, {kStoreAt, 1}}) == "assertion.dataHash.malformed");
  const auto raw = [&](std::uint64_t start, std::uint64_t length) {
    return check(
        "c2pa.hash.data", file,
        map({{"exclusions", list({testing::range(start, length)})}, {"hash", item(sha256({}))}}));
  };
  CHECK(raw(UINT64_MAX, 2) == "assertion.dataHash.malformed");
  CHECK(raw(1, UINT64_MAX) == "assertion.dataHash.malformed");
  CHECK(raw(kStoreAt, UINT64_MAX - kStoreAt) == "assertion.dataHash.mismatch");
  CHECK(raw(file.size() - 1, 2) == "assertion.dataHash.mismatch");
}

TEST_CASE("a data hash: fields of other types, and algorithms that are not allowed") {
  const ByteBuffer file = png();
  const auto raw = [&](const Pairs& pairs) { return check("c2pa.hash.data", file, map(pairs)); };
  const wire::CborItem hash = item(sha256(file));
  CHECK(raw({{"hash", hash}}) == "assertion.dataHash.match");
  CHECK(raw({}) == "assertion.dataHash.mismatch");
  CHECK(raw({{"hash", item("text")}}) == "assertion.dataHash.mismatch");
  CHECK(raw({{"hash", item(ByteBuffer{})}}) == "assertion.dataHash.mismatch");
  CHECK(raw({{"hash", hash}, {"exclusions", item("x")}}) == "assertion.dataHash.malformed");
  CHECK(raw({{"hash", hash}, {"exclusions", list({item(1)})}}) == "assertion.dataHash.malformed");
  CHECK(raw({{"hash", hash}, {"alg", item("md5")}}) == "algorithm.unsupported");
  CHECK(raw({{"hash", item(digest_of(DigestAlgorithm::Sha512, file))}, {"alg", item("sha512")}}) ==
        "assertion.dataHash.match");
}

TEST_CASE("boxes by name: each in its place, none besides") {
  const ByteBuffer file = png();
  const wire::CborItem head = group(file, {"PNGh", "IHDR"}, {0, kStoreAt});
  const Range rest{kTextAt, file.size() - kTextAt};
  const wire::CborItem tail = group(file, {"tEXt", "IDAT", "IEND"}, rest);
  const auto run = [&](const ByteBuffer& bytes, std::vector<wire::CborItem> groups) {
    return check("c2pa.hash.boxes", bytes, map({{"boxes", list(std::move(groups))}}));
  };
  CHECK(run(file, {head, store_group(), tail}) == "assertion.boxesHash.match");
  CHECK(run(file, {}) == "assertion.boxesHash.malformed");
  CHECK(run(file, {head, store_group()}) == "assertion.boxesHash.unknownBox");
  CHECK(run(file, {head, tail}) == "assertion.boxesHash.unknownBox");
  CHECK(run(file, {head, store_group(), group(file, {"tEXt", "IDAT", "iTXt"}, rest)}) ==
        "assertion.boxesHash.mismatch");
  ByteBuffer longer = file;
  longer.push_back('x');
  CHECK(run(longer, {head, store_group(), tail}) == "assertion.boxesHash.mismatch");
  CHECK(run(longer, {head, store_group(), tail, group(longer, {"c2pa.after"}, {file.size(), 1})}) ==
        "assertion.boxesHash.match");
  ByteBuffer changed = file;
  for (std::size_t at = 0; at < file.size(); ++at) {
    if (at >= kStoreAt && at < kStoreAt + kStoreSize) continue;
    changed[at] ^= 1;
    CHECK_FALSE(run(changed, {head, store_group(), tail}) == "assertion.boxesHash.match");
    changed[at] ^= 1;
  }
}

TEST_CASE("boxes by name: only metadata may be left out") {
  const ByteBuffer file = png();
  const wire::CborItem head = group(file, {"PNGh", "IHDR"}, {0, kStoreAt});
  const Range text{kTextAt, kTextSize}, data = part(file, "IDAT"), end = part(file, "IEND");
  const auto run = [&](bool leave_text, bool leave_data) {
    return check("c2pa.hash.boxes", file,
                 map({{"boxes", list({head, store_group(), group(file, {"tEXt"}, text, leave_text),
                                      group(file, {"IDAT"}, data, leave_data),
                                      group(file, {"IEND"}, end)})}}));
  };
  CHECK(run(false, false) == "assertion.boxesHash.match");
  CHECK(run(true, false) ==
        "assertion.boxesHash.additionalExclusionsPresent assertion.boxesHash.match");
  CHECK(run(false, true) == "assertion.boxesHash.mismatch");
}

TEST_CASE("boxes by name: parts of metadata may be left out, nothing else") {
  ByteBuffer file = png();
  const wire::CborItem head = group(file, {"PNGh", "IHDR"}, {0, kStoreAt});
  const Range tail{kTextAt, file.size() - kTextAt};
  const auto part = [](std::uint64_t start, std::uint64_t length, std::uint64_t index) {
    return map({{"start", item(start)}, {"length", item(length)}, {"boxIndex", item(index)}});
  };
  const auto run = [&](const std::vector<Range>& parts, wire::CborItem exclusions) {
    ByteBuffer hashed;
    std::uint64_t at = tail.offset;
    for (const Range& each : parts) {
      append(hashed, slice(file, at, kTextAt + each.offset - at));
      at = kTextAt + each.end();
    }
    append(hashed, slice(file, at, tail.end() - at));
    return check(
        "c2pa.hash.boxes", file,
        map({{"boxes", list({head, store_group(),
                             map({{"names", list({item("tEXt"), item("IDAT"), item("IEND")})},
                                  {"hash", item(sha256(hashed))},
                                  {"exclusions", std::move(exclusions)}})})}}));
  };
  const std::string match =
      "assertion.boxesHash.additionalExclusionsPresent assertion.boxesHash.match";
  CHECK(run({{8, 3}}, list({part(8, 3, 0)})) == match);
  CHECK(run({{8, 1}, {10, 1}}, list({part(8, 1, 0), part(10, 1, 0)})) == match);
  file[kTextAt + 9] ^= 1;
  CHECK(run({{8, 3}}, list({part(8, 3, 0)})) == match);
  const std::string malformed = "assertion.boxesHash.malformed";
  CHECK(run({}, list({})) == malformed);
  CHECK(run({{8, 3}}, list({map({{"start", item(8)}, {"length", item(3)}})})) == malformed);
  CHECK(run({{8, 3}}, list({part(8, 3, 3)})) == malformed);
  CHECK(run({{8, 3}}, list({part(10, 1, 0), part(8, 1, 0)})) == malformed);
  const std::string mismatch = "assertion.boxesHash.mismatch";
  CHECK(run({{4, 3}}, list({part(4, 3, 0)})) == mismatch);
  CHECK(run({{8, 3}}, list({part(8, 3, 1)})) == mismatch);
  CHECK(run({{8, 3}}, list({part(8, UINT64_MAX, 0)})) == mismatch);
  CHECK(run({{8, 3}}, list({part(8, 4, 0)})) == mismatch);
}

namespace {

constexpr const char* kMember = "META-INF/content_credential.c2pa";

struct Archive {
  ByteBuffer bytes;
  std::vector<wire::CborItem> entries;
  ByteBuffer directory_hash, skipped_hash;
};

/// Two files and a store, whose local headers are 30 bytes and the name.
Archive archive() {
  Archive made;
  made.bytes = make_zip({{"a.txt", "one", false}, {"b.txt", "two", false}, {kMember, "S", false}});
  const auto member = [&](const char* name, std::uint64_t at) {
    const std::uint64_t size = 30 + 5 + 3;
    made.entries.push_back(
        map({{"uri", item(name)}, {"hash", item(sha256(to_buffer(slice(made.bytes, at, size))))}}));
  };
  member("a.txt", 0);
  member("b.txt", 38);
  const auto at = as_text(Bytes(made.bytes)).find("PK\x01\x02");
  const auto store = as_text(Bytes(made.bytes)).rfind("PK\x01\x02");
  ByteBuffer directory = to_buffer(slice(made.bytes, at));
  std::fill_n(directory.begin() + static_cast<std::ptrdiff_t>(store - at) + 16, 4, 0);
  made.directory_hash = sha256(directory);
  directory.erase(directory.begin() + static_cast<std::ptrdiff_t>(store - at) + 16,
                  directory.begin() + static_cast<std::ptrdiff_t>(store - at) + 20);
  made.skipped_hash = sha256(directory);
  return made;
}

std::string check_zip(const ByteBuffer& bytes, const wire::CborItem& uris, const ByteBuffer& hash) {
  return check("c2pa.hash.collection.data", bytes,
               map({{"uris", uris}, {"zip_central_directory_hash", item(hash)}}));
}

}  // namespace

TEST_CASE("a collection: every file of the archive, and its directory in both readings") {
  const Archive zip = archive();
  CHECK(check_zip(zip.bytes, list(zip.entries), zip.directory_hash) ==
        "assertion.collectionHash.match");
  CHECK(check_zip(zip.bytes, list(zip.entries), zip.skipped_hash) ==
        "assertion.collectionHash.match");
  const wire::CborItem by_name = map({{"a.txt", zip.entries[0]}, {"b.txt", zip.entries[1]}});
  CHECK(check_zip(zip.bytes, by_name, zip.skipped_hash) == "assertion.collectionHash.match");
  CHECK(check_zip(zip.bytes, list({zip.entries[0]}), zip.directory_hash) ==
        "assertion.collectionHash.incorrectFileCount");
  CHECK(check_zip(zip.bytes, list({}), zip.directory_hash) == "assertion.collectionHash.malformed");
  CHECK(check_zip(zip.bytes, list(zip.entries), sha256({})) == "assertion.collectionHash.mismatch");
  ByteBuffer changed = zip.bytes;
  changed[36] ^= 1;
  CHECK(check_zip(changed, list(zip.entries), zip.directory_hash) ==
        "assertion.collectionHash.mismatch");
}

TEST_CASE("a collection: URIs that lead out of it") {
  const Archive zip = archive();
  for (const char* uri : {"../a.txt", "a/../../b", "./a.txt", "/etc/passwd", "http://x/y"}) {
    const wire::CborItem entry = map({{"uri", item(uri)}, {"hash", item(sha256({}))}});
    CHECK(check_zip(zip.bytes, list({entry}), zip.directory_hash) ==
          "assertion.collectionHash.invalidURI");
  }
}

namespace {

struct Parts {
  std::vector<std::pair<std::string, wire::CborItem>> contents;
  std::vector<c2pa::Binding> bindings = {};
  static const c2pa::Binding* find(void* context, std::string_view uri) {
    auto& self = *static_cast<Parts*>(context);
    for (std::size_t i = 0; i < self.contents.size(); ++i) {
      if (self.contents[i].first == uri) return &self.bindings[i];
    }
    return nullptr;
  }
};

std::string check_parts(const ByteBuffer& file, const std::vector<Range>& ranges,
                        bool last_is_optional = false, Range missing = {},
                        bool other_bytes = false) {
  MemorySource source(file);
  const Layout layout;
  Parts parts;
  std::vector<wire::CborItem> items;
  for (const Range& range : ranges) {
    const std::string uri = "part" + std::to_string(items.size());
    ByteBuffer bytes = to_buffer(slice(file, range.offset, range.size));
    if (other_bytes) bytes.push_back(0);
    parts.contents.emplace_back(uri, map({{"hash", item(sha256(bytes))}}));
    Pairs pairs = {
        {"location", map({{"byteOffset", item(range.offset)}, {"length", item(range.size)}})},
        {"hashAssertion", map({{"url", item(uri.c_str())}})}};
    if (last_is_optional && items.size() + 1 == ranges.size()) {
      pairs.emplace_back("optional", truth());
    }
    items.push_back(map(pairs));
  }
  for (const auto& [uri, content] : parts.contents) {
    parts.bindings.push_back({"c2pa.hash.data", uri, content, "sha256"});
  }
  if (missing.size > 0) parts.contents.pop_back();
  c2pa::StatusList status;
  c2pa::check_multi_asset({source, nullptr, &layout, nullptr, {}},
                          {"c2pa.hash.multi-asset", "x", map({{"parts", list(items)}}), "sha256"},
                          &Parts::find, &parts, Limits{}, status);
  return codes(status);
}

}  // namespace

TEST_CASE("parts of a file: they lie side by side from its start to its end") {
  const ByteBuffer file = to_buffer("first part, second part");
  CHECK(check_parts(file, {{0, 11}, {11, 12}}) == "assertion.multiAssetHash.match");
  CHECK(check_parts(file, {{0, 11}, {12, 11}}) == "assertion.multiAssetHash.malformed");
  CHECK(check_parts(file, {{0, 11}, {10, 13}}) == "assertion.multiAssetHash.malformed");
  CHECK(check_parts(file, {{0, 11}}) == "assertion.multiAssetHash.malformed");
  CHECK(check_parts(file, {{0, 11}, {11, UINT64_MAX}}) == "assertion.multiAssetHash.malformed");
  CHECK(check_parts(file, {{0, 23}, {23, 5}}) == "assertion.multiAssetHash.missingPart");
  CHECK(check_parts(file, {{0, 23}, {23, 5}}, true) == "assertion.multiAssetHash.match");
  CHECK(check_parts(file, {{0, 11}, {11, 12}}, false, {0, 1}) ==
        "assertion.multiAssetHash.missingPart");
  CHECK(check_parts(file, {{0, 11}, {11, 12}}, false, {}, true) ==
        "assertion.multiAssetHash.mismatch");
  CHECK(check_parts(file, {}) == "assertion.multiAssetHash.malformed");
}
