// SPDX-License-Identifier: Apache-2.0
#include "support/documents.hpp"
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

const std::string kOld = "{&quot;Label&quot;:&quot;1&quot;}";

std::vector<Specimen> ooxml() {
  const std::string label = custom_property("AIGC", 2, kOld);
  const std::string other = custom_property("Owner", 7, "me");
  Entries store = ooxml_entries();
  store.push_back({"META-INF/content_credential.c2pa", "not a real store", false});
  Entries descriptors = with_custom(with_core(ooxml_entries()), other);
  for (ZipEntry& entry : descriptors) entry.descriptor = true;
  Entries wide = with_custom(ooxml_entries(), label + other);
  for (ZipEntry& entry : wide) entry.wide = true;
  return {
      {"docx", "without properties", make_zip(ooxml_entries())},
      {"docx", "core and extended properties", make_zip(with_core(ooxml_entries()))},
      {"docx", "label and another property", make_zip(with_custom(ooxml_entries(), label + other))},
      {"docx", "data descriptors", make_zip(descriptors)},
      {"docx", "ZIP64", make_zip(wide, {.wide_end = true})},
      {"docx", "comment and gaps", make_zip(ooxml_entries(), {.comment = "c", .gap = "gap"})},
      {"docx", "with a C2PA store", make_zip(store)},
      {"xlsx", "plain", make_zip(ooxml_entries("spreadsheetml.sheet.main+xml"))},
      {"pptx", "slideshow",
       make_zip(with_core(ooxml_entries("presentationml.slideshow.main+xml")))}};
}

std::vector<Specimen> others() {
  const std::string opf3 = "\n    <meta property=\"g:AIGC\">" + kOld + "</meta>";
  const std::string opf2 = "\n    <meta name=\"AIGC\" content=\"" + kOld + "\"/>";
  const char* user =
      "<office:meta><meta:generator>by hand</meta:generator><meta:user-defined "
      "meta:name=\"AIGC\">{}</meta:user-defined></office:meta>";
  return {
      {"epub", "EPUB 3", make_zip(epub_entries("3.0"))},
      {"epub", "EPUB 3 with a label",
       make_zip(epub_entries("3.0", opf3, " prefix=\"g: http://www.tc260.org.cn/ns/AIGC/1.0/\""))},
      {"epub", "EPUB 2", make_zip(epub_entries("2.0"))},
      {"epub", "EPUB 2 with a label", make_zip(epub_entries("2.0", opf2))},
      {"odt", "without meta.xml", make_zip(odf_entries("text"))},
      {"odt", "empty meta.xml", make_zip(odf_entries("text", ""))},
      {"odt", "with a label", make_zip(odf_entries("text", user))},
      {"ods", "spreadsheet", make_zip(odf_entries("spreadsheet", "<office:meta/>"))},
      {"odp", "template", make_zip(odf_entries("presentation-template", "<office:meta/>"))},
      {"odg", "drawing", make_zip(odf_entries("graphics", "<office:meta/>"))}};
}

const bool registered = register_specimens(ooxml) && register_specimens(others);

}  // namespace
}  // namespace colophon::testing
