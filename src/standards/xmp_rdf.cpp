// SPDX-License-Identifier: Apache-2.0
// The RDF/XML subset of XMP (ISO 16684-1 clause 7), read leniently.
#include "standards/xmp_rdf.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace colophon::rdf {
namespace {

using wire::XmlAttribute;
using wire::XmlDocument;
using wire::XmlKind;
using wire::XmlNode;

constexpr std::string_view kXmlUri = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view kXmlnsUri = "http://www.w3.org/2000/xmlns/";

/// The outermost elements that `wanted` accepts.
template <typename Wanted>
std::vector<const XmlNode*> outermost(const XmlDocument& document, const Wanted& wanted) {
  std::vector<const XmlNode*> found;
  const auto& nodes = document.nodes();
  for (std::size_t at = 0; at < nodes.size();) {
    const bool hit = nodes[at].kind == XmlKind::Element && wanted(nodes[at]);
    if (hit) found.push_back(&nodes[at]);
    at = hit ? nodes[at].end : at + 1;
  }
  return found;
}

const XmlAttribute* rdf_attribute(const XmlDocument& document, const XmlNode& node,
                                  std::string_view local) noexcept {
  for (const XmlAttribute& attribute : document.attributes(node)) {
    if (attribute.local == local && is_rdf(attribute.uri, attribute.prefix)) return &attribute;
  }
  return nullptr;
}

Slot in_attribute(const XmlDocument& document, const XmlAttribute& attribute, XmpForm form) {
  return {document.value_of(attribute), attribute.value, nullptr, nullptr, form};
}

bool is_list(const XmlNode& node) noexcept {
  return is_rdf(node, "Bag") || is_rdf(node, "Seq") || is_rdf(node, "Alt");
}

/// `<p stRef:x="..."/>`: a structure whose fields are attributes.
bool has_fields(const XmlDocument& document, const XmlNode& element) {
  const auto attributes = document.attributes(element);
  return std::any_of(attributes.begin(), attributes.end(),
                     [](const XmlAttribute& attribute) { return !is_syntax(attribute); });
}

/// The values that a property element, an rdf:li or an rdf:value holds; none for a structure.
std::vector<Slot> slots_of(const XmlDocument& document, const XmlNode& element) {
  if (const auto* resource = rdf_attribute(document, element, "resource")) {
    return {in_attribute(document, *resource, XmpForm::Resource)};
  }
  if (const auto* value = rdf_attribute(document, element, "value")) {
    return {in_attribute(document, *value, XmpForm::Element)};
  }
  const auto inside = document.elements(element);
  if (inside.empty()) {
    std::string text = document.text_of(element);
    if (trim(text).empty() && has_fields(document, element)) return {};
    return {{std::move(text), element.content, &element, nullptr, XmpForm::Element}};
  }
  for (const XmlNode* child : inside) {  // parseType="Resource" with qualifiers
    if (is_rdf(*child, "value")) return slots_of(document, *child);
  }
  if (inside.size() != 1) return {};
  if (is_rdf(*inside[0], "Description")) return slots_of(document, *inside[0]);
  if (!is_list(*inside[0])) return {};
  std::vector<Slot> slots;
  for (const XmlNode* item : document.elements(*inside[0])) {
    for (Slot& slot : slots_of(document, *item)) {
      slot.item = item;
      slot.form = XmpForm::Item;
      slots.push_back(std::move(slot));
    }
  }
  return slots;
}

std::string utf32_to_utf8(Bytes bytes, bool big_endian) {
  std::string out;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    const std::uint64_t code = *(big_endian ? load_be(bytes, at, 4) : load_le(bytes, at, 4));
    const bool scalar = code < 0xD800 || (code >= 0xE000 && code <= 0x10FFFF);
    append_utf8(out, scalar ? static_cast<char32_t>(code) : U'\uFFFD');
  }
  return out;
}

}  // namespace

bool is_rdf(std::string_view uri, std::string_view prefix) noexcept {
  return uri == kUri || (uri.empty() && prefix == "rdf");
}

bool is_rdf(const XmlNode& node, std::string_view local) noexcept {
  return node.local == local && is_rdf(node.uri, node.prefix);
}

bool is_syntax(const XmlAttribute& attribute) noexcept {
  // Old RDF wrote `about` and `ID` without a prefix.
  const bool old_style =
      attribute.prefix.empty() && (attribute.local == "about" || attribute.local == "ID");
  return old_style || attribute.uri == kXmlUri || attribute.uri == kXmlnsUri ||
         is_rdf(attribute.uri, attribute.prefix);
}

std::vector<const XmlNode*> containers(const XmlDocument& document) {
  return outermost(document, [](const XmlNode& node) { return is_rdf(node, "RDF"); });
}

std::vector<const XmlNode*> descriptions(const XmlDocument& document) {
  std::vector<const XmlNode*> found;
  const auto all = containers(document);
  for (const XmlNode* container : all) {
    for (const XmlNode* node : document.elements(*container)) found.push_back(node);
  }
  if (!all.empty()) return found;
  return outermost(document, [](const XmlNode& node) { return is_rdf(node, "Description"); });
}

Property property_of(const XmlDocument& document, const XmlNode& element) {
  return {element.uri, element.prefix, element.local, &element, slots_of(document, element)};
}

std::vector<Property> properties(const XmlDocument& document, const XmlNode& description) {
  std::vector<Property> found;
  for (const XmlAttribute& attribute : document.attributes(description)) {
    if (is_syntax(attribute)) continue;
    found.push_back({attribute.uri,
                     attribute.prefix,
                     attribute.local,
                     nullptr,
                     {in_attribute(document, attribute, XmpForm::Attribute)}});
  }
  for (const XmlNode* element : document.elements(description)) {
    found.push_back(property_of(document, *element));
  }
  return found;
}

Text decode(Bytes packet) {
  const auto starts = [&](std::string_view mark) { return has_prefix(packet, mark); };
  using namespace std::string_view_literals;
  if (starts("\x00\x00\xFE\xFF"sv)) return {Encoding::Utf32, utf32_to_utf8(slice(packet, 4), true)};
  if (starts("\xFF\xFE\x00\x00"sv))
    return {Encoding::Utf32, utf32_to_utf8(slice(packet, 4), false)};
  if (starts("\x00\x00\x00<"sv)) return {Encoding::Utf32, utf32_to_utf8(packet, true)};
  if (starts("<\x00\x00\x00"sv)) return {Encoding::Utf32, utf32_to_utf8(packet, false)};
  if (starts("\xFE\xFF"sv)) return {Encoding::Utf16, utf16_to_utf8(slice(packet, 2), true)};
  if (starts("\xFF\xFE"sv)) return {Encoding::Utf16, utf16_to_utf8(slice(packet, 2), false)};
  if (starts("\x00<"sv)) return {Encoding::Utf16, utf16_to_utf8(packet, true)};
  if (starts("<\x00"sv)) return {Encoding::Utf16, utf16_to_utf8(packet, false)};
  return {};
}

}  // namespace colophon::rdf
