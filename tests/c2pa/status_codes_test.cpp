// SPDX-License-Identifier: Apache-2.0
// The status codes of C2PA (15.2.2, and those of 2.4 that apply offline): each has a test that
// produces it.
#include <doctest/doctest.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "c2pa/validated.hpp"
#include "crypto/digest.hpp"

using namespace colophon;
using c2pa::Validation;
using testing::actions;
using testing::child_of;
using testing::ingredient;
using testing::Json;
using testing::kContent;
using testing::MadeManifest;
using testing::Signing;
using testing::state;
using testing::usual;
using testing::validated;

namespace {

constexpr const char* kCodes[] = {
    "assertion.bmffHash.match", "assertion.boxesHash.match", "assertion.collectionHash.match",
    "assertion.dataHash.match", "assertion.hashedURI.match", "assertion.multiAssetHash.match",
    "claimSignature.insideValidity", "claimSignature.validated",
    "ingredient.claimSignature.validated", "ingredient.manifest.validated",
    "signingCredential.ocsp.notRevoked", "signingCredential.trusted", "timeStamp.trusted",
    "timeStamp.validated",
    // Informational.
    "assertion.bmffHash.additionalExclusionsPresent",
    "assertion.boxesHash.additionalExclusionsPresent",
    "assertion.dataHash.additionalExclusionsPresent", "ingredient.unknownProvenance",
    "signingCredential.ocsp.skipped", "signingCredential.ocsp.unknown",
    "timeOfSigning.insideValidity", "timeOfSigning.outsideValidity", "timeStamp.credentialInvalid",
    "timeStamp.malformed", "timeStamp.mismatch", "timeStamp.outsideValidity", "timeStamp.untrusted",
    // Failures.
    "algorithm.unsupported", "assertion.action.ingredientMismatch", "assertion.action.malformed",
    "assertion.action.redacted", "assertion.action.redactionMismatch",
    "assertion.bmffHash.malformed", "assertion.bmffHash.mismatch", "assertion.boxesHash.malformed",
    "assertion.boxesHash.mismatch", "assertion.boxesHash.unknownBox", "assertion.cbor.invalid",
    "assertion.cloud-data.actions", "assertion.cloud-data.hardBinding",
    "assertion.cloud-data.malformed", "assertion.collectionHash.incorrectFileCount",
    "assertion.collectionHash.invalidURI", "assertion.collectionHash.malformed",
    "assertion.collectionHash.mismatch", "assertion.dataHash.malformed",
    "assertion.dataHash.mismatch", "assertion.dataHash.redacted", "assertion.hashedURI.mismatch",
    "assertion.ingredient.malformed", "assertion.json.invalid", "assertion.metadata.disallowed",
    "assertion.missing", "assertion.multiAssetHash.malformed",
    "assertion.multiAssetHash.missingPart", "assertion.multiAssetHash.mismatch",
    "assertion.multipleHardBindings", "assertion.notRedacted", "assertion.outsideManifest",
    "assertion.selfRedacted", "assertion.timestamp.malformed", "assertion.undeclared",
    "claim.cbor.invalid", "claim.hardBindings.missing", "claim.malformed", "claim.missing",
    "claim.multiple", "claimSignature.mismatch", "claimSignature.missing",
    "claimSignature.outsideValidity", "general.error", "hashedURI.mismatch", "hashedURI.missing",
    "ingredient.claimSignature.mismatch", "ingredient.claimSignature.missing",
    "ingredient.manifest.mismatch", "ingredient.manifest.missing", "manifest.compressed.invalid",
    "manifest.html.multipleManifests", "manifest.inaccessible", "manifest.multipleParents",
    "manifest.structuredText.emptyReference", "manifest.structuredText.malformedReference",
    "manifest.structuredText.multipleReferences", "manifest.text.corruptedWrapper",
    "manifest.text.multipleWrappers", "manifest.update.invalid", "manifest.update.wrongParents",
    "signingCredential.invalid", "signingCredential.ocsp.revoked", "signingCredential.untrusted"};

std::string all_tests(const std::string& root) {
  std::string all;
  for (const char* folder : {"/tests/c2pa", "/tests/ops", "/tests/cli"}) {
    for (const auto& each : std::filesystem::recursive_directory_iterator(root + folder)) {
      if (each.path().filename() == "status_codes_test.cpp" || !each.is_regular_file()) continue;
      std::ostringstream text;
      text << std::ifstream(each.path()).rdbuf();
      all += text.str();
    }
  }
  std::ostringstream own;
  own << std::ifstream(root + "/tests/c2pa/status_codes_test.cpp").rdbuf();
  const std::string text = own.str();
  return all + text.substr(std::min(text.find("TEST_CASE("), text.size()));
}

bool has(const std::vector<c2pa::StatusEntry>& entries, std::string_view code) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return entry.code == code; });
}

