// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "support/support.hpp"
#include "wire/json_text.hpp"

using namespace colophon;
using colophon::testing::Ran;
using colophon::testing::TemporaryFolder;

namespace {

struct Desk {
  TemporaryFolder folder;
  Ran says(const std::string& arguments) const {
    return testing::run("cd " + folder.path() + " && env -u LANG LC_ALL=C XDG_CONFIG_HOME=. " +
                        std::getenv("COLOPHON_COMMAND") + " " + arguments + " 2>&1");
  }
  void write(const std::string& name, std::string_view text) const {
    testing::write_file(folder.file(name), as_bytes(text));
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    return to_string(testing::read_file(folder.file(name)));
  }
};

std::string steps(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    std::string ids, logits;
    for (int j = 0; j < 32; ++j) {
      ids += fmt::format("{}{}", j == 0 ? "" : ",", (i * 7919 + j * 1009) % 40'000 + j);
      logits += fmt::format("{}{}", j == 0 ? "" : ",", (i * 31 + j * 17) % 29 / 10.0);
    }
    all += fmt::format("{{\"ids\":[{}],\"logits\":[{}]}}\n", ids, logits);
  }
  return all;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("watermark text: keys are made, text is marked, the key is found") {
  const Desk desk;
  CHECK(desk.says("watermark text keys new -o keys.txt alice bob").code == 0);
  CHECK(has(testing::run("stat -c %a " + desk.folder.file("keys.txt")).output, "600"));
  CHECK(desk.says("watermark text keys new -o keys.txt carol").code == 3);  // not overwritten
  const std::string keys = desk.read("keys.txt");
  const std::string bob = keys.substr(keys.find("bob"));
  desk.write("bob.txt", bob);
  const Ran list = desk.says("watermark text keys list keys.txt");
  CHECK(has(list.output, "alice"));
  CHECK(!has(list.output, bob.substr(6, bob.find('\n') - 6)));  // no key is printed
  CHECK(desk.says("watermark text keys check keys.txt").code == 0);
  CHECK(desk.says("watermark text keys check keys.txt bob.txt").code == 3);  // one twice
  desk.write("steps.jsonl", steps(200));
  const Ran chosen = desk.says("watermark text embed steps.jsonl --key bob.txt --seed 3");
  CHECK(chosen.code == 0);
  CHECK(desk.says("watermark text embed steps.jsonl --key bob.txt --seed 3").output ==
        chosen.output);
  CHECK(has(desk.says("watermark text embed --key bob.txt < steps.jsonl").output, "\n"));
  std::string ids = chosen.output;
  std::replace(ids.begin(), ids.end(), '\n', ',');
  ids.pop_back();
  desk.write("docs.jsonl", "{\"id\":\"first\",\"tokens\":[" + ids + "]}\n[1,2,3]\n");
  const Ran found = desk.says("watermark text detect docs.jsonl --keys keys.txt --spans");
  CHECK(found.code == 0);
  CHECK(has(found.output, "first: mark found, key bob"));
  CHECK(has(found.output, "#2: not enough text"));
  CHECK(has(found.output, "repeats skipped"));
  const Ran json = desk.says("watermark text detect docs.jsonl --keys keys.txt --json");
  const auto parsed = wire::parse_json(json.output, {});
  REQUIRE(parsed);
  REQUIRE(parsed->items.size() == 2);
  CHECK(parsed->items[0].find("verdict")->find("assurance")->text == "detected");
  CHECK(parsed->items[0].find("evidence")->items[0].find("layer")->text == "watermark");
  CHECK(parsed->items[1].find("verdict")->find("assurance")->text == "none");
  CHECK(parsed->items[1].find("evidence")->items.empty());
  const std::string alice = keys.substr(keys.find("alice"), keys.find("bob") - keys.find("alice"));
  desk.write("alice.txt", alice);
  CHECK(desk.says("watermark text detect docs.jsonl --key alice.txt").code == 1);
  CHECK(desk.says("watermark text detect docs.jsonl --key alice.txt --exit-zero").code == 0);
  CHECK(has(desk.says("--lang zh watermark text detect docs.jsonl --keys keys.txt").output,
            "发现水印"));
  CHECK(has(
      desk.says("watermark text detect docs.jsonl --key-value 'x = 5' --json --all-keys").output,
      "\"all_keys\""));
}

TEST_CASE(
    "watermark text: what cannot be read is told with its document and byte, the rest goes on") {
  const Desk desk;
  desk.write("k", "42");
  desk.write("docs.jsonl", "[1,2,3]\n[4,-5]\n{\"id\":\"t\",\"text\":\"no tokenizer\"}\n[6]\n");
  const Ran ran = desk.says("watermark text detect docs.jsonl missing.jsonl --key k");
  CHECK(ran.code == 3);
  CHECK(has(ran.output, "docs.jsonl#2"));
  CHECK(has(ran.output, "byte 11"));
  CHECK(has(ran.output, "--tokenizer"));
  CHECK(has(ran.output, "docs.jsonl#4: not enough text"));
  CHECK(has(ran.output,
            "5 documents, 0 with a mark (chance alone may give 0.0002), 3 could not be read"));
  CHECK(desk.says("watermark text detect docs.jsonl").code == 2);
  CHECK(desk.says("watermark text detect docs.jsonl --key k --scheme none").code == 2);
  CHECK(desk.says("watermark text detect docs.jsonl --key k --tokenizer docs.jsonl").code == 3);
  CHECK(desk.says("watermark text detect docs.jsonl --key k --max-false-positives 2").code == 2);
  desk.write("table", "abc");
  CHECK(desk.says("watermark text detect docs.jsonl --key k --scheme synthid-v1 --table table")
            .code == 2);
  desk.write("two", "a=1\nb=2");
  CHECK(desk.says("watermark text embed --key two < /dev/null").code == 2);
  desk.write("steps", "[1,2]\nnonsense\n[1,2]\n");
  const Ran steps = desk.says("watermark text embed steps --key k --seed 1");
  CHECK(steps.code == 3);
  CHECK(has(steps.output, "null\n"));
  CHECK(has(steps.output, "steps:2"));
  CHECK(has(desk.says("--lang zh watermark text detect docs.jsonl").output, "没有密钥"));
}
