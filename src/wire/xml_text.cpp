// SPDX-License-Identifier: Apache-2.0
// Escaping and splicing of XML text.
#include "base/text.hpp"
#include "wire/xml.hpp"

#include <algorithm>
#include <charconv>

namespace colophon::wire {
namespace {

constexpr std::pair<std::string_view, char> kEntities[] = {
    {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

bool is_xml_char(char32_t c) noexcept {
  return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c < 0xD800) ||
         (c >= 0xE000 && c <= 0x10FFFF && c != 0xFFFE && c != 0xFFFF);
}

/// Appends what the reference `name` (between & and ;) stands for. False: unknown.
bool append_reference(std::string& out, std::string_view name) {
  if (name.starts_with('#')) {
    const bool hexadecimal = name.size() > 1 && name[1] == 'x';
    const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
    std::uint32_t code = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
    if (error != std::errc{} || stop != end || !is_xml_char(code)) return false;
    append_utf8(out, code);
    return true;
  }
  const auto* found = std::find_if(std::begin(kEntities), std::end(kEntities),
                                   [&](const auto& entity) { return entity.first == name; });
  if (found == std::end(kEntities)) return false;
  out.push_back(found->second);
  return true;
}

std::string escape(std::string_view text, bool attribute) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      case '"':
        out += attribute ? "&quot;" : "\"";
        break;
      case '\'':
        out += attribute ? "&apos;" : "'";
        break;
      case '\n':
        out += attribute ? "&#xA;" : "\n";
        break;
      case '\t':
        out += attribute ? "&#x9;" : "\t";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

}  // namespace

std::string escape_xml_text(std::string_view text) {
  return escape(text, false);
}

std::string escape_xml_attribute(std::string_view text) {
  return escape(text, true);
}

std::string unescape_xml(std::string_view text) {
  constexpr std::size_t kLongestReference = 12;  // "&#x0010FFFF;"
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t ampersand = std::min(text.find('&', at), text.size());
    out += text.substr(at, ampersand - at);
    at = ampersand;
    if (at == text.size()) break;
    const std::size_t end = text.substr(at, kLongestReference).find(';');
    if (end != std::string_view::npos && append_reference(out, text.substr(at + 1, end - 1))) {
      at += end + 1;
    } else {
      out.push_back('&');
      ++at;
    }
  }
  return out;
}

bool is_xml_text(std::string_view text) noexcept {
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  return !controls && is_utf8(text) && text.find("\xEF\xBF\xBE") == std::string_view::npos &&
         text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

}  // namespace colophon::wire
