// SPDX-License-Identifier: Apache-2.0
#include "watermark/documents.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::watermark;

namespace {

std::vector<Document> all_of(const std::string& path, const DocumentOptions& options,
                             std::optional<Error>* error = nullptr) {
  std::vector<Document> all;
  auto reader = DocumentReader::open(path, options);
  while (reader) {
    auto document = reader->next();
    if (!document) {
      if (error != nullptr) *error = document.error();
      return all;
    }
    if (!*document) return all;
    all.push_back(**std::move(document));
  }
  if (error != nullptr) *error = reader.error();
  return all;
}

using Ids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("JSON lines: lists, records, text; what is wrong has its place and the rest is read") {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("a.jsonl");
  const std::string text =
      "[1, 2,3]\n\n{\"id\":\"x\",\"tokens\":[4]}\r\n{\"token_ids\":[5],\"id\":17}\n[1,-2]\n"
      "{\"text\":\"a\\nb\"}\n{\"tokens\":[1\n[]\n[2147483648]\n{\"other\":[1]}\n[1] x\n[7,]\n[8]";
  testing::write_file(path, as_bytes(text));
  const auto all = all_of(path, {});
  REQUIRE(all.size() == 12);
  CHECK(all[0].ids == Ids{1, 2, 3});
  CHECK(all[0].id == path + "#1");
  CHECK(all[1].ids == Ids{4});
  CHECK(all[1].id == "x");
  CHECK(all[1].offset == 10);
  CHECK(all[2].ids == Ids{5});
  CHECK(all[2].id == "17");
  REQUIRE(all[3].error);
  CHECK(all[3].error->message.find("index 1") != std::string::npos);
  CHECK(text[*all[3].error->offset] == '-');
  CHECK(all[4].is_text);
  CHECK(all[4].text == "a\nb");
  CHECK(all[5].error);
  CHECK(!all[6].error);
  CHECK(all[6].ids.empty());
  for (const std::size_t i : {7U, 8U, 9U, 10U}) CHECK(all[i].error);
  CHECK(all[11].ids == Ids{8});
  CHECK(all[11].number == 12);
}

TEST_CASE("other fields, standard forms of input, and what it is by its look") {
  const testing::TemporaryFolder folder;
  testing::write_file(folder.file("a"), as_bytes("{\"out\":[1],\"name\":\"n\"}\n"));
  DocumentOptions options;
  options.tokens_field = "out";
  options.id_field = "name";
  const auto named = all_of(folder.file("a"), options);
  REQUIRE(named.size() == 1);
  CHECK(named[0].id == "n");
  CHECK(named[0].ids == Ids{1});
  ByteBuffer binary;
  for (const std::uint32_t id : {1U, 70000U, 0x7FFFFFFFU}) append_le(binary, id, 4);
  testing::write_file(folder.file("a.bin"), binary);
  CHECK(all_of(folder.file("a.bin"), {})[0].ids == Ids{1, 70000, 0x7FFFFFFF});
  append_le(binary, 0xFFFFFFFF, 4);
  testing::write_file(folder.file("b.bin"), binary);
  REQUIRE(all_of(folder.file("b.bin"), {})[0].error);
  CHECK(all_of(folder.file("b.bin"), {})[0].error->offset == 12U);
  binary.pop_back();
  testing::write_file(folder.file("c.bin"), binary);
  CHECK(all_of(folder.file("c.bin"), {})[0].error->code == ErrorCode::Truncated);
  testing::write_file(folder.file("t"), as_bytes("plain text"));
  std::optional<Error> error;
  CHECK(all_of(folder.file("t"), {}, &error).empty());
  REQUIRE(error);
  CHECK(error->code == ErrorCode::Usage);
  options.has_tokenizer = true;
  const auto plain = all_of(folder.file("t"), options);
  REQUIRE(plain.size() == 1);
  CHECK(plain[0].text == "plain text");
}

TEST_CASE("a line or file beyond the cap is an error, and the next line is read") {
  const testing::TemporaryFolder folder;
  DocumentOptions options;
  options.longest = 1000;
  testing::write_file(folder.file("a.jsonl"),
                      as_bytes("[1]\n[" + std::string(5000, ' ') + "2]\n[3]\n"));
  const auto all = all_of(folder.file("a.jsonl"), options);
  REQUIRE(all.size() == 3);
  CHECK(all[1].error->code == ErrorCode::LimitExceeded);
  CHECK(all[2].ids == Ids{3});
  testing::write_file(folder.file("a.bin"), ByteBuffer(5000));
  std::optional<Error> error;
  CHECK(all_of(folder.file("a.bin"), options, &error).empty());
  CHECK(error->code == ErrorCode::LimitExceeded);
}

TEST_CASE("packed lines are unpacked; cut ones end with an error") {
  if (!testing::have_tool("gzip")) {
    MESSAGE("skipped: gzip is not installed");
    return;
  }
  const testing::TemporaryFolder folder;
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += "[" + std::to_string(i * 7919 % 100003) + "]\n";
  testing::write_file(folder.file("a.jsonl"), as_bytes(lines));
  REQUIRE(testing::run("gzip -k " + folder.file("a.jsonl")).code == 0);
  CHECK(all_of(folder.file("a.jsonl.gz"), {}).size() == 5000);
  const ByteBuffer packed = testing::read_file(folder.file("a.jsonl.gz"));
  testing::write_file(folder.file("cut.jsonl.gz"), Bytes(packed).first(packed.size() / 2));
  std::optional<Error> error;
  CHECK(all_of(folder.file("cut.jsonl.gz"), {}, &error).size() < 5000);
  CHECK(error);
}

TEST_CASE("logits: null and -Infinity exclude a token") {
  const auto logits = parse_logits("[0.5, -1e3, null, -Infinity, 3]", 0);
  REQUIRE(logits);
  CHECK((*logits)[0] == 0.5F);
  CHECK((*logits)[1] == -1000.0F);
  CHECK(std::isinf((*logits)[2]));
  CHECK(std::isinf((*logits)[3]));
  CHECK(!parse_logits("[1, x]", 0));
  CHECK(!parse_logits("1", 0));
}
