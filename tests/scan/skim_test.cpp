// SPDX-License-Identifier: Apache-2.0
#include "wire/json_skim.hpp"

#include <doctest/doctest.h>

#include "support/support.hpp"
#include "text/scan_block.hpp"

using namespace colophon;
using namespace colophon::wire;

namespace {

std::optional<SkimmedRecord> skim(std::string_view line) {
  // Between two others, as in a block.
  const std::string block = "{\"id\":\"a\"}\n" + std::string(line) + "\n{\"id\":\"b\"}";
  text::BlockFindings found;
  text::scan_block(as_bytes(block), found);
  text::BlockFindings slowly;
  text::scan_block(as_bytes(block), slowly, true);
  CHECK(found.specials == slowly.specials);
  auto record = skim_record(block, {11, line.size()}, {found.specials, block.size()},
                            {.id = "id", .text = "text"});
  if (record) {
    record->id.offset -= record->id.size == 0 ? 0 : 11;
    record->text.offset -= record->text.size == 0 ? 0 : 11;
  }
  return record;
}

std::string id_of(std::string_view line) {
  const auto record = skim(line);
  return record ? std::string(line.substr(record->id.offset, record->id.size)) : "(refused)";
}
std::string text_in(std::string_view line) {
  const auto record = skim(line);
  return record ? std::string(line.substr(record->text.offset, record->text.size)) : "(refused)";
}

}  // namespace

TEST_CASE("skim: fields of the outermost object, as they are stored") {
  CHECK(id_of(R"({"id":"x","text":"y"})") == "\"x\"");
  CHECK(id_of(R"( { "text" : [1,{"id":2}] , "id" : -1.5e+3 } )") == "-1.5e+3");
  CHECK(id_of(R"({"id":null,"a":{"id":"inner"}})").empty());
  CHECK(text_in(R"({"a":{"text":"inner"},"text":"a\"b\\"})") == R"("a\"b\\")");
  CHECK(text_in(R"({"text":{"text":"inner"}})").empty());
  CHECK(skim(R"({"text":"\u4eba\n"})")->text_unicode_escapes);
  CHECK(skim(R"({"text":"a\n","b":"\u4eba"})")->text_escapes);
  CHECK_FALSE(skim(R"({"text":"a\n","b":"\u4eba"})")->text_unicode_escapes);
  CHECK(skim(R"({"text":"a\n","b":"\u4eba"})")->unicode_escapes);
  CHECK(skim("{}"));
}

TEST_CASE("skim: what is damaged or odd is left to the careful reader") {
  for (const char* const line : {"",
                                 "{",
                                 "[]",
                                 "1",
                                 "{\"a\":1",
                                 "{\"a\":1,}",
                                 "{,}",
                                 "{\"a\" 1}",
                                 "{\"a\":01}",
                                 "{\"a\":1.}",
                                 "{\"a\":-}",
                                 "{\"a\":1e}",
                                 "{\"a\":tru}",
                                 "{\"a\":\"x}",
                                 "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\\u12g4\"}",
                                 "{\"a\":\"\\u12\"}",
                                 "{\"a\":\"x\ty\"}",
                                 "{\"\\u0061\":1}",
                                 "{\"id\":1,\"id\":2}",
                                 "{}{}",
                                 "{} x",
                                 "{\"a\":[1 2]}",
                                 "{\"a\":[}",
                                 "{\"a\":[1}",
                                 "{a:1}",
                                 "{\"a\":NaN}",
                                 "{\"text\":\"a\",\"text\":\"b\"}"}) {
    CAPTURE(line);
    CHECK_FALSE(skim(line));
  }
  const std::string deep =
      std::string("{\"a\":") + std::string(63, '[') + std::string(63, ']') + "}";
  CHECK(skim(deep));
  CHECK_FALSE(skim("{\"a\":" + deep + "}"));
}

TEST_CASE("skim: nothing is accepted that the careful reader rejects, and both see the same") {
  testing::Random random(11);
  const std::string whole =
      R"({"id":"doc-1","text":"line\n\"two\" \u4e2d\\","n":[1,-2.5e3,null,true,{"k":[]}],"o":{"p":"q"}})";
  std::size_t accepted = 0;
  for (int round = 0; round < 40'000; ++round) {
    std::string line = whole;
    for (std::size_t edits = random.below(3); edits > 0; --edits) {
      const std::size_t at = random.below(line.size());
      constexpr std::string_view kBytes = "\"\\{}[],:0123456789eE+-.u \x01nt";
      if (random.below(3) == 0) {
        line.erase(at, 1 + random.below(3));
      } else {
        line[at] = kBytes[random.below(kBytes.size())];
      }
      if (line.empty()) line = "x";
    }
    if (line.find('\n') != std::string::npos) continue;
    const auto record = skim(line);
    if (!record) continue;
    ++accepted;
    const JsonScan careful = scan_json(line, [](std::string_view key, JsonKind, std::string_view) {
      return key == "id" || key == "text";
    });
    CAPTURE(line);
    CHECK_FALSE(careful.damage);
    CHECK(careful.root_kind == JsonKind::Object);
    Range id, text;
    for (const JsonPlace& place : careful.members) {
      if (place.depth != 1) continue;
      const bool string = place.kind == JsonKind::String;
      if (place.key == "id" && (string || place.kind == JsonKind::Number)) id = place.value;
      if (place.key == "text" && string) text = place.value;
    }
    CHECK(record->id == id);
    CHECK(record->text == text);
  }
  CHECK(accepted > 5000);
}
