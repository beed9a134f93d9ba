// SPDX-License-Identifier: Apache-2.0
#include "wire/xml.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <pugixml.hpp>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::wire;

namespace {

constexpr std::string_view kSample =
    "\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n<!DOCTYPE a [<!ENTITY e \"x>y\"> <!-- ' ] -->]>"
    "<a xmlns=\"urn:d\" xmlns:p='urn:&#112;'><!-- <no> --><p:b p:k = \"1 &lt;&#x4e2d;\n\" k='&e;'/>"
    "t&amp;u<![CDATA[<raw>&amp;]]>\r\n<c xmlns:p=\"urn:q\"><p:b>in</p:b></c></a>\n\0";

XmlDocument parsed(std::string_view text) {
  auto document = parse_xml(text);
  REQUIRE_MESSAGE(document, (document ? "" : document.error().message));
  return std::move(*document);
}

/// Both walks as one string each: names, attributes and text in document order.
void describe(const XmlDocument& document, const XmlNode& node, std::string& out) {
  const auto name = [](std::string_view prefix, std::string_view local) {
    return prefix.empty() ? std::string(local) : fmt::format("{}:{}", prefix, local);
  };
  out += fmt::format("<{}", name(node.prefix, node.local));
  for (const XmlAttribute& attribute : document.attributes(node)) {
    out += fmt::format(" {}=[{}]", name(attribute.prefix, attribute.local),
                       document.value_of(attribute));
  }
  out += ">";
  for (const XmlNode* child : document.elements(node)) describe(document, *child, out);
  out += fmt::format("{{{}}}", document.text_of(node));
}

void describe(const pugi::xml_node& node, std::string& out) {
  out += fmt::format("<{}", node.name());
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    out += fmt::format(" {}=[{}]", attribute.name(), attribute.value());
  }
  out += ">";
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element) describe(child, out);
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      text += child.value();
    }
  }
  out += fmt::format("{{{}}}", text);
}

std::string by_pugixml(std::string_view text) {
  pugi::xml_document document;
  const unsigned options =
      pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_wconv_attribute;
  if (!document.load_buffer(text.data(), text.size(), options, pugi::encoding_utf8)) return {};
  std::string out;
  describe(document.document_element(), out);
  return out;
}

std::string by_us(std::string_view text) {
  const XmlDocument document = parsed(text);
  std::string out;
  describe(document, document.root(), out);
  return out;
}

std::string random_element(testing::Random& random, int depth) {
  constexpr std::string_view kNames[] = {"a", "p:b", "rdf:li", "日本"};
  constexpr std::string_view kValues[] = {"",     "x",       "&quot;&apos;", "&#x4E2d;&#10;",
                                          "a\tb", "&amp;lt;"};
  const auto pick = [&](auto& from) { return std::string(from[random.below(std::size(from))]); };
  const std::string name = pick(kNames);
  std::string out = fmt::format("<{}", name);
  if (random.below(2) == 0) out += fmt::format(" k=\"{}\"", pick(kValues));
  if (random.below(3) == 0) out += fmt::format("\n p:k = '{}' ", pick(kValues));
  if (random.below(4) == 0) return out + "/>";
  out += ">";
  for (std::uint64_t n = random.below(4); n > 0 && depth < 5; --n) {
    switch (random.below(4)) {
      case 0:
        out += random_element(random, depth + 1);
        break;
      case 1:
        out += pick(kValues);
        break;
      case 2:
        out += "<![CDATA[<&]]>";
        break;
      default:
        out += "<!--c--><?pi x?>";
    }
  }
  return fmt::format("{}</{}>", out, name);
}

}  // namespace

TEST_CASE("XML names, values and ranges") {
  const XmlDocument document = parsed(kSample);
  const XmlNode& root = document.root();
  CHECK(root.local == "a");
  CHECK(root.uri == "urn:d");
  const auto elements = document.elements(root);
  REQUIRE(elements.size() == 2);
  const XmlNode& b = *elements[0];
  CHECK(b.uri == "urn:p");
  CHECK(b.empty_tag);
  CHECK(document.source(b.whole) == "<p:b p:k = \"1 &lt;&#x4e2d;\n\" k='&e;'/>");
  CHECK(b.whole == b.start_tag);
  CHECK(b.content == Range{b.whole.end(), 0});
  const XmlAttribute* k = document.attribute(b, "urn:p", "k");
  REQUIRE(k != nullptr);
  CHECK(document.source(k->whole) == "p:k = \"1 &lt;&#x4e2d;\n\"");
  CHECK(document.value_of(*k) == "1 <中 ");
  CHECK(document.value_of(*document.attribute(b, "", "k")) == "&e;");
  CHECK(document.text_of(root) == "t&u<raw>&amp;\n");
  CHECK(document.source(elements[1]->content) == "<p:b>in</p:b>");
  CHECK(document.find(root, "urn:p", "b").size() == 1);
  CHECK(document.find(root, "urn:q", "b").size() == 1);
  CHECK(document.parent(*elements[1]) == &root);
  CHECK(document.uri_of_prefix(*elements[1], "p") == "urn:q");
  CHECK(document.uri_of_prefix(root, "p") == "urn:p");
  CHECK_FALSE(document.uri_of_prefix(root, "q"));
  CHECK(document.prefix_of_uri(root, "urn:p") == "p");
  CHECK_FALSE(document.prefix_of_uri(*elements[1], "urn:p"));
}

