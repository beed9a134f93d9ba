// SPDX-License-Identifier: Apache-2.0
// HTML and SVG.
#include "formats/format.hpp"
#include "formats/texts.hpp"
#include "wire/inflate.hpp"

#include <doctest/doctest.h>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing::texts;
using colophon::testing::edited;

namespace {

std::string set(std::string_view id, std::string_view text, CarrierKind kind,
                std::string_view value, std::string key = {}) {
  return to_string(edited(row(id), as_bytes(text), {kind, std::move(key), {}, to_buffer(value)}));
}

bool detected(std::string_view id, std::string_view text, std::string_view name = "x") {
  MemorySource source(as_bytes(text));
  const Format* format = detect(source, name);
  return format != nullptr && format->id == id;
}

using Strings = std::vector<std::string>;
constexpr auto kKey = CarrierKind::AigcKey;
constexpr auto kXmp = CarrierKind::Xmp;

}  // namespace

TEST_CASE("html: is found by content behind comments and declarations") {
  CHECK(detected("html", "\xEF\xBB\xBF <!-- c -->\n<!DOCTYPE HTML>x"));
  CHECK(detected("html", "<?xml version='1.0'?><html xmlns='x'/>"));
  CHECK(detected("html", "<meta name=AIGC>"));
  CHECK_FALSE(detected("html", "<note>x</note>"));
  CHECK(detected("svg", "<?xml version='1.0'?><!-- a --><svg/>"));
  CHECK(detected("svg", "<!DOCTYPE svg [<!ENTITY x '<html>'>]>\n<x:svg>"));
  CHECK_FALSE(detected("svg", "<html><svg/></html>"));
}

TEST_CASE("html: every place of a label is read") {
  CHECK(carriers("html",
                 "<html ai-disclosure='mixed'><head><META NAME='aigc' CONTENT='{&quot;a&quot;:1}'>"
                 "<meta name=generator content=\"X &amp;amp; Y\"><meta name=viewport content=1>"
                 "<meta property=ai-model content=m></head>") ==
        Strings{"html-attribute html:html[ai-disclosure] mixed",
                "aigc-key html:meta[AIGC] {\"a\":1}", "html-meta html:meta[generator] X &amp; Y",
                "html-meta html:meta[ai-model] m"});
  CHECK(carriers("html",
                 "<script type='application/ld+json'>{\"x\":\"<b>\"}</script><script>\"<meta "
                 "name=AIGC>\"</script><span itemprop='digitalSourceType'> a&lt; </span><link "
                 "itemprop=digitalSourceType href=https://schema.org/X>") ==
        Strings{"json-ld html:script[ld+json] {\"x\":\"<b>\"}",
                "microdata html:span[digitalSourceType] a<",
                "microdata html:link[digitalSourceType] https://schema.org/X"});
  CHECK(carriers(
            "html",
            "<!-- about AIGC --><!-- AIGC{\"L\":1} --><!-- AI-generated --><script "
            "type=application/c2pa>\nc3RvcmU=\n</script><link rel='c2pa-manifest' href=/m.c2pa>") ==
        Strings{"plain-text html:comment[2]  AIGC{\"L\":1} ",
                "plain-text html:comment[3]  AI-generated ", "c2pa html:script[c2pa] store",
                "tag html:link[c2pa-manifest] /m.c2pa"});
}

TEST_CASE("html: a page that is cut keeps what was found") {
  CHECK(carriers("html", "<meta name=AIGC content='{\"L\":\"1") ==
        Strings{"aigc-key html:meta[AIGC] {\"L\":\"1"});
  CHECK(layout_of("html", as_bytes(std::string_view("<p><!-- x"))).oddities.at(0).rule ==
        "html-cut");
}

