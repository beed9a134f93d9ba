// SPDX-License-Identifier: Apache-2.0
// A payload for every kind of carrier, for tests over all formats.
#pragma once

#include "formats/carrier.hpp"
#include "wire/bmff.hpp"
#include "wire/jumbf_mark.hpp"

namespace colophon::testing {

/// A C2PA manifest store as far as a container looks into it, `size` bytes large and more, all of
/// `fill` behind its description.
[[nodiscard]] inline ByteBuffer store_of(std::size_t size, std::uint8_t fill = 0x5A) {
  ByteBuffer description = to_buffer(wire::kC2paStoreUuid);
  append(description, std::string_view("\x03"
                                       "c2pa\0",
                                       6));
  ByteBuffer content;
  wire::append_box(content, wire::fourcc("jumd"), description);
  wire::append_box(content, wire::fourcc("free"), ByteBuffer(size, fill));
  ByteBuffer store;
  wire::append_box(store, wire::fourcc("jumb"), content);
  return store;
}

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
      return store_of(id.size() * 9);
    default:
      return to_buffer(json);
  }
}

[[nodiscard]] inline std::string key_for(CarrierKind kind) {
  return kind == CarrierKind::HtmlMeta ? "ai-disclosure" : "";
}

}  // namespace colophon::testing
