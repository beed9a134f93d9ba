// SPDX-License-Identifier: Apache-2.0
#include "watermark/keys.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::watermark;
using textmark::Scheme;

namespace {

std::string error_of(const Result<std::vector<NamedKey>>& keys) {
  return keys ? "none" : keys.error().message;
}
std::string check(Scheme scheme, std::vector<NamedKey> keys) {
  const auto good = check_keys(textmark::defaults_of(scheme), keys);
  return good ? "good" : good.error().message;
}

}  // namespace

TEST_CASE("key files: names, numbers, comments") {
  const auto keys = parse_keys(
      "# comment\n\n alice = 42 # hers\nbob=[1, 0xFF, -1]\r\n18446744073709551615\nc\xC3\xA9 = 1 2 "
      "3");
  REQUIRE(keys);
  REQUIRE(keys->size() == 4);
  CHECK((*keys)[0].name == "alice");
  CHECK((*keys)[0].words == textmark::Key{42});
  CHECK((*keys)[1].words == textmark::Key{1, 255, UINT64_MAX});
  CHECK((*keys)[2].name.empty());
  CHECK((*keys)[2].words == textmark::Key{UINT64_MAX});
  CHECK((*keys)[3].words == textmark::Key{1, 2, 3});
}

TEST_CASE("a wrong key is told by its line and never repeated") {
  for (const char* wrong : {"a = 12secret34", "a = 0x", "a = -", "a = 18446744073709551616",
                            "a = -9223372036854775809", "a =", "= 5", "a = 1.5"}) {
    const std::string error = error_of(parse_keys(std::string("ok = 1\n") + wrong));
    INFO(error);
    CHECK(error.starts_with("line 2 of the keys: "));
    CHECK(error.find("secret") == std::string::npos);
    CHECK(error.find("1844") == std::string::npos);
  }
  std::string many = "a =";
  for (int i = 0; i < 65; ++i) many += " 1";
  CHECK(error_of(parse_keys(many)).find("64 words") != std::string::npos);
}

TEST_CASE("keys that are one key to their scheme are refused") {
  CHECK(check(Scheme::Gumbel, {{"a", {1}}, {"b", {2}}}) == "good");
  CHECK(check(Scheme::Gumbel, {}).find("no key") != std::string::npos);
  CHECK(check(Scheme::Gumbel, {{"a", {1}}, {"a", {2}}}).find("called") != std::string::npos);
  CHECK(check(Scheme::Gumbel, {{"a", {1}}, {"b", {1}}}).find("one key") != std::string::npos);
  CHECK(check(Scheme::Gumbel, {{"a", {1}}, {"b", {1 + 65536}}}) == "good");
  CHECK(check(Scheme::Gumbel, {{"good", {1}}, {"wide", {1, 2}}})
            .starts_with("the key \"wide\": a key of this scheme is one word"));
  CHECK(check(Scheme::SynthIdV1, {{"a", {1, 2}}, {"b", {1 + 65536, 2}}}).find("one key") !=
        std::string::npos);
  CHECK(check(Scheme::SynthIdV1, {{"a", {1, 2}}, {"b", {2, 1}}}) == "good");
  CHECK(check(Scheme::SynthIdV2, {{"a", {1, 2}}, {"b", {1 + 65536, 2}}}) == "good");
  auto imported = textmark::defaults_of(Scheme::SynthIdV1);
  imported.table_size = 1 << 20;
  CHECK(check_keys(imported, {{"a", {1, 2}}, {"b", {1 + 65536, 2}}}));
}

TEST_CASE("keys that are made are good, different, and read back") {
  testing::Random random(9);
  const FillRandom fill = [&](std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
  };
  for (const Scheme scheme :
       {Scheme::Gumbel, Scheme::GumbelDual, Scheme::SynthIdV1, Scheme::SynthIdV2}) {
    std::vector<NamedKey> keys;
    for (int i = 0; i < 20; ++i)
      keys.push_back({"tenant " + std::to_string(i), make_key(scheme, fill)});
    CHECK(check(scheme, keys) == "good");
    const auto back = parse_keys(keys_text(scheme, keys));
    REQUIRE(back);
    std::set<std::string> prints;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      CHECK((*back)[i].name == keys[i].name);
      CHECK((*back)[i].words == keys[i].words);
      CHECK(weaknesses(scheme, keys[i]).empty());
      for (const std::uint64_t word : keys[i].words) CHECK(word < 1ULL << 63);
      prints.insert(fingerprint(scheme, keys[i].words));
    }
    CHECK(prints.size() == keys.size());
  }
  CHECK(weaknesses(Scheme::Gumbel, {"a", {42}}).size() == 1);
  CHECK(weaknesses(Scheme::SynthIdV1, {"a", {5, 5 + 65536}}).size() == 1);
}

TEST_CASE("keys from files and from the environment") {
  const testing::TemporaryFolder folder;
  testing::write_file(folder.file("k"), as_bytes("a = 7"));
  const auto file = read_keys(folder.file("k"));
  REQUIRE(file);
  CHECK(file->front().words == textmark::Key{7});
  ::setenv("COLOPHON_TEST_KEY", "0x10", 1);
  const auto variable = read_keys("env:COLOPHON_TEST_KEY");
  REQUIRE(variable);
  CHECK(variable->front().words == textmark::Key{16});
  CHECK(!read_keys("env:COLOPHON_TEST_NO_KEY"));
  CHECK(!read_keys(folder.file("missing")));
}
