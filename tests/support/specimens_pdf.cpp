// SPDX-License-Identifier: Apache-2.0
#include "support/pdf_files.hpp"
#include "support/specimens.hpp"
#include "wire/inflate.hpp"

namespace colophon::testing {
namespace {

constexpr const char* kTrailer = "/Root 1 0 R/Info 6 0 R/ID[<00112233><44556677>]";
constexpr const char* kXmp =
    "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta "
    "xmlns:x=\"adobe:ns:meta/\"/><?xpacket end=\"w\"?>";

std::map<int, std::string> page_with(const std::string& catalog_entries,
                                     const std::map<int, std::string>& more) {
  auto objects = pdf_page(catalog_entries);
  objects.insert(more.begin(), more.end());
  return objects;
}

std::map<int, std::string> with_info(const std::string& entries,
                                     const std::string& catalog_entries = "") {
  return page_with(catalog_entries, {{6, "<</Title(A \\(small\\) page)" + entries + ">>"}});
}

std::map<int, std::string> with_store() {
  return page_with(
      "/AF[7 0 R]/Names<</EmbeddedFiles<</Names[(store)7 0 R]>>>>",
      {{6, "<</Title<FEFF68079898>>>"},
       {7, "<</Type/Filespec/AFRelationship/C2PA_Manifest/EF<</F 8 0 R>>/F(store.c2pa)>>"},
       {8, pdf_stream("/Type/EmbeddedFile/Subtype/application#2Fc2pa", "not a real store")}});
}

std::map<int, std::string> with_packed_xmp() {
  const auto packed = wire::deflate(as_bytes(kXmp), wire::Deflate::Zlib);
  return page_with(
      "/Metadata 7 0 R",
      {{6, "<</Producer(by hand)>>"},
       {7, pdf_stream("/Type/Metadata/Subtype/XML/Filter/FlateDecode", to_string(packed))}});
}

std::vector<Specimen> make() {
  const PdfOptions with{.trailer = kTrailer};
  const PdfOptions no_line_end{.trailer = kTrailer, .final_line_end = false};
  const PdfOptions direct{.trailer = "/Root 1 0 R/Info<</Title(in the trailer)>>"};
  const PdfOptions late{.header = "bytes of somebody else\n%PDF-1.4\n", .trailer = kTrailer};
  const PdfOptions absolute{.header = late.header, .trailer = kTrailer, .count_from_header = false};
  const std::string label = "/AIGC({\"Label\":\"1\",\"ContentProducer\":\"p\"})";
  const std::string dictionary = "/AIGC<</Label 1/ContentProducer(p)/ProduceID(01J)>>";
  return {{"pdf", "no Info", classic_pdf(pdf_page(""))},
          {"pdf", "Info, no final line end", classic_pdf(with_info(""), no_line_end)},
          {"pdf", "labelled", classic_pdf(with_info(label), with)},
          {"pdf", "label as a dictionary", classic_pdf(with_info(dictionary), with)},
          {"pdf", "label in the catalog", classic_pdf(with_info("", label), with)},
          {"pdf", "Info in the trailer", classic_pdf(pdf_page(""), direct)},
          {"pdf", "bytes before the header", classic_pdf(with_info(""), late)},
          {"pdf", "bytes before the header, counted", classic_pdf(with_info(""), absolute)},
          {"pdf", "object and cross-reference streams", packed_pdf(with_info(label), with)},
          {"pdf", "packed XMP", packed_pdf(with_packed_xmp(), with)},
          {"pdf", "hybrid", hybrid_pdf(with_info(""), with)},
          {"pdf", "C2PA store", classic_pdf(with_store(), with)}};
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing
