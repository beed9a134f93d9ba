// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "wire/inflate.hpp"
#include "wire/pdf_filter.hpp"
#include "wire/pdf_object.hpp"
#include "wire/pdf_text.hpp"

using namespace colophon;
using namespace colophon::wire::pdf;

namespace {

Result<Object> parsed(std::string_view text) {
  static const Limits limits;
  Parser parser(as_bytes(text), 0, limits);
  return parser.object();
}

std::string string_of(std::string_view text) {
  const auto object = parsed(text);
  REQUIRE(object);
  REQUIRE(object->is(Kind::String));
  return object->text;
}

ByteBuffer decoded(std::string_view dictionary, const ByteBuffer& rows) {
  const auto object = parsed(dictionary);
  REQUIRE(object);
  const auto out = decode(*object, wire::deflate(rows, wire::Deflate::Zlib), 1 << 20);
  REQUIRE_MESSAGE(out, (out ? "" : out.error().message));
  return *out;
}

}  // namespace

TEST_CASE("pdf: strings with escapes, nesting, line ends and hexadecimal digits") {
  CHECK(string_of("(a (b) \\) \\\\ \\101\\7z)") == "a (b) ) \\ A\az");
  CHECK(string_of("(one\\\ntwo\r\nthree\\n)") == "onetwo\nthree\n");
  CHECK(string_of("<48 65\n6C6c6F7>") == "Hellop");
  CHECK(string_of("()").empty());
}

TEST_CASE("pdf: names, numbers, references and comments") {
  const auto object = parsed("<</A#20B 1/C[-2 .5 12 0 R 7 0 null true]%x\n/D/E/F>>");
  REQUIRE(object);
  REQUIRE(object->keys.size() == 4);
  CHECK(object->number_of("A B") == 1);
  CHECK(object->find("D")->is_name("E"));
  CHECK(object->find("F")->is(Kind::Null));
  const auto& items = object->find("C")->items;
  REQUIRE(items.size() == 7);
  CHECK(items[0].integer == -2);
  CHECK(items[1].text == ".5");
  CHECK(items[2].reference == Reference{12, 0});
  CHECK(items[3].integer == 7);
  CHECK(items[6].truth);
}

TEST_CASE("pdf: what is no object gives a clean error") {
  for (const char* text : {"", "(", "<4", "<<", "<</A", "<</A 1", "[", "[1", "<<1 2>>", "endobj",
                           "<zz>", ">>", "]", "/", "<</A endobj>>"}) {
    CAPTURE(text);
    const auto object = parsed(text);
    CHECK((!object || object->is(Kind::Name)));
  }
  const auto deep = parsed(std::string(100'000, '['));
  REQUIRE_FALSE(deep);
  CHECK(deep.error().code == ErrorCode::LimitExceeded);
}

TEST_CASE("pdf: text strings in every encoding") {
  using namespace std::string_literals;
  CHECK(text_to_utf8("plain") == "plain");
  CHECK(text_to_utf8("\xFE\xFF\x6D\xF1\xD8\x3D\xDE\x00"s) == "深😀");
  CHECK(text_to_utf8("\xFF\xFE\xF1\x6D"s) == "深");
  CHECK(text_to_utf8("\xEF\xBB\xBF深") == "深");
  CHECK(text_to_utf8("深, no mark") == "深, no mark");
  CHECK(text_to_utf8("\x80 \xA0 \xE9") == "• € é");
}

TEST_CASE("pdf: a text written as a literal reads back") {
  for (const std::string text : {"", "{\"a\":\"(b)\\\\\"}", "深圳 😀", "tab\tline\r\n", "\x01"}) {
    CAPTURE(text);
    CHECK(text_to_utf8(string_of(text_literal(text))) == text);
  }
  CHECK(text_literal("a(b") == "(a\\(b)");
  CHECK(text_literal("é") == "<feff00e9>");
}

TEST_CASE("pdf: a changed dictionary keeps its other entries byte for byte") {
  const std::string text = "<< /A (x)%c\n/AIGC 1 /B <</AIGC 2>>/AIGC [3] >>";
  const auto object = parsed(text);
  REQUIRE(object);
  const std::vector<Change> set = {{"AIGC", "(new)"}};
  CHECK(with_changes(as_bytes(text), *object, set) == "<</AIGC (new) /A (x)%c\n /B <</AIGC 2>> >>");
  const std::vector<Change> remove = {{"A", std::nullopt}, {"a b", "1"}};
  CHECK(with_changes(as_bytes(text), *object, remove) ==
        "<</a#20b 1 %c\n/AIGC 1 /B <</AIGC 2>>/AIGC [3] >>");
}

TEST_CASE("pdf: PNG predictors and TIFF's are undone") {
  const ByteBuffer png = {0, 1, 2, 3, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1};
  const ByteBuffer plain = {1, 2, 3, 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5};
  CHECK(decoded("<</Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 3>>>>", png) == plain);
  CHECK(decoded("<</Filter[/FlateDecode]/DecodeParms[<</Predictor 2/Columns 3>>]>>",
                {1, 1, 1, 5, 1, 1}) == ByteBuffer{1, 2, 3, 5, 6, 7});
  CHECK(decoded("<</Filter/FlateDecode/DecodeParms null>>", {1, 2}) == ByteBuffer{1, 2});
}

TEST_CASE("pdf: a filter that cannot be undone is an error, never a guess") {
  const auto fails = [](std::string_view dictionary) {
    const auto object = parsed(dictionary);
    REQUIRE(object);
    return !decode(*object, wire::deflate(ByteBuffer(9, 1), wire::Deflate::Zlib), 1 << 20);
  };
  CHECK(fails("<</Filter/LZWDecode>>"));
  CHECK(fails("<</Filter[/FlateDecode/FlateDecode/FlateDecode/FlateDecode/FlateDecode]>>"));
  CHECK(fails("<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 9999999999>>>>"));
  CHECK(fails("<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 16777216>>>>"));
  CHECK_FALSE(fails("<</Filter/FlateDecode>>"));
  CHECK_FALSE(fails("<</Filter[/Crypt]/DecodeParms[<</Name/Identity>>]>>"));
}
