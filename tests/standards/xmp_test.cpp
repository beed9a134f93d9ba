// SPDX-License-Identifier: Apache-2.0
#include "standards/xmp.hpp"

#include <filesystem>

#include "standards/xmp_words.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

TEST_CASE("XMP values are found in every form, under any prefix") {
  const auto find = [](std::string_view body) {
    return values(packet(fmt::format("<rdf:Description xmlns:x='urn:test' {}", body)));
  };
  CHECK(find("x:P='a &amp; b'/>") == "a & b|");
  CHECK(find("><x:P>a</x:P></rdf:Description>") == "a|");
  CHECK(find("><P xmlns='urn:test'><![CDATA[<a>]]></P></rdf:Description>") == "<a>|");
  CHECK(find("><x:P rdf:resource='u'/></rdf:Description>") == "u|");
  CHECK(find("><x:P><rdf:Bag><rdf:li>a</rdf:li><rdf:li rdf:resource='b'/></rdf:Bag></x:P>"
             "</rdf:Description>") == "a|b|");
  CHECK(find("><x:P><rdf:Alt><rdf:li xml:lang='x-default'>a</rdf:li></rdf:Alt></x:P>"
             "</rdf:Description>") == "a|");
  CHECK(find("><x:P rdf:parseType='Resource'><x:q>1</x:q><rdf:value>a</rdf:value></x:P>"
             "</rdf:Description>") == "a|");
  CHECK(find("><x:P><rdf:Description rdf:value='a' x:q='1'/></x:P></rdf:Description>") == "a|");
  CHECK(find("><x:P rdf:parseType='Literal'>a</x:P></rdf:Description>") == "a|");
  CHECK(find("><x:Q>1</x:Q></rdf:Description><rdf:Description xmlns:y='urn:test' y:P='a'/>"
             "<x:Typed xmlns:x='urn:test' x:P='b'/") == "");
  CHECK(values(packet("<rdf:Description xmlns:y='urn:test' y:P='a'/><y:T xmlns:y='urn:test' "
                      "y:P='b'/>")) == "a|b|");
  CHECK(values("<rdf:Description xmlns:y='urn:test' y:P='a'/>") == "a|");
}

TEST_CASE("fields of structures are listed, but are not properties of the file") {
  const std::string text = packet(
      "<rdf:Description xmlns:x='urn:test'><x:S><rdf:Seq><rdf:li rdf:parseType='Resource'>"
      "<x:P>inner</x:P></rdf:li><rdf:li x:P='attribute'/></rdf:Seq></x:S></rdf:Description>");
  CHECK(values(text).empty());
  const auto all = xmp_properties(as_bytes(text));
  REQUIRE(all.size() == 2);
  CHECK(all[0].value == "inner");
  CHECK(all[1].value == "attribute");
  CHECK((all[0].nested && all[1].nested));
}

TEST_CASE("the place of a value is its bytes in the packet") {
  const std::string text = packet("<rdf:Description xmlns:x='urn:test' x:P='a&lt;'/>");
  const auto found = find_xmp(as_bytes(text), kUri, "P");
  REQUIRE(found.size() == 1);
  CHECK(text.substr(found[0].where.offset, found[0].where.size) == "a&lt;");
}

TEST_CASE("fragments and odd packets") {
  const auto bare = xmp_properties(as_bytes("<xmp:AIGC>{\"Label\":\"1\"}</xmp:AIGC>"));
  REQUIRE(bare.size() == 1);
  CHECK(bare[0].prefix == "xmp");
  CHECK(bare[0].uri.empty());
  CHECK(xmp_properties(as_bytes("<rdf:Description XmpKvBase64='x='/>")).size() == 1);
  for (const std::string_view broken : {"", "text", "<a", "<x:xmpmeta>", "{\"a\":1}"}) {
    CHECK(xmp_properties(as_bytes(broken)).empty());
  }
  const std::string with_nuls =
      packet("<rdf:Description xmlns:x='urn:test' x:P='a'/>") + std::string(3, '\0');
  CHECK(values(with_nuls) == "a|");
  CHECK(values(set(with_nuls, "b")) == "b|");
}

