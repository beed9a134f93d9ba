// SPDX-License-Identifier: Apache-2.0
// ZIP documents after labelling, seen by unzip, zip, Python's zipfile, xmllint, exiftool and
// LibreOffice.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "support/documents.hpp"
#include "support/referees.hpp"
#include "support/values.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

const std::string kJson =
    R"({"Label":"1","ContentProducer":"p & q <r>","ProduceID":"01J","ReservedCode1":"一"})";
constexpr std::string_view kIds[] = {"docx", "xlsx", "pptx", "epub", "odt", "ods", "odp", "odg"};

/// LibreOffice takes half a minute on a busy machine, so it is asked only by hand.
bool ask_office() {
  if (std::getenv("COLOPHON_SLOW") == nullptr) {
    MESSAGE("skipped: set COLOPHON_SLOW=1 to ask LibreOffice");
    return false;
  }
  return have_tools({"soffice"});
}

struct Document {
  std::string id, what;
  ByteBuffer bytes;
};

/// What LibreOffice makes of `from` in `folder`; put into its folder "out".
ByteBuffer convert(const TemporaryFolder& folder, const std::string& to, const std::string& from) {
  const Ran ran = run("soffice -env:UserInstallation=file://" + folder.file("profile") +
                      " --headless --convert-to " + to + " --outdir " + folder.file("out") + " " +
                      folder.file(from) + " 2>&1");
  ByteBuffer bytes = read_file(folder.file("out/" + from.substr(0, from.find('.') + 1) + to));
  CHECK_MESSAGE(!bytes.empty(), ran.output);
  return bytes;
}

/// Files of LibreOffice, made once: writer, calc and impress in both families, and EPUB.
std::vector<Document> office_documents() {
  static const std::vector<Document> made = [] {
    std::vector<Document> documents;
    if (!ask_office()) return documents;
    const TemporaryFolder folder;
    write_file(folder.file("a.txt"), as_bytes("made by hand\n"));
    write_file(folder.file("b.csv"), as_bytes("a,b\n1,2\n"));
    write_file(
        folder.file("c.fodp"),
        as_bytes("<?xml version=\"1.0\"?><office:document "
                 "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
                 "xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" "
                 "office:version=\"1.2\" "
                 "office:mimetype=\"application/vnd.oasis.opendocument.presentation\"><office:body>"
                 "<office:presentation><draw:page draw:name=\"p\"/></office:presentation>"
                 "</office:body></office:document>"));
    for (const auto& [id, from] :
         std::vector<std::pair<std::string, std::string>>{{"docx", "a.txt"},
                                                          {"odt", "a.txt"},
                                                          {"epub", "a.txt"},
                                                          {"xlsx", "b.csv"},
                                                          {"ods", "b.csv"},
                                                          {"pptx", "c.fodp"},
                                                          {"odp", "c.fodp"}}) {
      ByteBuffer bytes = convert(folder, id, from);
      if (!bytes.empty()) documents.push_back({id, "by LibreOffice", std::move(bytes)});
    }
    return documents;
  }();
  return made;
}

std::vector<Document> documents() {
  std::vector<Document> all = office_documents();
  for (Specimen& specimen : specimens()) {
    if (std::find(std::begin(kIds), std::end(kIds), specimen.format) != std::end(kIds)) {
      all.push_back({specimen.format, specimen.what, std::move(specimen.bytes)});
    }
  }
  for (const char* id : {"docx", "epub", "odt"}) {
    ByteBuffer bytes = read_file(samples_folder() + "/c2pa/generated-carriers/c." + id);
    if (!bytes.empty()) all.push_back({id, "sample", std::move(bytes)});
  }
  return all;
}

ByteBuffer labelled(const Document& document) {
  const Format* format = find_format(document.id);
  REQUIRE(format != nullptr);
  return edited(*format, document.bytes,
                {CarrierKind::AigcKey, "", std::nullopt, to_buffer(kJson)});
}

/// DIR/NAME.old and DIR/NAME.new: every member of the old archive is in the new one, byte for byte
/// with its local header, but for the XML parts that hold the label; those keep all their elements.
constexpr std::string_view kReferee = R"(
import glob, struct, sys, zipfile
import xml.etree.ElementTree as tree
value = sys.argv[2]
def raw(path, info):
    data = open(path, 'rb').read()
    name, extra = struct.unpack('<HH', data[info.header_offset + 26:info.header_offset + 30])
    return data[info.header_offset:info.header_offset + 30 + name + extra + info.compress_size]
def facts(text):
    return [(e.tag, tuple(sorted(e.attrib.items())), (e.text or '').strip())
            for e in tree.fromstring(text).iter()]
bad = 0
for new in sorted(glob.glob(sys.argv[1] + '/*.new')):
    try:
        old = new[:-4] + '.old'
        before, after = zipfile.ZipFile(old), zipfile.ZipFile(new)
        assert after.testzip() is None, 'checksum'
        names = after.namelist()
        assert names[:len(before.namelist())] == before.namelist(), names
        assert before.comment == after.comment
        if names[0] == 'mimetype': assert raw(old, before.infolist()[0]) == raw(new, after.infolist()[0])
        found = 0
        for info in after.infolist():
            content = after.read(info)
            same = info.filename in before.namelist() and content == before.read(info.filename)
            if same:
                assert raw(old, before.getinfo(info.filename)) == raw(new, info), info.filename
                continue
            now = facts(content)
            found += sum(text == value or ('content', value) in attributes for _, attributes, text in now)
            if info.filename in before.namelist():
                gone = [fact for fact in facts(before.read(info.filename)) if fact not in now]
                assert len(gone) <= 1, (info.filename, gone)
        assert found == 1, found
    except Exception as e:
        bad += 1
        print(new, repr(e))
