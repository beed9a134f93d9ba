// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "support/pdf_files.hpp"
#include "support/support.hpp"
#include "wire/inflate.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

const Format& pdf() {
  return *find_format("pdf");
}

Layout layout_of(Bytes bytes) {
  MemorySource source(bytes);
  auto layout = pdf().inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

Edit label(std::string_view value) {
  return {CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)};
}

Edit xmp(std::string_view value) {
  return {CarrierKind::Xmp, "", std::nullopt, to_buffer(value)};
}

std::string label_of(Bytes bytes) {
  return payload_of(pdf(), bytes, CarrierKind::AigcKey);
}

bool has_oddity(const Layout& layout, std::string_view rule) {
  return std::any_of(layout.oddities.begin(), layout.oddities.end(),
                     [&](const Finding& finding) { return finding.rule == rule; });
}

std::map<int, std::string> page_with(const std::string& catalog_entries,
                                     const std::map<int, std::string>& more) {
  auto objects = pdf_page(catalog_entries);
  objects.insert(more.begin(), more.end());
  return objects;
}

const PdfOptions kWithInfo{.trailer = "/Root 1 0 R/Info 6 0 R"};

ByteBuffer with_info(const std::string& entries) {
  return classic_pdf(page_with("", {{6, "<<" + entries + ">>"}}), kWithInfo);
}

Error edit_error(Bytes bytes) {
  MemorySource source(bytes);
  const Edit edit = label("{}");
  const auto splice = plan_edits(pdf(), source, layout_of(bytes), {&edit, 1}, Limits{});
  REQUIRE_FALSE(splice);
  return splice.error();
}

ByteBuffer replaced(ByteBuffer bytes, std::string_view old, std::string_view by) {
  std::string text = to_string(bytes);
  const auto at = text.find(old);
  REQUIRE(at != text.npos);
  return to_buffer(text.replace(at, old.size(), by));
}

}  // namespace

TEST_CASE("pdf: the label is read in every form of a text string") {
  CHECK(label_of(with_info("/AIGC({\"Label\":\"1\\(\"})")) == "{\"Label\":\"1(\"}");
  CHECK(label_of(with_info("/AIGC<7B7D>")) == "{}");
  CHECK(label_of(with_info("/AIGC<FEFF007B6DF1007D>")) == "{深}");
  CHECK(label_of(with_info("/AIGC(\xEF\xBB\xBF{深})")) == "{深}");
  CHECK(label_of(with_info("/#41IGC(x)/AIGC(last)")) == "last");
  const auto indirect = page_with("", {{6, "<</AIGC 7 0 R>>"}, {7, "(far away)"}});
  CHECK(label_of(classic_pdf(indirect, kWithInfo)) == "far away");
  CHECK(label_of(packed_pdf(indirect, kWithInfo)) == "far away");
}

TEST_CASE("pdf: a label as a dictionary is rendered as JSON, integers as numbers") {
  const ByteBuffer bytes = classic_pdf(
      page_with("", {{6,
                      "<</AIGC<</Label 1/ContentProducer(a \"p\")/P<FEFF6DF1>/R .5/S -4."
                      "/T true/N/name/A[1 null]/I 7 0 R>>>>"},
                     {7, "(i)"}}),
      kWithInfo);
  CHECK(label_of(bytes) == R"({"Label":1,"ContentProducer":"a \"p\"","P":"深","R":0.5,"S":-4.0,)"
                           R"("T":true,"N":"name","A":[1,null],"I":"i"})");
  const Layout layout = layout_of(bytes);
  REQUIRE(layout.carriers.size() == 1);
  CHECK(layout.carriers[0].path == "pdf:Info[AIGC]<dictionary>");
  CHECK(label_of(edited(pdf(), bytes, label("{}"))) == "{}");
}

