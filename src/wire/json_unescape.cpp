// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>

#include "wire/json_scan.hpp"

namespace colophon::wire {
namespace {

constexpr auto kDigits = [] {
  std::array<std::uint8_t, 256> values{};
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<std::uint8_t>(i);
  for (unsigned i = 0; i < 6; ++i) {
    values['a' + i] = values['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}();

/// The four digits at `at`; whoever calls knows that they are there.
char32_t unit_at(const char* at) {
  char32_t unit = 0;
  for (int i = 0; i < 4; ++i) unit = unit << 4 | kDigits[static_cast<std::uint8_t>(at[i])];
  return unit;
}

char* put_utf8(char* out, char32_t point) {
  const auto put = [&](char32_t byte) { *out++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
    return out;
  }
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xE0 | point >> 12);
    } else {
      put(0xF0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3F));
    }
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
  return out;
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
  constexpr std::ptrdiff_t kUnit = 6;  // of "\uXXXX"
  constexpr char32_t kHigh = 0xD800, kLow = 0xDC00, kEnd = 0xE000, kReplacement = 0xFFFD;
  out.resize(inside.size());  // no escape is shorter than what it stands for
  char* to = out.data();
  const char* at = inside.data();
  const char* const end = at + inside.size();
  while (at < end) {
    if (*at != '\\') {
      const void* found = std::memchr(at, '\\', static_cast<std::size_t>(end - at));
      const char* const slash = found != nullptr ? static_cast<const char*>(found) : end;
      to = std::copy(at, slash, to);
      at = slash;
      continue;
    }
    if (end - at < 2) break;
    if (at[1] != 'u' || end - at < kUnit) {
      *to++ = plain_escape(at[1]);
      at += 2;
      continue;
    }
    char32_t point = unit_at(at + 2);
    at += kUnit;
    if (point >= kHigh && point < kEnd) {
      const bool pair = point < kLow && end - at >= kUnit && at[0] == '\\' && at[1] == 'u';
      const char32_t second = pair ? unit_at(at + 2) : 0;
      const bool whole = second >= kLow && second < kEnd;
      point = whole ? 0x10000 + ((point - kHigh) << 10) + (second - kLow) : kReplacement;
      if (whole) at += kUnit;
    }
    to = put_utf8(to, point);
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace colophon::wire
