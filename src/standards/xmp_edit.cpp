// SPDX-License-Identifier: Apache-2.0
// Setting properties of an XMP packet by splices that keep every other byte.
#include "base/text.hpp"
#include "standards/xmp.hpp"
#include "standards/xmp_rdf.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

using rdf::Property;
using rdf::Slot;
using wire::TextEdit;
using wire::XmlAttribute;
using wire::XmlDocument;
using wire::XmlKind;
using wire::XmlNode;

constexpr std::string_view kSpace = " \t\r\n";
/// White space before the trailer counts as padding, which is kept, from this size on.
constexpr std::size_t kPadding = 64;
constexpr std::string_view kNewPacket =
    "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
    " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
    "  <rdf:Description rdf:about=\"\"/>\n"
    " </rdf:RDF>\n"
    "</x:xmpmeta>\n"
    "<?xpacket end=\"w\"?>";

std::string qualified(std::string_view prefix, std::string_view local) {
  return prefix.empty() ? std::string(local) : fmt::format("{}:{}", prefix, local);
}
std::string qualified(const XmlNode& node) {
  return qualified(node.prefix, node.local);
}

/// The white space between the line's start and `at`, with its line feed; empty when something else
/// stands there, so that one-line packets stay one line.
std::string_view line_start(std::string_view text, std::size_t at) {
  const std::size_t end = text.substr(0, at).find_last_not_of(" \t");
  if (end == std::string_view::npos || text[end] != '\n') return {};
  return text.substr(end, at - end);
}

class Editor {
 public:
  explicit Editor(const XmlDocument& document) : document_(document) {}

  Status set(const XmpProperty& wanted);
  /// A property had to be added, and there is no rdf:Description to hold it.
  [[nodiscard]] bool homeless() const noexcept { return homeless_; }
  std::vector<TextEdit> finish();

 private:
  /// What goes into the start tag and behind the last child of one element.
  struct Addition {
    const XmlNode* parent = nullptr;
    std::string attributes, content;
    std::vector<std::pair<std::string, std::string>> declared;  // prefix, uri
  };

  void replace(Range range, std::string text) { edits_.push_back({range, std::move(text)}); }
  void replace(const Property& property, const std::string& value);
  void fill(const Slot& slot, const std::string& value);
  void make_simple(const XmlNode& element, const std::string& value);
  Addition& addition_to(const XmlNode& parent);
  std::string prefix_for(Addition& addition, const XmpProperty& wanted) const;
  [[nodiscard]] const XmlNode* home(std::string_view uri) const;
  void add(const XmpProperty& wanted);

  const XmlDocument& document_;
  std::vector<TextEdit> edits_;
  std::vector<Addition> additions_;
  bool homeless_ = false;
};

void Editor::fill(const Slot& slot, const std::string& value) {
  if (slot.holder == nullptr) {
    replace(slot.where, wire::escape_xml_attribute(value));
  } else if (!slot.holder->empty_tag) {
    replace(slot.where, wire::escape_xml_text(value));
  } else {
    replace({slot.holder->start_tag.end() - 2, 2},
            fmt::format(">{}</{}>", wire::escape_xml_text(value), qualified(*slot.holder)));
  }
}

/// Rewrites a structure; its start tag keeps the namespaces and the language only.
void Editor::make_simple(const XmlNode& element, const std::string& value) {
  std::string tag = qualified(element);
  for (const XmlAttribute& attribute : document_.attributes(element)) {
    const bool keep = attribute.prefix == "xmlns" || attribute.prefix == "xml" ||
                      (attribute.prefix.empty() && attribute.local == "xmlns");
    if (keep) tag += fmt::format(" {}", document_.source(attribute.whole));
  }
  replace(element.whole,
          fmt::format("<{}>{}</{}>", tag, wire::escape_xml_text(value), qualified(element)));
}

void Editor::replace(const Property& property, const std::string& value) {
  const auto& slots = property.slots;
  if (slots.size() == 1 && slots[0].value == value) return;
  const auto shared = std::adjacent_find(
      slots.begin(), slots.end(), [](const Slot& a, const Slot& b) { return a.item == b.item; });
  if (slots.empty() || shared != slots.end()) return make_simple(*property.element, value);
  if (slots[0].value != value) fill(slots[0], value);
  for (std::size_t i = 1; i < slots.size(); ++i) replace(slots[i].item->whole, "");
}

