// SPDX-License-Identifier: Apache-2.0
// Hashes of ISO media files: which boxes count.
#include "bmff_support.hpp"

#include <doctest/doctest.h>

#include "support/movie.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::bmff;
using wire::fourcc;

TEST_CASE("boxes of a film: offsets and bytes count, the excluded boxes do not") {
  Film film;
  film.behind_moov = box("free", padding(20));
  ByteBuffer file = testing::film(film);
  const wire::CborItem content = assertion(usual(), {{"hash", item(flat(file, {0, file.size()}))}});
  CHECK(check(kLabel, file, content) == kMatch);
  MemorySource source(file);
  CHECK(c2pa::bmff_hash(source, DigestAlgorithm::Sha256, Limits{}));
  for (const wire::Box& box : roots(file)) {
    const bool out = box.is(fourcc("ftyp")) || box.is(fourcc("free"));
    file[box.whole.end() - 1] ^= 1;
    CHECK((check(kLabel, file, content) == kMatch) == out);
    file[box.whole.end() - 1] ^= 1;
  }
  CHECK(check(kLabel, file + box("free", padding(8)), content) == kMatch);
  CHECK(check(kLabel, file + box("data", padding(8)), content) == kMismatch);
  CHECK(check(kLabel, file + ByteBuffer(8), content) == kMismatch);
  ByteBuffer shifted = file;
  const ByteBuffer filler = box("free", {});
  const auto at = static_cast<std::ptrdiff_t>(roots(file)[0].whole.end());
  shifted.insert(shifted.begin() + at, filler.begin(), filler.end());
  CHECK(check(kLabel, shifted, content) == kMismatch);
}

TEST_CASE("boxes of a film: eight zeros and more at the end are a box, fewer are bytes") {
  const ByteBuffer plain = box("ftyp", to_buffer("isom")) + box("moov", box("udta", {}));
  const std::uint64_t end = plain.size();
  for (const std::uint64_t size : {1U, 7U, 8U, 9U, 100U}) {
    CAPTURE(size);
    const ByteBuffer file = plain + ByteBuffer(size);
    ByteBuffer counted = number(12, 8) + to_buffer(slice(plain, 12));
    if (size >= 8) counted = counted + number(end, 8);
    const auto content = assertion(usual(), {{"hash", item(sha256(counted + ByteBuffer(size)))}});
    CHECK(check(kLabel, file, content) == kMatch);
    CHECK(check(kLabel, file + ByteBuffer(1), content) == kMismatch);
    ByteBuffer changed = file;
    changed.back() = 1;
    CHECK(check(kLabel, changed, content) == kMismatch);
  }
}

TEST_CASE("boxes of a film: the signer's own hash is the one that is checked") {
  const ByteBuffer file = testing::film({});
  MemorySource source(file);
  const auto hash = c2pa::bmff_hash(source, DigestAlgorithm::Sha256, Limits{});
  REQUIRE(hash);
  auto exclusions = usual();
  exclusions.resize(3);
  CHECK(check(kLabel, file, assertion(exclusions, {{"hash", item(*hash)}})) == kMatch);
}

TEST_CASE("excluded offset attack: chunks that stand where no hash is") {
  for (const bool wide : {false, true}) {
    Film film;
    film.wide_offsets = wide;
    film.behind_moov = box("free", padding(64));
    ByteBuffer file = testing::film(film);
    CHECK(check_flat(file) == kMatch);
    const auto boxes = roots(file);
    const auto free =
        std::ranges::find_if(boxes, [](const wire::Box& box) { return box.is(fourcc("free")); });
    REQUIRE(free != boxes.end());
    const auto table = as_text(Bytes(file)).find(wide ? "co64" : "stco");
    store_be(file, table + 12, free->body.offset, wide ? 8 : 4);
    CHECK(check_flat(file) == kMismatch);
    CHECK(check("c2pa.hash.bmff.v2", file,
                assertion(usual(), {{"hash", item(flat(file, {0, file.size()}))}})) == kMismatch);
  }
}

TEST_CASE("excluded offset attack: the media data itself is left out") {
  const ByteBuffer file = testing::film({});
  auto exclusions = usual();
  exclusions.push_back(exclusion("/mdat"));
  ByteBuffer all;
  for (const wire::Box& box : roots(file)) {
    if (!box.is(fourcc("moov"))) continue;
    append_be(all, box.whole.offset, 8);
    append(all, slice(file, box.whole.offset, box.whole.size));
  }
  CHECK(check(kLabel, file, assertion(exclusions, {{"hash", item(sha256(all))}})) == kMismatch);
  CHECK(check(kLabel, file,
              assertion(with_mdat(), {{"hash", item(flat(file, {0, file.size()}, 16))}})) ==
        kMismatch);
}

