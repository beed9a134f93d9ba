// SPDX-License-Identifier: Apache-2.0
// Office Open XML documents (ECMA-376, ISO/IEC 29500). The label is the custom property "AIGC"
// (TC260-PG-20258A); other properties are tags.
#include "formats/ooxml.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace colophon::ooxml {

using wire::XmlDocument;
using wire::XmlNode;
using zip_document::Document;
using zip_document::Part;
using zip_document::Spot;

namespace {

constexpr std::string_view kLabelName = "AIGC";
constexpr std::string_view kExtendedTags[] = {"Application", "AppVersion", "Company", "Manager",
                                              "Template"};

/// A relationship's target as a member name: relative to the root, escapes undone.
std::string member_name(std::string_view target) {
  while (target.starts_with("/") || target.starts_with("./")) {
    target.remove_prefix(target.starts_with("/") ? 1 : 2);
  }
  std::string name;
  for (std::size_t i = 0; i < target.size(); ++i) {
    unsigned code = 0;
    const char* digits = target.data() + i + 1;
    if (target[i] == '%' && target.size() - i > 2 &&
        std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
      name.push_back(static_cast<char>(code));
      i += 2;
    } else {
      name.push_back(target[i]);
    }
  }
  return name;
}

/// What the value's element inside a property says and where it is written.
struct Value {
  const XmlNode* element = nullptr;  ///< null: the property has none
  std::string text;
};

Value value_of(const XmlDocument& xml, const XmlNode& property) {
  const auto elements = xml.elements(property);
  if (elements.empty()) return {};
  // A vector or array has its texts one level down; the first one speaks.
  const XmlNode* element = elements.front();
  const auto inner = xml.elements(*element);
  return {element, xml.text_of(inner.empty() ? *element : *inner.front())};
}

/// How a value gets into a property: always as `lpwstr`, whatever type stood there.
Spot spot_of(const XmlDocument& xml, const XmlNode& property, const Value& value,
             const Part& part) {
  if (value.element != nullptr && value.element->local == "lpwstr" &&
      xml.elements(*value.element).empty()) {
    return zip_document::inside(xml, *value.element, part);
  }
  const bool strict = property.uri == kStrict.properties;
  Spot spot = value.element != nullptr ? Spot{} : zip_document::inside(xml, property, part);
  if (value.element != nullptr) {
    spot.part = &part;
    spot.range = value.element->whole;
  }
  spot.before +=
      fmt::format("<vt:lpwstr xmlns:vt=\"{}\">", (strict ? kStrict : kTransitional).types);
  spot.after = "</vt:lpwstr>" + spot.after;
  return spot;
}

/// Text that stands in the property itself: readers of `lpwstr` never see it (w073).
void add_stray_text(Document& document, const XmlDocument& xml, const XmlNode& property,
                    const Part& part) {
  for (const XmlNode* node : xml.children(property)) {
    if (node->kind != wire::XmlKind::Text && node->kind != wire::XmlKind::CData) continue;
    const std::string text(trim(wire::unescape_xml(xml.source(node->content))));
    if (text.empty()) continue;
    document.note("ooxml-stray-text",
                  {"the property AIGC has text outside its value element; office programs do not "
                   "read it",
                   "AIGC 属性的值元素之外还有文字，办公软件不会读取"},
                  &part);
    Spot spot;
    spot.part = &part;
    spot.range = node->whole;
    document.add(CarrierKind::Tag, "AIGC/text()", text, std::move(spot));
    return;
  }
}

void check_label(Document& document, const XmlDocument& xml, const XmlNode& property,
                 const Value& value, const Part& part) {
  if (!equals_ignore_case(zip_document::attribute(xml, property, "fmtid"), kFormatId)) {
    document.note("ooxml-fmtid",
                  {"the property AIGC is not in the set of custom properties (wrong fmtid)",
                   "AIGC 属性的 fmtid 不是自定义属性集"},
                  &part);
  }
  if (pid_of(xml, property).value_or(0) < kFirstPid) {
    document.note("ooxml-pid",
                  {"the property AIGC has no pid of 2 or more", "AIGC 属性的 pid 小于 2 或缺失"},
                  &part);
  }
  if (value.element == nullptr || value.element->local != "lpwstr") {
    document.note(
        "ooxml-type",
        {"the property AIGC has no text value (vt:lpwstr)", "AIGC 属性没有文本值（vt:lpwstr）"},
        &part);
  }
}

void scan_custom(Document& document, const Part& part) {
  const auto xml = document.parse(part);
  if (!xml) return;
  std::vector<std::uint64_t> pids;
  for (const XmlNode* property : properties_of(*xml)) {
    const std::string name = zip_document::attribute(*xml, *property, "name");
    const Value value = value_of(*xml, *property);
    const bool is_label = equals_ignore_case(name, kLabelName);
    if (const auto pid = pid_of(*xml, *property)) pids.push_back(*pid);
    if (is_label) check_label(document, *xml, *property, value, part);
    if (!is_label && value.text.empty()) continue;
    document.add(is_label ? CarrierKind::AigcKey : CarrierKind::Tag, name, value.text,
                 spot_of(*xml, *property, value, part));
    if (is_label) add_stray_text(document, *xml, *property, part);
  }
  std::sort(pids.begin(), pids.end());
  if (std::adjacent_find(pids.begin(), pids.end()) != pids.end()) {
    document.note("ooxml-pid",
                  {"two custom properties have the same pid", "有两个自定义属性的 pid 相同"},
                  &part);
  }
}

/// Core and extended properties: the children of the root that have text.
void scan_elements(Document& document, const Part& part, std::span<const std::string_view> only) {
  const auto xml = document.parse(part);
  if (!xml) return;
  for (const XmlNode* element : xml->elements(xml->root())) {
    if (!only.empty() && std::find(only.begin(), only.end(), element->local) == only.end()) {
      continue;
    }
    const std::string text = xml->text_of(*element);
    if (trim(text).empty()) continue;
    document.add(CarrierKind::Tag, zip_document::name_of(element->prefix, element->local), text,
                 zip_document::inside(*xml, *element, part));
  }
}

bool has_signature_part(const wire::ZipArchive& zip) {
  return std::any_of(zip.members.begin(), zip.members.end(), [](const wire::ZipMember& member) {
    return lower_ascii(member.name).starts_with("_xmlsignatures/");
  });
}

/// The custom part, also one that no relationship leads to: office programs overlook it.
const Part* custom_part(Document& document, const Roots& roots) {
  if (!roots.custom.empty()) {
    const Part* part = document.part(roots.custom);
    if (part == nullptr && document.zip().find_part(roots.custom) == nullptr) {
      document.note("ooxml-missing-part",
                    {"the part with the custom properties is announced but not there",
                     "声明了自定义属性部件，但文件中没有"});
    }
    return part;
  }
  const Part* part = document.part(kUsualCustomPart);
  if (part != nullptr) {
    document.note("ooxml-unlinked",
                  {"docProps/custom.xml is there but no relationship leads to it; office programs "
                   "do not read it",
                   "存在 docProps/custom.xml，但没有关系指向它，办公软件不会读取"},
                  part);
  }
  return part;
}

}  // namespace

