// SPDX-License-Identifier: Apache-2.0
// EPUB (OCF 3.3, EPUB 3.3 and OPF 2.0.1 package documents). No rule names a place for the GB 45438
// field here; ours is a `meta` of the package document, see docs/gb45438.md.
#include "formats/zip_document.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::epub {

using wire::XmlDocument;
using wire::XmlNode;
using zip_document::Changes;
using zip_document::Document;
using zip_document::Part;

namespace {

constexpr std::string_view kContainer = "META-INF/container.xml";
constexpr std::string_view kSignatures = "META-INF/signatures.xml";
constexpr std::string_view kLabelName = "AIGC";
constexpr std::string_view kNamespace = "http://www.tc260.org.cn/ns/AIGC/1.0/";
constexpr std::string_view kPrefix = "tc260";

/// Any prefix means the same to a reader: writers choose their own.
bool is_label(std::string_view name) noexcept {
  const auto colon = name.rfind(':');
  if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
  return equals_ignore_case(trim(name), kLabelName);
}

/// Package documents in the container's order: the first is the default rendition.
std::vector<std::string> package_documents(const XmlDocument& container) {
  std::vector<std::string> paths;
  for (const XmlNode* list : zip_document::children(container, container.root(), "rootfiles")) {
    for (const XmlNode* file : zip_document::children(container, *list, "rootfile")) {
      const std::string path = zip_document::attribute(container, *file, "full-path");
      if (!path.empty()) paths.push_back(path);
    }
  }
  return paths;
}

std::vector<const Part*> packages_of(Document& document) {
  std::vector<const Part*> packages;
  const Part* container = document.part(kContainer);
  const auto xml = container != nullptr ? document.parse(*container) : std::nullopt;
  if (xml) {
    for (const std::string& path : package_documents(*xml)) {
      const Part* part = document.part(path);
      if (part != nullptr && std::find(packages.begin(), packages.end(), part) == packages.end()) {
        packages.push_back(part);
      }
    }
  }
  if (packages.empty()) {
    document.damage({ErrorCode::Malformed,
                     "the container names no readable package document; make the book anew",
                     "",
                     {}});
  }
  return packages;
}

/// `<meta property="...">text</meta>` of EPUB 3 or `<meta name="..." content="..."/>` of OPF 2.
void scan_meta(Document& document, const XmlDocument& xml, const XmlNode& meta, const Part& part) {
  const wire::XmlAttribute* content = xml.attribute(meta, "", "content");
  const std::string property = zip_document::attribute(xml, meta, "property");
  const std::string name = property.empty() ? zip_document::attribute(xml, meta, "name") : property;
  const bool in_attribute = property.empty() && content != nullptr;
  const std::string value = in_attribute ? xml.value_of(*content) : xml.text_of(meta);
  if (name.empty() || (value.empty() && !is_label(name))) return;
  document.add(
      is_label(name) ? CarrierKind::AigcKey : CarrierKind::Tag, name, value,
      in_attribute ? zip_document::inside(*content, part) : zip_document::inside(xml, meta, part));
}

/// Also one level down: OPF 1 and 2 know `dc-metadata` and `x-metadata`.
void scan_metadata(Document& document, const XmlDocument& xml, const XmlNode& metadata,
                   const Part& part, bool deeper) {
  for (const XmlNode* element : xml.elements(metadata)) {
    if (element->local == "meta") {
      scan_meta(document, xml, *element, part);
    } else if (deeper && element->local.ends_with("-metadata")) {
      scan_metadata(document, xml, *element, part, false);
    } else if (const std::string text = xml.text_of(*element); !trim(text).empty()) {
      document.add(CarrierKind::Tag, zip_document::name_of(element->prefix, element->local), text,
                   zip_document::inside(xml, *element, part));
    }
  }
}

/// OCF 3.3 clause 4.3: first, stored, without an extra field.
void check_mimetype(Document& document) {
  const auto& members = document.zip().members;
  const auto first =
      std::min_element(members.begin(), members.end(),
                       [](const auto& a, const auto& b) { return a.header < b.header; });
  if (first == members.end() || (first->name == "mimetype" && first->method == 0)) return;
  document.note("epub-mimetype", {"the member mimetype is not the first one or is compressed",
                                  "mimetype 成员不在最前面或被压缩"});
}

void scan(Document& document) {
  check_mimetype(document);
  if (document.zip().find(kSignatures) != nullptr) document.mark_signed();
  for (const Part* part : packages_of(document)) {
    const auto xml = document.parse(*part);
    if (!xml) continue;
    for (const XmlNode* metadata : zip_document::children(*xml, xml->root(), "metadata")) {
      scan_metadata(document, *xml, *metadata, *part, true);
    }
  }
}

/// The pairs of a `prefix` attribute, "a: URI b: URI" (EPUB 3.3 appendix D.1.3).
std::vector<std::pair<std::string, std::string>> prefixes_in(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    at = std::min(text.find_first_of(" \t\r\n", start), text.size());
    if (at > start) words.emplace_back(text.substr(start, at - start));
  }
  std::vector<std::pair<std::string, std::string>> prefixes;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    std::string prefix = words[i];
    if (prefix.ends_with(':')) prefix.pop_back();
    prefixes.emplace_back(std::move(prefix), words[i + 1]);
  }
  return prefixes;
}