TEST_CASE("exclusions of boxes: conditions, subsets, nested paths") {
  const ByteBuffer inner = full_box("abcd", number(0x01020304, 4), 1, 5);
  const ByteBuffer file = box("ftyp", to_buffer("isom")) + box("moov", inner + inner) +
                          box("mdat", to_buffer("0123456789"));
  const std::uint64_t moov = 12;
  const auto run = [&](const wire::CborItem& extra, const std::vector<Range>& left_out) {
    ByteBuffer all;
    for (const wire::Box& box : roots(file)) {
      if (box.is(fourcc("ftyp"))) continue;
      append_be(all, box.whole.offset, 8);
      for (std::uint64_t at = box.whole.offset; at < box.whole.end(); ++at) {
        const bool out = std::ranges::any_of(
            left_out, [&](const Range& range) { return at >= range.offset && at < range.end(); });
        if (!out) all.push_back(file[at]);
      }
    }
    auto exclusions = usual();
    exclusions.push_back(extra);
    return check(kLabel, file, assertion(exclusions, {{"hash", item(sha256(all))}}));
  };
  const std::string informed = "assertion.bmffHash.additionalExclusionsPresent " + kMatch;
  const Range first{moov + 8, 16}, second{moov + 24, 16};
  CHECK(run(exclusion("/moov/abcd"), {first, second}) == informed);
  CHECK(run(exclusion("/moov[1]/abcd[2]"), {second}) == informed);
  CHECK(run(exclusion("/moov[2]/abcd"), {}) == kMatch);
  CHECK(run(exclusion("/moov/abcd", {{"version", item(1)}}), {first, second}) == informed);
  CHECK(run(exclusion("/moov/abcd", {{"version", item(2)}}), {}) == kMatch);
  const ByteBuffer flag{0, 0, 1};
  CHECK(run(exclusion("/moov/abcd", {{"flags", item(flag)}}), {}) == kMatch);
  wire::CborItem no;
  no.number = 20;
  CHECK(run(exclusion("/moov/abcd", {{"flags", item(flag)}, {"exact", no}}), {first, second}) ==
        informed);
  CHECK(run(exclusion("/moov/abcd", {{"length", item(17)}}), {}) == kMatch);
  const auto subset = [](std::vector<Range> ranges) {
    std::vector<wire::CborItem> items;
    for (const Range& each : ranges) {
      items.push_back(map({{"offset", item(each.offset)}, {"length", item(each.size)}}));
    }
    return list(items);
  };
  CHECK(run(exclusion("/moov/abcd", {{"subset", subset({{12, 2}, {15, 0}})}}),
            {{moov + 20, 2}, {moov + 23, 1}, {moov + 36, 2}, {moov + 39, 1}}) == informed);
  CHECK(run(exclusion("/moov/abcd", {{"subset", subset({{12, 9000}})}}),
            {{moov + 20, 4}, {moov + 36, 4}}) == informed);
  CHECK(run(exclusion("/moov/abcd", {{"subset", subset({{12, 4}, {13, 1}})}}), {}) == kMalformed);
  CHECK(run(exclusion("/moov/abcd", {{"subset", subset({{9, UINT64_MAX}})}}), {}) == kMalformed);
  CHECK(run(exclusion("not a path"), {}) == kMatch);
  CHECK(run(map({{"length", item(1)}}), {}) == kMalformed);
}

TEST_CASE("boxes of a film: an assertion that lacks what it needs") {
  const ByteBuffer file = testing::film({});
  const wire::CborItem hash = item(flat(file, {0, file.size()}));
  CHECK(check(kLabel, file, assertion({}, {{"hash", hash}})) == kMalformed);
  CHECK(check(kLabel, file, map({{"hash", hash}})) == kMalformed);
  CHECK(check(kLabel, file, assertion(usual(), {})) == kMalformed);
  CHECK(check(kLabel, file, assertion(usual(), {{"hash", item("x")}})) == kMalformed);
  CHECK(check(kLabel, file, assertion(usual(), {{"hash", hash}, {"alg", item("md5")}})) ==
        "algorithm.unsupported");
  CHECK(check(kLabel, file, assertion(usual(), {{"hash", hash}, {"merkle", list({})}})) ==
        kMalformed);
}

TEST_CASE("excluded offset attack: a fragment that points out of what is hashed") {
  ByteBuffer run = full_box("trun", number(1, 4) + number(0, 4), 0, 1);
  const ByteBuffer head = full_box("tfhd", number(1, 4), 0, 0x020000);
  ByteBuffer file = box("ftyp", to_buffer("isom")) + box("moov", box("udta", {})) +
                    box("free", padding(32)) + box("moof", box("traf", head + run)) +
                    box("mdat", to_buffer("media"));
  const auto boxes = roots(file);
  const auto at = as_text(Bytes(file)).find("trun") + 12;
  const auto point = [&](std::uint64_t to) {
    store_be(file, at, to - boxes[3].whole.offset, 4);
    return check_flat(file);
  };
  CHECK(point(boxes[4].body.offset) == kMatch);
  CHECK(point(boxes[2].body.offset) == kMismatch);
}