Roots roots_of(const XmlDocument& relationships) {
  Roots roots;
  for (const XmlNode* one :
       zip_document::children(relationships, relationships.root(), "Relationship")) {
    const std::string type = lower_ascii(zip_document::attribute(relationships, *one, "Type"));
    if (zip_document::attribute(relationships, *one, "TargetMode") == "External") continue;
    const std::string target = member_name(zip_document::attribute(relationships, *one, "Target"));
    const auto take = [&](std::string& root) {
      if (root.empty()) root = target;
    };
    if (type.ends_with("/custom-properties") || type.ends_with("/customproperties")) {
      take(roots.custom);
    } else if (type.ends_with("/core-properties") || type.ends_with("/coreproperties")) {
      take(roots.core);
    } else if (type.ends_with("/extended-properties") || type.ends_with("/extendedproperties")) {
      take(roots.extended);
    } else if (type.ends_with("/digital-signature/origin")) {
      roots.is_signed = true;
    }
    if (type.starts_with("http://purl.oclc.org/ooxml/")) roots.strict = true;
  }
  return roots;
}

std::vector<const XmlNode*> properties_of(const XmlDocument& xml) {
  return zip_document::children(xml, xml.root(), "property");
}

std::optional<std::uint64_t> pid_of(const XmlDocument& xml, const XmlNode& property) {
  const std::string text = zip_document::attribute(xml, property, "pid");
  std::uint64_t pid = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return pid;
}

