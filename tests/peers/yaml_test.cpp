// SPDX-License-Identifier: Apache-2.0
// What our YAML subset writes and reads, seen by PyYAML (BaseLoader: all scalars are text).
#include "wire/yaml_front_matter.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/support.hpp"

using namespace colophon;
using colophon::testing::TemporaryFolder;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

bool have_pyyaml() {
  if (testing::run("python3 -c 'import yaml' 2>/dev/null").code == 0) return true;
  MESSAGE("skipped: PyYAML is not installed");
  return false;
}

/// NAME.old and NAME.new are YAML; NAME.want holds key, value, key, value, each ended by NUL.
constexpr std::string_view kReferee = R"(
import glob, sys, yaml
bad = 0
for new in sorted(glob.glob(sys.argv[1] + '/*.new')):
    def load(path):
        return yaml.load(open(path, 'rb').read().decode(), Loader=yaml.BaseLoader) or {}
    try:
        before, after = load(new[:-4] + '.old'), load(new)
        items = open(new[:-4] + '.want', 'rb').read().decode().split('\0')
        label = after.pop('AIGC')
        old = before.pop('AIGC', {})
        assert before == after, 'other keys changed'
        for key, value in zip(items[0:-1:2], items[1:-1:2]):
            assert label[key] == value, (key, label[key], value)
        if isinstance(old, dict):
            for key, value in old.items():
                assert label[key] == value or key in items[0:-1:2], key
    except Exception as e:
        bad += 1
        print(new, repr(e), open(new, 'rb').read())
sys.exit(bad != 0)
)";

}  // namespace

TEST_CASE("PyYAML reads what we write, and every other key as before") {
  if (!have_pyyaml()) return;
  const TemporaryFolder folder;
  testing::write_file(folder.file("referee.py"), as_bytes(kReferee));
  testing::Random random(20258);
  const auto pick = [&](auto& list) { return list[random.below(std::size(list))]; };
  constexpr std::string_view kPieces[] = {"a", "1",  "'", "\"", "\\", "#", " #", ": ", "{",   "}",
                                          ",", "生", "-", "=",  "\n", "+", "[",  "]",  "null"};
  constexpr std::string_view kOther[] = {"",          "title: 'x' # c\n",    "t: \"a b\"\n",
                                         "l:\n- a\n", "t: |\n  a\n\n  b\n",  "# c\n",
                                         "n:\n",      "n:\n    deep: 'x'\n", "t: [a, \"b\"]\n"};
  constexpr std::string_view kLabel[] = {
      "",
      "AIGC:\n",
      "AIGC: {}\n",
      "AIGC:\n  k0: a\n  own: 'b'\n",
      "AIGC: x\n",
      "AIGC: {\"k0\":\"a\", own: b}\n",
      "AIGC: {\n  k0: a, # c\n  \"own\": b,\n}\n",
      "AIGC:\n    k1: >-\n      folded\n      text\n    own: 'b'\n"};
  for (int round = 0; round < 400; ++round) {
    const std::string yaml = std::string(pick(kOther)).append(pick(kLabel)).append("z: \"1\"\n");
    Pairs pairs;
    std::string want;
    for (std::size_t i = 0; i <= random.below(3); ++i) {
      std::string text;
      for (std::size_t n = random.below(6); n > 0; --n) text += pick(kPieces);
      pairs.emplace_back(std::string("k").append(std::to_string(i)), text);
      want.append(pairs.back().first).append(1, '\0').append(text).append(1, '\0');
    }
    const auto out = wire::set_mapping(yaml, "AIGC", pairs);
    REQUIRE(out);
    const std::string name = folder.file(std::to_string(round));
    testing::write_file(name + ".old", as_bytes(yaml));
    testing::write_file(name + ".new", as_bytes(*out));
    testing::write_file(name + ".want", as_bytes(want));
  }
  const auto ran = testing::run("python3 " + folder.file("referee.py") + " " + folder.path());
  CHECK_MESSAGE(ran.code == 0, ran.output);
}

TEST_CASE("PyYAML and we read the same from real front matter") {
  const std::string samples = testing::samples_folder();
  if (samples.empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  if (!have_pyyaml()) return;
  const TemporaryFolder folder;
  testing::write_file(folder.file("referee.py"), as_bytes(kReferee));
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(samples + "/labels")) {
    if (file.path().extension() != ".md") continue;
    const std::string text = to_string(testing::read_file(file.path().string()));
    CAPTURE(file.path().string());
    const auto blocks = wire::find_front_matter(text, 1);
    REQUIRE(blocks.size() == 1);
    const std::string yaml = text.substr(blocks[0].content.offset, blocks[0].content.size);
    const auto label = wire::find_top_level(yaml, "AIGC");
    REQUIRE(label);
    std::string want;
    for (const auto& entry : label->entries) {
      want.append(entry.key).append(1, '\0').append(entry.value.scalar).append(1, '\0');
    }
    CHECK(label->entries.size() == 7);
    const std::string name = folder.file(std::to_string(count++));
    testing::write_file(name + ".old", as_bytes(yaml));
    testing::write_file(name + ".new", as_bytes(yaml));
    testing::write_file(name + ".want", as_bytes(want));
  }
  CHECK(count > 10);
  const auto ran = testing::run("python3 " + folder.file("referee.py") + " " + folder.path());
  CHECK_MESSAGE(ran.code == 0, ran.output);
}
