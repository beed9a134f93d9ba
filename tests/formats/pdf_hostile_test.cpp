// SPDX-License-Identifier: Apache-2.0
// PDF files made to hang, to exhaust or to fool a reader, and files larger than memory.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "support/pdf_files.hpp"
#include "support/support.hpp"
#include "wire/inflate.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

/// What inspect says, within the time that hostile input may take.
Layout survived(Bytes bytes) {
  const Format& pdf = *find_format("pdf");
  MemorySource source(bytes);
  const auto started = testing::ComputingClock::now();
  const auto layout = pdf.inspect(source, Limits{});
  REQUIRE(layout);
  const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer("{}")};
  (void)plan_edits(pdf, source, *layout, {&edit, 1}, Limits{});
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
  return *layout;
}

std::string label_in(const Layout& layout) {
  for (const Carrier& carrier : layout.carriers) {
    if (carrier.kind == CarrierKind::AigcKey) return to_string(*carrier.value);
  }
  return {};
}

std::map<int, std::string> page_with(const std::string& catalog_entries,
                                     const std::map<int, std::string>& more) {
  auto objects = pdf_page(catalog_entries);
  objects.insert(more.begin(), more.end());
  return objects;
}

const PdfOptions kWithInfo{.trailer = "/Root 1 0 R/Info 6 0 R"};

std::string zeros(std::size_t size) {
  return to_string(wire::deflate(ByteBuffer(size, 0), wire::Deflate::Zlib));
}

/// A file whose cross-reference stream has these entries and data, behind a page.
ByteBuffer with_xref_stream(const std::string& entries, const std::string& data) {
  std::string text = to_string(classic_pdf(page_with("", {{6, "<</AIGC({})>>"}}), kWithInfo));
  text.resize(text.find("xref\n0"));
  const std::size_t at = text.size();
  text += "9 0 obj\n" + pdf_stream("/Type/XRef/Root 1 0 R/Info 6 0 R" + entries, data) +
          fmt::format("\nendobj\nstartxref\n{}\n%%EOF\n", at);
  return to_buffer(text);
}

/// Spaces between a head and a tail, as in a file of many gigabytes.
class SparseSource final : public Source {
 public:
  SparseSource(ByteBuffer head, std::uint64_t gap, ByteBuffer tail)
      : head_(std::move(head)), gap_(gap), tail_(std::move(tail)) {}
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return head_.size() + gap_ + tail_.size();
  }
  [[nodiscard]] Result<Bytes> view(Range range) override {
    if (range.end() > size()) return truncated(range, size());
    viewed += range.size;
    window_.assign(static_cast<std::size_t>(range.size), ' ');
    for (std::size_t i = 0; i < window_.size(); ++i) {
      const std::uint64_t at = range.offset + i;
      if (at < head_.size()) window_[i] = head_[static_cast<std::size_t>(at)];
      if (at >= head_.size() + gap_) {
        window_[i] = tail_[static_cast<std::size_t>(at - head_.size() - gap_)];
      }
    }
    return Bytes(window_);
  }
  std::uint64_t viewed = 0;

 private:
  ByteBuffer head_;
  std::uint64_t gap_;
  ByteBuffer tail_;
  ByteBuffer window_;
};

}  // namespace

TEST_CASE("pdf hostile: a chain of revisions in a circle") {
  const auto objects = page_with("", {{6, "<</AIGC({})>>"}});
  const std::string text = to_string(classic_pdf(objects, kWithInfo));
  const std::string here = std::to_string(text.find("xref\n0"));
  const ByteBuffer bytes =
      classic_pdf(objects, {.trailer = kWithInfo.trailer + "/Prev " + here + "/XRefStm " + here});
  CHECK(label_in(survived(bytes)) == "{}");
}

