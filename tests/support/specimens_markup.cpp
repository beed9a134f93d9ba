// SPDX-License-Identifier: Apache-2.0
// HTML and SVG, with and without labels, in odd layouts.
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

std::vector<Specimen> make() {
  std::vector<Specimen> all;
  const auto add = [&](std::string format, std::string what, std::string_view text) {
    all.push_back({std::move(format), std::move(what), to_buffer(text)});
  };
  add("html", "usual page",
      "<!DOCTYPE html>\n<html lang=\"zh\">\n  <head>\n    <meta charset=\"utf-8\">\n"
      "    <title>a < b & </head> c</title>\n    <meta name=generator content='X &amp; Y'>\n"
      "  </head>\n  <body ai-disclosure=\"ai-assisted\"><p>正文</p></body>\n</html>\n");
  add("html", "labelled, unquoted and entities",
      "<html><head><META NAME=AIGC CONTENT='{&quot;Label&quot;:&quot;1&quot;}'>"
      "<meta name=ai-disclosure content=mixed><script type=application/ld+json>{\"a\":1}</script>"
      "</head><body></html>");
  add("html", "no head", "<!doctype html><title>x</title><p itemprop=digitalSourceType>ai</p>");
  add("html", "nothing but a body", "<!-- c -->\r\n<body>\r\n<p>x</p>\r\n");
  add("html", "XHTML",
      "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x\">\n"
      "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<script src=\"x\"/>\n<title/>\n"
      "</head><body/></html>");
  add("html", "comments, store, link",
      "\xEF\xBB\xBF<html><head><!-- AIGC{\"Label\":\"1\"} --><link rel=c2pa-manifest href=/m>"
      "<script type=\"application/c2pa\">AAAA</script></head><meta name=AIGC></html>");

  add("svg", "plain",
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- made by hand -->\n"
      "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\" [<!ENTITY a \">\">]>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\">\n"
      "  <title>a &amp; b</title>\n  <rect width=\"8\" height=\"8\"/>\n</svg>\n");
  add("svg", "empty root", "<svg xmlns='http://www.w3.org/2000/svg'/>");
  add("svg", "prefixed root",
      "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\"><s:desc>d</s:desc></s:svg>");
  add("svg", "RDF in metadata, prefixes bound outside",
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-"
      "syntax-ns#\"><metadata>\n<rdf:RDF><rdf:Description/></rdf:RDF>\n</metadata><g/></svg>");
  add("svg", "packet with its wrapper",
      "<svg xmlns=\"http://www.w3.org/2000/svg\"><metadata><?xpacket begin=\"\" id=\"W5M0\"?>"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>  <?xpacket end=\"w\"?></metadata></svg>");
  add("svg", "other metadata and a store",
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:c2pa=\"http://c2pa.org/manifest\">"
      "<metadata>{\"AIGC\":{}}</metadata><metadata><c2pa:manifest>AAAA</c2pa:manifest></metadata>"
      "</svg>");
  return all;
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing
