// SPDX-License-Identifier: Apache-2.0
#include "c2pa/validated.hpp"

#include <ctime>

namespace colophon::testing {

using c2pa::State;
using c2pa::Validation;

MadeManifest usual() {
  return usual_manifest(as_bytes(kContent));
}

Validation validated(Bytes store, bool trusting, std::string_view content) {
  MemorySource source(as_bytes(content));
  TrustStore trust;
  if (trusting && Signing::get() != nullptr) trust.anchors = {Signing::get()->root()};
  c2pa::ValidateOptions options;
  options.trust = &trust;
  options.now = std::time(nullptr);
  return c2pa::validate({source, nullptr, nullptr, nullptr, {}}, store, options);
}

Validation validated(const MadeManifest& manifest) {
  return validated(make_store({make_manifest(manifest)}));
}

std::string state(const Validation& validation) {
  std::string text = validation.state == State::Trusted ? "Trusted"
                     : validation.state == State::Valid ? "Valid"
                                                        : "Invalid";
  for (const auto& entry : validation.status.failure) text += " " + entry.code;
  for (const auto& delta : validation.ingredient_deltas) {
    for (const auto& entry : delta.status.failure) text += " (" + entry.code + ")";
  }
  return text;
}

Json report() {
  return {{"activeManifest", {{"success", Json::array()}, {"failure", Json::array()}}}};
}

MadeAssertion ingredient(const MadeManifest& of, Bytes box, Json results,
                         const char* relationship) {
  Json content = {{"relationship", relationship},
                  {"dc:title", "parent"},
                  {"validationResults", std::move(results)},
                  {"activeManifest", manifest_reference(of.label, box)}};
  return {"c2pa.ingredient.v3", std::move(content)};
}

std::string label(int number) {
  return "urn:c2pa:00000000-0000-4000-8000-" + std::to_string(100000000000 + number);
}

Json opened() {
  return {{"action", "c2pa.opened"},
          {"parameters",
           {{"ingredients",
             Json::array({{{"url", "self#jumbf=c2pa.assertions/c2pa.ingredient.v3"}}})}}}};
}

MadeManifest child_of(const MadeManifest& parent, Bytes box, Json results) {
  MadeManifest child = usual();
  child.label = label(1);
  child.assertions[1].content = actions({opened()});
  child.assertions.push_back(ingredient(parent, box, std::move(results)));
  return child;
}

}  // namespace colophon::testing