/// The hash of the signature's box, as an ingredient refers to it.
Json signature_reference(const std::string& label, const ByteBuffer& manifest) {
  const std::size_t start = as_text(Bytes(manifest)).rfind("c2cs") - 16;
  const auto size = load_be(manifest, start, 4).value_or(0);
  return {{"url", "self#jumbf=/c2pa/" + label + "/c2pa.signature"},
          {"hash", testing::binary(
                       digest_of(DigestAlgorithm::Sha256, slice(manifest, start + 8, size - 8)))}};
}

}  // namespace

TEST_CASE("status codes: each has a test that names it") {
  const char* root = std::getenv("COLOPHON_SOURCE_DIR");
  if (root == nullptr) {
    MESSAGE("skipped: COLOPHON_SOURCE_DIR is not set");
    return;
  }
  const std::string tests = all_tests(root);
  for (const char* code : kCodes) {
    const bool named = tests.find(std::string("\"") + code) != std::string::npos ||
                       tests.find(std::string(" ") + code) != std::string::npos ||
                       tests.find(std::string("(") + code) != std::string::npos;
    CAPTURE(std::string(code));
    CHECK(named);
  }
}

TEST_CASE("status codes of a good manifest, and of one with an ingredient") {
  if (Signing::get() == nullptr) return;
  const MadeManifest parent = usual();
  const ByteBuffer box = testing::make_manifest(parent);
  MadeManifest child = child_of(parent, box);
  child.assertions.push_back(
      {"c2pa.ingredient.v3__1", {{"relationship", "componentOf"}, {"dc:title", "plain"}}});
  const Validation good = validated(testing::make_store({box, testing::make_manifest(child)}));
  CHECK(state(good) == "Trusted");
  for (const char* code :
       {"assertion.hashedURI.match", "assertion.dataHash.match", "claimSignature.validated",
        "claimSignature.insideValidity", "signingCredential.trusted"}) {
    CAPTURE(std::string(code));
    CHECK(has(good.status.success, code));
  }
  CHECK(has(good.status.informational, "signingCredential.ocsp.skipped"));
  CHECK(has(good.status.informational, "ingredient.unknownProvenance"));
  REQUIRE(good.ingredient_deltas.size() == 1);
  CHECK(has(good.ingredient_deltas[0].status.success, "ingredient.manifest.validated"));
}

