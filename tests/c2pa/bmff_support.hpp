// SPDX-License-Identifier: Apache-2.0
// Assertions over ISO media files, with the rule of the hash in one line.
#pragma once

#include "bindings_support.hpp"
#include "formats/mp4.hpp"
#include "wire/bmff.hpp"

namespace colophon::testing::bmff {

inline constexpr const char* kLabel = "c2pa.hash.bmff.v3";
inline const std::string kMatch = "assertion.bmffHash.match";
inline const std::string kMismatch = "assertion.bmffHash.mismatch";
inline const std::string kMalformed = "assertion.bmffHash.malformed";

inline wire::CborItem exclusion(const char* xpath, Pairs more = {}) {
  more.emplace_back("xpath", item(xpath));
  return map(more);
}

inline std::vector<wire::CborItem> usual() {
  const ByteBuffer uuid = to_buffer(Bytes(mp4::kC2paUuid));
  return {exclusion("/uuid", {{"data", list({map({{"offset", item(8)}, {"value", item(uuid)}})})}}),
          exclusion("/ftyp"), exclusion("/mfra"), exclusion("/free"), exclusion("/skip")};
}

/// `usual` with the exclusion that goes with trees over media data.
inline std::vector<wire::CborItem> with_mdat() {
  auto all = usual();
  all.push_back(
      exclusion("/mdat", {{"subset", list({map({{"offset", item(16)}, {"length", item(0)}})})}}));
  return all;
}

inline std::vector<wire::Box> roots(Bytes file) {
  MemorySource source(file);
  wire::BoxBudget budget{Limits{}};
  wire::BoxWalker walker(source, {0, file.size()}, budget);
  std::vector<wire::Box> all;
  for (auto box = walker.next(); box && *box; box = walker.next()) all.push_back(**box);
  return all;
}

/// The rule in one line: offset and bytes of each box that counts, the first `head` bytes of mdat.
inline ByteBuffer flat(Bytes file, Range within, std::uint64_t head = UINT64_MAX) {
  using wire::fourcc;
  ByteBuffer all;
  for (const wire::Box& box : roots(file)) {
    if (box.whole.offset < within.offset || box.whole.end() > within.end()) continue;
    if (box.is(fourcc("ftyp")) || box.is(fourcc("free")) || box.is(fourcc("mfra")) ||
        box.is(mp4::kC2paUuid)) {
      continue;
    }
    append_be(all, box.whole.offset, 8);
    append(all, slice(file, box.whole.offset,
                      std::min(box.is(fourcc("mdat")) ? head : UINT64_MAX, box.whole.size)));
  }
  return sha256(all);
}

inline wire::CborItem assertion(std::vector<wire::CborItem> exclusions, Pairs more) {
  more.emplace_back("exclusions", list(std::move(exclusions)));
  return map(more);
}

inline std::string check_flat(Bytes file) {
  return check(kLabel, file, assertion(usual(), {{"hash", item(flat(file, {0, file.size()}))}}));
}

}  // namespace colophon::testing::bmff
