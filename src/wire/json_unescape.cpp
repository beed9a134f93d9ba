// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "wire/json_scan.hpp"

namespace colophon::wire {
namespace {

/// The four digits behind "\u" at `at`; whoever calls knows that they are there.
char32_t unit_at(std::string_view text, std::size_t at) {
  char32_t unit = 0;
  for (const char c : text.substr(at, 4)) {
    const char low = static_cast<char>(c | 0x20);
    unit = unit * 16 + static_cast<char32_t>(low <= '9' ? c - '0' : low - 'a' + 10);
  }
  return unit;
}

char plain_escape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

void unescape_json(std::string_view inside, std::string& out) {
  constexpr std::size_t kUnit = 6;  // of "\uXXXX"
  constexpr char32_t kHigh = 0xD800, kLow = 0xDC00, kEnd = 0xE000, kReplacement = 0xFFFD;
  out.clear();
  while (true) {
    const std::size_t slash = inside.find('\\');
    out += inside.substr(0, slash);
    if (slash == std::string_view::npos) return;
    inside.remove_prefix(slash);
    if (inside.size() < 2) return;
    if (inside[1] != 'u' || inside.size() < kUnit) {
      out += plain_escape(inside[1]);
      inside.remove_prefix(2);
      continue;
    }
    char32_t point = unit_at(inside, 2);
    inside.remove_prefix(kUnit);
    if (point >= kHigh && point < kEnd) {
      const bool pair = point < kLow && inside.size() >= kUnit && inside.starts_with("\\u");
      const char32_t second = pair ? unit_at(inside, 2) : 0;
      const bool whole = second >= kLow && second < kEnd;
      point = whole ? 0x10000 + ((point - kHigh) << 10) + (second - kLow) : kReplacement;
      if (whole) inside.remove_prefix(kUnit);
    }
    append_utf8(out, point);
  }
}

}  // namespace colophon::wire