TEST_CASE("html: a new element goes to the start of the head, behind the charset") {
  const auto meta = [](std::string_view text) {
    return set("html", text, kKey, "{\"a\":\"<&>\"}");
  };
  const std::string tag =
      "<meta name=\"AIGC\" content=\"{&quot;a&quot;:&quot;&lt;&amp;&gt;&quot;}\">";
  CHECK(meta("<head><title>x") == "<head>\n" + tag + "<title>x");
  CHECK(meta("<!doctype html>\n<html>\n  <head>\n\n    <title>x") ==
        "<!doctype html>\n<html>\n  <head>\n    " + tag + "\n\n    <title>x");
  CHECK(meta("<head><title>x</title><meta charset=utf-8><p>") ==
        "<head><title>x</title><meta charset=utf-8>\n" + tag + "<p>");
  CHECK(meta("<!doctype html><p><head>") == "<!doctype html>\n" + tag + "<p><head>");
  CHECK(meta("<html><body>") == "<html>\n" + tag + "<body>");
  CHECK(meta("<p>x") == tag + "\n<p>x");
  CHECK(meta("\xEF\xBB\xBF<p>") == "\xEF\xBB\xBF" + tag + "\n<p>");
  // Wherever the charset is declared, it stays in the first 1024 bytes.
  CHECK(meta("<body><p><meta charset=utf-8>x") == "<body><p><meta charset=utf-8>\n" + tag + "x");
  CHECK(meta("<head></head><meta charset=utf-8>\r\n") ==
        "<head></head><meta charset=utf-8>\r\n" + tag + "\r\n");
  CHECK(meta("<!-- <head> --><script>'<head>'</script><head>") ==
        "<!-- <head> --><script>'<head>'</script><head>\n" + tag);
  CHECK(meta("<?xml version='1.0'?>\r\n<html xmlns='x'><head>\r\n\t<title/>")
            .find("<head>\r\n\t<meta name=\"AIGC\"") != std::string::npos);
  CHECK(meta("<html xmlns='x'><head/>").find("&quot;}\" />") != std::string::npos);
}

TEST_CASE("html: characters beyond ASCII are safe in a page of another encoding") {
  CHECK(set("html", "<head>", kKey, "生") == "<head>\n<meta name=\"AIGC\" content=\"&#x751F;\">");
  CHECK(set("html", "<head><meta charset=UTF-8>", kKey, "生") ==
        "<head><meta charset=UTF-8>\n<meta name=\"AIGC\" content=\"生\">");
  CHECK(testing::payload_of(row("html"),
                            as_bytes(std::string_view("<meta name=AIGC content=&#x751F;>")),
                            kKey) == "生");
}

TEST_CASE("html: an existing value is replaced where it stands") {
  CHECK(set("html", "<p><meta content=old name=AIGC id=1>", kKey, "a b") ==
        "<p><meta content=\"a b\" name=AIGC id=1>");
  CHECK(set("html", "<meta name='AIGC' content='old'>", kKey, "it's") ==
        "<meta name='AIGC' content='it&apos;s'>");
  CHECK(set("html", "<meta name=AIGC>", kKey, "x") == "<meta name=AIGC content=\"x\">");
  CHECK(set("html", "<meta name=AI-Disclosure content=none>", CarrierKind::HtmlMeta, "mixed",
            "ai-disclosure") == "<meta name=AI-Disclosure content=\"mixed\">");
  CHECK(set("html", "<head>", CarrierKind::JsonLd, "{\"a\":\"</script><!--\"}") ==
        "<head>\n<script type=\"application/ld+json\">{\"a\":\"\\u003c/script\\u003e\\u003c!--\"}"
        "</script>");
}

TEST_CASE("svg: every place of a label is read") {
  CHECK(
      carriers("svg",
               "<svg><title>a &lt; b</title><desc/><!-- c --><metadata><c2pa:manifest>c3RvcmU="
               "</c2pa:manifest></metadata><metadata>AIGC{}</metadata><g data-aigc='1'/></svg>") ==
      Strings{"text svg:title a < b", "text svg:comment  c ",
              "c2pa svg:metadata[c2pa:manifest] store", "text svg:metadata AIGC{}",
              "tag svg:g[data-aigc] 1"});
  CHECK(carriers("svg", "<svg><metadata> <rdf:RDF><rdf:RDF/></rdf:RDF> </metadata><RDF/></svg>") ==
        Strings{"xmp svg:metadata[xmp] <rdf:RDF><rdf:RDF/></rdf:RDF>", "xmp svg:xmp <RDF/>"});
}