TEST_CASE("status codes of redaction: an ingredient is told by its signature") {
  if (Signing::get() == nullptr) return;
  MadeManifest parent = usual();
  parent.assertions.push_back({"org.x", {}, true, true, testing::box("cbor", ByteBuffer{0x01})});
  const ByteBuffer whole = testing::make_manifest(parent);
  ByteBuffer zeroed = whole;
  const std::size_t at = as_text(Bytes(zeroed)).find("cbor\x01");
  REQUIRE(at != std::string_view::npos);
  zeroed[at + 4] = 0;
  const std::string redacted = "self#jumbf=/c2pa/" + parent.label + "/c2pa.assertions/org.x";
  const auto check = [&](const ByteBuffer& box, const Json& signature) {
    MadeManifest child = child_of(parent, box);
    if (!signature.is_null()) child.assertions.back().content["claimSignature"] = signature;
    child.more["redacted_assertions"] = Json::array({redacted});
    return validated(testing::make_store({box, testing::make_manifest(child)}));
  };
  const Json signature = signature_reference(parent.label, zeroed);
  const Validation good = check(zeroed, signature);
  CHECK(state(good) == "Trusted");
  REQUIRE(good.ingredient_deltas.size() == 1);
  CHECK(has(good.ingredient_deltas[0].status.success, "ingredient.claimSignature.validated"));
  CHECK(state(check(whole, signature)) == "Invalid (assertion.notRedacted)");
  CHECK(state(check(zeroed, nullptr)) == "Invalid (ingredient.claimSignature.missing)");
  Json wrong = signature;
  wrong["hash"] = testing::binary(ByteBuffer(32));
  CHECK(state(check(zeroed, wrong)) == "Invalid (ingredient.claimSignature.mismatch)");
}

TEST_CASE("status codes: two parents, actions elsewhere, a purpose that is not accepted") {
  if (Signing::get() == nullptr) return;
  const MadeManifest parent = usual();
  const ByteBuffer box = testing::make_manifest(parent);
  MadeManifest child = child_of(parent, box);
  child.assertions.push_back(ingredient(parent, box));
  child.assertions.back().label = "c2pa.ingredient.v3__1";
  CHECK(validated(testing::make_store({box, testing::make_manifest(child)}))
            .status.failed("manifest.multipleParents"));
  MadeManifest update;
  update.label = testing::label(7);
  update.update = true;
  update.assertions = {ingredient(parent, box),
                       {"c2pa.cloud-data",
                        {{"label", "c2pa.actions.v2"},
                         {"size", 5},
                         {"location", Json::object()},
                         {"content_type", "x"}}}};
  CHECK(validated(testing::make_store({box, testing::make_manifest(update)}))
            .status.failed("assertion.cloud-data.actions"));
  MemorySource source(as_bytes(kContent));
  TrustStore trust;
  trust.anchors = {Signing::get()->root()};
  trust.usages = {"1.2.3.4"};
  c2pa::ValidateOptions options;
  options.trust = &trust;
  options.now = std::time(nullptr);
  const ByteBuffer store = testing::make_store({box});
  CHECK(c2pa::validate({source, nullptr, nullptr, nullptr, {}}, store, options)
            .status.failed("signingCredential.invalid"));
}

TEST_CASE("status codes: what a reference leads to is not what was signed") {
  if (Signing::get() == nullptr) return;
  MadeManifest manifest = usual();
  manifest.assertions.push_back({"c2pa.icon", Json::object()});
  const Json icon = {{"url", "self#jumbf=c2pa.assertions/c2pa.icon"},
                     {"hash", testing::binary(ByteBuffer(32))}};
  manifest.more["claim_generator_info"] = {{"name", "x"}, {"icon", icon}};
  CHECK(validated(manifest).status.failed("hashedURI.mismatch"));
}

TEST_CASE("update manifests may show their parent, not themselves") {
  if (Signing::get() == nullptr) return;
  const MadeManifest parent = usual();
  const ByteBuffer box = testing::make_manifest(parent);
  for (const char* thumbnail : {"c2pa.thumbnail.ingredient", "c2pa.thumbnail.claim"}) {
    MadeManifest update;
    update.label = testing::label(8);
    update.update = true;
    update.assertions = {ingredient(parent, box), {thumbnail, Json::object()}};
    const Validation result = validated(testing::make_store({box, testing::make_manifest(update)}));
    CAPTURE(std::string(thumbnail));
    CHECK(result.status.failed("manifest.update.invalid") ==
          (std::string_view(thumbnail) == "c2pa.thumbnail.claim"));
  }
}
