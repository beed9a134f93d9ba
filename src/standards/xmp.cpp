// SPDX-License-Identifier: Apache-2.0
// Reading XMP packets; see xmp_edit.cpp for writing.
#include "standards/xmp.hpp"

#include "base/text.hpp"
#include "standards/xmp_rdf.hpp"

#include <algorithm>

namespace colophon {
namespace {

using rdf::Property;
using wire::XmlAttribute;
using wire::XmlDocument;
using wire::XmlKind;
using wire::XmlNode;

class Collector {
 public:
  explicit Collector(const XmlDocument& document) : document_(document) {}

  void add(const Property& property) {
    for (const rdf::Slot& slot : property.slots) {
      found_.push_back({std::string(property.uri), std::string(property.prefix),
                        std::string(property.name), slot.value, slot.form, slot.where, false});
    }
    if (property.slots.empty()) add_fields(*property.element);
  }
  std::vector<XmpValue> take() { return std::move(found_); }

 private:
  void add_field(std::string_view uri, std::string_view prefix, std::string_view name,
                 std::string value, XmpForm form, Range where) {
    found_.push_back({std::string(uri), std::string(prefix), std::string(name), std::move(value),
                      form, where, true});
  }

  /// Every attribute and every leaf inside a structure; an rdf:li goes by its list's name.
  void add_fields(const XmlNode& structure) {
    const auto& nodes = document_.nodes();
    for (auto at = static_cast<std::size_t>(&structure - nodes.data()); at < structure.end; ++at) {
      const XmlNode& node = nodes[at];
      if (node.kind != XmlKind::Element) continue;
      for (const XmlAttribute& attribute : document_.attributes(node)) {
        if (rdf::is_syntax(attribute)) continue;
        add_field(attribute.uri, attribute.prefix, attribute.local, document_.value_of(attribute),
                  XmpForm::Attribute, attribute.value);
      }
      std::string text = document_.text_of(node);
      if (!document_.elements(node).empty() || trim(text).empty()) continue;
      const XmlNode* named = &node;
      while (named != &structure && rdf::is_rdf(named->uri, named->prefix)) {
        named = document_.parent(*named);
      }
      const XmpForm form = named == &node ? XmpForm::Element : XmpForm::Item;
      add_field(named->uri, named->prefix, named->local, std::move(text), form, node.content);
    }
  }

  const XmlDocument& document_;
  std::vector<XmpValue> found_;
};

}  // namespace

std::vector<XmpValue> xmp_properties(Bytes packet, const Limits& limits) {
  if (packet.size() > limits.max_text) return {};
  const rdf::Text decoded = rdf::decode(packet);
  const bool converted = decoded.stored != rdf::Encoding::Utf8;
  const auto document = wire::parse_xml(converted ? decoded.utf8 : as_text(packet), limits);
  if (!document) return {};
  Collector collector(*document);
  const auto descriptions = rdf::descriptions(*document);
  for (const XmlNode* description : descriptions) {
    for (const Property& property : rdf::properties(*document, *description)) {
      collector.add(property);
    }
  }
  // A property element alone, as some tools write it.
  if (descriptions.empty() && rdf::containers(*document).empty()) {
    collector.add(rdf::property_of(*document, document->root()));
  }
  std::vector<XmpValue> found = collector.take();
  if (converted) {
    for (XmpValue& value : found) value.where = {};
  }
  return found;
}

std::vector<XmpValue> find_xmp(Bytes packet, std::string_view uri, std::string_view name,
                               const Limits& limits) {
  std::vector<XmpValue> found = xmp_properties(packet, limits);
  std::erase_if(found, [&](const XmpValue& value) {
    return value.nested || value.uri != uri || value.name != name;
  });
  return found;
}

bool is_read_only_xmp(Bytes packet) {
  const std::string_view text = as_text(packet);
  const std::size_t trailer = text.rfind("<?xpacket end=");
  return trailer != std::string_view::npos && text.substr(trailer + 15, 1) == "r";
}

}  // namespace colophon
