// SPDX-License-Identifier: Apache-2.0
// Stamps on the pages of PDF documents made in code.
#include <doctest/doctest.h>

#include "formats/format.hpp"
#include "marks/demand.hpp"
#include "support/pdf_files.hpp"
#include "support/support.hpp"
#include "wire/pdf_document.hpp"

using namespace colophon;

namespace {

/// Objects of a document, from 1 on; the first is the catalog.
std::string pdf_of(const std::vector<std::string>& objects) {
  std::map<int, std::string> numbered;
  for (const std::string& object : objects) {
    numbered[static_cast<int>(numbered.size()) + 1] = object;
  }
  return to_string(testing::classic_pdf(numbered));
}

std::string stream_of(const std::string& text) {
  return "<</Length " + std::to_string(text.size()) + ">>\nstream\n" + text + "\nendstream";
}

/// Two pages: the first inherits everything and has an array of streams, the second is turned.
std::vector<std::string> two_pages() {
  return {"<</Type/Catalog/Pages 2 0 R>>",
          "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/MediaBox[0 0 600 800]/Resources 7 0 R>>",
          "<</Type/Page/Parent 2 0 R/Contents[5 0 R 6 0 R]>>",
          "<</Type/Page/Parent 2 0 R/Contents 5 0 R/Rotate 90/CropBox[50 50 550 750]"
          "/Resources<</Font<</F1 8 0 R>>>>>>",
          stream_of("q 2 0 0 2 0 0 cm"),
          stream_of("0 0 10 10 re f"),
          "<</ProcSet[/PDF]>>",
          "<</Type/Font/Subtype/Type1/BaseFont/Courier>>"};
}

MarkDemand demand_for(bool start, bool end) {
  MarkDemand demand;
  demand.medium = MarkMedium::Text;
  demand.texts = {"本内容由AI生成", "AI GENERATED"};
  demand.at_start = start;
  demand.at_end = end;
  return demand;
}

Result<MarkPlan> planned(const std::string& document, const MarkDemand& demand) {
  MemorySource source(as_bytes(document));
  return plan_text_mark(source, *find_format("pdf"), "a.pdf", demand, {});
}

std::string marked(const std::string& document, const MarkDemand& demand) {
  MemorySource source(as_bytes(document));
  const auto plan = plan_text_mark(source, *find_format("pdf"), "a.pdf", demand, {});
  const std::string why = plan ? std::string() : plan.error().message;
  CAPTURE(why);
  REQUIRE(plan);
  CHECK(plan->changes);
  MemorySink sink;
  REQUIRE(execute(source, plan->splice, sink));
  std::string text = to_string(sink.bytes());
  CHECK(text.starts_with(document));  // an incremental update
  const auto again = planned(text, demand);
  REQUIRE(again);
  CHECK_FALSE(again->changes);
  return text;
}

}  // namespace

TEST_CASE("a stamp on the first page, on the last, and on both") {
  const std::string document = pdf_of(two_pages());
  for (const auto& [start, end] :
       {std::pair{true, false}, std::pair{false, true}, std::pair{true, true}}) {
    const std::string text = marked(document, demand_for(start, end));
    MemorySource source(as_bytes(text));
    const auto found = find_text_marks(source, *find_format("pdf"), {});
    REQUIRE(found);
    CHECK(found->marks.size() == (start && end ? 4 : 2));
    CHECK(found->marks.front().position == (start ? "start" : "end"));
    CHECK(found->marks.front().text == "本内容由AI生成");
  }
}

TEST_CASE("the page keeps its streams and resources") {
  const std::string text = marked(pdf_of(two_pages()), demand_for(true, true));
  MemorySource source(as_bytes(text));
  const Limits limits;  // the document refers to it
  auto document = wire::pdf::Document::open(source, limits);
  REQUIRE(document);
  CHECK_FALSE(document->is_repaired());
  const auto first = document->load(3);
  REQUIRE(first);
  const auto* contents = first->value.find("Contents");
  REQUIRE(contents != nullptr);
  REQUIRE(contents->items.size() == 4);  // q, the two that were there, the stamp
  CHECK(contents->items[1].reference.number == 5);
  CHECK(contents->items[2].reference.number == 6);
  CHECK(first->value.find("Resources")->find("ProcSet") != nullptr);
  const auto last = document->load(4);
  REQUIRE(last);
  const auto* fonts = last->value.find("Resources")->find("Font");
  REQUIRE(fonts != nullptr);
  CHECK(fonts->find("F1") != nullptr);
  CHECK(fonts->find("ColophonLabel") != nullptr);
}

TEST_CASE("one page can bear both") {
  std::vector<std::string> objects = two_pages();
  objects[1] = "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 600 800]>>";
  const std::string text = marked(pdf_of(objects), demand_for(true, true));
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("/ActualText", at)) != std::string::npos; ++at) ++count;
  CHECK(count == 2);
}

TEST_CASE("signed and encrypted documents, and those without pages, are refused") {
  const auto code = [](const std::vector<std::string>& objects, std::string_view trailer = {}) {
    std::string document = pdf_of(objects);
    if (!trailer.empty()) document.insert(document.find("/Root"), trailer);
    const auto plan = planned(document, demand_for(true, false));
    REQUIRE_FALSE(plan);
    return plan.error().code;
  };
  std::vector<std::string> objects = two_pages();
  objects[0] = "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[]>>>>";
  CHECK(code(objects) == ErrorCode::Refused);
  CHECK(code(two_pages(), "/Encrypt<</Filter/Standard>>") == ErrorCode::Unsupported);
  objects = two_pages();
  objects[1] = "<</Type/Pages/Kids[2 0 R]>>";
  CHECK(code(objects) == ErrorCode::Malformed);
  objects[1] = "<</Type/Pages/Kids[]>>";
  CHECK(code(objects) == ErrorCode::Malformed);
  objects = two_pages();
  objects[1] = "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/MediaBox[0 0 0 0]>>";
  CHECK(code(objects) == ErrorCode::Malformed);
  objects[1] = "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/MediaBox[0 0 1e99 (a)]>>";
  CHECK(code(objects) == ErrorCode::Malformed);
}
