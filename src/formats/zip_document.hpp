// SPDX-License-Identifier: Apache-2.0
// Private to the ZIP documents (ooxml, epub, odf): which document is it, its XML parts, the texts
// in them that may hold a label, and the way from changed texts to a splice.
#pragma once

#include "formats/format.hpp"
#include "wire/xml.hpp"
#include "wire/zip.hpp"

#include <deque>

namespace colophon::zip_document {

enum class Kind : std::uint8_t { None, Docx, Xlsx, Pptx, Epub, Odt, Ods, Odp, Odg };
inline constexpr std::string_view kC2paMember = "META-INF/content_credential.c2pa";
/// A member's name that differs from kC2paMember in case or in two characters at most, or that is
/// one of a store at all.
[[nodiscard]] bool is_nearly_store(std::string_view name) noexcept;
/// By the `mimetype` member or the main part's content type.
[[nodiscard]] Kind kind_of(Source& source) noexcept;

inline constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::C2paStore};
inline constexpr CarrierKind kWriteLabel[] = {CarrierKind::AigcKey};
inline constexpr CarrierKind kReplace[] = {CarrierKind::Tag};

/// An XML member, decoded to UTF-8.
struct Part {
  const wire::ZipMember* member = nullptr;
  std::string text;
  bool is_utf8 = true;  ///< stored so, and therefore writable by splices of `text`
};

/// A carrier and how a new value gets there: `range` of the part's text becomes
/// `before` + escaped value + `after`.
struct Spot {
  Carrier carrier;
  const Part* part = nullptr;  ///< null: not written here (the C2PA store)
  Range range;
  bool attribute = false;
  std::string before, after;
};

/// A document being read. Not movable: spots point to parts, parts to members.
class Document {
 public:
  Document(Source& source, std::string_view id, const Limits& limits)
      : source_(source), id_(id), limits_(limits) {}
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  Status open();
  [[nodiscard]] const wire::ZipArchive& zip() const noexcept { return zip_; }
  /// The part of that name (ASCII case ignored). Null: not there, or unreadable, which is damage.
  const Part* part(std::string_view name);
  /// Nothing when it is not well-formed, which is damage.
  std::optional<wire::XmlDocument> parse(const Part& part);
  void add(CarrierKind kind, std::string key, std::string_view value, Spot spot);
  void note(std::string_view rule, Text message, const Part* part = nullptr);
  void damage(Error error);
  /// Members that make every later change an offence against somebody's signature.
  void mark_signed();
  void add_c2pa_store();

  [[nodiscard]] bool is_signed() const noexcept { return signed_; }
  [[nodiscard]] const std::vector<Spot>& spots() const noexcept { return spots_; }
  [[nodiscard]] Layout take_layout();
  void sort_spots();

 private:
  Source& source_;
  std::string_view id_;
  const Limits& limits_;
  wire::ZipArchive zip_;
  std::deque<Part> parts_;
  std::vector<Spot> spots_;
  Layout layout_;
  bool signed_ = false;
};

/// The text inside an element, also of one written as <a/>.
[[nodiscard]] Spot inside(const wire::XmlDocument& xml, const wire::XmlNode& element,
                          const Part& part);
[[nodiscard]] Spot inside(const wire::XmlAttribute& attribute, const Part& part);
/// Direct child elements by local name, whatever the namespace: real files get those wrong.
[[nodiscard]] std::vector<const wire::XmlNode*> children(const wire::XmlDocument& xml,
                                                         const wire::XmlNode& parent,
                                                         std::string_view local);
/// An attribute by local name; empty when absent.
[[nodiscard]] std::string attribute(const wire::XmlDocument& xml, const wire::XmlNode& element,
                                    std::string_view local);
/// "prefix:local" as written.
[[nodiscard]] std::string name_of(std::string_view prefix, std::string_view local);
/// The edit that puts `child` behind the last child element, indented like it.
[[nodiscard]] wire::TextEdit append_child(const wire::XmlDocument& xml, const wire::XmlNode& parent,
                                          std::string_view child);

/// The changes of one job, by member.
class Changes {
 public:
  void change(const Part& part, wire::TextEdit edit);
  void create(std::string member, std::string_view xml);
  [[nodiscard]] Result<std::vector<wire::ZipChange>> finish() &&;

 private:
  std::vector<std::pair<const Part*, std::vector<wire::TextEdit>>> edits_;
  std::vector<wire::ZipChange> fresh_;
};

/// What a family of documents adds.
struct Grammar {
  void (*scan)(Document& document);
  /// Adds the home place of the GB 45438 field with this value (not escaped).
  Status (*insert)(Document& document, std::string_view value, Changes& changes);
  /// What else a C2PA store needs, to be a member that programs allow. Null: they allow none.
  Status (*admit_store)(Document& document, Changes& changes);
};
[[nodiscard]] Result<Layout> inspect(Source& source, std::string_view id, const Grammar& grammar,
                                     const Limits& limits);
[[nodiscard]] Result<Splice> edit(Source& source, std::string_view id, const Grammar& grammar,
                                  const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);

/// The store as the last member, not compressed (C2PA A.6).
[[nodiscard]] Result<Splice> put_store(Source& source, std::string_view id, const Grammar& grammar,
                                       Bytes store, const Limits& limits);

struct Names {
  std::string_view id, name;
  std::span<const std::string_view> media_types, extensions;
};
/// The row of one kind of document.
template <const Format& kFormat, Kind kKind, const Grammar& kGrammar>
[[nodiscard]] constexpr Format make_format(Names names) {
  Format format;
  format.id = names.id;
  format.name = names.name;
  format.family = Family::Document;
  format.media_types = names.media_types;
  format.extensions = names.extensions;
  format.can.replace = kReplace;
  format.can.write = kWriteLabel;
  format.sniff = [](Source& source) noexcept { return kind_of(source) == kKind; };
  format.inspect = [](Source& source, const Limits& limits) {
    return zip_document::inspect(source, kFormat.id, kGrammar, limits);
  };
  format.extract = extract_stored;
  format.edit = [](Source& source, const Layout& layout, std::span<const Edit> edits,
                   const Limits& limits) {
    return zip_document::edit(source, kFormat.id, kGrammar, layout, edits, limits);
  };
  if constexpr (kGrammar.admit_store != nullptr) {
    format.can.write = kWrite;
    format.put_store = [](Source& source, const Layout&, Bytes store, const Limits& limits) {
      return zip_document::put_store(source, kFormat.id, kGrammar, store, limits);
    };
  }
  return format;
}

}  // namespace colophon::zip_document
