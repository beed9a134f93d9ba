// SPDX-License-Identifier: Apache-2.0
// Labels in texts, looked at by programs that nobody here wrote.
#include <doctest/doctest.h>

#include <cstdlib>

#include "support/pdf_files.hpp"
#include "support/support.hpp"
#include "support/zip_writer.hpp"

using namespace colophon;
using testing::Ran;
using testing::TemporaryFolder;

namespace {

constexpr const char* kLabel = "本内容由AI生成";

struct Desk {
  TemporaryFolder folder;
  [[nodiscard]] Ran run(const std::string& command) const {
    return testing::run("cd " + folder.path() + " && " + command + " 2>&1");
  }
  void label(const std::string& from, const std::string& to, const std::string& more = "") const {
    const Ran ran =
        run("XDG_CONFIG_HOME=" + folder.path() + " " + std::getenv("COLOPHON_COMMAND") + " label " +
            from + " -o " + to + " --producer 001191110102MAD55U9H0F10002 " + more);
    INFO(ran.output);
    REQUIRE(ran.code == 0);
    CHECK(ran.output.find("explicit") != std::string::npos);
    CHECK(ran.output.find("explicit-none") == std::string::npos);
  }
};

bool lacks(std::initializer_list<const char*> tools) {
  for (const char* tool : tools) {
    if (testing::have_tool(tool)) continue;
    MESSAGE("skipped: ", std::string_view(tool), " is not installed");
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a stamped PDF is sound, says its label and shows it, however the page is turned") {
  if (lacks({"convert", "qpdf", "pdftotext", "pdftoppm"})) return;
  const Desk desk;
  testing::write_file(desk.folder.file("plain.pdf"), testing::packed_pdf(testing::pdf_page({})));
  for (const char* turn : {"0", "90", "180", "270"}) {
    CAPTURE(turn);
    REQUIRE(desk.run(std::string("qpdf plain.pdf turned.pdf --rotate=") + turn).code == 0);
    desk.label("turned.pdf", "marked.pdf", "--explicit-at both");
    CHECK(desk.run("qpdf --check marked.pdf").code == 0);
    CHECK(desk.run("pdftotext marked.pdf -").output.find(kLabel) != std::string::npos);
    // Ink in the middle of the upper and of the lower edge, where there was none.
    const auto inked = [&](const std::string& file, const std::string& gravity) {
      return desk
          .run("pdftoppm -r 72 -gray -singlefile " + file + " page && convert page.pgm " +
               "-gravity " + gravity + " -crop 50%x8%+0+0 +repage -format '%[fx:minima<0.5]' info:")
          .output;
    };
    for (const char* edge : {"north", "south"}) {
      CAPTURE(edge);
      CHECK(inked("turned.pdf", edge).starts_with('0'));
      CHECK(inked("marked.pdf", edge).starts_with('1'));
    }
  }
}

TEST_CASE("labelled pages and packed documents are well-formed") {
  if (lacks({"xmllint", "unzip"})) return;
  const Desk desk;
  const std::string page =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">"
      "<head><meta charset=\"utf-8\"/><title>t</title></head><body><h1>T</h1></body></html>";
  testing::write_file(desk.folder.file("a.xhtml"), as_bytes(page));
  desk.label("a.xhtml", "b.xhtml", "--explicit-at both");
  CHECK(desk.run("xmllint --noout b.xhtml").code == 0);
  CHECK(desk.run("xmllint --xpath 'string(//*[local-name()=\"body\"]/*[1])' b.xhtml")
            .output.find(kLabel) != std::string::npos);
  const std::vector<testing::ZipEntry> book = {
      {"mimetype", "application/epub+zip", false},
      {"META-INF/container.xml",
       "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile "
       "full-path=\"p.opf\"/></rootfiles></container>"},
      {"p.opf",
       "<package xmlns=\"http://www.idpf.org/2007/opf\"><metadata/><manifest><item id=\"a\" "
       "href=\"a.xhtml\"/></manifest><spine><itemref idref=\"a\"/></spine></package>"},
      {"a.xhtml", page}};
  testing::write_file(desk.folder.file("a.epub"), testing::make_zip(book));
  desk.label("a.epub", "b.epub");
  CHECK(desk.run("unzip -tq b.epub").code == 0);
  CHECK(desk.run("unzip -p b.epub a.xhtml | xmllint --xpath "
                 "'string(//*[local-name()=\"body\"]/*[1])' -")
            .output.find(kLabel) != std::string::npos);
}
