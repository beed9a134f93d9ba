// SPDX-License-Identifier: Apache-2.0
#include "wire/escapes.hpp"

#include "base/text.hpp"
#include "wire/xml.hpp"

#include <fmt/core.h>

#include <charconv>
#include <optional>
#include <utility>

namespace colophon::wire {
namespace {

constexpr std::size_t kLongestReference = 12;  // "&#x0010FFFF;" and every entity of XML
/// One escape: what it stands for and how many coded bytes it takes.
struct Escape {
  std::string text;
  std::size_t size = 0;
};

bool is_surrogate(char32_t unit) noexcept {
  return unit >= 0xD800 && unit <= 0xDFFF;
}

std::optional<char32_t> hex_unit(std::string_view coded, std::size_t at) noexcept {
  if (coded.size() < at + 6 || coded[at] != '\\' || coded[at + 1] != 'u') return {};
  const char* digits = coded.data() + at + 2;
  std::uint32_t unit = 0;
  const auto [end, error] = std::from_chars(digits, digits + 4, unit, 16);
  if (error != std::errc() || end != digits + 4) return {};
  return static_cast<char32_t>(unit);
}

std::optional<Escape> unicode_escape(std::string_view coded, std::size_t at) {
  const auto unit = hex_unit(coded, at);
  if (!unit) return {};
  Escape escape{"", 6};
  if (!is_surrogate(*unit)) {
    append_utf8(escape.text, *unit);
    return escape;
  }
  const auto low = hex_unit(coded, at + 6);
  if (*unit >= 0xDC00 || !low || *low < 0xDC00 || *low > 0xDFFF) return {};
  append_utf8(escape.text, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
  escape.size = 12;
  return escape;
}

std::optional<Escape> json_escape(std::string_view coded, std::size_t at) {
  if (coded[at] != '\\' || at + 1 == coded.size()) return {};
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const auto letter = kLetters.find(coded[at + 1]);
  if (letter != std::string_view::npos) return Escape{std::string(1, kMeanings[letter]), 2};
  return unicode_escape(coded, at);
}

std::optional<Escape> entity(std::string_view coded, std::size_t at) {
  if (coded[at] != '&') return {};
  const auto end = coded.substr(at, kLongestReference).find(';');
  if (end == std::string_view::npos) return {};
  const std::string_view reference = coded.substr(at, end + 1);
  std::string text = unescape_xml(reference);
  if (text == reference) return {};
  return Escape{std::move(text), reference.size()};
}

template <typename Find>
Decoded decode(std::string_view coded, const Find& find) {
  Decoded decoded;
  decoded.text.reserve(coded.size());
  decoded.at.reserve(coded.size() + 1);
  for (std::size_t at = 0; at < coded.size();) {
    Escape step = find(coded, at).value_or(Escape{std::string(1, coded[at]), 1});
    decoded.at.insert(decoded.at.end(), step.text.size(), at);
    decoded.text += step.text;
    at += step.size;
  }
  decoded.at.push_back(coded.size());
  return decoded;
}

}  // namespace

Decoded unescape_json(std::string_view coded) {
  return decode(coded, json_escape);
}

Decoded unescape_entities(std::string_view coded) {
  return decode(coded, entity);
}

std::string escape_json(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace colophon::wire