TEST_CASE("pdf hostile: nesting and names without end") {
  const std::string open(200'000, '[');
  CHECK(survived(classic_pdf(page_with("", {{6, "<</AIGC " + open + ">>"}}), kWithInfo)).damage);
  std::string dictionaries;
  for (int i = 0; i < 100'000; ++i) dictionaries += "<</A";
  survived(classic_pdf(page_with("", {{6, dictionaries}}), kWithInfo));
  std::string numbers = "<</AIGC[";
  for (int i = 0; i < 300'000; ++i) numbers += "1 ";
  survived(classic_pdf(page_with("", {{6, numbers + "]>>"}}), kWithInfo));
  std::string keys = "<<";
  for (int i = 0; i < 150'000; ++i) keys += fmt::format("/K{} 1", i);
  CHECK_FALSE(survived(classic_pdf(page_with("", {{6, keys + ">>"}}), kWithInfo)).damage);
}

TEST_CASE("pdf hostile: objects that refer to themselves") {
  survived(classic_pdf(
      page_with("/AF 7 0 R/Metadata 7 0 R/Names 7 0 R", {{6, "6 0 R"}, {7, "7 0 R"}}), kWithInfo));
  survived(
      classic_pdf(page_with("", {{6, "<</AIGC 7 0 R>>"}, {7, "[7 0 R 7 0 R 7 0 R]"}}), kWithInfo));
  survived(classic_pdf(page_with("/Names<</EmbeddedFiles 7 0 R>>",
                                 {{7, "<</Kids[7 0 R 7 0 R]/Names[(a)7 0 R]>>"}})));
  auto pages = pdf_page("/Metadata 6 0 R");
  pages[2] = "<</Type/Pages/Kids[2 0 R]>>";
  pages[6] = "<</Length 6 0 R>>stream\n<x/>\nendstream";
  CHECK(survived(classic_pdf(pages)).carriers.size() == 1);
}

TEST_CASE("pdf hostile: object streams inside each other") {
  // Objects 6 and 7 are each said to be packed in the other, the catalog in both.
  const std::string rows{
      "\0\0\0\0"
      "\2\0\7\0"
      "\1\0\0\0"
      "\1\0\0\0"
      "\1\0\0\0"
      "\1\0\0\0"
      "\2\0\7\0"
      "\2\0\6\0",
      32};
  CHECK(label_in(survived(with_xref_stream("/W[1 2 1]/Size 8", rows))) == "{}");
  // An object stream that is said to hold itself.
  const std::string own{
      "\0\0\0\0"
      "\2\0\1\0",
      8};
  CHECK_FALSE(survived(with_xref_stream("/W[1 2 1]/Size 2", own)).damage);
}

TEST_CASE("pdf hostile: a cross-reference stream with giant numbers") {
  for (const char* entries :
       {"/W[8 8 8]/Size 9223372036854775807", "/W[0 0 0]/Size 5", "/W[1 2 99999999999]/Size 5",
        "/W[-1 2 1]/Size 5", "/W[1 2]/Size 5", "/W 5/Size 5",
        "/W[1 2 1]/Size 5/Index[0 9223372036854775807]",
        "/W[1 2 1]/Size 5/Index[9223372036854775807 9223372036854775807]",
        "/W[1 2 1]/Size 5/Index[-1 -1 0 99999999999999999999]",
        "/W[1 8 1]/Size 5/Index[4294967294 8]", "/W[1 2 1]/Size 5/Prev 18446744073709551615"}) {
    CAPTURE(entries);
    CHECK(label_in(survived(with_xref_stream(entries, std::string(64, '\xFF')))) == "{}");
  }
}

TEST_CASE("pdf hostile: a table with giant numbers") {
  const std::string text = to_string(classic_pdf(page_with("", {{6, "<</AIGC({})>>"}}), kWithInfo));
  for (const char* head : {"xref\n0 18446744073709551615\n", "xref\n18446744073709551615 7\n",
                           "xref\n0 999999999999\n", "xref\n4294967290 7\n"}) {
    CAPTURE(head);
    std::string changed = text;
    changed.replace(changed.find("xref\n0 7\n"), 9, head);
    CHECK(label_in(survived(to_buffer(changed))) == "{}");
  }
  std::string size = text;
  size.replace(size.find("/Size 7"), 7, "/Size 9223372036854775807");
  CHECK(label_in(survived(to_buffer(size))) == "{}");
}

TEST_CASE("pdf hostile: streams that grow without end") {
  const std::string bomb = zeros(40 << 20);
  const std::string flate = "/Filter/FlateDecode";
  CHECK(label_in(survived(with_xref_stream(flate + "/W[1 2 1]/Size 9", bomb))) == "{}");
  const Layout layout = survived(classic_pdf(
      page_with("/Metadata 7 0 R", {{6, "<</AIGC({})>>"}, {7, pdf_stream(flate, bomb)}}),
      kWithInfo));
  CHECK(label_in(layout) == "{}");
  CHECK(std::any_of(layout.oddities.begin(), layout.oddities.end(),
                    [](const Finding& finding) { return finding.rule == "pdf-stream"; }));
  auto nested = wire::deflate(as_bytes(bomb), wire::Deflate::Zlib);
  survived(classic_pdf(
      page_with("/Metadata 6 0 R",
                {{6, pdf_stream("/Filter[/FlateDecode/FlateDecode]", to_string(nested))}})));
}

TEST_CASE("pdf hostile: thousands of object streams and of broken references") {
  std::string files;
  std::map<int, std::string> more;
  const std::string packed = zeros(1 << 20);
  for (int i = 0; i < 300; ++i) {
    more[7 + i] = pdf_stream("/Type/ObjStm/N 9/First 9/Filter/FlateDecode", packed);
  }
  for (int i = 0; i < 4000; ++i) files += fmt::format("{} 0 R ", 7 + i);
  std::string text = to_string(classic_pdf(page_with("/AF[" + files + "]", more)));
  survived(as_bytes(text));
  text.resize(text.find("xref\n0"));
  survived(as_bytes(text));
}

TEST_CASE("pdf hostile: a file full of words that the search looks for") {
  std::string text = "%PDF-1.4\n";
  while (text.size() < 4 << 20) text += "1 0 obj trailer ";
  CHECK(survived(as_bytes(text)).damage);
  std::string starts = "%PDF-1.4\n";
  while (starts.size() < 4 << 20) starts += "startxref 9 ";
  CHECK(survived(as_bytes(starts)).damage);
}

TEST_CASE("pdf: a file of 9 GB is read and labelled from a few windows") {
  constexpr std::uint64_t kGap = 9'000'000'000;
  const ByteBuffer head = to_buffer("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
  std::string tail = "2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n";
  const std::uint64_t table = head.size() + kGap + tail.size();
  tail += fmt::format(
      "xref\n0 3\n0000000000 65535 f \n{:010} 00000 n \n{:010} 00000 n \ntrailer\n"
      "<</Size 3/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n",
      9, head.size() + kGap, table);
  SparseSource source(head, kGap, to_buffer(tail));
  const Format& pdf = *find_format("pdf");
  const auto layout = pdf.inspect(source, Limits{});
  REQUIRE(layout);
  CHECK_FALSE(layout->damage);
  const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer("{}")};
  const auto splice = plan_edits(pdf, source, *layout, {&edit, 1}, Limits{});
  REQUIRE(splice);
  SplicedSource spliced(source, *splice);
  const auto after = pdf.inspect(spliced, Limits{});
  REQUIRE(after);
  CHECK_FALSE(after->damage);
  CHECK(label_in(*after) == "{}");
  CHECK(source.viewed < 2 << 20);
}
