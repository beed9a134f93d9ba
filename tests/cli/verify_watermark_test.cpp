// SPDX-License-Identifier: Apache-2.0
// `verify --effort full`: watermarks of configured keys in text files.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "support/support.hpp"
#include "wire/json_text.hpp"

using namespace colophon;
using colophon::testing::Ran;
using colophon::testing::TemporaryFolder;

namespace {

/// A vocabulary of one token for each sign of ASCII.
std::string one_sign_tokens() {
  std::string vocabulary;
  for (int id = 0; id < 94; ++id) {
    const char sign = static_cast<char>('!' + id);
    const std::string shown =
        sign == '"' || sign == '\\' ? std::string("\\") + sign : std::string(1, sign);
    vocabulary += fmt::format("{}\"{}\":{}", id == 0 ? "" : ",", shown, id);
  }
  return R"({"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":false},)"
         R"("model":{"type":"BPE","merges":[],"vocab":{)" +
         vocabulary + "}}}";
}

struct Desk {
  TemporaryFolder folder;
  Desk() {
    write("tokens.json", one_sign_tokens());
    write("keys.txt", "alice = 11111111111111\nbob = 22222222222222\n");
    write("bob.txt", "bob = 22222222222222\n");
    write("carol.txt", "carol = 33333333333333\n");
  }
  Ran says(const std::string& arguments, const std::string& environment = "") const {
    return testing::run("cd " + folder.path() + " && env -u LANG LC_ALL=C XDG_CONFIG_HOME=. " +
                        environment + " " + std::getenv("COLOPHON_COMMAND") + " " + arguments +
                        " 2>&1");
  }
  void write(const std::string& name, std::string_view text) const {
    testing::write_file(folder.file(name), as_bytes(text));
  }
  /// A text of so many tokens with the mark of bob.
  [[nodiscard]] std::string marked(int count) const {
    std::string steps;
    for (int i = 0; i < count; ++i) {
      std::string logits;
      for (int j = 0; j < 94; ++j) {
        logits += fmt::format("{}{}", j == 0 ? "" : ",", (i * 31 + j * 17) % 29 / 10.0);
      }
      steps += "[" + logits + "]\n";
    }
    write("steps", steps);
    const Ran chosen = says("watermark text embed steps --key bob.txt --seed 3");
    REQUIRE(chosen.code == 0);
    std::string text;
    for (std::size_t at = 0; at < chosen.output.size(); at = chosen.output.find('\n', at) + 1) {
      text += static_cast<char>('!' + std::atoi(chosen.output.c_str() + at));
    }
    return text;
  }
  [[nodiscard]] wire::JsonValue report(const std::string& arguments) const {
    const Ran ran = says("verify " + arguments + " --jsonl");
    CAPTURE(ran.output);
    auto json = wire::parse_json(ran.output, {});
    REQUIRE(json);
    return *json;
  }
};

const std::string kFull = " --effort full --watermark-tokenizer tokens.json --watermark-keys ";

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string rules_of(const wire::JsonValue& report) {
  std::string all;
  for (const auto& finding : report.find("findings")->items)
    all += finding.find("rule")->text + " ";
  return all;
}
bool searched(const wire::JsonValue& report) {
  for (const auto& tier : report.find("tiers")->items) {
    if (tier.text == "text-watermark") return true;
  }
  return false;
}

}  // namespace

