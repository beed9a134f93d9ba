// SPDX-License-Identifier: Apache-2.0
// OpenDocument packages (ISO/IEC 26300, ODF 1.3). No rule names a place for the GB 45438 field
// here; ours is the user-defined property "AIGC" of meta.xml, the twin of OOXML's custom property.
#include "formats/zip_document.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

namespace colophon::odf {

using wire::XmlDocument;
using wire::XmlNode;
using zip_document::Changes;
using zip_document::Document;
using zip_document::Part;

namespace {

constexpr std::string_view kMeta = "meta.xml";
constexpr std::string_view kManifest = "META-INF/manifest.xml";
constexpr std::string_view kSignatures = "META-INF/documentsignatures.xml";
constexpr std::string_view kLabelName = "AIGC";
constexpr std::string_view kOfficeUri = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
constexpr std::string_view kMetaUri = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0";

/// The office:meta element of meta.xml.
const XmlNode* meta_element(const XmlDocument& xml) {
  const auto found = zip_document::children(xml, xml.root(), "meta");
  return found.empty() ? nullptr : found.front();
}

void scan_element(Document& document, const XmlDocument& xml, const XmlNode& element,
                  const Part& part) {
  const bool user_defined = element.local == "user-defined";
  const std::string key = user_defined ? zip_document::attribute(xml, element, "name")
                                       : zip_document::name_of(element.prefix, element.local);
  const bool is_label = user_defined && equals_ignore_case(key, kLabelName);
  const std::string text = xml.text_of(element);
  if (trim(text).empty() && !is_label) return;
  document.add(is_label ? CarrierKind::AigcKey : CarrierKind::Tag, key, text,
               zip_document::inside(xml, element, part));
}

/// An encrypted member is stored as it came out of the cipher: the manifest says so.
bool is_encrypted(Document& document) {
  const Part* manifest = document.part(kManifest);
  return manifest != nullptr && manifest->text.find("encryption-data") != std::string::npos;
}

void scan(Document& document) {
  if (document.zip().find(kSignatures) != nullptr) document.mark_signed();
  if (is_encrypted(document)) {
    return document.damage(
        {ErrorCode::Unsupported, "the document is encrypted; remove the password first", "", {}});
  }
  const Part* part = document.part(kMeta);
  const auto xml = part != nullptr ? document.parse(*part) : std::nullopt;
  const XmlNode* meta = xml ? meta_element(*xml) : nullptr;
  if (meta == nullptr) return;
  for (const XmlNode* element : xml->elements(*meta)) {
    scan_element(document, *xml, *element, *part);
  }
}

/// `prefix` and, where the place does not know it, its declaration.
struct Binding {
  std::string prefix, declaration;
};
Binding binding(const XmlDocument& xml, const XmlNode& at, std::string_view uri,
                std::string_view usual) {
  if (auto known = xml.prefix_of_uri(at, uri)) return {*known, ""};
  return {std::string(usual), fmt::format(" xmlns:{}=\"{}\"", usual, uri)};
}

std::string property(const Binding& meta, std::string_view value) {
  const std::string& prefix = meta.prefix;
  return fmt::format(
      "<{}:user-defined{} {}:name=\"{}\" {}:value-type=\"string\">{}</{}:user-defined>", prefix,
      meta.declaration, prefix, kLabelName, prefix, wire::escape_xml_text(value), prefix);
}

Status add_property(Document& document, const Part& part, std::string_view value,
                    Changes& changes) {
  const auto xml = document.parse(part);
  if (!xml) return fail(ErrorCode::Malformed, "the part meta.xml cannot be read", "meta.xml");
  const XmlNode* meta = meta_element(*xml);
  if (meta != nullptr) {
    changes.change(part, zip_document::append_child(
                             *xml, *meta, property(binding(*xml, *meta, kMetaUri, "meta"), value)));
    return {};
  }
  const XmlNode& root = xml->root();
  const Binding office = binding(*xml, root, kOfficeUri, "office");
  const std::string content = property(binding(*xml, root, kMetaUri, "meta"), value);
  changes.change(
      part, zip_document::append_child(*xml, root,
                                       fmt::format("<{}:meta{}>{}</{}:meta>", office.prefix,
                                                   office.declaration, content, office.prefix)));
  return {};
}

/// A new meta.xml, of the same ODF version as the package.
std::string new_part(std::string_view version, std::string_view value) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-meta xmlns:office=\"{}\" "
      "xmlns:meta=\"{}\" office:version=\"{}\"><office:meta>{}</office:meta>"
      "</office:document-meta>",
      kOfficeUri, kMetaUri, version, property({"meta", ""}, value));
}