sys.exit(bad != 0)
)";

}  // namespace

TEST_CASE("Python's zipfile: every other member keeps its bytes, the label is there once") {
  if (!have_tools({"python3"})) return;
  const TemporaryFolder folder;
  int number = 0;
  for (const Document& document : documents()) {
    const std::string name = folder.file(document.id + "-" + std::to_string(number++));
    write_file(name + ".old", document.bytes);
    write_file(name + ".new", labelled(document));
  }
  write_file(folder.file("referee.py"), as_bytes(kReferee));
  const Ran ran =
      run("python3 " + folder.file("referee.py") + " " + folder.path() + " '" + kJson + "' 2>&1");
  CHECK_MESSAGE(ran.code == 0, ran.output);
}

TEST_CASE("unzip and zip find no new fault, xmllint none in any part") {
  if (!have_tools({"unzip", "zip", "xmllint"})) return;
  const TemporaryFolder folder;
  for (const Document& document : documents()) {
    CAPTURE(document.id);
    CAPTURE(document.what);
    const std::string before = folder.file("before.zip"), after = folder.file("after.zip");
    write_file(before, document.bytes);
    write_file(after, labelled(document));
    for (const std::string tool : {"unzip -tqq ", "zip -qT "}) {
      const Ran old = run(tool + before + " 2>&1"), now = run(tool + after + " 2>&1");
      CHECK_MESSAGE(now.code == old.code, now.output);
    }
    const std::string parts = folder.file("parts");
    (void)run("rm -rf " + parts + "; unzip -qq -o " + after + " -d " + parts + " 2>/dev/null");
    const Ran lint = run("find " + parts +
                         " -name '*.xml' -o -name '*.rels' -o -name '*.opf' | tr '\\n' '\\0' | "
                         "xargs -0 xmllint --noout 2>&1");
    CHECK_MESSAGE(lint.code == 0, lint.output);
    CHECK(lint.output.empty());
  }
}

TEST_CASE("exiftool shows the custom property and the same other tags") {
  if (!have_tools({"exiftool"})) return;
  if (run("perl -MArchive::Zip -e 1 2>/dev/null").code != 0) {
    MESSAGE("skipped: exiftool reads no ZIP documents without Perl's Archive::Zip");
    return;
  }
  const TemporaryFolder before, after;
  int number = 0;
  for (const Document& document : documents()) {
    if (document.id == "epub" || document.id.starts_with("od")) continue;
    const std::string name = std::to_string(number++) + "." + document.id;
    write_file(before.file(name), document.bytes);
    write_file(after.file(name), labelled(document));
  }
  const std::string others =
      "exiftool -a -G1 -s --System:all --ExifTool:all --XML:AIGC --ZIP:all *";
  CHECK(run("cd " + after.path() + " && " + others).output ==
        run("cd " + before.path() + " && " + others).output);
  std::string expected;
  for (int i = 0; i < number; ++i) expected += kJson + "\n";
  CHECK(run("exiftool -q -p '$XML:AIGC' " + after.path()).output == expected);
  const Ran faults = run("exiftool -q -q -s3 -Warning -Error " + after.path() + "/* 2>&1");
  CHECK_MESSAGE(faults.output.empty(), faults.output);
}

TEST_CASE("LibreOffice brings the label into its own documents, and reads the same text") {
  const auto made = office_documents();
  const TemporaryFolder folder;
  const std::vector<std::pair<std::string, std::string>> ways = {
      {"docx", "odt"}, {"odt", "docx"}, {"xlsx", "ods"}, {"pptx", "odp"}};
  for (const Document& document : made) {
    for (const auto& [from, to] : ways) {
      if (document.id != from) continue;
      CAPTURE(from);
      write_file(folder.file("after." + from), labelled(document));
      const ByteBuffer out = convert(folder, to, "after." + from);
      CHECK(payload_of(*find_format(to), out, CarrierKind::AigcKey) == kJson);
    }
    if (document.id != "docx") continue;
    write_file(folder.file("plain.docx"), document.bytes);
    CHECK(to_string(convert(folder, "txt", "after.docx")) ==
          to_string(convert(folder, "txt", "plain.docx")));
  }
}

TEST_CASE("LibreOffice opens documents with a C2PA store as before") {
  const TemporaryFolder folder;
  for (const Document& document : office_documents()) {
    const Format& format = *find_format(document.id);
    const std::map<std::string, std::string> ways = {
        {"docx", "txt"}, {"xlsx", "csv"}, {"pptx", "odp"}};
    if (!format.can_write(CarrierKind::C2paStore) || !ways.contains(document.id)) continue;
    CAPTURE(document.id);
    const ByteBuffer store = store_of(3'000);
    write_file(folder.file("plain." + document.id), document.bytes);
    write_file(folder.file("with." + document.id),
               edited(format, document.bytes, {CarrierKind::C2paStore, "", std::nullopt, store}));
    const std::string& to = ways.at(document.id);
    const ByteBuffer before = convert(folder, to, "plain." + document.id);
    const ByteBuffer after = convert(folder, to, "with." + document.id);
    CHECK_FALSE(after.empty());
    if (to != "odp") CHECK((after == before));
  }
}
