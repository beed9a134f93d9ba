// SPDX-License-Identifier: Apache-2.0
// The places of stores in text and HTML that are damaged, not the only one, or only links.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "c2pa/validated.hpp"
#include "formats/text_store.hpp"
#include "ops/ops.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

/// States and failures of all stores, in order: "Invalid manifest.text.multipleWrappers; ...".
std::string said(std::string_view text, const char* name) {
  MemorySource source(as_bytes(text));
  VerifyOptions options;
  options.file_name = name;
  std::string all;
  for (const Evidence& evidence : verify(source, system_env(), options).evidence) {
    if (!evidence.c2pa) continue;
    all += (all.empty() ? "" : "; ") + evidence.c2pa->state;
    for (const std::string& code : evidence.c2pa->codes) {
      if (code.starts_with("manifest.") || code == "general.error") all += " " + code;
    }
    for (const auto& [key, value] : evidence.details) {
      if (key == "remote") all += " " + value;
    }
  }
  return all;
}

const std::string kBegin = "# -----BEGIN C2PA MANIFEST----- ";
const std::string kEnd = " -----END C2PA MANIFEST-----\n";

}  // namespace

TEST_CASE("wrappers in text: cut off, of another version, or more than one") {
  if (Signing::get() == nullptr) return;
  const std::string wrapper = wrap_store(make_store({make_manifest(usual())}));
  CHECK(said("text" + wrapper, "a.txt").starts_with("Invalid"));
  CHECK(said("text" + wrapper, "a.txt").find("manifest.") == std::string::npos);
  CHECK(said("text" + wrapper.substr(0, 403), "a.txt") == "Invalid manifest.text.corruptedWrapper");
  std::string other = wrapper;
  const std::size_t version = 3 + 7 * 4 + 3;  // behind U+FEFF and the magic, which ends with a zero
  REQUIRE(other.substr(version, 3) == "\xEF\xB8\x81");
  other[version + 2] = '\x82';
  CHECK(said("text" + other, "a.txt") == "Invalid manifest.text.corruptedWrapper");
  CHECK(said(wrapper + "text" + wrapper, "a.txt") ==
        "Invalid manifest.text.multipleWrappers; Invalid manifest.text.multipleWrappers");
  CHECK(said(wrapper + "text" + wrapper.substr(0, 403), "a.txt") ==
        "Invalid manifest.text.corruptedWrapper; Invalid manifest.text.corruptedWrapper");
}

TEST_CASE("stores in a line: empty, malformed, more than one, or elsewhere") {
  if (Signing::get() == nullptr) return;
  const std::string store = base64_encode(make_store({make_manifest(usual())}));
  const std::string line = kBegin + "data:application/c2pa;base64," + store + kEnd;
  CHECK(said(line + line + "a: 1\n", "a.yaml") ==
        "Invalid manifest.structuredText.multipleReferences; "
        "Invalid manifest.structuredText.multipleReferences");
  CHECK(said(kBegin + kEnd + "a: 1\n", "a.yaml") ==
        "Invalid manifest.structuredText.emptyReference");
  for (const char* wrong : {"not an address", "data:application/c2pa;base64,$$$", "x"}) {
    CHECK(said(kBegin + wrong + kEnd + "a: 1\n", "a.yaml") ==
          "Invalid manifest.structuredText.malformedReference");
  }
  const std::string link = kBegin + "https://example.com/a.c2pa" + kEnd;
  CHECK(said(link + "a: 1\n", "a.yaml") == "RemoteOnly https://example.com/a.c2pa");
  CHECK(said("a: 1\n" + link, "a.yaml") == "RemoteOnly https://example.com/a.c2pa");
  // A text about such lines is not signed by them.
  CHECK(said("It is\n" + kBegin + "URL" + kEnd + "here.\n", "a.txt").empty());
  CHECK(said("It is\n" + link + "here.\n", "a.txt").empty());
}

TEST_CASE("HTML: a link to a store elsewhere, which counts where no store is embedded") {
  const std::string link = "<link rel=c2pa-manifest href='/m.c2pa?a=1&amp;b=2'>";
  const auto page = [](const std::string& head) {
    return "<!DOCTYPE html><html><head><title>t</title>" + head + "</head><body>t</body></html>";
  };
  CHECK(said(page(link), "a.html") == "RemoteOnly /m.c2pa?a=1&b=2");
  CHECK(said(page("<link rel=c2pa-manifest href=''>"), "a.html").empty());
  if (Signing::get() == nullptr) return;
  const std::string script = "<script type=application/c2pa>" +
                             base64_encode(make_store({make_manifest(usual())})) + "</script>";
  CHECK(said(page(link + script), "a.html").starts_with("Invalid"));
  CHECK(said(page(link + script), "a.html").find("RemoteOnly") == std::string::npos);
  CHECK(said(page(script + script), "a.html").find("manifest.html.multipleManifests") !=
        std::string::npos);
}
