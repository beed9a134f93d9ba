// SPDX-License-Identifier: Apache-2.0
// What tools that nobody here wrote see in the text formats after an edit: xmllint and exiftool for
// SVG, Python and node for JSON, Python's HTML parser for HTML.
#include "formats/format.hpp"

#include <doctest/doctest.h>

#include "support/referees.hpp"

using namespace colophon;
using colophon::testing::edited;
using colophon::testing::Specimen;
using colophon::testing::TemporaryFolder;

namespace {

constexpr std::string_view kLabel =
    R"({"Label":"1","ContentProducer":"p&<生>","ProduceID":"a'b\"c"})";

const Format& row(std::string_view id) {
  const Format* format = find_format(id);
  REQUIRE(format != nullptr);
  return *format;
}

/// The inserted bytes, taken out again, must leave the source.
void check_insertion(Bytes before, Bytes after) {
  REQUIRE(after.size() >= before.size());
  std::size_t head = 0;
  while (head < before.size() && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < before.size() - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  CHECK(head + tail == before.size());
}

}  // namespace

TEST_CASE("xmllint and exiftool read the SVG that we write") {
  if (!testing::have_tools({"xmllint"})) return;
  const TemporaryFolder folder;
  int asked = 0;
  const std::string packet =
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-"
      "syntax-ns#\"><rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
      "dc:source=\"seen 生\"/></rdf:RDF></x:xmpmeta>";
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format != "svg") continue;
    CAPTURE(specimen.what);
    const ByteBuffer out =
        edited(row("svg"), specimen.bytes, {CarrierKind::Xmp, "", {}, to_buffer(packet)});
    const std::string file = folder.file("x.svg");
    testing::write_file(file, out);
    const auto lint = testing::run("xmllint --nonet --noout " + file + " 2>&1");
    CHECK_MESSAGE(lint.code == 0, lint.output);
    if (specimen.what == "plain") check_insertion(specimen.bytes, out);
    // ExifTool 12.57 takes a comment before the DOCTYPE, or a prefixed root, for plain text.
    if (testing::run("exiftool -s3 -FileType " + file + " 2>&1").output != "SVG\n") continue;
    ++asked;
    const auto tags = testing::run("exiftool -s -XMP-dc:all " + file + " 2>&1");
    CHECK_MESSAGE(tags.output.find(": seen 生\n") != std::string::npos, tags.output);
  }
  if (testing::have_tool("exiftool")) CHECK(asked >= 3);
}

TEST_CASE("Python and node read the JSON that we write, and nothing else changed") {
  if (!testing::have_tools({"python3", "node"})) return;
  const TemporaryFolder folder;
  testing::write_file(folder.file("r.py"), as_bytes(std::string_view(R"(
import json, sys
def strip(v):
    if isinstance(v, dict):
        return {k: strip(x) for k, x in v.items() if k != 'AIGC'}
    return [strip(x) for x in v] if isinstance(v, list) else v
def load(path):
    text = open(path, encoding='utf-8-sig').read()
    return [json.loads(l) for l in text.splitlines() if l.strip()] if sys.argv[3] == 'jsonl' else json.loads(text)
old, new = load(sys.argv[1]), load(sys.argv[2])
assert strip(old) == strip(new), (old, new)
label = json.loads(open(sys.argv[4], encoding='utf-8').read())
if sys.argv[3] == 'jsonl':
    assert all(r.get('AIGC') is not None for r in new if isinstance(r, dict))
    assert any(isinstance(r, dict) and r['AIGC'] == label for r in new)
else:
    assert label in (new.get('AIGC'), new.get('frontmatter', {}).get('AIGC')), new
)")));
  testing::write_file(folder.file("label"), as_bytes(kLabel));
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format != "json" && specimen.format != "jsonl") continue;
    CAPTURE(specimen.what);
    const ByteBuffer out = edited(row(specimen.format), specimen.bytes,
                                  {CarrierKind::AigcKey, "", {}, to_buffer(kLabel)});
    testing::write_file(folder.file("old"), specimen.bytes);
    testing::write_file(folder.file("new"), out);
    const auto python = testing::run("cd " + folder.path() + " && python3 r.py old new " +
                                     specimen.format + " label 2>&1");
    CHECK_MESSAGE(python.code == 0, python.output);
    if (specimen.format != "json") continue;
    const auto node = testing::run("node -e \"JSON.parse(require('fs').readFileSync('" +
                                   folder.file("new") + "','utf8').replace(/^\\uFEFF/,''))\" 2>&1");
    CHECK_MESSAGE(node.code == 0, node.output);
  }
}

TEST_CASE("Python's HTML parser reads the meta that we write, and sees the rest as before") {
  if (!testing::have_tools({"python3"})) return;
  const TemporaryFolder folder;
  testing::write_file(folder.file("r.py"), as_bytes(std::string_view(R"(
import sys
from html.parser import HTMLParser
class P(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.seen, self.label = [], []
        self.feed(open(path, encoding='utf-8-sig', newline='').read())
        self.close()
    def handle_starttag(self, tag, attrs):
        if tag == 'meta' and (dict(attrs).get('name') or '').lower() == 'aigc':
            self.label.append(dict(attrs).get('content'))
        else:
            self.seen.append((tag, attrs))
    def handle_endtag(self, tag):
        if tag != 'meta': self.seen.append(tag)
    def handle_data(self, data): self.seen.extend(data.split())
    def handle_comment(self, data): self.seen.append(data)
old, new = P(sys.argv[1]), P(sys.argv[2])
assert new.label == [open(sys.argv[3], encoding='utf-8').read()], new.label
assert old.seen == new.seen, (old.seen, new.seen)
)")));
  testing::write_file(folder.file("label"), as_bytes(kLabel));
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format != "html") continue;
    CAPTURE(specimen.what);
    const ByteBuffer out =
        edited(row("html"), specimen.bytes, {CarrierKind::AigcKey, "", {}, to_buffer(kLabel)});
    testing::write_file(folder.file("old"), specimen.bytes);
    testing::write_file(folder.file("new"), out);
    const auto ran = testing::run("cd " + folder.path() + " && python3 r.py old new label 2>&1");
    CHECK_MESSAGE(ran.code == 0, ran.output);
    const bool had_label = as_text(specimen.bytes).find("AIGC") != std::string_view::npos;
    if (!had_label) check_insertion(specimen.bytes, out);
    if (specimen.what == "XHTML" && testing::have_tool("xmllint")) {
      const auto lint = testing::run("xmllint --nonet --noout " + folder.file("new") + " 2>&1");
      CHECK_MESSAGE(lint.code == 0, lint.output);
    }
  }
}

TEST_CASE("Markdown: the bytes put in front are the only change") {
  for (const Specimen& specimen : testing::specimens()) {
    if (specimen.format != "markdown" || specimen.what != "no front matter") continue;
    const ByteBuffer out = edited(row("markdown"), specimen.bytes,
                                  {CarrierKind::FrontMatter, "", {}, to_buffer("AIGC: {}\n")});
    check_insertion(specimen.bytes, out);
  }
}
