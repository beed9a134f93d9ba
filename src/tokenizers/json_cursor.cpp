// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/json_cursor.hpp"

#include "wire/json_scan.hpp"

#include <fmt/core.h>

#include <charconv>
#include <cstdlib>

namespace colophon::tokenizers {

char JsonCursor::peek() noexcept {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
    ++at_;
  }
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonCursor::take(char c) noexcept {
  if (peek() != c) return false;
  ++at_;
  return true;
}

Status JsonCursor::expect(char c) {
  if (!take(c)) return wrong(fmt::format("'{}'", c));
  return {};
}

Result<std::string> JsonCursor::string() {
  if (peek() != '"') return wrong("a string");
  const std::size_t begin = at_++;
  bool escaped = false;
  while (at_ < text_.size() && text_[at_] != '"') {
    escaped = escaped || text_[at_] == '\\';
    at_ += text_[at_] == '\\' ? 2 : 1;
  }
  if (at_ >= text_.size()) return wrong("the end of a string");
  ++at_;
  const std::string_view stored = text_.substr(begin, at_ - begin);
  if (escaped) return wire::json_string(stored);
  return std::string(stored.substr(1, stored.size() - 2));
}

std::string_view JsonCursor::scalar() {
  (void)peek();
  const std::size_t begin = at_;
  while (at_ < text_.size() &&
         std::string_view(",]} \n\r\t").find(text_[at_]) == std::string_view::npos) {
    ++at_;
  }
  return text_.substr(begin, at_ - begin);
}

Result<std::uint32_t> JsonCursor::integer() {
  const std::string_view text = scalar();
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return wrong("a token id");
  return value;
}

// As serde_json reads it: the digits as an integer, times or by a power of ten. That is not always
// the nearest number, and of two paths with the same sum the one that it makes larger is taken.
Result<double> JsonCursor::number() {
  std::string_view text = scalar();
  if (text.empty()) return wrong("a number");
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::uint64_t digits = 0;
  long exponent = 0;
  bool fraction = false, full = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      fraction = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') return wrong("a number");
    const auto digit = static_cast<std::uint64_t>(text[at] - '0');
    full = full || digits > (UINT64_MAX - digit) / 10;
    if (!full) digits = digits * 10 + digit;
    exponent += full ? (fraction ? 0 : 1) : (fraction ? -1 : 0);
  }
  if (at < text.size()) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    int given = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), given);
    if (error != std::errc() || end != text.data() + text.size()) return wrong("a number");
    exponent += given;
  }
  if (exponent < -300 || exponent > 300) return wrong("a number of common size");
  const auto value = static_cast<double>(digits);
  // A power of ten as its literal: pow() need not give the nearest.
  double power = 1;
  const std::string literal = fmt::format("1e{}", std::labs(exponent));
  (void)std::from_chars(literal.data(), literal.data() + literal.size(), power);
  const double result = exponent < 0 ? value / power : value * power;
  return negative ? -result : result;
}

Result<bool> JsonCursor::more(char end) {
  if (take(',')) return true;
  TRY(expect(end));
  return false;
}

Failure JsonCursor::wrong(std::string_view what) const {
  return fail(ErrorCode::Malformed, fmt::format("expected {}", what), "tokenizer.json",
              base_ + at_);
}

}  // namespace colophon::tokenizers
