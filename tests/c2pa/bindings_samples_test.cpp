// SPDX-License-Identifier: Apache-2.0
// Hard bindings of real files: the failures found are those that the list of samples expects.
#include "c2pa/validate.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "support/support.hpp"

using namespace colophon;

namespace {

using Codes = std::set<std::string>;

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == by) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool is_of_binding(std::string_view code) {
  return code.starts_with("assertion.dataHash.") || code.starts_with("assertion.bmffHash.") ||
         code.starts_with("assertion.boxesHash.") ||
         code.starts_with("assertion.collectionHash.") ||
         code.starts_with("assertion.multiAssetHash.");
}

std::string list(const c2pa::StatusList& status) {
  std::string text;
  for (const auto* group : {&status.failure, &status.informational, &status.success}) {
    for (const c2pa::StatusEntry& entry : *group) {
      if (is_of_binding(entry.code) || group == &status.failure) {
        text += fmt::format("{} ({}) ", entry.code, entry.explanation);
      }
    }
  }
  return text;
}

struct Found {
  bool store = false;
  Codes failures, successes;
  std::string all;
};

Found validate_file(const std::string& path, const std::vector<Source*>& fragments = {}) {
  const ByteBuffer bytes = testing::read_file(path);
  MemorySource source(bytes);
  Found found;
  const Format* format = detect(source, path);
  if (format == nullptr) return found;
  const auto layout = format->inspect(source, Limits{});
  REQUIRE(layout);
  const auto store = std::ranges::find(layout->carriers, CarrierKind::C2paStore, &Carrier::kind);
  if (store == layout->carriers.end()) return found;
  const auto box = format->extract(source, *store, Limits{});
  REQUIRE(box);
  found.store = true;
  const c2pa::Asset asset{source, format, &*layout, &*store, fragments};
  const c2pa::Validation validation = c2pa::validate(asset, *box, {});
  for (const auto& entry : validation.status.failure) {
    if (is_of_binding(entry.code)) found.failures.insert(entry.code);
  }
  for (const auto& entry : validation.status.success) {
    if (is_of_binding(entry.code)) found.successes.insert(entry.code);
  }
  found.all = list(validation.status);
  return found;
}

}  // namespace

TEST_CASE("the bindings of real files match or fail as their list says") {
  const std::string folder = testing::samples_folder() + "/c2pa/";
  const ByteBuffer index = testing::read_file(folder + "index.tsv");
  if (index.empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  int checked = 0;
  for (const std::string& line : split(as_text(index), '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() < 8 || (fields[4] != "Valid" && fields[4] != "Invalid")) continue;
    if (fields[6].find("C2pa(") != std::string::npos) continue;  // refused: no codes are known
    const std::string& file = fields[0];
    CAPTURE(file);
    const Found found = validate_file(folder + file);
    if (!found.store) {
      MESSAGE(file << ": no store is read");
      continue;
    }
    CAPTURE(found.all);
    Codes expected;
    for (const std::string& code : split(fields[6], ',')) {
      if (is_of_binding(code)) expected.insert(code);
    }
    CHECK(found.failures == expected);
    if (expected.empty() && fields[4] == "Valid") CHECK(found.successes.size() == 1);
    ++checked;
  }
  CHECK(checked > 50);
}