TEST_CASE("pdf: a label in the catalog moves to its home when it changes") {
  const ByteBuffer bytes = classic_pdf(page_with("/AIGC({})", {{6, "<<>>"}}), kWithInfo);
  CHECK(layout_of(bytes).carriers.at(0).path == "pdf:Catalog[AIGC]");
  CHECK(edited(pdf(), bytes, label("{}")) == bytes);
  const Layout moved = layout_of(edited(pdf(), bytes, label("{1}")));
  REQUIRE(moved.carriers.size() == 1);
  CHECK(moved.carriers[0].path == "pdf:Info[AIGC]");
  Edit there = label("{1}");
  there.replaces = 0;
  CHECK(layout_of(edited(pdf(), bytes, there)).carriers.at(0).path == "pdf:Catalog[AIGC]");
}

TEST_CASE("pdf: old bytes stay, and other Info entries are kept byte for byte") {
  const std::string others = " /Title <FEFF 6DF1>/Odd#20Key [1 2]%c\n/Trapped/True ";
  const ByteBuffer bytes = with_info(others + "/AIGC(old)");
  const ByteBuffer out = edited(pdf(), bytes, label("new"));
  CHECK(as_text(out).starts_with(as_text(bytes)));
  CHECK(as_text(slice(out, bytes.size())).find(others) != std::string_view::npos);
  CHECK(as_text(slice(out, bytes.size())).find("old") == std::string_view::npos);
}

TEST_CASE("pdf: the new section has the form of the newest one") {
  const auto objects = page_with("", {{6, "<</Title(t)>>"}});
  const auto tail = [](const ByteBuffer& bytes) {
    return to_string(slice(edited(pdf(), bytes, label("{}")), bytes.size()));
  };
  CHECK(tail(classic_pdf(objects, kWithInfo)).find("\nxref\n6 1\n") != std::string::npos);
  CHECK(tail(hybrid_pdf(objects, kWithInfo)).find("\nxref\n6 1\n") != std::string::npos);
  CHECK(tail(hybrid_pdf(objects, kWithInfo)).find("XRefStm") == std::string::npos);
  const std::string stream = tail(packed_pdf(objects, kWithInfo));
  CHECK(stream.find("/Type /XRef") != std::string::npos);
  CHECK(stream.find("\nxref\n") == std::string::npos);
  CHECK(stream.find("6 0 obj\n<</AIGC ({})/Title(t)>>") != std::string::npos);
}

TEST_CASE("pdf: an append that is cut anywhere reads as before or as after") {
  const auto objects = page_with("", {{6, "<</AIGC(old)>>"}});
  for (const ByteBuffer& bytes :
       {classic_pdf(objects, kWithInfo), packed_pdf(objects, kWithInfo)}) {
    const ByteBuffer out = edited(pdf(), bytes, label("new " + std::string(3000, 'x')));
    for (std::size_t size = bytes.size(); size < out.size(); ++size) {
      const Bytes cut = slice(out, 0, size);
      CAPTURE(size - bytes.size());
      const Layout layout = layout_of(cut);
      CHECK_FALSE(layout.damage);
      const std::string read = label_of(cut);
      CHECK((read == "old" || read.starts_with("new ")));
      if (size > bytes.size() + 1100 && read == "old") CHECK(has_oddity(layout, "pdf-tail"));
    }
    const ByteBuffer again = edited(pdf(), slice(out, 0, bytes.size() + 2000), label("third"));
    CHECK(label_of(again) == "third");
  }
}

TEST_CASE("pdf: of several revisions the newest counts") {
  ByteBuffer bytes = with_info("/AIGC(1)");
  for (const char* value : {"2", "3", "4"}) bytes = edited(pdf(), bytes, label(value));
  CHECK(label_of(bytes) == "4");
  const auto all = layout_of(bytes).carriers;
  CHECK(all.size() == 1);
}

TEST_CASE("pdf: several edits make one update") {
  const ByteBuffer bytes = classic_pdf(pdf_page(""));
  MemorySource source(bytes);
  const std::vector<Edit> edits = {label("{}"), xmp("<x/>")};
  const auto splice = plan_edits(pdf(), source, layout_of(bytes), edits, Limits{});
  REQUIRE(splice);
  CHECK(splice->fits_in_place(bytes.size()));
  const ByteBuffer out = testing::apply(bytes, *splice);
  CHECK(label_of(out) == "{}");
  CHECK(payload_of(pdf(), out, CarrierKind::Xmp) == "<x/>");
  CHECK(to_string(slice(out, bytes.size())).find("startxref") ==
        to_string(slice(out, bytes.size())).rfind("startxref"));
}

