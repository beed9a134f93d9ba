// SPDX-License-Identifier: Apache-2.0
#include "wire/pdf_object.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace colophon::wire::pdf {
namespace {

constexpr int kEnd = -1;
constexpr std::string_view kDelimiters = "()<>[]{}/%";

bool is_regular(int c) noexcept {
  return c != kEnd && !is_space(c) &&
         kDelimiters.find(static_cast<char>(c)) == std::string_view::npos;
}

int hex_digit(int c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

template <typename Number>
std::optional<Number> whole_number(std::string_view word) noexcept {
  if (word.starts_with('+')) word.remove_prefix(1);
  Number number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

}  // namespace

bool is_space(int c) noexcept {
  return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

bool is_digit(int c) noexcept {
  return c >= '0' && c <= '9';
}

const Object* Object::find(std::string_view key) const noexcept {
  for (std::size_t i = keys.size(); i-- > 0;) {
    if (keys[i].name == key) return &items[i];
  }
  return nullptr;
}

std::optional<std::uint64_t> Object::number_of(std::string_view key) const noexcept {
  const Object* entry = find(key);
  if (entry == nullptr || !entry->is(Kind::Integer) || entry->integer < 0) return std::nullopt;
  return static_cast<std::uint64_t>(entry->integer);
}

int Parser::peek(std::uint64_t ahead) noexcept {
  if (at_ < text_.size() && ahead < text_.size() - at_) {
    return text_[static_cast<std::size_t>(at_ + ahead)];
  }
  past_end_ = true;
  return kEnd;
}

Failure Parser::wrong(std::string what) const {
  return past_end_ ? fail(ErrorCode::Truncated, "an object ends too early", "pdf", at_)
                   : fail(ErrorCode::Malformed, std::move(what), "pdf", at_);
}

void Parser::skip_space() noexcept {
  for (;;) {
    const int c = peek();
    if (c == '%') {
      while (peek() != kEnd && peek() != '\n' && peek() != '\r') ++at_;
    } else if (is_space(c)) {
      ++at_;
    } else {
      return;
    }
  }
}

void Parser::skip_line_end() noexcept {
  while (peek() == ' ' || peek() == '\t') ++at_;
  if (peek() == '\r') ++at_;
  if (peek() == '\n') ++at_;
}

bool Parser::word(std::string_view word) noexcept {
  skip_space();
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (peek(i) != static_cast<unsigned char>(word[i])) return false;
  }
  if (is_regular(peek(word.size()))) return false;
  at_ += word.size();
  return true;
}

std::optional<std::uint64_t> Parser::number() noexcept {
  skip_space();
  std::uint64_t size = 0;
  while (is_digit(peek(size))) ++size;
  const auto value = whole_number<std::uint64_t>(as_text(slice(text_, at_, size)));
  if (value) at_ += size;
  return value;
}

Result<Object> Parser::object() {
  objects_ = 0;
  return value(0);
}

Result<Object> Parser::value(std::uint32_t depth) {
  skip_space();
  if (depth > limits_.max_depth || ++objects_ > limits_.max_structures) {
    return fail(ErrorCode::LimitExceeded, "an object is nested too deep or has too many parts",
                "pdf", at_);
  }
  Object out;
  const std::uint64_t start = at_;
  const int c = peek();
  if (c == '/') {
    out.kind = Kind::Name;
    out.text = name();
  } else if (c == '(') {
    out.kind = Kind::String;
    out.text = TRY(literal_string());
  } else if (c == '[') {
    out.kind = Kind::Array;
    TRY(array(out, depth));
  } else if (c == '<' && peek(1) == '<') {
    out.kind = Kind::Dictionary;
    TRY(dictionary(out, depth));
  } else if (c == '<') {
    out.kind = Kind::String;
    out.text = TRY(hex_string());
  } else {
    out = TRY(word_or_number());
  }
  out.span = {start, at_ - start};
  return out;
}

Result<Object> Parser::word_or_number() {
  const std::uint64_t start = at_;
  while (is_regular(peek())) ++at_;
  const std::string_view word = as_text(slice(text_, start, at_ - start));
  Object out;
  if (word.empty()) return wrong("an object is missing");
  if (word == "true" || word == "false") {
    out.kind = Kind::Boolean;
    out.truth = word == "true";
  } else if (const auto integer = whole_number<std::int64_t>(word)) {
    out.kind = Kind::Integer;
    out.integer = *integer;
    if (reference_follows(out)) out.kind = Kind::Reference;
  } else if (word.find_first_not_of("+-.0123456789") == std::string_view::npos) {
    out.kind = Kind::Real;
    out.text = word;
  } else if (word != "null") {
    at_ = start;
    return wrong(fmt::format("\"{}\" is no object", std::string(word.substr(0, 20))));
  }
  return out;
}

/// "12 0 R" starts like the integer 12, so the rest is tried and given back if it does not fit.
bool Parser::reference_follows(Object& out) noexcept {
  const std::uint64_t start = at_;
  const auto generation = number();
  if (generation && *generation <= 0xFFFF && word("R") && out.integer >= 0 &&
      out.integer <= UINT32_MAX) {
    out.reference = {static_cast<std::uint32_t>(out.integer),
                     static_cast<std::uint32_t>(*generation)};
    return true;
  }
  at_ = start;
  return false;
}

std::string Parser::name() {
  std::string out;
  ++at_;
  while (is_regular(peek())) {
    const int high = peek() == '#' ? hex_digit(peek(1)) : -1;
    const int low = high >= 0 ? hex_digit(peek(2)) : -1;
    out.push_back(static_cast<char>(low >= 0 ? high * 16 + low : peek()));
    at_ += low >= 0 ? 3 : 1;
  }
  return out;
}

/// What stands behind a backslash in a literal string (7.3.4.2, table 3).
void Parser::escape(std::string& out) noexcept {
  constexpr std::string_view kNames = "nrtbf";
  constexpr std::string_view kValues = "\n\r\t\b\f";
  const int c = peek();
  if (c == kEnd) return;
  if (c >= '0' && c <= '7') {
    int code = 0;
    for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i, ++at_) {
      code = code * 8 + (peek() - '0');
    }
    out.push_back(static_cast<char>(code & 0xFF));
    return;
  }
  ++at_;
  if (c == '\r' || c == '\n') {  // a line continued
    if (c == '\r' && peek() == '\n') ++at_;
    return;
  }
  const auto known = kNames.find(static_cast<char>(c));
  out.push_back(known != std::string_view::npos ? kValues[known] : static_cast<char>(c));
}

Result<std::string> Parser::literal_string() {
  std::string out;
  int open = 1;
  for (++at_;;) {
    const int c = peek();
    if (c == kEnd) return wrong("a string has no end");
    ++at_;
    if (c == '\\') {
      escape(out);
      continue;
    }
    if (c == '(') ++open;
    if (c == ')' && --open == 0) return out;
    if (c == '\r' && peek() == '\n') ++at_;
    out.push_back(c == '\r' ? '\n' : static_cast<char>(c));
  }
}

Result<std::string> Parser::hex_string() {
  std::string out;
  int high = -1;
  for (++at_;;) {
    const int c = peek();
    if (c == kEnd) return wrong("a string has no end");
    ++at_;
    if (c == '>') break;
    const int digit = hex_digit(c);
    if (digit < 0 && !is_space(c)) return wrong("a hexadecimal string holds another character");
    if (digit < 0) continue;
    if (high >= 0) out.push_back(static_cast<char>(high * 16 + digit));
    high = high >= 0 ? -1 : digit;
  }
  if (high >= 0) out.push_back(static_cast<char>(high * 16));
  return out;
}

Status Parser::array(Object& out, std::uint32_t depth) {
  for (++at_;;) {
    skip_space();
    if (peek() == ']') break;
    out.items.push_back(TRY(value(depth + 1)));
  }
  ++at_;
  return {};
}

Status Parser::dictionary(Object& out, std::uint32_t depth) {
  for (at_ += 2;;) {
    skip_space();
    if (peek() == '>' && peek(1) == '>') break;
    if (peek() != '/') return wrong("a dictionary has an entry without a key");
    const std::uint64_t key_at = at_;
    out.keys.push_back({name(), key_at});
    skip_space();
    if (peek() == '>' && peek(1) == '>') {  // a key without a value means null
      out.items.emplace_back();
      out.items.back().span = {at_, 0};
    } else {
      out.items.push_back(TRY(value(depth + 1)));
    }
  }
  at_ += 2;
  return {};
}

std::string name_literal(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    const auto code = static_cast<unsigned char>(c);
    if (is_regular(code) && code > ' ' && code < 0x7F && c != '#') {
      out.push_back(c);
    } else {
      out += fmt::format("#{:02X}", code);
    }
  }
  return out;
}

std::string with_changes(Bytes text, const Object& dictionary, std::span<const Change> changes) {
  std::string out = "<<";
  for (const Change& change : changes) {
    if (change.value) out += name_literal(change.key) + " " + *change.value;
  }
  // The entries that stay, with the white space around them.
  std::uint64_t from = dictionary.span.offset + 2;
  for (std::size_t i = 0; i < dictionary.keys.size(); ++i) {
    const bool changed = std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
      return change.key == dictionary.keys[i].name;
    });
    if (!changed) continue;
    out += as_text(slice(text, from, dictionary.keys[i].at - from));
    from = dictionary.items[i].span.end();
  }
  out += as_text(slice(text, from, dictionary.span.end() - from));
  return out;
}

}  // namespace colophon::wire::pdf
