// SPDX-License-Identifier: Apache-2.0
// PDF against qpdf, poppler and exiftool: the label shows, no new complaint, the same pages.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "support/pdf_files.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr const char* kLabel = R"({"Label":"1","ContentProducer":"(深)\\","ProduceID":"01J"})";
constexpr const char* kXmp =
    "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description "
    "rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" dc:source=\"by colophon\"/>"
    "</rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";

/// What a referee says, also when it is not content with the file.
std::string answer(const std::string& command) {
  return run(command + " 2>&1").output;
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

/// qpdf's complaints, without the file's name.
std::set<std::string> complaints(const std::string& path) {
  std::set<std::string> found;
  for (const std::string& line : lines_of(answer("qpdf --check " + path))) {
    const auto name = line.find(path);
    if (line.find("WARNING") == line.npos && line.find("ERROR") == line.npos) continue;
    found.insert(name != line.npos ? line.substr(name + path.size()) : line);
  }
  return found;
}

struct Seen {
  std::string text, pixels;
  std::set<std::string> entries;
};

Seen seen(const std::string& path) {
  return {run("pdftotext " + path + " - 2>/dev/null").output,
          answer("pdftoppm -r 40 " + path + " | md5sum"),
          lines_of(answer("exiftool -s -PDF:all -x AIGC -x Linearized " + path))};
}

void check_file(const TemporaryFolder& folder, const std::string& path) {
  CAPTURE(path);
  const Format& pdf = *find_format("pdf");
  const ByteBuffer bytes = read_file(path);
  REQUIRE_FALSE(bytes.empty());
  const auto old_complaints = complaints(path);
  const Seen old_seen = seen(path);
  const std::string out = folder.file("out.pdf");
  // Two appends, as when a label and later a packet are set; then one look by the referees.
  const ByteBuffer labelled =
      edited(pdf, bytes, {CarrierKind::AigcKey, "", std::nullopt, to_buffer(kLabel)});
  write_file(out, edited(pdf, labelled, {CarrierKind::Xmp, "", std::nullopt, to_buffer(kXmp)}));
  for (const std::string& complaint : complaints(out)) {
    CAPTURE(complaint);
    CHECK(old_complaints.contains(complaint));
  }
  const Seen now = seen(out);
  CHECK(now.text == old_seen.text);
  CHECK(now.pixels == old_seen.pixels);
  // It may see more: exiftool reads no Info in a trailer or behind a hybrid file's XRefStm.
  CHECK(std::includes(now.entries.begin(), now.entries.end(), old_seen.entries.begin(),
                      old_seen.entries.end()));
  CHECK(answer("exiftool -s3 -PDF:AIGC -XMP-dc:Source " + out) ==
        std::string(kLabel) + "\nby colophon\n");
  CHECK(answer("pdfinfo -meta " + out).find("by colophon") != std::string::npos);
  CHECK(answer("pdfinfo -custom " + out).find(kLabel) != std::string::npos);
}

}  // namespace

TEST_CASE("peers pdf: files made by hand") {
  if (!have_tools({"qpdf", "pdfinfo", "exiftool", "pdftoppm"})) return;
  const TemporaryFolder folder;
  for (const Specimen& specimen : specimens()) {
    // exiftool wants the header at the start of the file.
    if (specimen.format != "pdf" || !has_prefix(specimen.bytes, "%PDF-")) continue;
    CAPTURE(specimen.what);
    write_file(folder.file("in.pdf"), specimen.bytes);
    check_file(folder, folder.file("in.pdf"));
  }
}

