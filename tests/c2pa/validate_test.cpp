// SPDX-License-Identifier: Apache-2.0
// Validation over stores made here: what is right is trusted, and each rule that is broken has its
// code.
#include <doctest/doctest.h>

#include <ctime>

#include "c2pa/validated.hpp"

using namespace colophon;
using c2pa::State;
using c2pa::Validation;
using testing::actions;
using testing::child_of;
using testing::ingredient;
using testing::Json;
using testing::kAi;
using testing::kContent;
using testing::label;
using testing::MadeManifest;
using testing::opened;
using testing::report;
using testing::Signing;
using testing::state;
using testing::usual;
using testing::validated;

TEST_CASE("a manifest as it should be is trusted, valid where its signer is unknown") {
  if (Signing::get() == nullptr) return;
  const ByteBuffer store = testing::make_store({testing::make_manifest(usual())});
  const Validation good = validated(store);
  CHECK(state(good) == "Trusted");
  CHECK(good.source_types == std::vector<std::string>{kAi});
  CHECK(good.signer == "Colophon tests");
  CHECK(good.claim_generator == "test 1");
  CHECK(state(validated(store, false)) == "Valid signingCredential.untrusted");
  CHECK(state(validated(store, true, "other content")) == "Invalid assertion.dataHash.mismatch");
  MadeManifest first = usual();
  first.version = 1;
  CHECK(state(validated(first)) == "Trusted");
}

TEST_CASE("a certificate that has run out is told from a forgery") {
  if (Signing::get() == nullptr) return;
  const ByteBuffer store = testing::make_store({testing::make_manifest(usual())});
  MemorySource source(as_bytes(kContent));
  c2pa::ValidateOptions options;
  options.now = std::time(nullptr) + 20LL * 365 * 86400;
  const Validation late = c2pa::validate({source, nullptr, nullptr, nullptr, {}}, store, options);
  CHECK(late.state == State::Invalid);
  CHECK(late.expired_without_time);
  CHECK(late.status.failed("claimSignature.outsideValidity"));
  MemorySource other(as_bytes("other"));
  CHECK_FALSE(
      c2pa::validate({other, nullptr, nullptr, nullptr, {}}, store, options).expired_without_time);
}

