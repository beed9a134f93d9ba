// SPDX-License-Identifier: Apache-2.0
// Labels as paragraphs of documents that are ZIP archives: Word (ECMA-376-1, 17.3.1), OpenDocument
// text (ODF 1.3 part 3, 5.1.3), and EPUB, whose chapters are pages.
#include "marks/text_zip.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "wire/xml.hpp"
#include "wire/zip.hpp"

namespace colophon::text_mark {
namespace {

using wire::XmlDocument;
using wire::XmlNode;
using wire::ZipMember;

Failure unsupported(std::string why) {
  return fail(ErrorCode::Unsupported, std::move(why));
}

std::string attribute_of(const XmlDocument& xml, const XmlNode& node, std::string_view local) {
  for (const wire::XmlAttribute& one : xml.attributes(node)) {
    if (one.local == local) return xml.value_of(one);
  }
  return {};
}

const XmlNode* first_of(const XmlDocument& xml, const XmlNode& within, std::string_view local) {
  for (const XmlNode* node : xml.elements(within)) {
    if (node->local == local) return node;
  }
  return nullptr;
}

/// "a/b/../c" as a member's name; `base` is the member that refers to it.
std::string resolved(std::string_view base, std::string_view target) {
  std::string path;
  if (target.starts_with('/')) {
    target.remove_prefix(1);
  } else if (const std::size_t slash = base.rfind('/'); slash != std::string_view::npos) {
    path = std::string(base.substr(0, slash + 1));
  }
  while (target.starts_with("../") || target.starts_with("./")) {
    if (target.starts_with("../") && !path.empty()) {
      path.pop_back();
      const std::size_t slash = path.rfind('/');
      path.resize(slash == std::string::npos ? 0 : slash + 1);
    }
    target.remove_prefix(target.find('/') + 1);
  }
  return path + std::string(target);
}

}  // namespace

Result<ZipText> ZipText::open(Source& source, const Format& format, const Limits& limits) {
  ZipText text(format, limits);
  text.zip_ = TRY(wire::read_zip(source, limits));
  TRY(text.check_open());
  text.member_ = TRY(text.find_body(source));
  text.content_ = TRY(text.read(source, text.member_));
  return text;
}

/// A signed document would break, an encrypted one cannot be read.
Status ZipText::check_open() const {
  for (const ZipMember& member : zip_.members) {
    if (member.name.starts_with("_xmlsignatures/") ||
        member.name == "META-INF/documentsignatures.xml" ||
        member.name == "META-INF/signatures.xml") {
      return fail(ErrorCode::Refused,
                  "the document carries a digital signature that a change would break; label it "
                  "before it is signed");
    }
    if (member.name == "META-INF/encryption.xml" || member.encrypted()) {
      return unsupported("the document is encrypted; remove the password first");
    }
  }
  return {};
}

Result<std::string> ZipText::read(Source& source, std::string_view name) const {
  const ZipMember* member = zip_.find_part(name);
  if (member == nullptr) {
    return fail(ErrorCode::Malformed, fmt::format("the document has no part \"{}\"", name));
  }
  std::string text = to_string(TRY(wire::read_member(source, zip_, *member, limits_)));
  if (!is_utf8(text)) return unsupported("the document's text is not stored as UTF-8");
  return text;
}

Result<std::string> ZipText::find_body(Source& source) const {
  if (format_->id == "docx") {
    const std::string text = TRY(read(source, "_rels/.rels"));
    const XmlDocument rels = TRY(wire::parse_xml(text, limits_));
    for (const XmlNode* node : rels.elements(rels.root())) {
      if (attribute_of(rels, *node, "Type").ends_with("/officeDocument")) {
        return resolved("", attribute_of(rels, *node, "Target"));
      }
    }
    return fail(ErrorCode::Malformed, "the package names no document");
  }
  return format_->id == "epub" ? first_chapter(source) : Result<std::string>("content.xml");
}

/// The first page of the spine (EPUB 3.3, 5.7).
Result<std::string> ZipText::first_chapter(Source& source) const {
  const std::string container = TRY(read(source, "META-INF/container.xml"));
  const XmlDocument outer = TRY(wire::parse_xml(container, limits_));
  std::string package;
  for (const XmlNode& node : outer.nodes()) {
    if (node.kind == wire::XmlKind::Element && node.local == "rootfile" && package.empty()) {
      package = attribute_of(outer, node, "full-path");
    }
  }
  const std::string text = TRY(read(source, package));
  const XmlDocument xml = TRY(wire::parse_xml(text, limits_));
  const XmlNode* spine = first_of(xml, xml.root(), "spine");
  const XmlNode* manifest = first_of(xml, xml.root(), "manifest");
  const XmlNode* first = spine == nullptr ? nullptr : first_of(xml, *spine, "itemref");
  if (first == nullptr || manifest == nullptr) {
    return fail(ErrorCode::Malformed, "the book has no first page");
  }
  const std::string id = attribute_of(xml, *first, "idref");
  for (const XmlNode* item : xml.elements(*manifest)) {
    if (attribute_of(xml, *item, "id") != id) continue;
    return resolved(package, attribute_of(xml, *item, "href"));
  }
  return fail(ErrorCode::Malformed, "the book does not hold its first page");
}

namespace {

/// Where paragraphs stand, and what one is made of.
struct Grammar {
  std::string_view body;  ///< the element
  std::array<std::string_view, 2> paragraphs, text;
  std::array<std::string_view, 8> first;  ///< what a label can stand in front of; empty: anything
};
constexpr Grammar kWord = {"body", {"p", ""}, {"t", ""}, {}};
constexpr Grammar kOpen = {"text",
                           {"p", "h"},
                           {"", ""},
                           {"p", "h", "list", "table", "section", "numbered-paragraph",
                            "table-of-content", "soft-page-break"}};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
}

const Grammar& grammar_of(const Format& format) {
  return format.id == "docx" ? kWord : kOpen;
}

Result<const XmlNode*> body_of(const XmlDocument& xml, const Grammar& grammar) {
  for (const XmlNode& node : xml.nodes()) {
    if (node.kind != wire::XmlKind::Element || node.local != grammar.body) continue;
    if (grammar.body == "body" || node.prefix == "office") return &node;
  }
  return fail(ErrorCode::Malformed, "the document has no body");
}

std::string paragraph_of(const Format& format, const XmlDocument& xml, const XmlNode& body,
                         std::string_view escaped) {
  if (format.id == "odt") {
    const auto prefix = xml.prefix_of_uri(body, "urn:oasis:names:tc:opendocument:xmlns:text:1.0");
    if (!prefix) return {};
    return fmt::format("<{0}:p>{1}</{0}:p>", *prefix, escaped);
  }
  if (body.prefix.empty()) return {};
  return fmt::format(
      "<{0}:p><{0}:pPr><{0}:jc {0}:val=\"center\"/></{0}:pPr><{0}:r><{0}:rPr><{0}:b/></{0}:rPr>"
      "<{0}:t xml:space=\"preserve\">{1}</{0}:t></{0}:r></{0}:p>",
      body.prefix, escaped);
}

/// The offset of a new first or last paragraph of the body.
std::uint64_t place_in(const XmlDocument& xml, const XmlNode& body, const Grammar& grammar,
                       End end) {
  const auto children = xml.elements(body);
  if (end == End::Start) {
    if (grammar.first.front().empty()) return body.content.offset;
    for (const XmlNode* child : children) {
      if (is_one_of(child->local, grammar.first)) return child->whole.offset;
    }
    return body.content.end();
  }
  // The properties of the last section stay the last element.
  const bool section = !children.empty() && children.back()->local == "sectPr";
  return section ? children.back()->whole.offset : body.content.end();
}

}  // namespace

