// SPDX-License-Identifier: Apache-2.0
#include "wire/json_text.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

namespace colophon::wire {
namespace {

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

class Parser {
 public:
  Parser(std::string_view text, std::size_t begin, const Limits& limits)
      : text_(text), at_(begin), limits_(limits) {}

  Result<JsonValue> value(std::uint32_t depth) {
    skip_space();
    if (depth > limits_.max_depth || ++count_ > limits_.max_structures) {
      return fail(ErrorCode::LimitExceeded, "the JSON is nested too deeply or too large", "json",
                  at_);
    }
    JsonValue value;
    value.begin = at_;
    TRY(fill(value, depth));
    value.end = at_;
    return value;
  }

  void skip_space() noexcept {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] Failure broken(std::string_view expected) const {
    if (at_end()) return fail(ErrorCode::Truncated, "the JSON text is cut", "json", at_);
    return fail(ErrorCode::Malformed,
                fmt::format("the JSON text breaks where {} should be", expected), "json", at_);
  }

 private:
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) noexcept {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_space_then(char c) noexcept {
    skip_space();
    return take(c);
  }

  Status fill(JsonValue& value, std::uint32_t depth) {
    switch (peek()) {
      case '{':
        return object(value, depth);
      case '[':
        return array(value, depth);
      case '"':
        value.type = JsonType::String;
        value.text = TRY(string());
        return {};
      case 't':
        return word(value, "true", JsonType::Boolean);
      case 'f':
        return word(value, "false", JsonType::Boolean);
      case 'n':
        return word(value, "null", JsonType::Null);
      default:
        return number(value);
    }
  }

  Status object(JsonValue& value, std::uint32_t depth) {
    value.type = JsonType::Object;
    ++at_;
    if (take_space_then('}')) return {};
    do {
      skip_space();
      if (peek() != '"') return broken("a key");
      std::string key = TRY(string());
      if (!take_space_then(':')) return broken("a colon");
      value.members.push_back({std::move(key), TRY(this->value(depth + 1))});
    } while (take_space_then(','));
    return take('}') ? Status() : broken("a comma or a closing brace");
  }

  Status array(JsonValue& value, std::uint32_t depth) {
    value.type = JsonType::Array;
    ++at_;
    if (take_space_then(']')) return {};
    do {
      value.items.push_back(TRY(this->value(depth + 1)));
    } while (take_space_then(','));
    return take(']') ? Status() : broken("a comma or a closing bracket");
  }

  /// Decodes the string at the cursor. `unescape_json` leaves a broken escape as it is, so its
  /// backslash is told from a decoded one by how many coded bytes it takes.
  Result<std::string> string() {
    const std::size_t begin = ++at_;
    while (!at_end() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return broken("the rest of a string");
      at_ += text_[at_] == '\\' && at_ + 1 < text_.size() ? 2 : 1;
    }
    if (at_end()) return broken("a closing quote");
    const std::string_view coded = text_.substr(begin, at_++ - begin);
    if (!is_utf8(coded)) {
      return fail(ErrorCode::Malformed, "a JSON string is not UTF-8", "json", begin);
    }
    if (coded.find('\\') == std::string_view::npos) return std::string(coded);
    Decoded decoded = unescape_json(coded);
    for (std::size_t i = 0; i < decoded.text.size(); ++i) {
      if (decoded.text[i] == '\\' && decoded.at[i + 1] - decoded.at[i] == 1) {
        return fail(ErrorCode::Malformed, "a JSON string holds an unknown escape", "json",
                    begin + decoded.at[i]);
      }
    }
    return std::move(decoded.text);
  }

  Status word(JsonValue& value, std::string_view word, JsonType type) {
    if (text_.substr(at_, word.size()) != word) return broken("a value");
    at_ += word.size();
    value.type = type;
    value.text = word;
    return {};
  }

  bool digits() noexcept {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    return at_ > begin;
  }

  Status number(JsonValue& value) {
    const std::size_t begin = at_;
    take('-');
    if (!take('0') && !digits()) return broken("a value");
    if (take('.') && !digits()) return broken("a digit");
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return broken("a digit");
    }
    value.type = JsonType::Number;
    value.text = text_.substr(begin, at_ - begin);
    return {};
  }

  std::string_view text_;
  std::size_t at_;
  const Limits& limits_;
  std::uint32_t count_ = 0;
};

}  // namespace

std::string_view to_string(JsonType type) noexcept {
  switch (type) {
    case JsonType::Null:
      return "null";
    case JsonType::Boolean:
      return "boolean";
    case JsonType::Number:
      return "number";
    case JsonType::String:
      return "string";
    case JsonType::Array:
      return "array";
    case JsonType::Object:
      return "object";
  }
  return "";
}

const JsonValue* JsonValue::find(std::string_view key) const noexcept {
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    if (member->key == key) return &member->value;
  }
  return nullptr;
}

Result<JsonValue> parse_json(std::string_view text, const Limits& limits) {
  Parser parser(text, 0, limits);
  JsonValue value = TRY(parser.value(0));
  parser.skip_space();
  if (!parser.at_end()) return parser.broken("the end");
  return value;
}

Result<JsonValue> parse_json_at(std::string_view text, std::size_t begin, const Limits& limits) {
  return Parser(text, begin, limits).value(0);
}

std::string quote_json(std::string_view text) {
  return '"' + escape_json(text) + '"';
}

}  // namespace colophon::wire
