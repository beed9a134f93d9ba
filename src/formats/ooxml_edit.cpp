// SPDX-License-Identifier: Apache-2.0
// Adding the custom property "AIGC" to an Office Open XML package: the property, and where missing
// its part, the package relationship and the content type (ECMA-376-2 clauses 6.2 and 6.5).
#include "base/text.hpp"
#include "formats/ooxml.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::ooxml {

using wire::XmlDocument;
using wire::XmlNode;
using zip_document::Changes;
using zip_document::Document;
using zip_document::Part;

namespace {

constexpr std::string_view kDeclaration =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view kPartType =
    "application/vnd.openxmlformats-officedocument.custom-properties+xml";

Failure unreadable(std::string_view name) {
  return fail(ErrorCode::Malformed, fmt::format("the part \"{}\" cannot be read", name),
              std::string(name));
}

std::string property(std::string_view prefix, std::string_view types, std::string_view declaration,
                     std::uint64_t pid, std::string_view value) {
  const std::string tag = zip_document::name_of(prefix, "property");
  const std::string text = zip_document::name_of(types, "lpwstr");
  return fmt::format("<{} fmtid=\"{}\" pid=\"{}\" name=\"AIGC\"><{}{}>{}</{}></{}>", tag, kFormatId,
                     pid, text, declaration, wire::escape_xml_text(value), text, tag);
}

/// The next free pid.
std::uint64_t free_pid(const XmlDocument& xml) {
  std::uint64_t pid = kFirstPid;
  for (const XmlNode* one : properties_of(xml)) {
    const std::uint64_t taken = pid_of(xml, *one).value_or(0);
    if (taken >= pid && taken < INT32_MAX) pid = taken + 1;
  }
  return pid;
}

std::string new_part(const Dialect& dialect, std::string_view value) {
  return fmt::format("{}<Properties xmlns=\"{}\" xmlns:vt=\"{}\">{}</Properties>", kDeclaration,
                     dialect.properties, dialect.types, property("", "vt", "", kFirstPid, value));
}

Status add_property(Document& document, const Part& part, std::string_view value,
                    Changes& changes) {
  const auto xml = document.parse(part);
  if (!xml) return unreadable(part.member->name);
  const XmlNode& root = xml->root();
  const Dialect& dialect = root.uri == kStrict.properties ? kStrict : kTransitional;
  const auto types = xml->prefix_of_uri(root, dialect.types);
  const std::string declaration =
      types ? std::string() : fmt::format(" xmlns:vt=\"{}\"", dialect.types);
  changes.change(part, zip_document::append_child(*xml, root,
                                                  property(root.prefix, types.value_or("vt"),
                                                           declaration, free_pid(*xml), value)));
  return {};
}

/// "rId" and a number that no other relationship has.
std::string free_id(const XmlDocument& relationships) {
  const auto all = zip_document::children(relationships, relationships.root(), "Relationship");
  std::size_t number = all.size() + 1;
  const auto taken = [&](const std::string& id) {
    return std::any_of(all.begin(), all.end(), [&](const XmlNode* one) {
      return equals_ignore_case(zip_document::attribute(relationships, *one, "Id"), id);
    });
  };
  while (taken(fmt::format("rId{}", number))) ++number;
  return fmt::format("rId{}", number);
}

void add_relationship(const Part& part, const XmlDocument& xml, const Dialect& dialect,
                      Changes& changes) {
  const std::string tag = zip_document::name_of(xml.root().prefix, "Relationship");
  changes.change(part, zip_document::append_child(
                           xml, xml.root(),
                           fmt::format("<{} Id=\"{}\" Type=\"{}\" Target=\"{}\"/>", tag,
                                       free_id(xml), dialect.relationship, kUsualCustomPart)));
}

bool any_has(const XmlDocument& xml, std::string_view element, std::string_view attribute,
             std::string_view value) {
  const auto all = zip_document::children(xml, xml.root(), element);
  return std::any_of(all.begin(), all.end(), [&](const XmlNode* one) {
    return equals_ignore_case(zip_document::attribute(xml, *one, attribute), value);
  });
}

Status add_content_type(Document& document, std::string_view member, Changes& changes) {
  const Part* part = document.part(kContentTypes);
  const auto xml = part != nullptr ? document.parse(*part) : std::nullopt;
  if (!xml) return unreadable(kContentTypes);
  const std::string name = fmt::format("/{}", member);
  if (any_has(*xml, "Override", "PartName", name)) return {};
  const std::string tag = zip_document::name_of(xml->root().prefix, "Override");
  changes.change(
      *part, zip_document::append_child(*xml, xml->root(),
                                        fmt::format("<{} PartName=\"{}\" ContentType=\"{}\"/>", tag,
                                                    wire::escape_xml_attribute(name), kPartType)));
  return {};
}

}  // namespace

Status insert(Document& document, std::string_view value, Changes& changes) {
  const Part* relationships = document.part(kRootRelationships);
  const auto xml = relationships != nullptr ? document.parse(*relationships) : std::nullopt;
  if (!xml) return unreadable(kRootRelationships);
  const Roots roots = roots_of(*xml);
  const Dialect& dialect = roots.strict ? kStrict : kTransitional;
  if (roots.custom.empty()) add_relationship(*relationships, *xml, dialect, changes);
  const std::string member = roots.custom.empty() ? std::string(kUsualCustomPart) : roots.custom;
  TRY(add_content_type(document, member, changes));
  if (const Part* part = document.part(member))
    return add_property(document, *part, value, changes);
  changes.create(member, new_part(dialect, value));
  return {};
}

/// A part without a content type is an error (ECMA-376-2 clause 6.2), and office programs say
/// that the document is damaged. A default comes before the overrides, as in the schema's first
/// edition.
Status admit_store(Document& document, Changes& changes) {
  const Part* part = document.part(kContentTypes);
  const auto xml = part != nullptr ? document.parse(*part) : std::nullopt;
  if (!xml) return unreadable(kContentTypes);
  const std::string name = fmt::format("/{}", zip_document::kC2paMember);
  if (any_has(*xml, "Default", "Extension", "c2pa") ||
      any_has(*xml, "Override", "PartName", name)) {
    return {};
  }
  const std::string tag = zip_document::name_of(xml->root().prefix, "Default");
  const std::string element =
      fmt::format("<{} Extension=\"c2pa\" ContentType=\"application/c2pa\"/>", tag);
  const auto defaults = zip_document::children(*xml, xml->root(), "Default");
  changes.change(*part, defaults.empty()
                            ? zip_document::append_child(*xml, xml->root(), element)
                            : wire::TextEdit{{defaults.back()->whole.end(), 0}, element});
  return {};
}

}  // namespace colophon::ooxml
