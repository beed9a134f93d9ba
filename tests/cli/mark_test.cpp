// SPDX-License-Identifier: Apache-2.0
// Explicit labels as scripts use them: label, check, verify --effort full.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "support/support.hpp"

using namespace colophon;
using testing::Ran;
using testing::TemporaryFolder;

namespace {

constexpr const char* kProducer = " --producer 001191110102MAD55U9H0F10002 --produce-id id-1 ";

struct Desk {
  TemporaryFolder folder;

  void put(const std::string& name, std::string_view text) const {
    testing::write_file(folder.file(name), as_bytes(text));
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    return to_string(testing::read_file(folder.file(name)));
  }
  [[nodiscard]] Ran says(const std::string& arguments) const {
    return testing::run("cd " + folder.path() +
                        " && env -u LANG LC_ALL=C XDG_CONFIG_HOME=" + folder.path() + " " +
                        std::getenv("COLOPHON_COMMAND") + " " + arguments + " 2>&1");
  }
  [[nodiscard]] Ran label(const std::string& arguments) const {
    return says("label " + arguments + kProducer);
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr const char* kLabel = "本内容由AI生成";

}  // namespace

TEST_CASE("label puts what the profile demands, once, and check passes it") {
  const Desk desk;
  desk.put("a.md", "# T\n\nOne.\n");
  CHECK(desk.says("check a.md").code == 5);
  const Ran first = desk.label("a.md -o b.md --json");
  REQUIRE(first.code == 0);
  CHECK(has(first.output, "\"explicit\":[{\"medium\":\"text\""));
  CHECK(has(first.output, "\"new\":true"));
  CHECK(has(desk.content("b.md"), std::string("**") + kLabel + "**\n\n# T\n"));
  const std::string once = desk.content("b.md");
  const Ran again = desk.label("b.md --in-place --json");
  CHECK(again.code == 0);
  CHECK(has(again.output, "\"mode\":\"unchanged\""));
  CHECK(has(again.output, "\"new\":false"));
  CHECK(desk.content("b.md") == once);
  const Ran check = desk.says("check b.md");
  CHECK(check.code == 0);
  CHECK(has(check.output, "X-T1"));
  CHECK_FALSE(has(check.output, "FAIL"));
  CHECK(has(desk.says("check b.md --lang zh").output, "符合"));
  const Ran json = desk.says("check b.md --json");
  CHECK(has(json.output, "\"schema\":\"colophon.check/1\""));
  CHECK(has(json.output, "\"ok\":true"));
}

TEST_CASE("a file that lacks a part fails check with the rule, and --exit-zero says so alone") {
  const Desk desk;
  desk.put("a.md", "# T\n\nOne.\n");
  REQUIRE(desk.label("a.md -o b.md --implicit-only").code == 0);
  CHECK_FALSE(has(desk.content("b.md"), kLabel));
  const Ran check = desk.says("check b.md");
  CHECK(check.code == 5);
  CHECK(has(check.output, "X-T1           FAIL"));
  CHECK(has(check.output, "M5-1           pass"));
  CHECK(desk.says("check b.md --exit-zero").code == 0);
  CHECK(desk.says("check b.md --profile in").code == 0);  // text is outside its law
  CHECK(desk.says("check missing.md").code == 3);
  CHECK(desk.says("check a.md --profile nowhere").code == 2);
}

TEST_CASE(
    "words and ends of one's own; what cannot be is an error when asked for, else a finding") {
  const Desk desk;
  desk.put("a.txt", "One.\n");
  desk.put("a.csv", "a,b\n");
  CHECK(desk.label("a.txt -o b.txt --explicit 由AI生成的文字 --explicit-at both").code == 0);
  CHECK(desk.content("b.txt") == "由AI生成的文字\n\nOne.\n\n由AI生成的文字\n");
  const Ran csv = desk.label("a.csv -o b.csv");
  CHECK(csv.code == 0);
  CHECK(has(csv.output, "explicit-none"));
  CHECK(desk.content("b.csv") == "a,b\n");
  // What is missing is told as often as it is missing.
  desk.put("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>");
  for (const char* expected : {"labelled", "already says exactly this"}) {
    const Ran svg = desk.label("a.svg --in-place");
    CHECK(has(svg.output, expected));
    CHECK(has(svg.output, "explicit-none"));
  }
  CHECK(desk.label("a.csv -o c.csv --explicit 由AI生成").code == 3);
  CHECK_FALSE(std::filesystem::exists(desk.folder.file("c.csv")));
  CHECK(desk.label("a.txt -o c.txt --explicit-at nowhere").code == 2);
  CHECK(desk.label("a.txt -o c.txt --explicit never").code == 0);
  CHECK(desk.content("c.txt") == "One.\n");
}

TEST_CASE("a platform puts nothing into the content") {
  const Desk desk;
  desk.put("a.md", "One.\n");
  const Ran ran = desk.says(
      "label a.md -o b.md --role platform --propagator 00119144030008867405X220001 --origin "
      "possible");
  CHECK(ran.code == 0);
  CHECK(has(desk.content("b.md"), "---\nOne.\n"));
}

TEST_CASE("a sidecar's hash is that of the text with its label") {
  const Desk desk;
  desk.put("a.txt", "One.\n");
  REQUIRE(desk.label("a.txt --in-place").code == 0);
  CHECK(desk.content("a.txt") == std::string(kLabel) + "\n\nOne.\n");
  const Ran verified = desk.says("verify a.txt --json");
  CHECK(verified.code == 0);
  CHECK(has(verified.output, "gb45438"));
  CHECK_FALSE(has(verified.output, "sidecar-stale"));
}

TEST_CASE("a manifest over a labelled page tells of the label, and judges the parent by itself") {
  const Desk desk;
  desk.put("a.html",
           "<!doctype html><html><head><meta charset=\"utf-8\"></head><body>x</body></html>");
  REQUIRE(desk.says("key new --type es256 --certificate test -o k.pem").code == 0);
  const std::string key = " --c2pa k.pem --cert k.cert.pem";
  REQUIRE(desk.label("a.html -o signed.html --implicit-only" + key).code == 0);
  // The label is an edit, so a manifest that is not renewed would break.
  CHECK(desk.label("signed.html -o no.html").code == 3);
  const Ran both = desk.label("signed.html -o both.html" + key);
  INFO(both.output);
  REQUIRE(both.code == 0);
  CHECK(has(desk.content("both.html"), kLabel));
  const Ran verified = desk.says("verify both.html --json --trust k.root.pem");
  CHECK(has(verified.output, "\"state\":\"Trusted\""));
  const Ran tree = desk.says("inspect --tree both.html --trust k.root.pem");
  CHECK(has(tree.output, "c2pa.edited"));
  CHECK_FALSE(has(verified.output, "dataHash.mismatch"));
}

TEST_CASE("profiles of one's own, from a file and from the folder of the configuration") {
  const Desk desk;
  const std::string profile =
      "name = \"mine\"\n[title]\nen = \"Mine\"\n[implicit]\nstandards = { value = [\"gb45438\"], "
      "basis "
      "= \"house\", source = \"s\" }\n[explicit.text]\nasked = { value = \"yes\", basis = "
      "\"house\", "
      "source = \"s\" }\nstring = { value = \"AI GENERATED by us\", basis = \"house\", source = "
      "\"s\" }\n";
  std::filesystem::create_directories(desk.folder.file("colophon/profiles"));
  desk.put("colophon/profiles/mine.toml", profile);
  desk.put("a.md", "One.\n");
  CHECK(has(desk.says("profiles").output, "mine"));
  CHECK(has(desk.says("profiles mine").output, "AI GENERATED by us"));
  REQUIRE(desk.label("a.md -o b.md --profile mine").code == 0);
  CHECK(has(desk.content("b.md"), "**AI GENERATED by us**"));
  REQUIRE(desk.label("a.md -o c.md --profile ./colophon/profiles/mine.toml").code == 0);
  CHECK(has(desk.content("c.md"), "**AI GENERATED by us**"));
}
