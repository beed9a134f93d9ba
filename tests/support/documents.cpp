// SPDX-License-Identifier: Apache-2.0
#include "support/documents.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

namespace colophon::testing {
namespace {

const std::string kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const std::string kOffice = "http://schemas.openxmlformats.org/officeDocument/2006";
const std::string kPackage = "http://schemas.openxmlformats.org/package/2006";

void put_before(std::string& text, const std::string& mark, const std::string& addition) {
  text.insert(text.rfind(mark), addition);
}

void link(Entries& entries, const std::string& id, const std::string& type,
          const std::string& target, const std::string& content_type) {
  put_before(entry(entries, "_rels/.rels").content, "</Relationships>",
             fmt::format("<Relationship Id=\"{}\" Type=\"{}\" Target=\"{}\"/>", id, type, target));
  put_before(entry(entries, "[Content_Types].xml").content, "</Types>",
             fmt::format("<Override PartName=\"/{}\" ContentType=\"{}\"/>", target, content_type));
}

std::string folder_of(const std::string& main_type) {
  return main_type.starts_with("word")     ? "word/document"
         : main_type.starts_with("spread") ? "xl/workbook"
                                           : "ppt/presentation";
}

}  // namespace

ZipEntry& entry(Entries& entries, std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const ZipEntry& one) { return one.name == name; });
  if (found == entries.end()) throw std::out_of_range(std::string(name));
  return *found;
}

Entries ooxml_entries(const std::string& main_type) {
  const std::string main = folder_of(main_type) + ".xml";
  const std::string types = fmt::format(
      "{}<Types xmlns=\"{}/content-types\"><Default Extension=\"rels\" "
      "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default "
      "Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/{}\" "
      "ContentType=\"application/vnd.openxmlformats-officedocument.{}\"/></Types>",
      kDeclaration, kPackage, main, main_type);
  const std::string relationships = fmt::format(
      "{}<Relationships xmlns=\"{}/relationships\"><Relationship Id=\"rId1\" "
      "Type=\"{}/relationships/officeDocument\" Target=\"{}\"/></Relationships>",
      kDeclaration, kPackage, kOffice, main);
  const std::string body =
      kDeclaration +
      "<w:document "
      "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>"
      "<w:p><w:r><w:t>made by hand</w:t></w:r></w:p></w:body></w:document>";
  return {{"[Content_Types].xml", types}, {"_rels/.rels", relationships}, {main, body}};
}

std::string custom_property(const std::string& name, int pid, const std::string& value) {
  return fmt::format(
      "<property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"{}\" name=\"{}\">"
      "<vt:lpwstr>{}</vt:lpwstr></property>",
      pid, name, value);
}

Entries with_custom(Entries entries, const std::string& properties) {
  link(entries, "rId4", kOffice + "/relationships/custom-properties", "docProps/custom.xml",
       "application/vnd.openxmlformats-officedocument.custom-properties+xml");
  entries.push_back(
      {"docProps/custom.xml", fmt::format("{}<Properties xmlns=\"{}/custom-properties\" "
                                          "xmlns:vt=\"{}/docPropsVTypes\">{}</Properties>",
                                          kDeclaration, kOffice, kOffice, properties)});
  return entries;
}

Entries with_core(Entries entries) {
  link(entries, "rId2", kPackage + "/relationships/metadata/core-properties", "docProps/core.xml",
       "application/vnd.openxmlformats-package.core-properties+xml");
  link(entries, "rId3", kOffice + "/relationships/extended-properties", "docProps/app.xml",
       "application/vnd.openxmlformats-officedocument.extended-properties+xml");
  entries.push_back(
      {"docProps/core.xml",
       kDeclaration + "<cp:coreProperties xmlns:cp=\"" + kPackage +
           "/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
           "<dc:title>A &amp; B</dc:title><dc:creator>Somebody</dc:creator><dc:description/>"
           "<cp:keywords>one, two</cp:keywords></cp:coreProperties>"});
  entries.push_back({"docProps/app.xml", kDeclaration + "<Properties xmlns=\"" + kOffice +
                                             "/extended-properties\"><Pages>1</Pages>"
                                             "<Application>By hand</Application></Properties>"});
  return entries;
}

Entries epub_entries(const std::string& version, const std::string& extra,
                     const std::string& attributes) {
  return {{"mimetype", "application/epub+zip", false},
          {"META-INF/container.xml",
           "<?xml version=\"1.0\"?>\n<container version=\"1.0\" "
           "xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile "
           "full-path=\"OEBPS/content.opf\" media-type=\"application/oebps-package+xml\"/>"
           "</rootfiles></container>"},
          {"OEBPS/content.opf",
           fmt::format("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<package "
                       "xmlns=\"http://www.idpf.org/2007/opf\" version=\"{}\" "
                       "unique-identifier=\"i\"{}>\n  <metadata "
                       "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n    <dc:identifier "
                       "id=\"i\">x</dc:identifier>\n    <dc:title>A book</dc:title>\n    "
                       "<dc:language>en</dc:language>{}\n  </metadata>\n  <manifest><item id=\"a\" "
                       "href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>\n  "
                       "<spine><itemref idref=\"a\"/></spine>\n</package>\n",
                       version, attributes, extra)},
          {"OEBPS/a.xhtml",
           "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head>"
           "<body><p>made by hand</p></body></html>"}};
}

Entries odf_entries(const std::string& kind, const char* meta) {
  const std::string type = "application/vnd.oasis.opendocument." + kind;
  const std::string uri = "urn:oasis:names:tc:opendocument:xmlns:";
  Entries entries = {
      {"mimetype", type, false},
      {"content.xml",
       fmt::format("<?xml version=\"1.0\"?><office:document-content xmlns:office=\"{0}office:1.0\" "
                   "xmlns:text=\"{0}text:1.0\" office:version=\"1.2\"><office:body><office:text>"
                   "<text:p>made by hand</text:p></office:text></office:body>"
                   "</office:document-content>",
                   uri)},
      {"META-INF/manifest.xml",
       fmt::format("<?xml version=\"1.0\"?>\n<manifest:manifest xmlns:manifest=\"{}manifest:1.0\" "
                   "manifest:version=\"1.2\">\n <manifest:file-entry manifest:full-path=\"/\" "
                   "manifest:media-type=\"{}\"/>\n <manifest:file-entry "
                   "manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>\n"
                   "</manifest:manifest>\n",
                   uri, type)}};
  if (meta == nullptr) return entries;
  entries.push_back(
      {"meta.xml",
       fmt::format("<?xml version=\"1.0\"?><office:document-meta xmlns:office=\"{0}office:1.0\" "
                   "xmlns:meta=\"{0}meta:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
                   "office:version=\"1.2\">{1}</office:document-meta>",
                   uri, meta)});
  put_before(entry(entries, "META-INF/manifest.xml").content, "</manifest:manifest>",
             " <manifest:file-entry manifest:full-path=\"meta.xml\" "
             "manifest:media-type=\"text/xml\"/>\n");
  return entries;
}

}  // namespace colophon::testing
