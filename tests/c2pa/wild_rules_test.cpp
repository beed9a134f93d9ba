// SPDX-License-Identifier: Apache-2.0
// Rules that files of other writers showed: names of manifests and signatures, certificates that
// ran out after an ingredient was used, statements outside of actions, soft bindings.
#include <doctest/doctest.h>

#include <ctime>

#include "c2pa/c2pa.hpp"
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
using testing::MadeAssertion;
using testing::MadeManifest;
using testing::report;
using testing::Signing;
using testing::state;
using testing::usual;
using testing::validated;

namespace {

constexpr const char* kComposite =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
constexpr const char* kCapture = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture";

Evidence statement(Bytes store) {
  Carrier carrier;
  carrier.kind = CarrierKind::C2paStore;
  return read_c2pa_statement(carrier, store, Limits{});
}

Evidence statement(const MadeManifest& manifest) {
  return statement(testing::make_store({testing::make_manifest(manifest)}));
}

/// A manifest whose action says that a camera made the content.
MadeManifest captured() {
  MadeManifest manifest = usual();
  manifest.assertions[1].content =
      actions({{{"action", "c2pa.created"}, {"digitalSourceType", kCapture}}});
  return manifest;
}

MadeAssertion json_assertion(const char* label, Json content) {
  return {label, std::move(content), true, true, {}, true};
}

Json disclosure(const char* oversight) {
  Json content = {{"modelType", "c2pa.types.model"}, {"modelName", "Painter 3"}};
  if (oversight != nullptr) content["contentProfile"] = {{"humanOversightLevel", oversight}};
  return content;
}

Validation validated_later(Bytes store, std::int64_t seconds) {
  MemorySource source(as_bytes(kContent));
  TrustStore trust;
  trust.anchors = {Signing::get()->root()};
  c2pa::ValidateOptions options;
  options.trust = &trust;
  options.now = std::time(nullptr) + seconds;
  return c2pa::validate({source, nullptr, nullptr, nullptr, {}}, store, options);
}

bool delta_fails(const Validation& validation, std::string_view code) {
  return std::any_of(validation.ingredient_deltas.begin(), validation.ingredient_deltas.end(),
                     [&](const auto& delta) { return delta.status.failed(code); });
}

const Finding* finding_of(const Evidence& evidence, std::string_view rule) {
  for (const Finding& finding : evidence.findings) {
    if (finding.rule == rule) return &finding;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("the name of a manifest of version 2 has one of the known forms") {
  if (Signing::get() == nullptr) return;
  const std::string uuid = "00000000-0000-4000-8000-000000000001";
  for (const std::string& good :
       {"urn:c2pa:" + uuid + ":maker", "urn:c2pa:" + uuid + "::2_1", "urn:c2pa:" + uuid + ":a:12",
        "urn:uuid:" + uuid, "maker:urn:uuid:" + uuid}) {
    MadeManifest manifest = usual();
    manifest.label = good;
    CAPTURE(good);
    CHECK(state(validated(manifest)) == "Trusted");
  }
  for (const std::string& bad :
       {"urn:c2pa::" + uuid, "urn:c2pa:" + uuid + ":a b", "urn:c2pa:" + uuid + ":a:x",
        "urn:other:" + uuid, uuid, "urn:c2pa:" + uuid + ":" + std::string(33, 'a')}) {
    MadeManifest manifest = usual();
    manifest.label = bad;
    CAPTURE(bad);
    CHECK(state(validated(manifest)) == "Invalid claim.malformed");
    manifest.version = 1;
    CHECK(state(validated(manifest)) == "Trusted");
  }
}

TEST_CASE("a reference that begins with its own manifest's name leads there") {
  if (Signing::get() == nullptr) return;
  MadeManifest manifest = usual();
  manifest.more["signature"] = "self#jumbf=" + manifest.label + "/c2pa.signature";
  CHECK(state(validated(manifest)) == "Trusted");
  manifest.more["signature"] = "self#jumbf=urn:c2pa:x/c2pa.signature";
  CHECK(validated(manifest).status.failed("claimSignature.missing"));
}

TEST_CASE("a certificate that ran out after its manifest was used") {
  if (Signing::get() == nullptr) return;
  const MadeManifest parent = usual();
  const ByteBuffer box = testing::make_manifest(parent);
  Json seen = report();
  seen["activeManifest"]["success"].push_back(
      {{"code", "claimSignature.insideValidity"},
       {"url", "self#jumbf=/c2pa/" + parent.label + "/c2pa.signature"}});
  const auto store = [&](const Json& results) {
    return testing::make_store({box, testing::make_manifest(child_of(parent, box, results))});
  };
  const std::int64_t late = 20LL * 365 * 86400;
  CHECK(delta_fails(validated_later(store(report()), late), "claimSignature.outsideValidity"));
  CHECK_FALSE(delta_fails(validated_later(store(seen), late), "claimSignature.outsideValidity"));
  CHECK(validated_later(store(seen), late).status.failed("claimSignature.outsideValidity"));
}

TEST_CASE("statements about AI in assertions of metadata") {
  const std::string store = "digitalSourceType";
  struct Row {
    const char* label;
    Json content;
    Origin origin;
  };
  const Row rows[] = {
      {"c2pa.metadata", {{"Iptc4xmpExt:DigitalSourceType", kAi}}, Origin::Generated},
      {"cawg.metadata",
       {{"Iptc4xmpExt:DigitalSourceType", Json::array({kComposite})}},
       Origin::Edited},
      {"stds.iptc", {{"Iptc4xmpExt:DigitalSourceType", {{"@id", kAi}}}}, Origin::Generated},
      {"stds.schema-org.CreativeWork",
       {{"digitalSourceType", "https://schema.org/TrainedAlgorithmicMediaDigitalSource"}},
       Origin::Generated},
      {"c2pa.metadata", {{"dc:description", kAi}}, Origin::NotGenerated},
      {"org.example.other", {{"digitalSourceType", kAi}}, Origin::NotGenerated},
  };
  for (const Row& row : rows) {
    MadeManifest manifest = captured();
    manifest.assertions.push_back(json_assertion(row.label, row.content));
    CAPTURE(row.label);
    CAPTURE(row.content.dump());
    CHECK(statement(manifest).says->origin == row.origin);
  }
  MadeManifest old = usual();
  old.assertions[1] = json_assertion(
      "c2pa.actions", actions({{{"action", "c2pa.created"}, {"digitalSourceType", kAi}}}));
  CHECK(statement(old).says->origin == Origin::Generated);
}

TEST_CASE("c2pa.ai-disclosure: AI worked alone, or had a part") {
  for (const bool json : {false, true}) {
    const auto origin = [&](Json content) {
      MadeManifest manifest = captured();
      manifest.assertions.push_back(
          {"c2pa.ai-disclosure", std::move(content), true, true, {}, json});
      return statement(manifest).says->origin;
    };
    CHECK(origin(disclosure("fully_autonomous")) == Origin::Generated);
    CHECK(origin(disclosure("prompt_guided")) == Origin::Edited);
    CHECK(origin(disclosure("human_validated")) == Origin::Edited);
    CHECK(origin(disclosure(nullptr)) == Origin::Edited);
    CHECK(origin({{"modelName", "x"}}) == Origin::NotGenerated);
  }
  MadeManifest manifest = captured();
  manifest.assertions.push_back({"c2pa.ai-disclosure", disclosure("fully_autonomous")});
  CHECK(statement(manifest).says->system == "Painter 3");
  if (Signing::get() == nullptr) return;
  const auto vouched = [](const MadeManifest& by) {
    Evidence evidence = statement(by);
    c2pa::add_validation(evidence, validated(by));
    return finding_of(evidence, "C2PA-gathered") == nullptr;
  };
  CHECK(vouched(manifest));
  manifest.assertions.back().created = false;
  CHECK_FALSE(vouched(manifest));
}

TEST_CASE("an ingredient without a manifest that says what it is") {
  const auto origin = [](const char* relationship, bool with_manifest) {
    MadeManifest manifest = captured();
    Json content = {{"relationship", relationship}, {"digitalSourceType", kAi}};
    if (with_manifest) content["activeManifest"] = {{"url", "self#jumbf=/c2pa/x"}};
    manifest.assertions.push_back({"c2pa.ingredient.v3", content});
    return statement(manifest).says->origin;
  };
  CHECK(origin("parentOf", false) == Origin::Generated);
  CHECK(origin("componentOf", false) == Origin::Edited);
  CHECK(origin("parentOf", true) == Origin::NotGenerated);
}

TEST_CASE("soft bindings are told, their algorithm compared with the list") {
  if (Signing::get() == nullptr) return;
  const auto told = [](Json content, const char* soft = nullptr) {
    MadeManifest manifest = usual();
    if (soft != nullptr) manifest.more["alg_soft"] = soft;
    manifest.assertions.push_back({"c2pa.soft-binding", std::move(content)});
    Evidence evidence = statement(manifest);
    c2pa::add_validation(evidence, validated(manifest));
    CHECK(evidence.c2pa->state == "Trusted");
    return finding_of(evidence, "C2PA-soft-binding") == nullptr;
  };
  const Json blocks = Json::array(
      {{{"scope", Json::object()}, {"value", testing::binary(as_bytes(std::string_view("x")))}}});
  CHECK(told({{"alg", "io.iscc.v0"}, {"blocks", blocks}}));
  CHECK(told({{"blocks", blocks}}, "com.adobe.trustmark.P"));
  CHECK_FALSE(told({{"alg", "phash"}, {"blocks", blocks}}));
  CHECK_FALSE(told({{"blocks", blocks}}));
  CHECK_FALSE(told({{"alg", "io.iscc.v0"}, {"blocks", Json::array()}}));
  CHECK_FALSE(
      told({{"alg", "io.iscc.v0"}, {"blocks", Json::array({{{"scope", 1}, {"value", "text"}}})}}));
}
