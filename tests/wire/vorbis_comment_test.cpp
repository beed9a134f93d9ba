// SPDX-License-Identifier: Apache-2.0
#include "wire/vorbis_comment.hpp"

#include <doctest/doctest.h>

#include "support/audio.hpp"

using namespace colophon;
using namespace colophon::testing::audio;
using wire::parse_vorbis_comments;

namespace {

std::vector<std::string> entries_of(Bytes header) {
  std::vector<std::string> out;
  const auto comments = parse_vorbis_comments(header, Limits{});
  for (const auto& entry : comments.entries) {
    out.push_back(to_string(slice(header, entry.whole.offset + 4, entry.whole.size - 4)));
  }
  return out;
}

}  // namespace

TEST_CASE("vorbis comment property: an entry is set, all others keep their bytes") {
  testing::Random random(29);
  for (int round = 0; round < 1000; ++round) {
    std::vector<std::string> entries;
    for (std::uint64_t i = random.below(6); i > 0; --i) {
      std::string entry(1 + random.below(5), 'K');
      if (random.below(5) != 0) entry += '=';
      for (std::uint64_t k = random.below(20); k > 0; --k)
        entry += static_cast<char>(random.next());
      entries.push_back(entry);
    }
    const bool has_label = random.below(2) == 0;
    if (has_label) {
      entries.insert(
          entries.begin() + static_cast<std::ptrdiff_t>(random.below(entries.size() + 1)),
          "aIgC=old");
    }
    const ByteBuffer header = comments(entries);
    const auto parsed = parse_vorbis_comments(header, Limits{});
    CHECK_FALSE(parsed.damage);
    CHECK(parsed.end == header.size());
    const auto found = parsed.find("AIGC");
    CHECK(found.has_value() == has_label);
    const ByteBuffer out = wire::set_vorbis_comment(header, parsed, found, "AIGC", as_bytes("new"));
    if (found) {
      entries[*found] = "AIGC=new";
    } else {
      entries.emplace_back("AIGC=new");
    }
    CHECK(out == comments(entries));
    CHECK(entries_of(out) == entries);
  }
}

TEST_CASE("vorbis comment: an empty header") {
  const ByteBuffer empty = wire::make_vorbis_comments("me");
  const auto parsed = parse_vorbis_comments(empty, Limits{});
  CHECK_FALSE(parsed.damage);
  CHECK(parsed.entries.empty());
  CHECK(parsed.end == empty.size());
}

TEST_CASE("vorbis comment hostile: lengths and counts past the end") {
  ByteBuffer header = comments({"A=b", "C=d"});
  store_le(header, 10, 0xFFFFFFFF, 4);  // the count
  CHECK(parse_vorbis_comments(header, Limits{}).damage->code == ErrorCode::Truncated);
  CHECK(parse_vorbis_comments(header, Limits{}).entries.size() == 2);
  store_le(header, 0, 0xFFFFFFFF, 4);  // the vendor
  CHECK(parse_vorbis_comments(header, Limits{}).damage->code == ErrorCode::Truncated);
  CHECK(parse_vorbis_comments({}, Limits{}).damage.has_value());
  Limits limits;
  limits.max_structures = 10;
  ByteBuffer many = comments(std::vector<std::string>(20));
  CHECK(parse_vorbis_comments(many, limits).damage->code == ErrorCode::LimitExceeded);
}
