// SPDX-License-Identifier: Apache-2.0
// Properties of setting XMP properties, on random and hostile packets; pugixml is the second
// reader.
#include <algorithm>
#include <chrono>
#include <pugixml.hpp>
#include <sstream>

#include "standards/xmp_words.hpp"
#include "support/support.hpp"
#include "wire/xml.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kRdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// The namespace of a pugixml name, by walking up: independent of our own resolution.
std::string resolved(pugi::xml_node node, const std::string& name) {
  const auto colon = name.find(':');
  const std::string prefix = colon == std::string::npos ? "" : name.substr(0, colon);
  const std::string local = colon == std::string::npos ? name : name.substr(colon + 1);
  const std::string key = prefix.empty() ? "xmlns" : "xmlns:" + prefix;
  for (; node; node = node.parent()) {
    if (node.attribute(key.c_str()))
      return fmt::format("{{{}}}{}", node.attribute(key.c_str()).value(), local);
  }
  return name;
}

/// Every property of every rdf:Description that pugixml sees, with all it contains, but `except`.
std::vector<std::string> others(std::string_view text, std::string_view except) {
  pugi::xml_document document;
  REQUIRE(document.load_buffer(text.data(), text.size(), pugi::parse_full));
  std::vector<std::string> found;
  const auto keep = [&](const std::string& name, const std::string& value) {
    if (name != except && name != fmt::format("{{{}}}about", kRdf))
      found.push_back(fmt::format("{}={}", name, value));
  };
  for (const auto& hit : document.select_nodes("//*[local-name()='RDF']/*")) {
    const pugi::xml_node node = hit.node();
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string name = attribute.name();
      if (name.rfind("xmlns", 0) != 0) keep(resolved(node, name), attribute.value());
    }
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      std::ostringstream printed;
      for (const pugi::xml_node& inner : child.children())
        inner.print(printed, "", pugi::format_raw);
      for (const pugi::xml_attribute& attribute : child.attributes()) {
        printed << attribute.name() << attribute.value();
      }
      keep(resolved(child, child.name()), printed.str());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

constexpr std::string_view kValues[] = {
    "plain", "a & b < c > d", "{\"Label\":\"1\"}", "标识 \t\n'x'", "", " "};

std::string random_property(testing::Random& random, std::string_view name) {
  const std::string value = wire::escape_xml_attribute(kValues[random.below(std::size(kValues))]);
  switch (random.below(8)) {
    case 0:
      return fmt::format("<{0}/>", name);
    case 1:
      return fmt::format("<{0} rdf:resource=\"{1}\"/>", name, value);
    case 2:
      return fmt::format("<{0} xml:lang='en'>{1}<!--c--></{0}>", name, value);
    case 3:
      return fmt::format(
          "<{0}><rdf:Alt><rdf:li "
          "xml:lang='x-default'>{1}</rdf:li><rdf:li>2</rdf:li></rdf:Alt></{0}>",
          name, value);
    case 4:
      return fmt::format(
          "<{0} rdf:parseType='Resource'><rdf:value>{1}</rdf:value><o:q>u</o:q></{0}>", name,
          value);
    case 5:
      return fmt::format("<{0} rdf:parseType='Resource'><o:q>{1}</o:q><o:r/></{0}>", name, value);
    case 6:
      return fmt::format(
          "<{0}><rdf:Seq>\n <rdf:li "
          "rdf:parseType='Resource'><o:P>{1}</o:P></rdf:li></rdf:Seq></{0}>",
          name, value);
    default:
      return fmt::format("<{0}>{1}</{0}>", name, value);
  }
}

std::string random_packet(testing::Random& random) {
  const bool pretty = random.below(2) == 0;
  const std::string line = pretty ? "\n  " : "";
  std::string inside;
  for (std::uint64_t n = random.below(4); n > 0; --n) {
    constexpr std::string_view kSpaces[] = {"", " xmlns:t='urn:clash'", " xmlns:t='urn:test'",
                                            " xmlns:z='urn:test'"};
    const std::uint64_t space = random.below(4);
    inside +=
        fmt::format("{}<rdf:Description rdf:about=''{} xmlns:o='urn:other'", line, kSpaces[space]);
    if (random.below(3) == 0) inside += " o:attribute='&quot;v&#10;'";
    const std::string_view target = space == 2 ? "t:P" : "z:P";
    const bool has_target = space >= 2 && random.below(2) == 0;
    const bool as_attribute = has_target && random.below(2) == 0;
    if (as_attribute) inside += fmt::format("{} {}=\"x&lt;\"", line, target);
    if (random.below(4) == 0 && (!has_target || as_attribute)) {
      inside += "/>";
      continue;
    }
    inside += ">";
    if (has_target && !as_attribute) inside += line + random_property(random, target);
    for (std::uint64_t m = random.below(4); m > 0; --m) {
      inside += line + random_property(random, fmt::format("o:n{}", m));
    }
    inside += line + "</rdf:Description>";
  }
  std::string out = packet(inside + line);
  if (random.below(2) == 0) {
    out = fmt::format(
        "<?xpacket begin='\xEF\xBB\xBF' id='W5M0MpCehiHzreSzNTczkc9d'?>\n{}\n{}<?xpacket "
        "end='{}'?>",
        out, std::string(random.below(3) * 200, ' '), random.below(2) == 0 ? "w" : "r");
  }
  return out;
}

/// Sets, then checks what must hold of every set.
void check_set(const std::string& before, const std::string& value) {
  CAPTURE(before);
  const std::string after = set(before, value);
  CAPTURE(after);
  const auto found = find_xmp(as_bytes(after), kUri, "P");
  REQUIRE_FALSE(found.empty());
  for (const XmpValue& one : found) REQUIRE(one.value == value);
  REQUIRE(set(after, value) == after);
  REQUIRE(others(after, "{urn:test}P") == others(before, "{urn:test}P"));
}

}  // namespace

