// SPDX-License-Identifier: Apache-2.0
// Short words for the tests of GB 45438.
#pragma once

#include "base/text.hpp"
#include "standards/gb45438.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace colophon::testing {

inline constexpr std::string_view kCode = "001191110102MAD55U9H0F10002";
inline const std::string kBare =
    R"({"Label":"1","ContentProducer":"001191110102MAD55U9H0F10002","ProduceID":"id-1",)"
    R"("ReservedCode1":"","ContentPropagator":"001191110102MAD55U9H0F10002",)"
    R"("PropagateID":"id-1","ReservedCode2":""})";
inline const std::string kWrapped = "{\"AIGC\":" + kBare + "}";

inline std::vector<Evidence> read_label(CarrierKind kind, std::string_view payload,
                                        std::string key = {}, std::string path = "test:place") {
  Carrier carrier;
  carrier.kind = kind;
  carrier.key = std::move(key);
  carrier.path = std::move(path);
  return kGb45438.read(carrier, as_bytes(payload), Limits{});
}

inline std::string detail_of(const Evidence& evidence, std::string_view name) {
  for (const auto& [key, value] : evidence.details) {
    if (key == name) return value;
  }
  return {};
}

/// "E-3! E-7?": errors and warnings in order; infos only when asked for.
inline std::string rules_of(const Evidence& evidence, bool infos = false) {
  std::string rules;
  for (const Finding& finding : kGb45438.lint(evidence)) {
    if (finding.severity == Severity::Info && !infos) continue;
    if (!rules.empty()) rules += ' ';
    rules += finding.rule;
    rules += finding.severity == Severity::Error     ? "!"
             : finding.severity == Severity::Warning ? "?"
                                                     : ".";
  }
  return rules;
}

/// kBare with one piece of text exchanged.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

inline std::string xmp_with(std::string_view description) {
  return R"(<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf=)"
         R"("http://www.w3.org/1999/02/22-rdf-syntax-ns#">)" +
         std::string(description) + "</rdf:RDF></x:xmpmeta>";
}

inline std::string replaced_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace colophon::testing
