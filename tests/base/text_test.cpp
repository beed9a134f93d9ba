// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace colophon;

TEST_CASE("UTF-8 is checked and repaired") {
  CHECK(is_utf8("AI生成"));
  CHECK_FALSE(is_utf8("\xC0\x80"));
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));
  CHECK(to_valid_utf8("a\xFFz") == "a\xEF\xBF\xBDz");
  CHECK(latin1_to_utf8(as_bytes("\xE9")) == "é");
  CHECK(utf16_to_utf8(as_bytes(std::string_view("\x51\x4B\xD8\x3D\xDE\x00", 6)), true) == "克😀");
}

TEST_CASE("base64 in both alphabets") {
  for (const std::string text : {"", "a", "ab", "abc", "abcd"}) {
    CHECK(to_string(base64_decode(base64_encode(as_bytes(text))).value()) == text);
  }
  CHECK(base64_encode(as_bytes("hello")) == "aGVsbG8=");
  CHECK(base64_decode("-_-_").has_value());
  CHECK_FALSE(base64_decode("a"));
  CHECK_FALSE(base64_decode("ab*d"));
}