Editor::Addition& Editor::addition_to(const XmlNode& parent) {
  const auto found =
      std::find_if(additions_.begin(), additions_.end(),
                   [&](const Addition& addition) { return addition.parent == &parent; });
  if (found != additions_.end()) return *found;
  additions_.push_back({&parent, {}, {}, {}});
  return additions_.back();
}

void declare(std::string& attributes, std::vector<std::pair<std::string, std::string>>& declared,
             const std::string& prefix, const std::string& uri) {
  const std::pair<std::string, std::string> pair{prefix, uri};
  if (std::find(declared.begin(), declared.end(), pair) != declared.end()) return;
  declared.push_back(pair);
  attributes += fmt::format(" xmlns:{}=\"{}\"", prefix, wire::escape_xml_attribute(uri));
}

/// The prefix that means the namespace at the addition's place, declared there when none does.
std::string Editor::prefix_for(Addition& addition, const XmpProperty& wanted) const {
  for (const auto& [prefix, uri] : addition.declared) {
    if (uri == wanted.uri) return prefix;
  }
  if (auto prefix = document_.prefix_of_uri(*addition.parent, wanted.uri)) return *prefix;
  const auto is_taken = [&](const std::string& prefix) {
    return document_.uri_of_prefix(*addition.parent, prefix).has_value() ||
           std::any_of(addition.declared.begin(), addition.declared.end(),
                       [&](const auto& pair) { return pair.first == prefix; });
  };
  const std::string base = wanted.prefix.empty() ? "ns" : wanted.prefix;
  std::string prefix = base;
  for (int number = 1; is_taken(prefix); ++number) prefix = fmt::format("{}{}", base, number);
  declare(addition.attributes, addition.declared, prefix, wanted.uri);
  return prefix;
}

/// The rdf:Description that shall hold a new property.
const XmlNode* Editor::home(std::string_view uri) const {
  const XmlNode* first = nullptr;
  for (const XmlNode* node : rdf::descriptions(document_)) {
    if (!rdf::is_rdf(*node, "Description")) continue;
    if (document_.prefix_of_uri(*node, uri)) return node;
    if (first == nullptr) first = node;
  }
  return first;
}

/// The new element stands on a line of its own where its neighbours do.
void Editor::add(const XmpProperty& wanted) {
  const XmlNode* parent = home(wanted.uri);
  if (parent == nullptr) {
    homeless_ = true;
    return;
  }
  Addition& addition = addition_to(*parent);
  const std::string name = qualified(prefix_for(addition, wanted), wanted.name);
  const auto inside = document_.elements(*parent);
  const XmlNode& neighbour = inside.empty() ? *parent : *inside[0];
  const std::string_view line = line_start(document_.text(), neighbour.whole.offset);
  const std::string_view deeper = inside.empty() && !line.empty() ? " " : "";
  std::string value = wire::escape_xml_text(wanted.value);
  if (wanted.alternatives) {
    const std::string rdf = parent->prefix.empty() ? "" : std::string(parent->prefix) + ":";
    value = fmt::format("<{0}Alt><{0}li xml:lang=\"x-default\">{1}</{0}li></{0}Alt>", rdf, value);
  }
  addition.content += fmt::format("{}{}<{}>{}</{}>", line, deeper, name, value, name);
}

Status Editor::set(const XmpProperty& wanted) {
  if (!wire::is_xml_text(wanted.value)) {
    return fail(ErrorCode::Usage,
                fmt::format("the value of {} has a control character or is not UTF-8, which XML "
                            "cannot hold; remove it",
                            wanted.name),
                "xmp");
  }
  bool there = false;
  for (const XmlNode* description : rdf::descriptions(document_)) {
    for (const Property& property : rdf::properties(document_, *description)) {
      if (property.name != wanted.name) continue;
      // A prefix that nothing binds, but that is ours, meant this property: bind it.
      const bool meant =
          property.uri.empty() && !property.prefix.empty() && property.prefix == wanted.prefix;
      if (property.uri != wanted.uri && !meant) continue;
      replace(property, wanted.value);
      there = true;
      if (!meant) continue;
      Addition& addition = addition_to(document_.root());
      declare(addition.attributes, addition.declared, wanted.prefix, wanted.uri);
    }
  }
  if (!there) add(wanted);
  return {};
}