TEST_CASE("verify: a watermark of a configured key is evidence, and never more than detected") {
  const Desk desk;
  desk.write("a.txt", desk.marked(400));
  const auto report = desk.report("a.txt" + kFull + "keys.txt");
  CHECK(report.find("verdict")->find("origin")->text == "generated");
  CHECK(report.find("verdict")->find("assurance")->text == "detected");
  CHECK(report.find("verdict")->find("basis")->items[0].text == "text-watermark");
  REQUIRE(report.find("evidence")->items.size() == 1);
  const auto& evidence = report.find("evidence")->items[0];
  CHECK(evidence.find("layer")->text == "watermark");
  CHECK(evidence.find("standard")->text == "text-watermark");
  CHECK(evidence.find("carrier")->text == "text:tokens[gumbel]");
  CHECK(evidence.find("length")->text == "400");
  CHECK(evidence.find("integrity")->text == "unsigned");
  CHECK(std::atof(evidence.find("log10_p")->text.c_str()) < -20);
  CHECK(evidence.find("details")->find("key")->text == "bob");
  CHECK(searched(report));
  const Ran words = desk.says("verify a.txt" + kFull + "keys.txt");
  CHECK(words.code == 0);
  CHECK(has(words.output, "A watermark of a configured key shows"));
  CHECK(has(words.output, "key: bob"));
  CHECK(
      has(desk.says("--lang zh verify a.txt" + kFull + "keys.txt").output, "检出已配置密钥的水印"));
  // Quick looks at labels alone.
  CHECK(desk.report("a.txt").find("evidence")->items.empty());
}

TEST_CASE("verify: what was not found, too short, or not looked for is said") {
  const Desk desk;
  const std::string text = desk.marked(400);
  desk.write("a.txt", text);
  desk.write("short.txt", text.substr(0, 2));
  const auto other = desk.report("a.txt" + kFull + "carol.txt");
  CHECK(other.find("verdict")->find("assurance")->text == "none");
  CHECK(rules_of(other) == "watermark-none ");
  CHECK(searched(other));
  CHECK(rules_of(desk.report("short.txt" + kFull + "carol.txt")) == "watermark-short ");
  const auto without = desk.report("a.txt --effort full");
  CHECK(rules_of(without) == "watermark-keys ");
  CHECK_FALSE(searched(without));
  CHECK(rules_of(desk.report("a.txt")).empty());
  const Ran ran = desk.says("verify a.txt" + kFull + "carol.txt");
  CHECK(ran.code == 1);
  CHECK(has(ran.output, "does not mean that a person wrote it"));
  // A picture has no words: nothing is said of keys.
  desk.write("a.bmp", std::string("BM") + std::string(60, '\0'));
  CHECK_FALSE(has(desk.says("verify a.bmp --effort full").output, "watermark"));
}

TEST_CASE("verify: watermark keys of the configuration, but not of the current folder's") {
  const Desk desk;
  desk.write("a.txt", desk.marked(400));
  REQUIRE(testing::run("mkdir " + desk.folder.file("colophon")).code == 0);
  desk.write("colophon/colophon.toml",
             "watermark_keys = \"keys.txt\"\nwatermark_tokenizer = \"tokens.json\"\n");
  CHECK(desk.says("verify a.txt --effort full").code == 0);
  CHECK(desk.says("verify a.txt").code == 1);
  // The environment wins over the file.
  CHECK(desk.says("verify a.txt --effort full", "COLOPHON_WATERMARK_KEYS=carol.txt").code == 1);
  desk.write("colophon.toml", "watermark_keys = \"carol.txt\"\n");
  const Ran ran = desk.says("verify a.txt --effort full");
  CHECK(ran.code == 0);
  CHECK(has(ran.output, "not used: watermark_keys"));
}

TEST_CASE("verify: watermark settings that cannot be are usage errors") {
  const Desk desk;
  desk.write("a.txt", "text");
  CHECK(has(desk.says("verify a.txt --effort full --watermark-keys keys.txt").output,
            "--watermark-tokenizer"));
  CHECK(desk.says("verify a.txt --effort full --watermark-keys keys.txt").code == 2);
  CHECK(desk.says("verify a.txt" + kFull + "missing.txt").code == 2);
  CHECK(desk.says("verify a.txt" + kFull + "keys.txt --watermark-scheme none").code == 2);
  CHECK(desk.says("verify a.txt" + kFull + "keys.txt --watermark-width 99").code == 2);
  CHECK(desk.says("verify a.txt" + kFull + "keys.txt --watermark-width wide").code == 2);
  CHECK(desk.says("verify a.txt" + kFull +
                  "keys.txt --watermark-scheme unigram "
                  "--watermark-gamma 1.5")
            .code == 2);
  CHECK(desk.says("verify a.txt" + kFull +
                  "keys.txt --watermark-scheme kgw-lefthash "
                  "--watermark-gamma 0.5")
            .code == 1);
}