/// The prefix bound to the label's namespace; bound now when none is.
std::string bind_prefix(const XmlDocument& xml, const Part& part, Changes& changes) {
  const wire::XmlAttribute* attribute = xml.attribute(xml.root(), "", "prefix");
  const std::string old = attribute != nullptr ? xml.value_of(*attribute) : "";
  const auto prefixes = prefixes_in(old);
  for (const auto& [prefix, uri] : prefixes) {
    if (uri == kNamespace && !prefix.empty()) return prefix;
  }
  std::string mine(kPrefix);
  const auto taken = [&] {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const auto& pair) { return pair.first == mine; });
  };
  for (int number = 2; taken(); ++number) mine = fmt::format("{}-{}", kPrefix, number);
  const std::string addition = fmt::format("{}: {}", mine, kNamespace);
  if (attribute != nullptr) {
    changes.change(part, {{attribute->value.end(), 0}, (old.empty() ? "" : " ") + addition});
  } else {
    const XmlNode& root = xml.root();
    const std::uint64_t name_end =
        root.start_tag.offset + 1 + zip_document::name_of(root.prefix, root.local).size();
    changes.change(part, {{name_end, 0}, fmt::format(" prefix=\"{}\"", addition)});
  }
  return mine;
}

Status insert(Document& document, std::string_view value, Changes& changes) {
  const auto packages = packages_of(document);
  const auto xml = !packages.empty() ? document.parse(*packages.front()) : std::nullopt;
  const auto metadata =
      xml ? zip_document::children(*xml, xml->root(), "metadata") : std::vector<const XmlNode*>();
  if (metadata.empty()) {
    return fail(ErrorCode::Malformed,
                "the package document has no metadata element; make the book anew", "epub");
  }
  const Part& part = *packages.front();
  const std::string tag = zip_document::name_of(metadata.front()->prefix, "meta");
  std::string meta;
  if (zip_document::attribute(*xml, xml->root(), "version").starts_with("3")) {
    const std::string prefix = bind_prefix(*xml, part, changes);
    meta = fmt::format("<{} property=\"{}:{}\">{}</{}>", tag, prefix, kLabelName,
                       wire::escape_xml_text(value), tag);
  } else {
    meta = fmt::format("<{} name=\"{}\" content=\"{}\"/>", tag, kLabelName,
                       wire::escape_xml_attribute(value));
  }
  changes.change(part, zip_document::append_child(*xml, *metadata.front(), meta));
  return {};
}

constexpr zip_document::Grammar kGrammar{scan, insert,
                                         [](Document&, Changes&) -> Status { return {}; }};
constexpr std::string_view kMediaTypes[] = {"application/epub+zip"};
constexpr std::string_view kExtensions[] = {"epub"};

}  // namespace
}  // namespace colophon::epub

namespace colophon {

extern const Format kEpub;
constinit const Format kEpub =
    zip_document::make_format<kEpub, zip_document::Kind::Epub, epub::kGrammar>(
        {"epub", "EPUB", epub::kMediaTypes, epub::kExtensions});

}  // namespace colophon
