// SPDX-License-Identifier: Apache-2.0
// XML 1.0 (5th ed.) with Namespaces 1.0, read so that every piece knows its bytes in the source
// text and can be edited by splices that keep all other bytes. No DTD is obeyed, no entity is
// expanded but the five predefined ones and character references; parsing is iterative and capped.
// docs/adr/0003-xml-with-offsets.md says why this stands beside pugixml.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "wire/text_edit.hpp"

#include <deque>

namespace colophon::wire {

enum class XmlKind : std::uint8_t { Element, Text, CData, Comment, Instruction, Doctype };

/// Views point into the parsed text (`uri`: into the document). An unprefixed attribute has no uri;
/// a prefix that nothing binds leaves `uri` empty too: real files have such names.
struct XmlAttribute {
  std::string_view uri, prefix, local;
  Range whole;  ///< from the name to the closing quote
  Range value;  ///< between the quotes
};

struct XmlNode {
  static constexpr std::uint32_t kNone = UINT32_MAX;
  XmlKind kind = XmlKind::Element;
  bool empty_tag = false;        ///< written as <a/>
  std::uint32_t parent = kNone;  ///< index into XmlDocument::nodes()
  std::uint32_t end = 0;         ///< the descendants are the nodes [own index + 1, end)
  std::uint32_t attributes_from = 0, attributes_to = 0;
  std::string_view uri, prefix, local;  ///< of an element; an instruction has its target in local
  Range whole;
  Range start_tag;  ///< <a ...> or <a/>
  Range content;    ///< between the tags; of text, comment, ...: what stands inside the delimiters
};

/// A parsed text, which must outlive this object.
class XmlDocument {
 public:
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// In document order.
  [[nodiscard]] const std::vector<XmlNode>& nodes() const noexcept { return nodes_; }
  [[nodiscard]] const XmlNode& root() const noexcept { return nodes_[root_]; }
  [[nodiscard]] const XmlNode* parent(const XmlNode& node) const noexcept;
  /// Direct children of every kind, and elements only.
  [[nodiscard]] std::vector<const XmlNode*> children(const XmlNode& node) const;
  [[nodiscard]] std::vector<const XmlNode*> elements(const XmlNode& node) const;
  /// Descendant elements of that name, in document order, `within` itself included.
  [[nodiscard]] std::vector<const XmlNode*> find(const XmlNode& within, std::string_view uri,
                                                 std::string_view local) const;
  [[nodiscard]] std::span<const XmlAttribute> attributes(const XmlNode& node) const noexcept;
  [[nodiscard]] const XmlAttribute* attribute(const XmlNode& node, std::string_view uri,
                                              std::string_view local) const noexcept;
  /// The text and CDATA directly inside an element, unescaped, valid UTF-8.
  [[nodiscard]] std::string text_of(const XmlNode& element) const;
  [[nodiscard]] std::string value_of(const XmlAttribute& attribute) const;
  [[nodiscard]] std::string_view source(Range range) const noexcept;
  /// What `prefix` is bound to at `node`, as its children see it; nothing when it is not.
  [[nodiscard]] std::optional<std::string> uri_of_prefix(const XmlNode& node,
                                                         std::string_view prefix) const;
  /// A non-empty prefix that means `uri` at `node`.
  [[nodiscard]] std::optional<std::string> prefix_of_uri(const XmlNode& node,
                                                         std::string_view uri) const;

 private:
  friend class XmlParser;
  std::string_view text_;
  std::vector<XmlNode> nodes_;
  std::vector<XmlAttribute> attributes_;
  std::deque<std::string> uris_;  // a deque: views into it survive growth and moves
  std::size_t root_ = 0;
};

/// Errors: `truncated` (ends inside something), `malformed`, `limit-exceeded` (Limits::max_text,
/// max_depth, max_structures), with the byte offset. A byte order mark, and NUL or white space
/// behind the root element, are accepted; a DOCTYPE is skipped.
[[nodiscard]] Result<XmlDocument> parse_xml(std::string_view text, const Limits& limits = {});

/// Character data and attribute values with `&`, `<`, `>`, carriage returns (attributes: all quotes
/// and line ends) escaped. Bytes that XML 1.0 forbids are not: see `is_xml_text`.
[[nodiscard]] std::string escape_xml_text(std::string_view text);
[[nodiscard]] std::string escape_xml_attribute(std::string_view text);
/// Undoes the five entities and character references; leaves every other `&` as it is.
[[nodiscard]] std::string unescape_xml(std::string_view text);
/// Valid UTF-8 without the control characters that XML 1.0 cannot express (clause 2.2).
[[nodiscard]] bool is_xml_text(std::string_view text) noexcept;

}  // namespace colophon::wire