TEST_CASE("svg: a packet is replaced with its wrapper, or put first in the root") {
  const std::string_view wrapped =
      "<svg><metadata><?xpacket begin='x'?><x:xmpmeta>a</x:xmpmeta> <?xpacket "
      "end='w'?></metadata></svg>";
  CHECK(carriers("svg", wrapped) ==
        Strings{"xmp svg:metadata[xmp] <?xpacket begin='x'?><x:xmpmeta>a</x:xmpmeta> <?xpacket "
                "end='w'?>"});
  CHECK(set("svg", wrapped, kXmp, "<x:xmpmeta/>") ==
        "<svg><metadata><x:xmpmeta/></metadata></svg>");
  CHECK(set("svg", "<svg a='>'><g/></svg>", kXmp, "<?xml version='1.0'?><x:xmpmeta/>") ==
        "<svg a='>'><metadata><x:xmpmeta/></metadata><g/></svg>");
  CHECK(set("svg", "<s:svg />\n", kXmp, "<x:xmpmeta/>") ==
        "<s:svg ><s:metadata><x:xmpmeta/></s:metadata></s:svg>\n");
  CHECK(set("svg", "<?xml version='1.0' encoding='GBK'?><svg></svg>", kXmp,
            "<x:xmpmeta>生</x:xmpmeta>") ==
        "<?xml version='1.0' encoding='GBK'?><svg><metadata>\n" + std::string(215, ' ') +
            "<x:xmpmeta>&#x751F;</x:xmpmeta></metadata></svg>");
}

TEST_CASE("svg: behind an XML declaration no packet begins among the first 256 bytes") {
  const std::string done = set("svg", "<?xml version='1.0'?>\n<svg></svg>", kXmp, "<x:xmpmeta/>");
  CHECK(done.find("<x:xmpmeta") >= 256);
  CHECK(done.find("<x:xmpmeta") < 300);
}

TEST_CASE("svg: a wrapper belongs to a packet only when nothing else stands between them") {
  const std::string packet = "<x:xmpmeta>a</x:xmpmeta>";
  const std::string end = "<?xpacket end='w'?>";
  CHECK(carriers("svg", "<svg><?xpacket begin=''?><g/>" + packet + end + "</svg>") ==
        Strings{"xmp svg:xmp " + packet});
  CHECK(carriers("svg", "<svg><?xpacket begin=''?>" + packet + "<g/>" + end + "</svg>") ==
        Strings{"xmp svg:xmp " + packet});
  // A wrapper that starts inside the packet.
  const std::string inside = "<x:xmpmeta><?xpacket begin=''?></x:xmpmeta>";
  CHECK(carriers("svg", "<svg>" + inside + end + "</svg>") == Strings{"xmp svg:xmp " + inside});
  CHECK(set("svg", "<svg>" + inside + end + "</svg>", kXmp, "<x:xmpmeta/>") ==
        "<svg><x:xmpmeta/>" + end + "</svg>");
}

TEST_CASE("svg: a packet whose end tag does not fit is damage") {
  const std::string text = "<svg><metadata><x:xmpmeta>a</x:xmpmetaZ></metadata></svg>";
  const Layout layout = layout_of("svg", as_bytes(text));
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::Malformed);
  CHECK(layout.carriers.size() == 1);
}

TEST_CASE("svg: a cut file keeps its packet and is not written into") {
  const std::string_view text = "<svg><metadata><rdf:RDF><a b=\"";
  const Layout layout = layout_of("svg", as_bytes(text));
  REQUIRE(layout.damage);
  CHECK(layout.damage->code == ErrorCode::Truncated);
  CHECK(carriers("svg", text) == Strings{"xmp svg:metadata[xmp] <rdf:RDF><a b=\""});
}

TEST_CASE("svgz: is read, cut too, and not written") {
  const std::string_view text = "<svg><metadata><rdf:RDF>x</rdf:RDF></metadata></svg>";
  ByteBuffer packed = to_buffer(std::string_view("\x1F\x8B\x08\0\0\0\0\0\0\3", 10));
  append(packed, wire::deflate(as_bytes(text), wire::Deflate::Raw));
  append_le(packed, wire::crc32(as_bytes(text)), 4);
  append_le(packed, text.size(), 4);
  CHECK(detected("svg", as_text(packed)));
  CHECK(carriers("svg", as_text(packed)) == Strings{"xmp svg:metadata[xmp] <rdf:RDF>x</rdf:RDF>"});
  MemorySource source(packed);
  const Layout layout = layout_of("svg", packed);
  CHECK(layout.oddities.at(0).rule == "svg-compressed");
  const Edit edit{kXmp, "", {}, to_buffer("<x:xmpmeta/>")};
  CHECK(plan_edits(row("svg"), source, layout, {&edit, 1}, Limits{}).error().code ==
        ErrorCode::Unsupported);
  packed.resize(packed.size() - 4);
  CHECK(layout_of("svg", packed).damage);
}