void scan(Document& document) {
  const Part* relationships = document.part(kRootRelationships);
  if (relationships == nullptr) {
    return document.damage({ErrorCode::Malformed,
                            "the package has no readable _rels/.rels, so no office program opens "
                            "it; save the document anew",
                            "",
                            {}});
  }
  const auto xml = document.parse(*relationships);
  if (!xml) return;
  const Roots roots = roots_of(*xml);
  if (roots.is_signed || has_signature_part(document.zip())) document.mark_signed();
  if (const Part* part = custom_part(document, roots)) scan_custom(document, *part);
  const auto scan_root = [&](const std::string& name, std::span<const std::string_view> only) {
    const Part* part = name.empty() ? nullptr : document.part(name);
    if (part != nullptr) scan_elements(document, *part, only);
  };
  scan_root(roots.core, {});
  scan_root(roots.extended, kExtendedTags);
}

namespace {

constexpr zip_document::Grammar kGrammar{scan, insert, admit_store};

constexpr std::string_view kDocxTypes[] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    "application/vnd.ms-word.document.macroEnabled.12",
    "application/vnd.ms-word.template.macroEnabled.12"};
constexpr std::string_view kDocxExtensions[] = {"docx", "dotx", "docm", "dotm"};
constexpr std::string_view kXlsxTypes[] = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
    "application/vnd.ms-excel.sheet.macroEnabled.12",
    "application/vnd.ms-excel.template.macroEnabled.12",
    "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "application/vnd.ms-excel.addin.macroEnabled.12"};
constexpr std::string_view kXlsxExtensions[] = {"xlsx", "xltx", "xlsm", "xltm", "xlsb", "xlam"};
constexpr std::string_view kPptxTypes[] = {
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.presentationml.template",
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    "application/vnd.ms-powerpoint.template.macroEnabled.12",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.12",
    "application/vnd.ms-powerpoint.addin.macroEnabled.12"};
constexpr std::string_view kPptxExtensions[] = {"pptx", "potx", "ppsx", "pptm",
                                                "potm", "ppsm", "ppam"};

}  // namespace
}  // namespace colophon::ooxml

namespace colophon {

extern const Format kDocx, kXlsx, kPptx;
constinit const Format kDocx =
    zip_document::make_format<kDocx, zip_document::Kind::Docx, ooxml::kGrammar>(
        {"docx", "Word (OOXML)", ooxml::kDocxTypes, ooxml::kDocxExtensions});
constinit const Format kXlsx =
    zip_document::make_format<kXlsx, zip_document::Kind::Xlsx, ooxml::kGrammar>(
        {"xlsx", "Excel (OOXML)", ooxml::kXlsxTypes, ooxml::kXlsxExtensions});
constinit const Format kPptx =
    zip_document::make_format<kPptx, zip_document::Kind::Pptx, ooxml::kGrammar>(
        {"pptx", "PowerPoint (OOXML)", ooxml::kPptxTypes, ooxml::kPptxExtensions});

}  // namespace colophon