TEST_CASE("peers pdf: files that qpdf, cairo and LibreOffice write") {
  if (!have_tools({"qpdf", "pdfinfo", "exiftool", "pdftoppm"})) return;
  const TemporaryFolder folder;
  const std::string in = folder.file("in.pdf"), made = folder.file("made.pdf");
  auto objects = pdf_page("");
  objects[6] = "<</Title(A page)/Mine<FEFF6DF1>>>";
  write_file(in, classic_pdf(objects, {.trailer = "/Root 1 0 R/Info 6 0 R"}));
  for (const char* options :
       {"--object-streams=generate", "--linearize", "--linearize --object-streams=generate"}) {
    CAPTURE(options);
    REQUIRE(run("qpdf " + std::string(options) + " " + in + " " + made).code == 0);
    check_file(folder, made);
  }
  if (have_tools({"pdftocairo"}) && run("pdftocairo -pdf " + in + " " + made).code == 0) {
    check_file(folder, made);
  }
  write_file(folder.file("text.txt"), as_bytes("a line of text"));
  if (have_tools({"soffice"}) &&
      run("cd " + folder.path() + " && soffice -env:UserInstallation=file://" + folder.path() +
          "/profile --headless --convert-to pdf text.txt >/dev/null 2>&1")
              .code == 0) {
    check_file(folder, folder.file("text.pdf"));
  }
}

TEST_CASE("peers pdf: what qpdf encrypts is refused; clear metadata is read") {
  if (!have_tools({"qpdf"})) return;
  const TemporaryFolder folder;
  const std::string in = folder.file("in.pdf"), made = folder.file("made.pdf");
  auto objects = pdf_page("/Metadata 6 0 R");
  objects[6] = pdf_stream("/Type/Metadata/Subtype/XML", kXmp);
  write_file(in, classic_pdf(objects));
  const Format& pdf = *find_format("pdf");
  for (const char* streams : {"disable", "generate"}) {
    CAPTURE(streams);
    const std::string qpdf = fmt::format("qpdf --object-streams={} --encrypt '' x 256 ", streams);
    REQUIRE(run(qpdf + "--cleartext-metadata -- " + in + " " + made).code == 0);
    CHECK(payload_of(pdf, read_file(made), CarrierKind::Xmp) == kXmp);
    REQUIRE(run(qpdf + "-- " + in + " " + made).code == 0);
    const ByteBuffer bytes = read_file(made);
    MemorySource source(bytes);
    const auto layout = pdf.inspect(source, Limits{});
    REQUIRE(layout);
    CHECK_FALSE(layout->damage);
    CHECK(layout->carriers.empty());
    const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer(kLabel)};
    const auto splice = plan_edits(pdf, source, *layout, {&edit, 1}, Limits{});
    REQUIRE_FALSE(splice);
    CHECK(splice.error().code == ErrorCode::Unsupported);
  }
}

TEST_CASE("peers pdf: qpdf still opens a file whose append was cut") {
  if (!have_tools({"qpdf"})) return;
  const TemporaryFolder folder;
  const ByteBuffer bytes = classic_pdf(pdf_page(""));
  const ByteBuffer out = edited(*find_format("pdf"), bytes,
                                {CarrierKind::AigcKey, "", std::nullopt, to_buffer(kLabel)});
  for (std::size_t size = bytes.size(); size < out.size(); size += 7) {
    write_file(folder.file("cut.pdf"), slice(out, 0, size));
    CAPTURE(size);
    const int code = run("qpdf --check " + folder.file("cut.pdf") + " >/dev/null 2>&1").code;
    CHECK((code == 0 || code == 3));  // 3: opened, with warnings
  }
}

TEST_CASE("peers pdf: real files") {
  if (samples_folder().empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  if (!have_tools({"qpdf", "pdfinfo", "exiftool", "pdftoppm"})) return;
  const TemporaryFolder folder;
  const std::string root = samples_folder() + "/c2pa/";
  for (const char* name :
       {"public-testfiles/adobe-20240110-single_manifest_store.pdf", "c2pa-rs/basic.pdf"}) {
    check_file(folder, root + name);
  }
  const Format& pdf = *find_format("pdf");
  for (const char* name : {"public-testfiles/adobe-20240110-single_manifest_store.pdf",
                           "encypher-c2pa/x509-es256-pdf.pdf"}) {
    const std::string store = payload_of(pdf, read_file(root + name), CarrierKind::C2paStore);
    CAPTURE(name);
    CHECK(store.substr(4, 4) == "jumb");
    CHECK(load_be(as_bytes(store), 0, 4) == store.size());
  }
}