TEST_CASE("UTF-16 and UTF-32 packets are read, not written") {
  const std::string text = packet("<rdf:Description xmlns:x='urn:test' x:P='a'/>");
  for (const int width : {2, 4}) {
    for (const bool big_endian : {false, true}) {
      for (const bool mark : {false, true}) {
        ByteBuffer stored;
        const auto put = [&](std::uint64_t unit) {
          big_endian ? append_be(stored, unit, width) : append_le(stored, unit, width);
        };
        if (mark) put(0xFEFF);
        for (const char c : text) put(static_cast<unsigned char>(c));
        CHECK(values(as_text(stored)) == "a|");
        const XmpProperty property{"urn:test", "t", "P", "b"};
        const auto out = set_properties(stored, {&property, 1});
        REQUIRE_FALSE(out);
        CHECK(out.error().code == ErrorCode::Unsupported);
      }
    }
  }
}

TEST_CASE("setting keeps the form") {
  CHECK(set("<rdf:Description xmlns:y='urn:test' y:P='a'/>", "\"") ==
        "<rdf:Description xmlns:y='urn:test' y:P='&quot;'/>");
  CHECK(set("<rdf:Description xmlns:y='urn:test'><y:P >a</y:P></rdf:Description>", "{\"b\"}") ==
        "<rdf:Description xmlns:y='urn:test'><y:P >{\"b\"}</y:P></rdf:Description>");
  CHECK(set("<rdf:Description xmlns:y='urn:test'><y:P xml:lang='en' /></rdf:Description>", "b") ==
        "<rdf:Description xmlns:y='urn:test'><y:P xml:lang='en' >b</y:P></rdf:Description>");
  CHECK(set("<rdf:Description xmlns:y='urn:test'><y:P><rdf:Bag><rdf:li>1</rdf:li><rdf:li>2"
            "</rdf:li></rdf:Bag></y:P></rdf:Description>",
            "b") ==
        "<rdf:Description xmlns:y='urn:test'><y:P><rdf:Bag><rdf:li>b</rdf:li></rdf:Bag></y:P>"
        "</rdf:Description>");
  CHECK(set("<rdf:Description><y:P xmlns:y='urn:test' rdf:parseType='Resource'><y:q>1</y:q></y:P>"
            "</rdf:Description>",
            "b") == "<rdf:Description><y:P xmlns:y='urn:test'>b</y:P></rdf:Description>");
}

TEST_CASE("a list of languages has one item, the default") {
  const XmpProperty wanted{"urn:test", "t", "P", "a & b", true};
  const auto fresh = set_properties({}, {&wanted, 1});
  REQUIRE(fresh);
  CHECK(as_text(*fresh).find("<t:P><rdf:Alt><rdf:li xml:lang=\"x-default\">a &amp; b</rdf:li>"
                             "</rdf:Alt></t:P>") != std::string_view::npos);
  const auto found = find_xmp(*fresh, "urn:test", "P");
  REQUIRE(found.size() == 1);
  CHECK(found[0].value == "a & b");
  CHECK(set_properties(*fresh, {&wanted, 1}) == *fresh);
}

TEST_CASE("adding chooses a description, a prefix and a line") {
  CHECK(set("<rdf:Description xmlns:t='urn:clash'/>", "a") ==
        "<rdf:Description xmlns:t='urn:clash' xmlns:t1=\"urn:test\"><t1:P>a</t1:P>"
        "</rdf:Description>");
  CHECK(set(packet("<rdf:Description/><rdf:Description xmlns:y='urn:test'></rdf:Description>"),
            "a") == packet("<rdf:Description/><rdf:Description xmlns:y='urn:test'><y:P>a</y:P>"
                           "</rdf:Description>"));
  CHECK(set("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n"
            " <rdf:Description>\n   <q/>\n </rdf:Description>\n</rdf:RDF>",
            "a") ==
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n"
        " <rdf:Description xmlns:t=\"urn:test\">\n   <q/>\n   <t:P>a</t:P>\n"
        " </rdf:Description>\n</rdf:RDF>");
  CHECK(values(set("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>", "a")) == "a|");
  CHECK(values(set(packet(""), "a")) == "a|");
  const XmpProperty two[] = {{"urn:test", "t", "P", "1"}, {"urn:test", "t", "Q", "2"}};
  const auto both = set_properties(as_bytes("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>"), two);
  REQUIRE(both);
  CHECK(values(as_text(*both)) == "1|");
  CHECK(values(as_text(*both), "Q") == "2|");
  CHECK(as_text(*both).find("xmlns:t") == as_text(*both).rfind("xmlns:t"));
}