Result<std::string> ZipText::marked(const std::string& words, const std::vector<End>& ends) const {
  if (format_->id == "epub") return marked_page(words, ends);
  const XmlDocument xml = TRY(wire::parse_xml(content_, limits_));
  const Grammar& grammar = grammar_of(*format_);
  const XmlNode* body = TRY(body_of(xml, grammar));
  const std::string element = paragraph_of(*format_, xml, *body, wire::escape_xml_text(words));
  if (element.empty() || body->empty_tag) {
    return unsupported("the body of the document is empty or oddly named");
  }
  std::vector<wire::TextEdit> edits;
  for (const End end : ends) edits.push_back({{place_in(xml, *body, grammar, end), 0}, element});
  return wire::apply_edits(content_, edits);
}

Result<std::string> ZipText::marked_page(const std::string& words,
                                         const std::vector<End>& ends) const {
  MemorySource page(as_bytes(content_));
  const TextDocument document = TRY(TextDocument::open(page, limits_));
  std::vector<wire::TextEdit> edits;
  for (const End end : ends) {
    if (end == End::Finish) {
      return unsupported("a label at the end of a book is not put by this version");
    }
    Insertion put = TRY(into_html(document, member_, words, end));
    edits.push_back({{put.at, 0}, std::move(put.text)});
  }
  return wire::apply_edits(content_, edits);
}

Result<Splice> ZipText::with(Source& source, const std::string& content) const {
  const ZipMember* member = zip_.find_part(member_);
  const wire::ZipChange change{member->name, to_buffer(content)};
  std::vector<Replacement> replacements;
  for (wire::ZipPatch& patch : TRY(wire::edit_zip(source, zip_, {&change, 1}))) {
    replacements.push_back({patch.range, std::move(patch.bytes)});
  }
  return replace_ranges(source.size(), std::move(replacements));
}

Result<Running> ZipText::running() const {
  std::string text;
  if (format_->id == "epub") {
    MemorySource page(as_bytes(content_));
    text = TRY(RunningText::read(page, *find_format("html"), limits_)).text();
  } else {
    const XmlDocument xml = TRY(wire::parse_xml(content_, limits_));
    const Grammar& grammar = grammar_of(*format_);
    text = paragraphs_of(xml, *TRY(body_of(xml, grammar)), grammar.paragraphs, grammar.text);
  }
  Running running{std::move(text), {}};
  running.found = text::scan_text(as_bytes(running.text));
  return running;
}

/// Paragraphs with a blank line between them. `inner`: only the text of such elements counts.
std::string ZipText::paragraphs_of(const XmlDocument& xml, const XmlNode& body,
                                   std::span<const std::string_view> outer,
                                   std::span<const std::string_view> inner) {
  const auto& nodes = xml.nodes();
  const auto first = static_cast<std::size_t>(&body - nodes.data());
  std::string text;
  std::uint64_t behind = 0;  // the end of the paragraph that is read
  for (std::size_t i = first + 1; i < body.end; ++i) {
    const XmlNode& node = nodes[i];
    const bool opens = node.kind == wire::XmlKind::Element &&
                       std::find(outer.begin(), outer.end(), node.local) != outer.end();
    if (opens && node.whole.offset >= behind) {
      if (!text.empty()) text += "\n\n";
      behind = node.whole.end();
    }
    if (node.kind != wire::XmlKind::Text || node.whole.offset >= behind) continue;
    const XmlNode* parent = xml.parent(node);
    const bool counts =
        inner.front().empty() ||
        (parent != nullptr && std::find(inner.begin(), inner.end(), parent->local) != inner.end());
    if (counts) text += wire::unescape_xml(xml.source(node.content));
  }
  return text;
}

}  // namespace colophon::text_mark