TEST_CASE("an unbound prefix is kept and means nothing") {
  const XmlDocument document = parsed("<xmp:AIGC>v</xmp:AIGC>");
  CHECK(document.root().prefix == "xmp");
  CHECK(document.root().uri.empty());
}

TEST_CASE("XML that is not well-formed is an error with a place") {
  for (const std::string_view text : {"",
                                      " ",
                                      "x",
                                      "<a>",
                                      "<a",
                                      "<a b",
                                      "<a b=",
                                      "<a b='",
                                      "<a b=c/>",
                                      "<a b='<'/>",
                                      "<a></b>",
                                      "</a>",
                                      "<a/><b/>",
                                      "<a/>x",
                                      "<a b='1'b2='2'/>",
                                      "<a b='1' b='2'/>",
                                      "<a:b:c/>",
                                      "<:a/>",
                                      "<a:/>",
                                      "< a/>",
                                      "<1/>",
                                      "<!-- <a/>",
                                      "<a><![CDATA[</a>",
                                      "<![CDATA[]]><a/>",
                                      "<!DOCTYPE",
                                      "<a xmlns:p='u' xmlns:q='u' p:k='' q:k=''/>",
                                      "<a/><!DOCTYPE a>",
                                      "<?x"}) {
    CAPTURE(text);
    const auto document = parse_xml(text);
    REQUIRE_FALSE(document);
    CHECK(document.error().offset.has_value());
  }
}

TEST_CASE("XML caps") {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  CHECK(parse_xml(deep).error().code == ErrorCode::LimitExceeded);
  std::string wide = "<a";
  for (int i = 0; i < 300000; ++i) wide += fmt::format(" k{}=''", i);
  CHECK(parse_xml(wide + "/>").error().code == ErrorCode::LimitExceeded);
  Limits small;
  small.max_text = 3;
  CHECK(parse_xml("<a/>", small).error().code == ErrorCode::LimitExceeded);
}

TEST_CASE("many namespaces stay cheap") {
  const auto started = testing::ComputingClock::now();
  std::string text = "<a";
  for (int i = 0; i < 60000; ++i) text += fmt::format(" xmlns:n{}='u'", i);
  text += ">";
  for (int i = 0; i < 60000; ++i) text += fmt::format("<n{}:b/>", i);
  text += "</a>";
  const XmlDocument document = parsed(text);
  CHECK(document.nodes().back().uri == "u");
  CHECK_FALSE(document.prefix_of_uri(document.nodes().back(), "v"));
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
}

TEST_CASE("entities are not expanded, so nothing blows up") {
  const XmlDocument document = parsed(
      "<!DOCTYPE a [<!ENTITY x 'xx'><!ENTITY y '&x;&x;'>]><a>&y;&#0;&#xD800;&#1114112;&</a>");
  CHECK(document.text_of(document.root()) == "&y;&#0;&#xD800;&#1114112;&");
}

TEST_CASE("XML escaping round trips") {
  const std::string text = "<&>\"'\r\n\t中";
  CHECK(unescape_xml(escape_xml_text(text)) == text);
  CHECK(unescape_xml(escape_xml_attribute(text)) == text);
  const std::string both =
      fmt::format("<a k=\"{}\">{}</a>", escape_xml_attribute(text), escape_xml_text(text));
  const XmlDocument document = parsed(both);
  CHECK(document.text_of(document.root()) == text);
  CHECK(document.value_of(*document.attribute(document.root(), "", "k")) == text);
  CHECK(is_xml_text(text));
  CHECK_FALSE(is_xml_text(std::string_view("a\0", 2)));
  CHECK_FALSE(is_xml_text("\x1B"));
  CHECK_FALSE(is_xml_text("\xFF"));
  CHECK_FALSE(is_xml_text("\xEF\xBF\xBF"));
}

TEST_CASE("text edits") {
  CHECK(apply_edits("abc", {{{1, 1}, "X"}, {{0, 0}, "<"}, {{3, 0}, ">"}, {{1, 0}, "-"}}).value() ==
        "<a-Xc>");
  CHECK_FALSE(apply_edits("abc", {{{0, 2}, ""}, {{1, 1}, ""}}));
  CHECK_FALSE(apply_edits("abc", {{{2, 2}, ""}}));
  CHECK_FALSE(apply_edits("abc", {{{UINT64_MAX, 2}, ""}}));
}

TEST_CASE("random documents read as pugixml reads them, and their ranges nest") {
  testing::Random random(7);
  for (int round = 0; round < 500; ++round) {
    const std::string text = random_element(random, 0);
    CAPTURE(text);
    REQUIRE(by_us(text) == by_pugixml(text));
    const XmlDocument document = parsed(text);
    for (const XmlNode& node : document.nodes()) {
      CHECK(node.whole.end() <= text.size());
      CHECK(node.content.end() <= node.whole.end());
      if (const XmlNode* parent = document.parent(node)) {
        CHECK(parent->content.offset <= node.whole.offset);
        CHECK(node.whole.end() <= parent->content.end());
      }
    }
  }
}

TEST_CASE("mutated XML gives a clean answer") {
  testing::Random random(11);
  for (int round = 0; round < 3000; ++round) {
    const ByteBuffer bytes = testing::mutate(as_bytes(kSample), random);
    (void)parse_xml(as_text(bytes));
  }
}
