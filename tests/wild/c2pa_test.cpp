// SPDX-License-Identifier: Apache-2.0
// Every store of the C2PA samples: our state and main failure are those of the index, with anchors
// and without. Where they are not, the table below and docs/c2pa.md say why.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "ops/ops.hpp"
#include "ops/trust.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

struct Row {
  std::string file, format, without, with, failures;
};

std::vector<Row> rows(const std::string& folder) {
  std::vector<Row> all;
  std::ifstream index(folder + "/index.tsv");
  std::string line;
  std::getline(index, line);  // the heading
  while (std::getline(index, line)) {
    std::istringstream in(line);
    std::vector<std::string> cells;
    for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
    if (cells.size() < 7) continue;
    all.push_back({cells[0], cells[1], cells[4], cells[5], cells[6]});
  }
  return all;
}

/// What we say instead of the index, and why (docs/c2pa.md, "Where we differ").
struct Explained {
  const char* pattern;  ///< part of the file's name
  const char* ours;     ///< "": whatever but Valid and Trusted
};
constexpr Explained kExplained[] = {
    {"suite-corrupt_box_type", "Invalid"},  // disputed: none, or refused
    {"suite-truncated_jumbf", "Invalid"},
    {"cawg-", ""},               // CAWG rules are not asked for
    {"video1.mp4", ""},          // a claim of version 1 without claim_generator_info
    {"monotype_sans", "Valid"},  // no anchor of its signer is at hand
};

const Explained* explained(const std::string& file) {
  const auto found = std::find_if(
      std::begin(kExplained), std::end(kExplained),
      [&](const Explained& each) { return file.find(each.pattern) != std::string::npos; });
  return found == std::end(kExplained) ? nullptr : found;
}

const Evidence* store_of(const Report& report) {
  for (const Evidence& evidence : report.evidence) {
    if (evidence.standard == StandardId::C2pa) return &evidence;
  }
  return nullptr;
}

std::string state_of(const Report& report) {
  const Evidence* store = store_of(report);
  return store == nullptr ? "NoManifest" : store->c2pa->state;
}

bool agrees(const std::string& expected, const std::string& ours) {
  // The peer's "refused" is an error or no store for us; it must never be a good one.
  if (expected == "Refused") return ours != "Valid" && ours != "Trusted";
  return expected == ours;
}

/// The failures that the index names, in the words of the standard.
std::vector<std::string> main_failures(const std::string& cell) {
  std::vector<std::string> codes;
  if (cell.find('(') != std::string::npos) return codes;  // an error of the peer, no code
  std::istringstream in(cell);
  for (std::string code; std::getline(in, code, ',');) {
    if (code == "signingCredential.expired") code = "claimSignature.outsideValidity";
    if (!code.starts_with("cawg.") && code != "signingCredential.untrusted") codes.push_back(code);
  }
  return codes;
}

struct Judge {
  Env env = system_env();
  VerifyOptions without, with;

  explicit Judge(const std::vector<std::string>& anchors,
                 const std::vector<std::string>& tsa = {}) {
    auto trust = load_trust(anchors, tsa);
    REQUIRE(trust.has_value());
    with.trust = std::make_shared<const TrustStore>(std::move(*trust));
    // The day on which the index was made.
    with.time = without.time = parse_time("2026-11-23T20:00:00Z");
  }
  [[nodiscard]] Report report(const std::string& file, const VerifyOptions& options) const {
    return verify_file(file, env, options);
  }
};

std::string samples() {
  const std::string folder = testing::samples_folder();
  if (folder.empty()) MESSAGE("skipped: no samples (COLOPHON_SAMPLES)");
  return folder;
}

}  // namespace

TEST_CASE("every C2PA sample gets its state and its failure") {
  if (samples().empty()) return;
  const std::string folder = samples() + "/c2pa";
  const Judge generated({folder + "/generated/trust/root.pem"});
  const Judge others({folder + "/c2pa-rs/trust/test_cert_root_bundle.pem"});
  for (const Row& row : rows(folder)) {
    if (row.without == "-") continue;
    CAPTURE(row.file);
    const Judge& judge = row.file.starts_with("generated") ? generated : others;
    const std::string file = folder + "/" + row.file;
    const Report without = judge.report(file, judge.without), with = judge.report(file, judge.with);
    if (const Explained* why = explained(row.file)) {
      CHECK((*why->ours == 0 || state_of(with) == why->ours));
      continue;
    }
    if (row.without == "Disputed") {
      CHECK(state_of(with) != "Trusted");
      continue;
    }
    CHECK(agrees(row.without, state_of(without)));
    CHECK(agrees(row.with, state_of(with)));
    for (const std::string& code : main_failures(row.failures)) {
      CAPTURE(code);
      const auto& codes = store_of(with)->c2pa->codes;
      CHECK(std::count(codes.begin(), codes.end(), code) == 1);
    }
  }
}