TEST_CASE("each broken rule has its code") {
  if (Signing::get() == nullptr) return;
  struct Row {
    const char* expected;
    std::function<void(MadeManifest&)> spoil;
  };
  const auto action = [](MadeManifest& m, Json list) { m.assertions[1].content = std::move(list); };
  const Row rows[] = {
      {"claimSignature.mismatch",
       [](auto& m) { m.spoil_signature = [](ByteBuffer& s) { s[5] ^= 1; }; }},
      {"claimSignature.mismatch",
       [](auto& m) { m.spoil_signature = [](ByteBuffer& s) { s.clear(); }; }},
      {"claimSignature.missing",
       [](auto& m) { m.more["signature"] = "self#jumbf=/c2pa/x/c2pa.signature"; }},
      {"claimSignature.missing", [](auto& m) { m.more["signature"] = "self#jumbf=c2pa.claim.v2"; }},
      {"claim.malformed", [](auto& m) { m.more["signature"] = nullptr; }},
      {"claim.malformed", [](auto& m) { m.more["instanceID"] = nullptr; }},
      {"claim.malformed", [](auto& m) { m.more["claim_generator_info"] = {{"version", "1"}}; }},
      {"claim.malformed", [](auto& m) { m.more["created_assertions"] = nullptr; }},
      {"claim.multiple", [](auto& m) { m.claims = 2; }},
      {"claim.missing", [](auto& m) { m.claims = 0; }},
      {"algorithm.unsupported", [](auto& m) { m.more["alg"] = "md5"; }},
      {"algorithm.unsupported", [](auto& m) { m.more["alg"] = nullptr; }},
      {"claim.hardBindings.missing", [](auto& m) { m.assertions.erase(m.assertions.begin()); }},
      {"claim.hardBindings.missing", [](auto& m) { m.assertions[0].created = false; }},
      {"assertion.multipleHardBindings",
       [](auto& m) {
         m.assertions.push_back(m.assertions[0]);
         m.assertions[2].label = "c2pa.hash.data__1";
       }},
      {"assertion.undeclared",
       [](auto& m) { m.assertions.push_back({"c2pa.soft", Json::object(), true, false}); }},
      {"assertion.missing", [](auto& m) { m.assertions[1].url = "self#jumbf=c2pa.assertions/x"; }},
      {"assertion.missing", [](auto& m) { m.twice_in_store = true; }},
      {"assertion.outsideManifest",
       [](auto& m) { m.assertions[1].url = "self#jumbf=/c2pa/other/c2pa.assertions/x"; }},
      {"assertion.cbor.invalid",
       [](auto& m) {
         m.assertions.push_back({"c2pa.x", {}, true, true, testing::box("cbor", as_bytes("\xA1"))});
       }},
      {"assertion.json.invalid",
       [](auto& m) {
         m.assertions.push_back({"c2pa.x", {}, true, true, testing::box("json", as_bytes("{"))});
       }},
      {"assertion.action.malformed", [&](auto& m) { action(m, actions({})); }},
      {"assertion.action.malformed",
       [&](auto& m) { action(m, actions({{{"action", "c2pa.edited"}}})); }},
      {"assertion.action.malformed",
       [&](auto& m) { action(m, actions({{{"action", "c2pa.created"}}})); }},
      {"assertion.action.malformed",
       [&](auto& m) {
         const Json created = {{"action", "c2pa.created"}, {"digitalSourceType", kAi}};
         action(m, actions({created, created}));
       }},
      {"assertion.action.ingredientMismatch",
       [&](auto& m) { action(m, actions({{{"action", "c2pa.opened"}}})); }},
      {"assertion.action.ingredientMismatch", [&](auto& m) { action(m, actions({opened()})); }},
      {"assertion.action.redactionMismatch",
       [&](auto& m) {
         m.assertions[1].content["actions"].push_back({{"action", "c2pa.redacted"}});
       }},
      {"assertion.selfRedacted",
       [](auto& m) {
         m.more["redacted_assertions"] =
             Json::array({"self#jumbf=/c2pa/" + m.label + "/c2pa.assertions/c2pa.x"});
       }},
      {"assertion.action.redacted",
       [](auto& m) {
         m.more["redacted_assertions"] =
             Json::array({"self#jumbf=/c2pa/other/c2pa.assertions/c2pa.actions"});
       }},
      {"assertion.dataHash.redacted",
       [](auto& m) {
         m.more["redacted_assertions"] =
             Json::array({"self#jumbf=/c2pa/other/c2pa.assertions/c2pa.hash.data"});
       }},
      {"assertion.ingredient.malformed",
       [](auto& m) { m.assertions.push_back({"c2pa.ingredient.v3", {{"dc:title", "x"}}}); }},
      {"assertion.cloud-data.malformed",
       [](auto& m) { m.assertions.push_back({"c2pa.cloud-data", {{"label", "x"}}}); }},
      {"assertion.cloud-data.hardBinding",
       [](auto& m) {
         m.assertions.push_back({"c2pa.cloud-data",
                                 {{"label", "c2pa.hash.data"},
                                  {"size", 5},
                                  {"location", Json::object()},
                                  {"content_type", "x"}}});
       }},
      {"assertion.timestamp.malformed",
       [](auto& m) { m.assertions.push_back({"c2pa.time-stamp", Json::object()}); }},
      {"assertion.metadata.disallowed",
       [](auto& m) {
         m.assertions.push_back(
             {"c2pa.metadata",
              {{"@context", {{"dc", "http://purl.org/dc/elements/1.1/"}}}, {"dc:rights", "mine"}},
              true,
              true,
              {},
              true});
       }},
      {"hashedURI.missing",
       [](auto& m) {
         const Json icon = {{"url", "self#jumbf=c2pa.assertions/c2pa.icon"},
                            {"hash", testing::binary({})}};
         m.more["claim_generator_info"] = {{"name", "x"}, {"icon", icon}};
       }},
      {"manifest.update.wrongParents",
       [](auto& m) {
         m.update = true;
         m.assertions.clear();
       }},
      {"manifest.update.invalid", [](auto& m) { m.update = true; }},
  };
  for (const Row& row : rows) {
    MadeManifest manifest = usual();
    row.spoil(manifest);
    const Validation validation = validated(manifest);
    CAPTURE(row.expected);
    CAPTURE(state(validation));
    CHECK(validation.state == State::Invalid);
    CHECK_FALSE(validation.expired_without_time);
    CHECK(validation.status.failed(row.expected));
  }
}

TEST_CASE("ingredients: intact, changed, missing, and what was known before") {
  if (Signing::get() == nullptr) return;
  const MadeManifest parent = usual();
  const ByteBuffer box = testing::make_manifest(parent);
  const MadeManifest child = child_of(parent, box);
  const ByteBuffer child_box = testing::make_manifest(child);
  const Validation good = validated(testing::make_store({box, child_box}));
  CHECK(state(good) == "Trusted");
  CHECK(good.trusted_ingredient_source_types == std::vector<std::string>{kAi});
  CHECK(state(validated(testing::make_store({child_box}))) ==
        "Invalid (ingredient.manifest.missing)");
  ByteBuffer changed = box;
  changed.back() ^= 1;  // in its signature
  CHECK(state(validated(testing::make_store({changed, child_box}))) ==
        "Invalid (ingredient.manifest.mismatch) (claimSignature.mismatch)");
  // The same broken parent, but its user saw that and said so.
  Json known = report();
  known["activeManifest"]["failure"].push_back(
      {{"code", "claimSignature.mismatch"},
       {"url", "self#jumbf=/c2pa/" + parent.label + "/c2pa.signature"}});
  const MadeManifest honest = child_of(parent, changed, known);
  CHECK(state(validated(testing::make_store({changed, testing::make_manifest(honest)}))) ==
        "Trusted");
}

TEST_CASE("update manifests: the content is bound by the first standard parent") {
  if (Signing::get() == nullptr) return;
  const MadeManifest parent = usual();
  const ByteBuffer box = testing::make_manifest(parent);
  MadeManifest update;
  update.label = label(6);
  update.update = true;
  update.assertions = {ingredient(parent, box)};
  const ByteBuffer store = testing::make_store({box, testing::make_manifest(update)});
  CHECK(state(validated(store)) == "Trusted");
  CHECK(state(validated(store, true, "other")) == "Invalid assertion.dataHash.mismatch");
  update.assertions.push_back({"c2pa.actions.v2", actions({{{"action", "c2pa.cropped"}}})});
  const ByteBuffer cropped = testing::make_store({box, testing::make_manifest(update)});
  CHECK(validated(cropped).status.failed("manifest.update.invalid"));
}
