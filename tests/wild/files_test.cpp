// SPDX-License-Identifier: Apache-2.0
// Real files that nobody here made: every file of samples/files gets its class.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "ops/ops.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

struct Row {
  std::string file, kind;
};

std::vector<Row> rows(const std::string& folder) {
  std::vector<Row> all;
  std::ifstream index(folder + "/index.tsv");
  std::string line;
  std::getline(index, line);  // the heading
  while (std::getline(index, line)) {
    std::istringstream cells(line);
    Row row;
    std::getline(cells, row.file, '\t');
    std::getline(cells, row.kind, '\t');
    all.push_back(row);
  }
  return all;
}

const Evidence* find(const Report& report, StandardId standard) {
  for (const Evidence& evidence : report.evidence) {
    if (evidence.standard == standard) return &evidence;
  }
  return nullptr;
}

bool says_ai(const Report& report) {
  return report.verdict.origin >= Origin::Suspected;
}

/// What each class of the index must give.
void check(const Row& row, const Report& report) {
  if (row.kind == "tc260" || row.kind == "text-tc260") {
    const Evidence* label = find(report, StandardId::Gb45438);
    REQUIRE(label != nullptr);
    CHECK(label->layer == Layer::Implicit);
    CHECK_FALSE(label->says->producer.empty());
    CHECK(report.verdict.origin == Origin::Generated);
  } else if (row.kind == "iptc") {
    REQUIRE(find(report, StandardId::Iptc) != nullptr);
    CHECK(report.verdict.origin == Origin::Generated);
    CHECK(report.verdict.assurance == Assurance::Declared);
  } else if (row.kind == "c2pa") {
    const Evidence* store = find(report, StandardId::C2pa);
    REQUIRE(store != nullptr);
    CHECK(store->layer == Layer::Signature);
    CHECK_FALSE(store->c2pa->claim_generator.empty());
    CHECK(report.verdict.origin == Origin::Generated);
  } else if (row.kind == "c2pa-nonai") {
    CHECK_FALSE(says_ai(report));
  } else if (row.kind == "sd" || row.kind == "dreamina" || row.kind == "xai" ||
             row.kind == "suno") {
    const Evidence* trace = find(report, StandardId::Generator);
    REQUIRE(trace != nullptr);
    CHECK(trace->layer == Layer::Trace);
    CHECK(report.verdict.origin == Origin::Suspected);
    CHECK(report.verdict.assurance == Assurance::Detected);
  } else {  // negative, stripped, robustness, watermark: nothing that we can read
    CHECK(report.verdict.origin == Origin::None);
  }
}

}  // namespace

TEST_CASE("every real file gets its class") {
  const std::string samples = testing::samples_folder();
  if (samples.empty()) {
    MESSAGE("skipped: no samples (COLOPHON_SAMPLES)");
    return;
  }
  const Env env = system_env();
  for (const Row& row : rows(samples + "/files")) {
    CAPTURE(row.file);
    const Report report = verify_file(samples + "/files/" + row.file, env, {});
    check(row, report);
  }
}

TEST_CASE("every store of the C2PA samples is found, and no unsigned carrier has one") {
  const std::string samples = testing::samples_folder();
  if (samples.empty()) {
    MESSAGE("skipped: no samples (COLOPHON_SAMPLES)");
    return;
  }
  const Env env = system_env();
  std::ifstream index(samples + "/c2pa/index.tsv");
  std::string line;
  std::getline(index, line);
  while (std::getline(index, line)) {
    std::istringstream cells(line);
    std::vector<std::string> row;
    for (std::string cell; std::getline(cells, cell, '\t');) row.push_back(cell);
    const std::string& expected = row[4];
    const bool remote = expected == "RemoteOnly";
    const bool store =
        remote || expected == "Valid" || expected == "Trusted" || expected == "Invalid";
    if (!store && expected != "NoManifest") continue;
    CAPTURE(row[0]);
    const Report report = verify_file(samples + "/c2pa/" + row[0], env, {});
    if (report.format == nullptr) continue;  // fonts, sidecars: not containers of this table
    const Evidence* found = find(report, StandardId::C2pa);
    CHECK((found != nullptr) == store);
    if (found != nullptr) CHECK((found->c2pa->state == "RemoteOnly") == remote);
  }
}