TEST_CASE("random packets: set then get, nothing else changes, twice is once") {
  testing::Random random(3);
  for (int round = 0; round < 1500; ++round) {
    const std::string before = random_packet(random);
    check_set(before, std::string(kValues[random.below(std::size(kValues))]));
    const auto old = find_xmp(as_bytes(before), kUri, "P");
    const bool one = std::all_of(old.begin(), old.end(), [&](const XmpValue& value) {
      return value.value == old[0].value && value.form != XmpForm::Item;
    });
    // A structure of that name beside a simple value is made equal to it.
    const bool structures = before.find("<o:r/></z:P>") != before.npos ||
                            before.find("<o:r/></t:P>") != before.npos ||
                            before.find("</rdf:Seq></z:P>") != before.npos ||
                            before.find("</rdf:Seq></t:P>") != before.npos;
    if (!old.empty() && one && !structures) REQUIRE(set(before, old[0].value) == before);
  }
}

TEST_CASE("mutated packets give a clean answer") {
  testing::Random random(5);
  for (int round = 0; round < 2000; ++round) {
    const ByteBuffer bytes = testing::mutate(as_bytes(random_packet(random)), random);
    (void)xmp_properties(bytes);
    const XmpProperty property{"urn:test", "t", "P", "v"};
    const auto out = set_properties(bytes, {&property, 1});
    if (!out) continue;
    const auto found = find_xmp(*out, kUri, "P");
    REQUIRE_FALSE(found.empty());
    CHECK(found[0].value == "v");
  }
}

TEST_CASE("a hostile packet costs little") {
  const auto started = testing::ComputingClock::now();
  std::string inside = "<rdf:Description xmlns:t='urn:test'>";
  for (int i = 0; i < 20000; ++i) inside += "<t:P><rdf:Bag><rdf:li>x</rdf:li></rdf:Bag></t:P>";
  const std::string text = packet(inside + "</rdf:Description>");
  CHECK(find_xmp(as_bytes(text), kUri, "P").size() == 20000);
  (void)set(text, "v");
  std::string nested = "<rdf:Description xmlns:t='urn:test'>";
  for (int i = 0; i < 50; ++i) nested += "<t:S><rdf:Description>";
  for (int i = 0; i < 10000; ++i) nested += "<t:P>x</t:P>";
  for (int i = 0; i < 50; ++i) nested += "</rdf:Description></t:S>";
  Limits deep;
  deep.max_depth = 256;
  CHECK(xmp_properties(as_bytes(packet(nested + "</rdf:Description>")), deep).size() == 10000);
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
}
