// SPDX-License-Identifier: Apache-2.0
// Private to ooxml*.cpp: names of Office Open XML packages (ECMA-376-2, ECMA-376-1 clause 15.2.12).
#pragma once

#include "formats/zip_document.hpp"

namespace colophon::ooxml {

inline constexpr std::string_view kRootRelationships = "_rels/.rels";
inline constexpr std::string_view kContentTypes = "[Content_Types].xml";
inline constexpr std::string_view kUsualCustomPart = "docProps/custom.xml";
/// The set of properties that users define ([MS-OSHARED] 2.3.3.2.3.1).
inline constexpr std::string_view kFormatId = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}";
inline constexpr std::uint64_t kFirstPid = 2;

/// The two dialects: "transitional", which office programs write, and "strict".
struct Dialect {
  std::string_view relationship, properties, types;
};
inline constexpr Dialect kTransitional{
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties",
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"};
inline constexpr Dialect kStrict{
    "http://purl.oclc.org/ooxml/officeDocument/relationships/customProperties",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
    "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes"};

/// Where the package's own relationships lead; member names, empty when there is none.
struct Roots {
  std::string custom, core, extended;
  bool strict = false;
  bool is_signed = false;
};
[[nodiscard]] Roots roots_of(const wire::XmlDocument& relationships);
/// The properties of the custom part that are elements named "property".
[[nodiscard]] std::vector<const wire::XmlNode*> properties_of(const wire::XmlDocument& xml);
/// An attribute `pid` as a number; nothing when it is none.
[[nodiscard]] std::optional<std::uint64_t> pid_of(const wire::XmlDocument& xml,
                                                  const wire::XmlNode& property);

void scan(zip_document::Document& document);
Status insert(zip_document::Document& document, std::string_view value,
              zip_document::Changes& changes);
Status admit_store(zip_document::Document& document, zip_document::Changes& changes);

}  // namespace colophon::ooxml
