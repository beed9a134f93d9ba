// SPDX-License-Identifier: Apache-2.0
// Grammars of text: JSON, YAML, XML, XMP, HTML, escapes.
#include <algorithm>

#include "base/text.hpp"
#include "standards/xmp.hpp"
#include "targets.hpp"
#include "text/scan_text.hpp"
#include "wire/escapes.hpp"
#include "wire/json_scan.hpp"
#include "wire/json_text.hpp"
#include "wire/markup.hpp"
#include "wire/xml.hpp"
#include "wire/yaml_front_matter.hpp"

namespace colophon::fuzz {
namespace {

void json_value(const wire::JsonValue& value, std::string_view text) {
  must(value.begin <= value.end && value.end <= text.size(), "a JSON value lies in the text");
  if (value.type == wire::JsonType::String) {
    const auto again = wire::parse_json(wire::quote_json(value.text), {});
    must(again && again->text == value.text, "a string quoted and parsed is the string");
  }
  for (const auto& item : value.items) json_value(item, text);
  for (const auto& member : value.members) json_value(member.value, text);
}

void json_text(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  const auto value = wire::parse_json(text, {});
  (void)wire::parse_json_at(text, text.size() / 2, {});
  if (!value) return;
  json_value(*value, text);
  const auto scanned = wire::scan_json(text, [](auto...) { return false; });
  must(!scanned.damage, "both JSON readers accept what the strict one accepts");
}

void json_salvage(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  const std::size_t brace = text.find('{');
  if (brace == std::string_view::npos) return;
  const auto saved = wire::salvage_json(text, brace);
  must(saved.end <= text.size(), "salvage stays in the text");
  const auto whole = wire::parse_json_at(text, brace, {});
  must(!whole || !saved.cut, "a whole object is not cut");
}

void json_scan(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  const auto any = [](auto...) { return true; };
  const auto scan = wire::scan_json(text, any);
  must_lie_in(scan.root, text.size());
  for (const auto& place : scan.members) {
    must_lie_in(place.value, text.size());
    must_lie_in(place.key_where, text.size());
    (void)wire::json_string(as_text(slice(bytes, place.value.offset, place.value.size)));
  }
  constexpr std::string_view kValue = R"({"Label":"1"})";
  const auto edit = wire::set_json_member(text, "AIGC", kValue);
  if (!edit) return;
  const auto set = wire::apply_edits(text, {*edit});
  must(set.has_value(), "the edit fits its text");
  const auto wanted = [](std::string_view key, auto...) { return key == "AIGC"; };
  const auto found = wire::scan_json(*set, wanted).members;
  must(!found.empty() && found[0].depth == 1, "the member that was set is found");
  must(set->substr(found[0].value.offset, found[0].value.size) == kValue, "it has its value");
  const auto again = wire::set_json_member(*set, "AIGC", kValue);
  must(again.has_value(), "it can be set again");
  must(wire::apply_edits(*set, {*again}) == *set, "setting it again changes nothing");
}

void yaml_value(const wire::YamlValue& value, std::size_t size) {
  must_lie_in(value.where, size);
  for (const auto& entry : value.entries) {
    must_lie_in(entry.key_where, size);
    yaml_value(entry.value, size);
  }
}

void yaml(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  for (const auto& block : wire::find_front_matter(text, 16)) must_lie_in(block.whole, text.size());
  yaml_value(wire::read_yaml(text), text.size());
  const std::vector<std::pair<std::string, std::string>> pairs{{"Label", "1"},
                                                               {"ContentProducer", "a: b # c"}};
  const auto set = wire::set_mapping(text, "AIGC", pairs);
  if (!set) return;
  const auto found = wire::find_top_level(*set, "AIGC");
  must(found && found->is_mapping(), "the mapping that was set is found");
  for (const auto& [key, value] : pairs) {
    const auto entry = std::find_if(found->entries.begin(), found->entries.end(),
                                    [&wanted = key](const auto& e) { return e.key == wanted; });
    must(entry != found->entries.end() && entry->value.scalar == value, "an entry has its value");
  }
  const auto again = wire::set_mapping(*set, "AIGC", pairs);
  must(again && *again == *set, "setting it again changes nothing");
}

void xml(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  const auto document = wire::parse_xml(text);
  if (wire::is_xml_text(text)) {
    must(wire::unescape_xml(wire::escape_xml_attribute(text)) == text, "escapes come back");
    must(wire::unescape_xml(wire::escape_xml_text(text)) == text, "escapes come back");
  }
  if (!document) return;
  for (const auto& node : document->nodes()) {
    must_lie_in(node.whole, text.size());
    must_lie_in(node.content, text.size());
    for (const auto& attribute : document->attributes(node)) {
      must(is_utf8(document->value_of(attribute)), "an attribute's value is UTF-8");
    }
  }
  must(is_utf8(document->text_of(document->root())), "an element's text is UTF-8");
}

void xmp(Bytes packet) {
  (void)xmp_properties(packet);
  const XmpProperty property{"http://example.org/ns/", "ex", "Name", "a <value> & more"};
  const auto set = set_properties(packet, {&property, 1});
  if (!set) return;
  const auto found = find_xmp(*set, property.uri, property.name);
  must(!found.empty(), "the property that was set is found");
  for (const auto& value : found) must(value.value == property.value, "it has its value");
  const auto again = set_properties(*set, {&property, 1});
  must(again && *again == *set, "setting it again changes nothing");
}

void markup(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  for (const auto mode : {wire::MarkupMode::Html, wire::MarkupMode::Xhtml, wire::MarkupMode::Xml}) {
    wire::MarkupReader reader(text, mode);
    wire::MarkupToken token;
    for (std::uint64_t at = 0; reader.next(token); at = token.whole.end()) {
      must(token.whole.offset >= at, "tokens stand one behind the other");
      must_lie_in(token.whole, text.size());
      must_lie_in(token.content, text.size());
      for (const auto& attribute : token.attributes) must_lie_in(attribute.whole, text.size());
    }
  }
  (void)wire::unescape_html(text);
  if (is_utf8(text) && text.find('&') == std::string_view::npos) {
    const std::string ascii = wire::ascii_references(text);
    must(std::all_of(ascii.begin(), ascii.end(), [](char c) { return (c & 0x80) == 0; }),
         "references are ASCII");
  }
}

void escapes(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  for (const auto& decoded : {wire::unescape_json(text), wire::unescape_entities(text)}) {
    must(decoded.at.size() == decoded.text.size() + 1, "every byte knows where it came from");
    must(std::is_sorted(decoded.at.begin(), decoded.at.end()), "positions grow");
    must(decoded.at.back() <= text.size(), "positions lie in the text");
  }
  if (is_utf8(text)) {
    must(wire::unescape_json(wire::escape_json(text)).text == text, "escapes come back");
  }
}

void running_text(Bytes bytes) {
  const auto found = text::scan_text(bytes);
  const auto scalar = text::scan_text(bytes, {.scalar = true});
  must(found.labels.size() == scalar.labels.size() && found.marks.size() == scalar.marks.size() &&
           found.mentions == scalar.mentions && found.bad_utf8 == scalar.bad_utf8 &&
           found.nuls == scalar.nuls && found.cut == scalar.cut,
       "vectors find what single bytes find");
  must((found.bad_utf8.count == 0) == is_utf8(as_text(bytes)), "damage is counted");
  for (const auto& label : found.labels) must_lie_in(label.where, bytes.size());
  for (const auto& mark : found.marks) must_lie_in(mark.where, bytes.size());
  must(text::scan_text(bytes, {.first = false, .last = false}).labels.size() <= found.labels.size(),
       "a window has no more labels than a document");
}

Seeds json_seeds() {
  return texts(
      {R"({"AIGC":{"Label":"1","ContentProducer":"\u00e9\ud83d\ude00"},"a":[1,-2e3,null]})",
       R"([{"AIGC":"{\"Label\":\"1\"}"},true])", R"({"Label":"1","Produ)",
       "{\n  \"a\": {\"b\": [[[]]]},\n  \"AIGC\": \"x\"\n}\n"});
}

Seeds xml_seeds() {
  return texts(
      {R"(<?xml version="1.0"?><!DOCTYPE a><a b="&lt;1&#x41;">t<![CDATA[c]]><!--d--><e/></a>)",
       R"(<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:ex="http://example.org/ns/" ex:Name="x"><ex:Bag><rdf:Bag><rdf:li>1</rdf:li></rdf:Bag></ex:Bag><ex:S rdf:parseType="Resource"><ex:t>2</ex:t></ex:S></rdf:Description></rdf:RDF></x:xmpmeta>)"});
}

}  // namespace

void add_text_parsers(std::vector<Target>& all) {
  all.push_back({"wire_json_text", json_text, json_seeds});
  all.push_back({"wire_json_salvage", json_salvage, json_seeds});
  all.push_back({"wire_json_scan", json_scan, json_seeds});
  all.push_back({"wire_yaml", yaml, [] {
                   return texts({"---\ntitle: a\nAIGC:\n  Label: '1'\n  X: \"a\\n\"\n---\nbody\n",
                                 "a: b\nAIGC: {Label: 1, 'P': \"q\"}\r\nc: |\n  x\n  y\n",
                                 "AIGC:\n  - a\n  - b\n? x\n: y\n",
                                 "AIGC: '{\"Label\":\"1\"}' # c"});
                 }});
  all.push_back({"wire_xml", xml, xml_seeds});
  all.push_back({"standard_xmp", xmp, xml_seeds});
  all.push_back({"wire_markup", markup, [] {
                   return texts(
                       {"<!DOCTYPE html><html><head><meta name=\"ai-disclosure\" content=x>"
                        "<script type='application/ld+json'>{}</script></head><!-- c -->"
                        "<p class=a b>&eacute;&#233;</p><![CDATA[x]]><?pi?></html>"});
                 }});
  all.push_back(
      {"running_text", running_text, [] {
         return texts(
             {"（本内容由 AI 生成，仅供参考）\n", "# T\n\nThis text was generated by AI.\n",
              "Ce texte n'a pas été écrit par une IA.\n", "この記事はAIによって生成されました",
              "```\nAI-generated\n```\n> *KI-generiert*\n",
              "Co-Authored-By: Claude <a@anthropic.com>",
              "a\u200Bb\uFEFF\uFE00\uFE01 \U000E0041 AIGC c2pa <p ai-disclosure=x>"});
       }});
  all.push_back({"wire_escapes", escapes,
                 [] { return texts({R"(a\u0041\ud83d\ude00\n&amp;&#x41;&#65;&quot;\q&z;)"}); }});
}

}  // namespace colophon::fuzz