TEST_CASE("pdf: XMP takes the old stream's number, without its filter") {
  const auto packed = to_string(wire::deflate(as_bytes("<x>1</x>"), wire::Deflate::Zlib));
  const ByteBuffer bytes = packed_pdf(
      page_with("/Metadata 6 0 R",
                {{6, pdf_stream("/Type/Metadata/Subtype/XML/Filter/FlateDecode/Mine 1", packed)}}));
  CHECK(payload_of(pdf(), bytes, CarrierKind::Xmp) == "<x>1</x>");
  const ByteBuffer out = edited(pdf(), bytes, xmp("<x>2</x>"));
  const std::string tail = to_string(slice(out, bytes.size()));
  CHECK(tail.starts_with("6 0 obj\n<</Length 8/Type/Metadata/Subtype/XML/Mine 1"));
  const Layout layout = layout_of(out);
  REQUIRE(layout.carriers.size() == 1);
  CHECK_FALSE(layout.carriers[0].value);
  CHECK(as_text(slice(out, layout.carriers[0].payload.offset, 8)) == "<x>2</x>");
}

TEST_CASE("pdf: another Info entry can be updated where it stands") {
  const ByteBuffer bytes = with_info("/Subject({})/Title(t)");
  Edit edit{CarrierKind::Tag, "Subject", 0, to_buffer("{1}")};
  const ByteBuffer out = edited(pdf(), bytes, edit);
  CHECK(payload_of(pdf(), out, CarrierKind::Tag, "Subject") == "{1}");
  CHECK(payload_of(pdf(), out, CarrierKind::Tag, "Title") == "t");
}

TEST_CASE("pdf: a manifest store is found once, by each of its ways") {
  const std::string spec = "<</Type/Filespec/AFRelationship/C2PA_Manifest/EF<</F 8 0 R>>>>";
  const std::string note = "<</Subtype/FileAttachment/FS 7 0 R>>";
  auto objects = page_with("/AF[7 0 R]/Names<</EmbeddedFiles 9 0 R>>",
                           {{7, spec},
                            {8, pdf_stream("/Type/EmbeddedFile", "store bytes")},
                            {9, "<</Kids[10 0 R 9 0 R]>>"},
                            {10, "<</Names[(a)7 0 R]>>"}});
  const auto stores = [&](const std::string& path) {
    const ByteBuffer bytes = classic_pdf(objects);
    const Layout layout = layout_of(bytes);
    REQUIRE(layout.carriers.size() == 1);
    CHECK(layout.carriers[0].kind == CarrierKind::C2paStore);
    CHECK(layout.carriers[0].path == path);
    CHECK(payload_of(pdf(), bytes, CarrierKind::C2paStore) == "store bytes");
    return layout.carriers[0];
  };
  CHECK_FALSE(stores("pdf:AF[c2pa]").value);
  objects[1] = "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 9 0 R>>>>";
  stores("pdf:EmbeddedFiles[c2pa]");
  objects[1] = "<</Type/Catalog/Pages 2 0 R>>";
  objects[3] = "<</Type/Page/Parent 2 0 R/Annots[" + note + "]>>";
  stores("pdf:Annots[c2pa]");
  objects[8] = pdf_stream("/Filter/FlateDecode",
                          to_string(wire::deflate(as_bytes("store bytes"), wire::Deflate::Zlib)));
  CHECK(stores("pdf:Annots[c2pa]").value);
}

TEST_CASE("pdf: an encrypted file is told, not damaged, and never written") {
  auto objects = page_with("/Metadata 7 0 R", {{6, "<</Title(\x01\x02)>>"},
                                               {7, pdf_stream("/Type/Metadata", "<x/>")},
                                               {8, "<</Filter/Standard/V 4>>"}});
  const PdfOptions options{.trailer = "/Root 1 0 R/Info 6 0 R/Encrypt 8 0 R"};
  for (const ByteBuffer& bytes : {classic_pdf(objects, options), packed_pdf(objects, options)}) {
    const Layout layout = layout_of(bytes);
    CHECK_FALSE(layout.damage);
    CHECK(layout.carriers.empty());
    CHECK(has_oddity(layout, "pdf-encrypted"));
    const Error error = edit_error(bytes);
    CHECK(error.code == ErrorCode::Unsupported);
    CHECK(error.message.find("encrypted") != std::string::npos);
  }
  objects[8] = "<</Filter/Standard/V 4/EncryptMetadata false>>";
  CHECK(payload_of(pdf(), classic_pdf(objects, options), CarrierKind::Xmp) == "<x/>");
}

