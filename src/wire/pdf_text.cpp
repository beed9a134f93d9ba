// SPDX-License-Identifier: Apache-2.0
#include "wire/pdf_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace colophon::wire::pdf {
namespace {

// PDFDocEncoding where it differs from Latin-1 (ISO 32000-1, annex D.2).
constexpr std::array<char32_t, 8> kFrom18 = {0x02D8, 0x02C7, 0x02C6, 0x02D9,
                                             0x02DD, 0x02DB, 0x02DA, 0x02DC};
constexpr std::array<char32_t, 33> kFrom80 = {
    0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x0192, 0x2044, 0x2039, 0x203A, 0x2212,
    0x2030, 0x201E, 0x201C, 0x201D, 0x2018, 0x2019, 0x201A, 0x2122, 0xFB01, 0xFB02, 0x0141,
    0x0152, 0x0160, 0x0178, 0x017D, 0x0131, 0x0142, 0x0153, 0x0161, 0x017E, 0xFFFD, 0x20AC};

char32_t from_doc_encoding(unsigned char c) noexcept {
  if (c >= 0x18 && c <= 0x1F) return kFrom18[c - 0x18U];
  if (c >= 0x80 && c <= 0xA0) return kFrom80[c - 0x80U];
  return c;
}

bool is_plain(char c) noexcept {
  return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\r' || c == '\t';
}

/// The code point that starts at `at`, which moves behind it. The text is valid UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  char32_t code = lead & (0x3FU >> more);
  for (int i = 0; i < more && at < text.size(); ++i) {
    code = (code << 6) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  }
  return code;
}

std::string utf16_literal(std::string_view utf8) {
  ByteBuffer units = {0xFE, 0xFF};
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t code = next_code_point(utf8, at);
    if (code < 0x10000) {
      append_be(units, code, 2);
    } else {
      append_be(units, 0xD800 + ((code - 0x10000) >> 10), 2);
      append_be(units, 0xDC00 + ((code - 0x10000) & 0x3FF), 2);
    }
  }
  std::string out = "<";
  out += hex_encode(units);
  out.push_back('>');
  return out;
}

}  // namespace

std::string text_to_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xFE\xFF")) return utf16_to_utf8(as_bytes(bytes.substr(2)), true);
  if (bytes.starts_with("\xFF\xFE")) return utf16_to_utf8(as_bytes(bytes.substr(2)), false);
  if (bytes.starts_with("\xEF\xBB\xBF")) return to_valid_utf8(bytes.substr(3));
  const bool high = std::any_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) != 0; });
  if (high && is_utf8(bytes)) return std::string(bytes);
  std::string out;
  for (const char c : bytes) append_utf8(out, from_doc_encoding(static_cast<unsigned char>(c)));
  return out;
}

std::string text_literal(std::string_view utf8) {
  if (!std::all_of(utf8.begin(), utf8.end(), is_plain)) return utf16_literal(utf8);
  std::string out = "(";
  for (const char c : utf8) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '(':
      case ')':
      case '\\':
        out.push_back('\\');
        [[fallthrough]];
      default:
        out.push_back(c);
    }
  }
  return out + ")";
}

}  // namespace colophon::wire::pdf