TEST_CASE("a store beside its file is checked against it") {
  if (samples().empty()) return;
  const std::string folder = samples() + "/c2pa/generated";
  const ByteBuffer store = testing::read_file(folder + "/sidecar.c2pa");
  const ByteBuffer picture = testing::read_file(folder + "/sidecar.jpg");
  if (store.empty() || picture.empty()) {
    MESSAGE("skipped: the pair is not among these samples");
    return;
  }
  const Judge judge({folder + "/trust/root.pem"});
  testing::TemporaryFolder temporary;
  testing::write_file(temporary.file("a.jpg"), picture);
  for (const char* name : {"a.c2pa", "a.jpg.c2pa"}) {
    testing::write_file(temporary.file(name), store);
    CHECK(state_of(judge.report(temporary.file("a.jpg"), judge.with)) == "Trusted");
    std::remove(temporary.file(name).c_str());
  }
}

TEST_CASE("real pictures: trusted by the public lists, expired, or by signers unknown here") {
  if (samples().empty()) return;
  const std::string lists = samples() + "/c2pa/trust/";
  const Judge judge({lists + "C2PA-TRUST-LIST.pem"}, {lists + "C2PA-TSA-TRUST-LIST.pem"});
  struct Picture {
    std::string file, without, with;
    Integrity integrity;
  };
  const Picture pictures[] = {
      {"c2pa/gemini_3.1pro.png", "Valid", "Trusted", Integrity::Trusted},
      {"c2pa/large2.png", "Valid", "Trusted", Integrity::Trusted},
      {"c2pa/chatgpt-1.png", "Invalid", "Invalid", Integrity::Expired},
      {"c2pa/flux-1.jpg", "Invalid", "Invalid", Integrity::Expired},
      {"c2pa/amazon-titan-g1.png", "Valid", "Valid", Integrity::Valid},
      {"c2pa/bing_creator_cloud_surfing_puppy.jpg", "Valid", "Valid", Integrity::Valid},
      {"c2pa/genai-picture-validate-protected.jpg", "Valid", "Valid", Integrity::Valid},
      {"c2pa/adobe-20240110-single_manifest_store.pdf", "Valid", "Valid", Integrity::Valid},
      {"c2pa-nonai/C.dng", "Valid", "Valid", Integrity::Valid},
      {"c2pa-nonai/cards_trusted.avif", "Valid", "Valid", Integrity::Valid},
      {"c2pa-nonai/cards_trusted.webp", "Valid", "Valid", Integrity::Valid},
      {"c2pa-nonai/adobe-20220124-CACA.jpg", "Valid", "Valid", Integrity::Valid},
      {"c2pa-nonai/adobe-20220124-XCA.jpg", "Invalid", "Invalid", Integrity::Invalid},
      {"c2pa-nonai/adobe-20220124-E-sig-CA.jpg", "Invalid", "Invalid", Integrity::Invalid},
      {"c2pa-nonai/trustnxt-icon-signed-v2-bmff.heic", "Valid", "Valid", Integrity::Valid},
  };
  for (const Picture& picture : pictures) {
    CAPTURE(picture.file);
    const std::string file = samples() + "/files/" + picture.file;
    const Report report = judge.report(file, judge.with);
    CHECK(state_of(judge.report(file, judge.without)) == picture.without);
    CHECK(state_of(report) == picture.with);
    REQUIRE(store_of(report) != nullptr);
    CHECK(store_of(report)->integrity == picture.integrity);
    const bool ai = picture.file.starts_with("c2pa/");
    CHECK((report.verdict.origin == Origin::Generated) == ai);
    if (picture.integrity == Integrity::Trusted) {
      CHECK(report.verdict.assurance == Assurance::Trusted);
    }
    if (picture.integrity == Integrity::Expired) {
      CHECK(report.verdict.assurance == Assurance::Declared);
    }
  }
}