TEST_CASE("pdf: a broken cross-reference table is read by searching, and not written") {
  const auto objects = page_with("", {{6, "<</AIGC(found)>>"}});
  const ByteBuffer classic = classic_pdf(objects, kWithInfo);
  std::vector<ByteBuffer> broken;
  broken.push_back(replaced(classic, "startxref\n", "startxref\n1"));
  broken.push_back(replaced(classic, "\n6 0 obj", "\n\n\n6 0 obj"));
  broken.push_back(replaced(classic, "xref\n0 7", "xref\n0 9"));
  broken.push_back(replaced(classic, "/Info 6 0 R", "/Info 6 0 R/Prev 3"));
  broken.push_back(replaced(packed_pdf(objects, kWithInfo), "/W[1 4 2]", "/W[9 9 9]"));
  for (const ByteBuffer& bytes : broken) {
    CAPTURE(to_string(slice(bytes, bytes.size() - 100)));
    const Layout layout = layout_of(bytes);
    CHECK_FALSE(layout.damage);
    CHECK(has_oddity(layout, "pdf-xref"));
    CHECK(label_of(bytes) == "found");
    CHECK(edit_error(bytes).code == ErrorCode::Refused);
  }
  const Bytes cut = slice(classic, 0, as_text(classic).find("xref\n"));
  CHECK(layout_of(cut).damage->code == ErrorCode::Truncated);
}

TEST_CASE("pdf: entries of 19 bytes and a length that is wrong are read") {
  const auto objects = page_with(
      "/Metadata 7 0 R", {{6, "<</AIGC({})>>"}, {7, "<</Length 3>>stream\n<x/>\nendstream"}});
  std::string text = to_string(classic_pdf(objects, kWithInfo));
  const std::size_t table = text.find("xref\n0");
  for (std::size_t at = text.find(" \n", table); at != text.npos; at = text.find(" \n", at)) {
    text.replace(at, 2, "\n");
  }
  const ByteBuffer bytes = to_buffer(text);
  CHECK_FALSE(has_oddity(layout_of(bytes), "pdf-xref"));
  CHECK(label_of(bytes) == "{}");
  CHECK(payload_of(pdf(), bytes, CarrierKind::Xmp) == "<x/>");
}

TEST_CASE("pdf: a signed document is told and stays signed") {
  const ByteBuffer bytes = classic_pdf(page_with("/AcroForm<</SigFlags 3/Fields[]>>", {}));
  CHECK(has_oddity(layout_of(bytes), "pdf-signed"));
  CHECK(as_text(edited(pdf(), bytes, label("{}"))).starts_with(as_text(bytes)));
}

TEST_CASE("pdf: a certified document is not written") {
  const std::string form = "/AcroForm<</SigFlags 3/Fields[]>>";
  const ByteBuffer certified = classic_pdf(
      page_with(form + "/Perms 6 0 R", {{6, "<</DocMDP 7 0 R>>"}, {7, "<</Type/Sig>>"}}));
  MemorySource source(certified);
  const Edit edit = label("{}");
  const auto plan = plan_edits(pdf(), source, layout_of(certified), {&edit, 1}, Limits{});
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::Refused);
  const ByteBuffer approved = classic_pdf(page_with(form + "/Perms<</UR3 6 0 R>>", {{6, "<<>>"}}));
  CHECK(as_text(edited(pdf(), approved, edit)).starts_with(as_text(approved)));
}

TEST_CASE("pdf: a text about PDF is no PDF") {
  for (const std::string text : {"the magic is %PDF-1.7, then objects", "", "%PDX-1.4"}) {
    MemorySource source(as_bytes(text));
    CHECK_FALSE(pdf().sniff(source));
  }
}