std::vector<TextEdit> Editor::finish() {
  for (const Addition& addition : additions_) {
    const XmlNode& parent = *addition.parent;
    const std::string_view line = line_start(document_.text(), parent.whole.offset);
    const std::string_view content = document_.source(parent.content);
    std::string last = addition.content;
    if (content.empty() && !last.empty()) last += line;
    if (parent.empty_tag) {
      const std::string closed =
          last.empty() ? "/>" : fmt::format(">{}</{}>", last, qualified(parent));
      replace({parent.start_tag.end() - 2, 2}, addition.attributes + closed);
      continue;
    }
    const std::size_t kept = content.find_last_not_of(kSpace) + 1;  // npos + 1 is 0
    replace({parent.start_tag.end() - 1, 0}, addition.attributes);
    replace({parent.content.offset + kept, 0}, last);
  }
  return std::move(edits_);
}

/// The text with an empty rdf:Description, and an rdf:RDF around it where that is missing too.
Result<std::string> with_description(const XmlDocument& document) {
  constexpr std::string_view kDescription =
      "<rdf:Description xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
      "rdf:about=\"\"/>";
  constexpr std::string_view kRdf =
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
      "<rdf:Description rdf:about=\"\"/></rdf:RDF>";
  const auto containers = rdf::containers(document);
  if (containers.empty() && document.root().uri != "adobe:ns:meta/") {
    return fail(ErrorCode::Malformed,
                "the XML holds no RDF, so it is no XMP packet; it is left alone", "xmp");
  }
  const XmlNode& parent = containers.empty() ? document.root() : *containers.front();
  const std::string_view child = containers.empty() ? kRdf : kDescription;
  if (!parent.empty_tag) {
    return wire::apply_edits(document.text(), {{{parent.content.offset, 0}, std::string(child)}});
  }
  return wire::apply_edits(document.text(), {{{parent.start_tag.end() - 2, 2},
                                              fmt::format(">{}</{}>", child, qualified(parent))}});
}

/// The offset of `<?xpacket end=...?>` behind the root element, or the text's size.
std::size_t trailer_of(const XmlDocument& document) {
  const std::uint64_t root_end = document.root().whole.end();
  for (const XmlNode& node : document.nodes()) {
    if (node.whole.offset >= root_end && node.kind == XmlKind::Instruction &&
        node.local == "xpacket" && document.source(node.content).starts_with("end")) {
      return node.whole.offset;
    }
  }
  return document.text().size();
}

/// Lets the padding before the trailer pay for what the packet grew or shrank, where it can.
void balance_padding(std::string& packet, const XmlDocument& old) {
  const std::size_t old_size = old.text().size();
  const std::size_t old_trailer = trailer_of(old);
  if (old_trailer == old_size) return;
  const std::size_t trailer = packet.size() - (old_size - old_trailer);
  const std::size_t run = packet.find_last_not_of(kSpace, trailer - 1) + 1;
  const std::size_t padding = trailer - run;
  if (packet.size() > old_size && padding > packet.size() - old_size) {
    packet.erase(run, packet.size() - old_size);
  } else if (packet.size() < old_size && padding >= kPadding) {
    packet.insert(run, old_size - packet.size(), ' ');
  }
}

Result<std::string> edited(const XmlDocument& document, std::span<const XmpProperty> properties,
                           const Limits& limits) {
  Editor editor(document);
  for (const XmpProperty& property : properties) TRY(editor.set(property));
  if (!editor.homeless()) return wire::apply_edits(document.text(), editor.finish());
  const std::string furnished = TRY(with_description(document));
  const XmlDocument again = TRY(wire::parse_xml(furnished, limits));
  Editor second(again);
  for (const XmpProperty& property : properties) TRY(second.set(property));
  return wire::apply_edits(furnished, second.finish());
}

}  // namespace

Result<ByteBuffer> set_properties(Bytes old_packet, std::span<const XmpProperty> properties,
                                  const Limits& limits) {
  // Some writers clear a packet by filling it with blanks.
  constexpr std::string_view kBlank{" \t\r\n\0", 5};
  const bool is_new = as_text(old_packet).find_first_not_of(kBlank) == std::string_view::npos;
  const std::string_view text = is_new ? kNewPacket : as_text(old_packet);
  if (rdf::decode(slice(as_bytes(text), 0, 4)).stored != rdf::Encoding::Utf8) {
    return fail(ErrorCode::Unsupported,
                "the XMP packet is stored as UTF-16 or UTF-32, which is read but not written; "
                "save it as UTF-8 first",
                "xmp");
  }
  const auto document = wire::parse_xml(text, limits);
  if (!document) {
    Error error = document.error();
    error.message = "the XMP packet is left alone: " + error.message;
    return Failure(std::move(error));
  }
  std::string packet = TRY(edited(*document, properties, limits));
  if (!is_new) balance_padding(packet, *document);
  return to_buffer(packet);
}

}  // namespace colophon
