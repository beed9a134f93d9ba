// SPDX-License-Identifier: Apache-2.0
// Every real label snippet must yield a carrier in which the label can be read.
#include "formats/format.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/support.hpp"

using namespace colophon;

namespace {

/// A word by which the label of that sample is known; the keys of annex E, or what stands instead.
std::string_view word_of(std::string_view file) {
  if (file.starts_with("w051")) return "ServiceProvider";
  if (file.starts_with("w073")) return "fTAvKTQybl5V";
  if (file.starts_with("w083")) return "is_generated";
  if (file.starts_with("w085")) return "XmpKvBase64";
  if (file.starts_with("w091")) return "ContentPropagator";
  if (file.starts_with("w063")) return "contentProducer";
  return "Label";
}

}  // namespace

TEST_CASE("every label sample yields a carrier with the label in it") {
  const std::string samples = testing::samples_folder();
  if (samples.empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  for (const auto& file : std::filesystem::directory_iterator(samples + "/labels")) {
    const std::string name = file.path().filename().string();
    if (!name.starts_with("w")) continue;
    CAPTURE(name);
    const ByteBuffer bytes = testing::read_file(file.path().string());
    MemorySource source(bytes);
    const Format* format = detect(source, name);
    REQUIRE(format != nullptr);
    const auto layout = format->inspect(source, Limits{});
    REQUIRE(layout);
    bool found = false;
    for (const Carrier& carrier : layout->carriers) {
      const auto payload = format->extract(source, carrier, Limits{});
      REQUIRE(payload);
      const std::string text = to_string(*payload);
      found = found || text.find(word_of(name)) != std::string::npos;
    }
    CHECK(found);
  }
}
