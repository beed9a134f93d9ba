// SPDX-License-Identifier: Apache-2.0
// A payload for every kind of carrier, for tests over all formats.
#pragma once

#include "formats/carrier.hpp"

namespace colophon::testing {

/// A value of the kind, different per `variant`, in the form that standards give (not escaped).
[[nodiscard]] inline ByteBuffer value_for(CarrierKind kind, int variant) {
  const std::string id =
      variant == 0 ? "01J" : "a rather longer identifier-" + std::string(300, 'x');
  const std::string json = R"({"Label":"1","ContentProducer":"p","ProduceID":")" + id + R"("})";
  switch (kind) {
    case CarrierKind::Xmp:
      return to_buffer(
          "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/"
          "1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" xmlns:dc=\"http://"
          "purl.org/dc/elements/1.1/\" dc:source=\"" +
          id + "\"/></rdf:RDF></x:xmpmeta>");
    case CarrierKind::FrontMatter:
      return to_buffer("AIGC: " + json + "\n");
    case CarrierKind::HtmlMeta:
      return to_buffer("ai-generated");
    case CarrierKind::JsonLd:
      return to_buffer(R"({"@context":"https://schema.org","@type":"WebPage","name":")" + id +
                       "\"}");
    case CarrierKind::C2paStore:
      return to_buffer("store " + id);
    default:
      return to_buffer(json);
  }
}

[[nodiscard]] inline std::string key_for(CarrierKind kind) {
  return kind == CarrierKind::HtmlMeta ? "ai-disclosure" : "";
}

}  // namespace colophon::testing
