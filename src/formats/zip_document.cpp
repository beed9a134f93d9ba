// SPDX-License-Identifier: Apache-2.0
// Reading of documents that are ZIP archives; see zip_document.hpp.
#include "formats/zip_document.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::zip_document {
namespace {

constexpr std::string_view kContentTypes = "[Content_Types].xml";
constexpr std::uint64_t kSniffCap = 4 << 20;

struct Named {
  std::string_view word;
  Kind kind;
};
/// The whole `mimetype` member (OCF 3.3 clause 4.3, ODF 1.3 part 2 clause 3.3).
constexpr Named kMimeTypes[] = {
    {"application/epub+zip", Kind::Epub},
    {"application/vnd.oasis.opendocument.text", Kind::Odt},
    {"application/vnd.oasis.opendocument.text-template", Kind::Odt},
    {"application/vnd.oasis.opendocument.text-master", Kind::Odt},
    {"application/vnd.oasis.opendocument.spreadsheet", Kind::Ods},
    {"application/vnd.oasis.opendocument.spreadsheet-template", Kind::Ods},
    {"application/vnd.oasis.opendocument.presentation", Kind::Odp},
    {"application/vnd.oasis.opendocument.presentation-template", Kind::Odp},
    {"application/vnd.oasis.opendocument.graphics", Kind::Odg},
    {"application/vnd.oasis.opendocument.graphics-template", Kind::Odg},
};
/// Starts of the main part's content type (ECMA-376-1 clauses 11.3.10, 12.3.23, 13.3.6; the
/// macro-enabled ones are Microsoft's). No other part's type has both this start and "main".
constexpr Named kMainTypes[] = {
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.", Kind::Docx},
    {"application/vnd.ms-word.", Kind::Docx},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.", Kind::Xlsx},
    {"application/vnd.ms-excel.", Kind::Xlsx},
    {"application/vnd.openxmlformats-officedocument.presentationml.", Kind::Pptx},
    {"application/vnd.ms-powerpoint.", Kind::Pptx},
};

std::string decode(Bytes bytes, bool& is_utf8) {
  const bool little =
      has_prefix(bytes, "\xFF\xFE") || has_prefix(bytes, std::string_view("<\0", 2));
  const bool big = has_prefix(bytes, "\xFE\xFF") || has_prefix(bytes, std::string_view("\0<", 2));
  is_utf8 = !little && !big;
  if (is_utf8) return to_string(bytes);
  const bool marked = bytes[0] != '<' && bytes[1] != '<';
  return utf16_to_utf8(slice(bytes, marked ? 2 : 0), big);
}

/// The encoding of the XML declaration in lower case; empty when it names none.
std::string declared_encoding(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!text.starts_with("<?xml")) return {};
  text = text.substr(0, text.find("?>"));
  const auto at = text.find("encoding");
  const auto open = at == std::string_view::npos ? at : text.find_first_of("\"'", at);
  if (open == std::string_view::npos) return {};
  const auto close = text.find(text[open], open + 1);
  if (close == std::string_view::npos) return {};
  return lower_ascii(text.substr(open + 1, close - open - 1));
}

std::optional<ByteBuffer> small_member(Source& source, const wire::ZipArchive& zip,
                                       std::string_view name) {
  const wire::ZipMember* member = zip.find_part(name);
  Limits limits;
  limits.max_inflated = kSniffCap;
  if (member == nullptr) return std::nullopt;
  auto content = wire::read_member(source, zip, *member, limits);
  return content ? std::optional(std::move(*content)) : std::nullopt;
}

/// Packages whose list of types does not name the main part, which some programs write.
Kind kind_of_parts(const wire::ZipArchive& zip) {
  if (zip.find_part("word/document.xml") != nullptr) return Kind::Docx;
  if (zip.find_part("xl/workbook.xml") != nullptr) return Kind::Xlsx;
  if (zip.find_part("ppt/presentation.xml") != nullptr) return Kind::Pptx;
  return Kind::None;
}

Kind kind_of_types(std::string_view xml) {
  for (const auto& [word, kind] : kMainTypes) {
    for (auto at = xml.find(word); at != std::string_view::npos; at = xml.find(word, at + 1)) {
      const std::string_view type = xml.substr(at, xml.find_first_of("\"'", at) - at);
      if (type.ends_with(".main+xml") || type.ends_with(".main")) return kind;
    }
  }
  return Kind::None;
}

}  // namespace

bool is_nearly_store(std::string_view name) noexcept {
  if (lower_ascii(name).ends_with(".c2pa")) return true;
  if (name.size() != kC2paMember.size()) return false;
  std::size_t others = 0;
  for (std::size_t i = 0; i < name.size(); ++i) others += name[i] != kC2paMember[i] ? 1 : 0;
  return others <= 2;
}

Kind kind_of(Source& source) noexcept {
  if (!wire::looks_like_zip(source)) return Kind::None;
  const auto zip = wire::read_zip(source, Limits{});
  if (!zip) return Kind::None;
  if (const auto mimetype = small_member(source, *zip, "mimetype")) {
    const std::string_view text = trim(as_text(*mimetype));
    for (const auto& [word, kind] : kMimeTypes) {
      if (text == word) return kind;
    }
  }
  bool is_utf8 = true;
  const auto types = small_member(source, *zip, kContentTypes);
  if (!types) return Kind::None;
  const Kind named = kind_of_types(decode(*types, is_utf8));
  return named != Kind::None ? named : kind_of_parts(*zip);
}