TEST_CASE("a prefix that nothing binds is bound, not written a second time") {
  const std::string out = set("<rdf:Description><t:P>old</t:P></rdf:Description>", "new");
  CHECK(out == "<rdf:Description xmlns:t=\"urn:test\"><t:P>new</t:P></rdf:Description>");
}

TEST_CASE("a new packet") {
  for (const std::string_view empty : {std::string_view(), std::string_view("  \n\0\0", 5)}) {
    const std::string out = set(empty, "{\"a\":\"b\"}");
    CHECK(out.starts_with("<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"));
    CHECK(out.ends_with("<?xpacket end=\"w\"?>"));
    CHECK(out.find("  <rdf:Description rdf:about=\"\" xmlns:t=\"urn:test\">\n"
                   "   <t:P>{\"a\":\"b\"}</t:P>\n  </rdf:Description>\n") != std::string::npos);
    CHECK(set(out, "{\"a\":\"b\"}") == out);
  }
}

TEST_CASE("padding keeps the size of a packet") {
  const std::string padded = packet("<rdf:Description xmlns:t='urn:test' t:P='a'/>") + "\n" +
                             std::string(500, ' ') + "\n<?xpacket end='r'?>";
  const std::string grown = set(padded, std::string(300, 'x'));
  CHECK(grown.size() == padded.size());
  CHECK(grown.ends_with("\n<?xpacket end='r'?>"));
  CHECK(is_read_only_xmp(as_bytes(grown)));
  CHECK(set(grown, "b").size() == padded.size());
  const std::string burst = set(padded, std::string(600, 'x'));
  CHECK(burst.size() == padded.size() + 599);
  // A trailer that stands before the root element is none.
  const std::string odd = "<?xpacket end='w'?>" + packet(
                                                      "<rdf:Description xmlns:t='urn:test' "
                                                      "t:P='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'/>");
  CHECK(values(set(odd, "")) == "|");
}

TEST_CASE("what cannot be written is refused with a reason") {
  const auto code = [](std::string_view old, std::string value) {
    const XmpProperty property{"urn:test", "t", "P", std::move(value)};
    const auto out = set_properties(as_bytes(old), {&property, 1});
    REQUIRE_FALSE(out);
    return out.error().code;
  };
  CHECK(code("", std::string("a\0", 2)) == ErrorCode::Usage);
  CHECK(code("", "\xFF") == ErrorCode::Usage);
  CHECK(code("<a>", "v") == ErrorCode::Truncated);
  CHECK(code("<a></b>", "v") == ErrorCode::Malformed);
  CHECK(code("<svg/>", "v") == ErrorCode::Malformed);
}

TEST_CASE("real label snippets read and update") {
  if (testing::samples_folder().empty()) {
    MESSAGE("skipped: no samples");
    return;
  }
  int seen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(testing::samples_folder() + "/labels")) {
    if (entry.path().extension() != ".xmp") continue;
    CAPTURE(entry.path().string());
    const ByteBuffer bytes = testing::read_file(entry.path().string());
    CHECK_FALSE(xmp_properties(bytes).empty());
    if (as_text(bytes).find("Description") != std::string_view::npos) {
      CHECK(values(set(as_text(bytes), "v")) == "v|");
    }
    ++seen;
  }
  CHECK(seen >= 6);
}
