// SPDX-License-Identifier: Apache-2.0
// Looking things up in a parsed XML document.
#include "base/text.hpp"
#include "wire/xml.hpp"

#include <algorithm>
#include <set>

namespace colophon::wire {
namespace {

/// Clause 2.11: every line end is read as one line feed; clause 3.3.3: in an attribute, as a space.
std::string normalized(std::string_view raw, bool attribute) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    const char c = raw[at];
    if (c == '\r' && at + 1 < raw.size() && raw[at + 1] == '\n') continue;
    const bool line_end = c == '\r' || c == '\n';
    if (attribute && (line_end || c == '\t')) {
      out.push_back(' ');
    } else {
      out.push_back(line_end ? '\n' : c);
    }
  }
  return out;
}

}  // namespace

const XmlNode* XmlDocument::parent(const XmlNode& node) const noexcept {
  return node.parent == XmlNode::kNone ? nullptr : &nodes_[node.parent];
}

std::vector<const XmlNode*> XmlDocument::children(const XmlNode& node) const {
  std::vector<const XmlNode*> found;
  const auto index = static_cast<std::size_t>(&node - nodes_.data());
  for (std::size_t at = index + 1; at < node.end; at = nodes_[at].end) found.push_back(&nodes_[at]);
  return found;
}

std::vector<const XmlNode*> XmlDocument::elements(const XmlNode& node) const {
  std::vector<const XmlNode*> found = children(node);
  std::erase_if(found, [](const XmlNode* child) { return child->kind != XmlKind::Element; });
  return found;
}

std::vector<const XmlNode*> XmlDocument::find(const XmlNode& within, std::string_view uri,
                                              std::string_view local) const {
  std::vector<const XmlNode*> found;
  const auto index = static_cast<std::size_t>(&within - nodes_.data());
  for (std::size_t at = index; at < within.end; ++at) {
    const XmlNode& node = nodes_[at];
    if (node.kind == XmlKind::Element && node.local == local && node.uri == uri) {
      found.push_back(&node);
    }
  }
  return found;
}

std::span<const XmlAttribute> XmlDocument::attributes(const XmlNode& node) const noexcept {
  return std::span(attributes_)
      .subspan(node.attributes_from, node.attributes_to - node.attributes_from);
}

const XmlAttribute* XmlDocument::attribute(const XmlNode& node, std::string_view uri,
                                           std::string_view local) const noexcept {
  const auto all = attributes(node);
  const auto found = std::find_if(all.begin(), all.end(), [&](const XmlAttribute& attribute) {
    return attribute.local == local && attribute.uri == uri;
  });
  return found == all.end() ? nullptr : &*found;
}

std::string_view XmlDocument::source(Range range) const noexcept {
  return text_.substr(std::min<std::uint64_t>(range.offset, text_.size()), range.size);
}

std::string XmlDocument::text_of(const XmlNode& element) const {
  std::string text;
  for (const XmlNode* child : children(element)) {
    if (child->kind == XmlKind::Text) {
      text += unescape_xml(normalized(source(child->content), false));
    } else if (child->kind == XmlKind::CData) {
      text += normalized(source(child->content), false);
    }
  }
  return to_valid_utf8(text);
}

std::string XmlDocument::value_of(const XmlAttribute& attribute) const {
  return to_valid_utf8(unescape_xml(normalized(source(attribute.value), true)));
}

std::optional<std::string> XmlDocument::uri_of_prefix(const XmlNode& node,
                                                      std::string_view prefix) const {
  for (const XmlNode* at = &node; at != nullptr; at = parent(*at)) {
    for (const XmlAttribute& attribute : attributes(*at)) {
      const bool declares = prefix.empty()
                                ? attribute.prefix.empty() && attribute.local == "xmlns"
                                : attribute.prefix == "xmlns" && attribute.local == prefix;
      if (declares) return value_of(attribute);
    }
  }
  return std::nullopt;
}

std::optional<std::string> XmlDocument::prefix_of_uri(const XmlNode& node,
                                                      std::string_view uri) const {
  std::set<std::string_view> seen;  // an inner element may bind the prefix to something else
  for (const XmlNode* at = &node; at != nullptr; at = parent(*at)) {
    for (const XmlAttribute& attribute : attributes(*at)) {
      if (attribute.prefix != "xmlns" || !seen.insert(attribute.local).second) continue;
      if (value_of(attribute) == uri) return std::string(attribute.local);
    }
  }
  return std::nullopt;
}

}  // namespace colophon::wire
