// SPDX-License-Identifier: Apache-2.0
// Private to the XMP reader and writer: RDF/XML as nodes, properties and the places of their
// values.
#pragma once

#include "standards/xmp.hpp"
#include "wire/xml.hpp"

namespace colophon::rdf {

inline constexpr std::string_view kUri = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Where one value of a property stands.
struct Slot {
  std::string value;
  Range where;
  const wire::XmlNode* holder =
      nullptr;                          ///< the element whose content it is; null: in an attribute
  const wire::XmlNode* item = nullptr;  ///< the rdf:li around it
  XmpForm form = XmpForm::Element;
};

struct Property {
  std::string_view uri, prefix, name;
  const wire::XmlNode* element = nullptr;  ///< null: in attribute form
  std::vector<Slot> slots;                 ///< empty: a structure
};

/// Fragments often lack the declaration, so the unbound prefix `rdf` counts too.
[[nodiscard]] bool is_rdf(std::string_view uri, std::string_view prefix) noexcept;
[[nodiscard]] bool is_rdf(const wire::XmlNode& node, std::string_view local) noexcept;
/// The rdf:RDF elements, outermost only.
[[nodiscard]] std::vector<const wire::XmlNode*> containers(const wire::XmlDocument& document);
/// The node elements (mostly rdf:Description) that describe the file.
[[nodiscard]] std::vector<const wire::XmlNode*> descriptions(const wire::XmlDocument& document);
[[nodiscard]] std::vector<Property> properties(const wire::XmlDocument& document,
                                               const wire::XmlNode& description);
/// One property element seen as a property.
[[nodiscard]] Property property_of(const wire::XmlDocument& document, const wire::XmlNode& element);
/// True for attributes that are syntax: rdf:*, xml:*, xmlns*.
[[nodiscard]] bool is_syntax(const wire::XmlAttribute& attribute) noexcept;

enum class Encoding : std::uint8_t { Utf8, Utf16, Utf32 };
struct Text {
  Encoding stored = Encoding::Utf8;
  std::string utf8;  ///< filled only when it was not stored as UTF-8
};
[[nodiscard]] Text decode(Bytes packet);

}  // namespace colophon::rdf
