// SPDX-License-Identifier: Apache-2.0
// Every past finding of a fuzz target (tests/corpus/TARGET/*) and every seed, through the same
// entry point as libFuzzer's: no crash, no broken law, no long wait.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "support/support.hpp"
#include "targets.hpp"

using namespace colophon;

namespace {

void replay(const fuzz::Target& target, Bytes bytes) {
  const auto started = testing::ComputingClock::now();
  CHECK_NOTHROW(target.run(bytes));
  // A second is the rule on a quiet machine; sanitizers and other work take their part.
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(5));
}

}  // namespace

TEST_CASE("every seed keeps the laws of its target") {
  for (const fuzz::Target& target : fuzz::targets()) {
    CAPTURE(target.name);
    const auto seeds = target.seeds();
    CHECK_FALSE(seeds.empty());
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      CAPTURE(i);
      replay(target, seeds[i]);
    }
  }
}

TEST_CASE("every past finding stays mended") {
  const char* root = std::getenv("COLOPHON_SOURCE_DIR");
  const std::filesystem::path corpus =
      std::filesystem::path(root != nullptr ? root : ".") / "tests/corpus";
  for (const auto& folder : std::filesystem::directory_iterator(corpus)) {
    if (!folder.is_directory()) continue;
    const std::string name = folder.path().filename().string();
    CAPTURE(name);
    const auto all = fuzz::targets();
    const auto target = std::find_if(all.begin(), all.end(), [&](const fuzz::Target& one) {
      return "fuzz_" + one.name == name;
    });
    REQUIRE((target != all.end()));
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      CAPTURE(file.path().string());
      replay(*target, testing::read_file(file.path().string()));
    }
  }
}