/// ODF 1.3 part 2 clause 3.2: the manifest lists every member.
Status add_part(Document& document, std::string_view value, Changes& changes) {
  const Part* manifest = document.part(kManifest);
  const auto xml = manifest != nullptr ? document.parse(*manifest) : std::nullopt;
  if (!xml) {
    return fail(ErrorCode::Malformed,
                "the package has no readable META-INF/manifest.xml; save the document anew", "odf");
  }
  const XmlNode& root = xml->root();
  const std::string prefix = root.prefix.empty() ? "" : fmt::format("{}:", root.prefix);
  // Attributes of the manifest have the namespace of its elements.
  const auto bound = xml->prefix_of_uri(root, root.uri);
  const std::string of = bound ? *bound + ":" : prefix;
  bool listed = false;
  for (const XmlNode* entry : zip_document::children(*xml, root, "file-entry")) {
    listed = listed || zip_document::attribute(*xml, *entry, "full-path") == kMeta;
  }
  if (!listed) {
    changes.change(*manifest,
                   zip_document::append_child(
                       *xml, root,
                       fmt::format("<{}file-entry {}full-path=\"{}\" {}media-type=\"text/xml\"/>",
                                   prefix, of, kMeta, of)));
  }
  const std::string version = zip_document::attribute(*xml, root, "version");
  changes.create(std::string(kMeta), new_part(version.empty() ? "1.2" : version, value));
  return {};
}

Status insert(Document& document, std::string_view value, Changes& changes) {
  const Part* part = document.part(kMeta);
  return part != nullptr ? add_property(document, *part, value, changes)
                         : add_part(document, value, changes);
}

// META-INF holds the manifest and signatures, nothing else (OpenDocument 1.3, part 2), so
// LibreOffice calls a document with a store there damaged: it is read, and never written.
constexpr zip_document::Grammar kGrammar{scan, insert, nullptr};

constexpr std::string_view kOdtTypes[] = {"application/vnd.oasis.opendocument.text",
                                          "application/vnd.oasis.opendocument.text-template",
                                          "application/vnd.oasis.opendocument.text-master"};
constexpr std::string_view kOdtExtensions[] = {"odt", "ott", "odm"};
constexpr std::string_view kOdsTypes[] = {
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template"};
constexpr std::string_view kOdsExtensions[] = {"ods", "ots"};
constexpr std::string_view kOdpTypes[] = {
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.presentation-template"};
constexpr std::string_view kOdpExtensions[] = {"odp", "otp"};
constexpr std::string_view kOdgTypes[] = {"application/vnd.oasis.opendocument.graphics",
                                          "application/vnd.oasis.opendocument.graphics-template"};
constexpr std::string_view kOdgExtensions[] = {"odg", "otg"};

}  // namespace
}  // namespace colophon::odf

namespace colophon {

extern const Format kOdt, kOds, kOdp, kOdg;
constinit const Format kOdt =
    zip_document::make_format<kOdt, zip_document::Kind::Odt, odf::kGrammar>(
        {"odt", "OpenDocument text", odf::kOdtTypes, odf::kOdtExtensions});
constinit const Format kOds =
    zip_document::make_format<kOds, zip_document::Kind::Ods, odf::kGrammar>(
        {"ods", "OpenDocument spreadsheet", odf::kOdsTypes, odf::kOdsExtensions});
constinit const Format kOdp =
    zip_document::make_format<kOdp, zip_document::Kind::Odp, odf::kGrammar>(
        {"odp", "OpenDocument presentation", odf::kOdpTypes, odf::kOdpExtensions});
constinit const Format kOdg =
    zip_document::make_format<kOdg, zip_document::Kind::Odg, odf::kGrammar>(
        {"odg", "OpenDocument drawing", odf::kOdgTypes, odf::kOdgExtensions});

}  // namespace colophon