Status Document::open() {
  zip_ = TRY(wire::read_zip(source_, limits_));
  layout_.oddities = wire::zip_collisions(zip_);
  layout_.oddities.insert(layout_.oddities.begin(), zip_.oddities.begin(), zip_.oddities.end());
  for (Finding& each : wire::zip_disagreements(source_, zip_)) layout_.oddities.push_back(each);
  return {};
}

const Part* Document::part(std::string_view name) {
  const wire::ZipMember* member = zip_.find_part(name);
  if (member == nullptr) return nullptr;
  for (const Part& known : parts_) {
    if (known.member == member) return &known;
  }
  auto content = wire::read_member(source_, zip_, *member, limits_);
  if (!content) {
    damage(std::move(content).error());
    return nullptr;
  }
  Part& part = parts_.emplace_back();
  part.member = member;
  part.text = decode(*content, part.is_utf8);
  const std::string encoding = declared_encoding(part.text);
  if (part.is_utf8 && (encoding == "iso-8859-1" || encoding == "windows-1252")) {
    part.text = latin1_to_utf8(*content);
  }
  part.is_utf8 =
      part.is_utf8 && (encoding.empty() || encoding == "utf-8" || encoding == "us-ascii");
  return &part;
}

std::optional<wire::XmlDocument> Document::parse(const Part& part) {
  auto xml = wire::parse_xml(part.text, limits_);
  if (xml) return std::move(*xml);
  Error error = std::move(xml).error();
  error.message = fmt::format("the part \"{}\" cannot be read: {}",
                              to_valid_utf8(part.member->name), error.message);
  error.offset = part.member->header;
  damage(std::move(error));
  return std::nullopt;
}

void Document::add(CarrierKind kind, std::string key, std::string_view value, Spot spot) {
  if (spots_.size() >= limits_.max_carriers) {
    return damage({ErrorCode::LimitExceeded, "the document has too many properties", "", {}});
  }
  const wire::ZipMember& member = *spot.part->member;
  Carrier& carrier = spot.carrier;
  carrier.kind = kind;
  carrier.path = fmt::format("{}:{}[{}]", id_, to_valid_utf8(member.name), key);
  carrier.key = std::move(key);
  carrier.value = to_buffer(value);
  if (const auto data = wire::zip_data(source_, zip_, member)) {
    carrier.payload = *data;
    carrier.whole = {member.header, data->end() - member.header};
  }
  spots_.push_back(std::move(spot));
}

void Document::note(std::string_view rule, Text message, const Part* part) {
  add_oddity(layout_, {std::string(rule), Severity::Warning, std::move(message),
                       part != nullptr ? std::optional(part->member->header) : std::nullopt});
}

void Document::damage(Error error) {
  if (layout_.damage) return;
  if (error.where.empty() || error.where == "zip" || error.where == "xml") error.where = id_;
  layout_.damage = std::move(error);
}

void Document::mark_signed() {
  signed_ = true;
  note("signed-document", {"the document carries a digital signature; a change would break it",
                           "文档带有数字签名，任何改动都会使签名失效"});
}

void Document::add_c2pa_store() {
  const wire::ZipMember* member = zip_.find(kC2paMember);
  if (member == nullptr) return;
  const auto data = wire::zip_data(source_, zip_, *member);
  if (!data) return damage(data.error());
  Spot spot;
  Carrier& carrier = spot.carrier;
  carrier.kind = CarrierKind::C2paStore;
  carrier.path = fmt::format("{}:{}", id_, kC2paMember);
  carrier.payload = *data;
  carrier.whole = {member->header, data->end() - member->header};
  auto content = wire::read_member(source_, zip_, *member, limits_);
  if (!content) {
    carrier.value = ByteBuffer{};
    spots_.push_back(std::move(spot));
    return damage(std::move(content).error());
  }
  if (member->method != 0) {
    note("c2pa-compressed", {"the C2PA store is compressed; it has to be stored (C2PA 2.2, A.6)",
                             "C2PA 清单存储被压缩了，规范要求不压缩存放"});
    carrier.value = std::move(*content);
  }
  spots_.push_back(std::move(spot));
}

void Document::sort_spots() {
  // Texts of one part keep their order: they all stand where their member stands.
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  order.reserve(spots_.size());
  for (const Spot& spot : spots_) order.emplace_back(spot.carrier.whole.offset, order.size());
  std::sort(order.begin(), order.end());
  std::vector<Spot> sorted;
  sorted.reserve(order.size());
  for (const auto& [offset, index] : order) sorted.push_back(std::move(spots_[index]));
  spots_ = std::move(sorted);
}

Layout Document::take_layout() {
  layout_.carriers.clear();
  for (const Spot& spot : spots_) layout_.carriers.push_back(spot.carrier);
  return std::move(layout_);
}

Result<Layout> inspect(Source& source, std::string_view id, const Grammar& grammar,
                       const Limits& limits) {
  Document document(source, id, limits);
  if (const Status status = document.open(); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    document.damage(status.error());
    return document.take_layout();
  }
  grammar.scan(document);
  document.add_c2pa_store();
  document.sort_spots();
  return document.take_layout();
}

}  // namespace colophon::zip_document
