// SPDX-License-Identifier: Apache-2.0
// ZIP archives and PDF: containers of many parts with a table of where they stand.
#include <algorithm>

#include "base/text.hpp"
#include "formats/splice.hpp"
#include "support/pdf_files.hpp"
#include "support/zip_writer.hpp"
#include "targets.hpp"
#include "wire/pdf_document.hpp"
#include "wire/pdf_filter.hpp"
#include "wire/pdf_text.hpp"
#include "wire/pdf_update.hpp"
#include "wire/zip.hpp"

namespace colophon::fuzz {
namespace {

constexpr std::string_view kName = "META-INF/label.json";

/// pdf::Document keeps a reference to them.
const Limits& small_limits() {
  static const Limits limits = [] {
    Limits small;
    small.max_inflated = 1 << 20;
    return small;
  }();
  return limits;
}

void zip_edit(Source& source, const wire::ZipArchive& archive) {
  const wire::ZipChange change{std::string(kName), to_buffer("the label")};
  const auto patches = wire::edit_zip(source, archive, {&change, 1});
  if (!patches) return;
  std::vector<Replacement> replacements;
  for (const auto& patch : *patches) replacements.push_back({patch.range, patch.bytes});
  const auto plan = replace_ranges(source.size(), replacements);
  must(plan.has_value(), "patches do not overlap");
  SplicedSource output(source, *plan);
  const auto again = wire::read_zip(output, small_limits());
  must(again.has_value(), "an archive that was written is read");
  const auto* member = again->find(kName);
  must(member != nullptr, "the member that was set is found");
  const auto content = wire::read_member(output, *again, *member, small_limits());
  must(content && *content == change.content, "it has its content");
  const std::size_t added = archive.find(kName) == nullptr ? 1 : 0;
  must(again->members.size() == archive.members.size() + added, "no other member comes or goes");
}

void zip(Bytes bytes) {
  MemorySource source(bytes);
  (void)wire::looks_like_zip(source);
  const auto archive = wire::read_zip(source, small_limits());
  if (!archive) return;
  must_lie_in(archive->directory, bytes.size());
  (void)wire::zip_disagreements(source, *archive);
  for (std::size_t i = 0; i < std::min<std::size_t>(archive->members.size(), 16); ++i) {
    const auto& member = archive->members[i];
    const auto data = wire::zip_data(source, *archive, member);
    if (data) must_lie_in(*data, bytes.size());
    (void)wire::read_member(source, *archive, member, small_limits());
  }
  if (wire::zip_collisions(*archive).empty()) zip_edit(source, *archive);
}

Seeds zip_seeds() {
  testing::ZipEntry described{"b.txt", "bbbb"};
  described.descriptor = true;
  testing::ZipEntry wide{std::string(kName), "old", false};
  wide.wide = true;
  testing::ZipShape shape;
  shape.prefix = "#!";
  shape.comment = "note";
  shape.wide_end = true;
  return {testing::make_zip({{"a.txt", "aaaa", false}, described}),
          testing::make_zip({{"a.txt", std::string(200, 'a')}, wide}, shape)};
}

namespace pdf = wire::pdf;

void pdf_object(Bytes bytes) {
  const Limits limits;
  pdf::Parser parser(bytes, 0, limits);
  const auto object = parser.object();
  must(parser.at() <= bytes.size(), "the parser stays in the text");
  if (!object) return;
  must_lie_in(object->span, bytes.size());
  if (!object->is(pdf::Kind::Dictionary)) return;
  const pdf::Change change{"A#key", "(value)"};
  const std::string set = pdf::with_changes(bytes, *object, {&change, 1});
  pdf::Parser again(as_bytes(set), 0, limits);
  const auto changed = again.object();
  must(changed && changed->find(change.key) != nullptr, "the entry that was set is found");
  must(changed->find(change.key)->text == "value", "it has its value");
}

void pdf_filter(Bytes bytes) {
  const Limits limits;
  pdf::Parser parser(bytes, 0, limits);
  const auto dictionary = parser.object();
  if (!dictionary || !dictionary->is(pdf::Kind::Dictionary)) return;
  (void)pdf::has_identity_crypt(*dictionary);
  const auto decoded = pdf::decode(*dictionary, slice(bytes, parser.at() + 1), 1 << 20);
  must(!decoded || decoded->size() <= 1 << 20, "the cap holds");
}

void pdf_text(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  must(is_utf8(pdf::text_to_utf8(text)), "texts are UTF-8");
  if (!is_utf8(text)) return;
  const std::string literal = pdf::text_literal(text);
  const Limits limits;
  pdf::Parser parser(as_bytes(literal), 0, limits);
  const auto object = parser.object();
  must(object && object->is(pdf::Kind::String), "a text is a string");
  must(pdf::text_to_utf8(object->text) == text, "a text comes back");
}

void pdf_update(Source& source, const pdf::Document& document) {
  pdf::Update update(document);
  const std::uint64_t number = update.new_number();
  update.put({static_cast<std::uint32_t>(number), 0}, "(the label)");
  const auto added = update.finish(source.size(), false);
  if (!added) return;
  Splice plan = identity(source.size());
  plan.pieces.emplace_back(Put{*added, 0});
  SplicedSource output(source, plan);
  auto again = pdf::Document::open(output, small_limits());
  must(again.has_value(), "a file that was updated opens");
  const auto object = again->load(number);
  must(object && object->value.text == "the label", "the object that was put is found");
}

void pdf_document(Bytes bytes) {
  MemorySource source(bytes);
  auto document = pdf::Document::open(source, small_limits());
  if (!document) return;
  const std::uint64_t count = std::min<std::uint64_t>(document->chain().past_highest(), 32);
  for (std::uint64_t number = 0; number < count; ++number) {
    const auto object = document->load(number);
    if (!object) continue;
    (void)document->entry_of(*object, "Metadata");
    if (object->data_at) (void)document->decoded(*object);
  }
  if (!document->is_repaired() && !document->is_encrypted()) pdf_update(source, *document);
}

Seeds pdf_seeds() {
  auto objects = testing::pdf_page("/Metadata 6 0 R");
  objects[6] = testing::pdf_stream("/Type/Metadata/Subtype/XML", "<x:xmpmeta/>");
  return {testing::classic_pdf(objects), testing::packed_pdf(objects),
          testing::hybrid_pdf(objects)};
}

}  // namespace

void add_archive_parsers(std::vector<Target>& all) {
  all.push_back({"wire_zip", zip, zip_seeds});
  all.push_back({"wire_pdf_object", pdf_object, [] {
                   return texts({"<</A#20b [1 -2.5 (a\\(\\051) <4142> 3 0 R true null]/C<</D/E>>>>",
                                 "[%c\n(nested (x) \\\r\n) /N#41]"});
                 }});
  all.push_back({"wire_pdf_filter", pdf_filter, [] {
                   return texts(
                       {"<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>>>\n"
                        "x\x9c\x63",
                        "<</Filter[/Crypt]>> x"});
                 }});
  all.push_back({"wire_pdf_text", pdf_text,
                 [] { return texts({"plain (x)", "\xE6\xA0\x87", "\xFE\xFF\x20\x22"}); }});
  all.push_back({"wire_pdf_document", pdf_document, pdf_seeds});
}

}  // namespace colophon::fuzz
