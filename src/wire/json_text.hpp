// SPDX-License-Identifier: Apache-2.0
// JSON (RFC 8259) of small documents, with positions. A label is updated byte by byte inside text
// that somebody else wrote, so every value knows where it stands; duplicates and the order of keys
// are kept. No JSON library here gives that. A second, lenient reader salvages what it can from
// text that is cut or damaged.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "wire/escapes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace colophon::wire {

enum class JsonType : std::uint8_t { Null, Boolean, Number, String, Array, Object };
/// "null", "boolean", "number", "string", "array", "object".
[[nodiscard]] std::string_view to_string(JsonType type) noexcept;

struct JsonMember;
struct JsonValue {
  JsonType type = JsonType::Null;
  std::string text;                 ///< a string decoded; any other scalar as written
  std::vector<JsonValue> items;     ///< of an array
  std::vector<JsonMember> members;  ///< of an object, in order, duplicates kept
  std::size_t begin = 0, end = 0;   ///< in the parsed text; a string with its quotes

  /// The last member of that name, as most readers take it; null when there is none.
  [[nodiscard]] const JsonValue* find(std::string_view key) const noexcept;
};
struct JsonMember {
  std::string key;
  JsonValue value;
};

/// The whole text is one value. Strict: UTF-8, no comments, no trailing comma, no lone surrogate.
[[nodiscard]] Result<JsonValue> parse_json(std::string_view text, const Limits& limits);
/// One value at `begin`; what follows it is not looked at. Positions count from the text's start.
[[nodiscard]] Result<JsonValue> parse_json_at(std::string_view text, std::size_t begin,
                                              const Limits& limits);

/// A key and scalar value saved from damaged text, at whatever depth it stood.
struct SavedPair {
  std::string key;
  std::string text;  ///< decoded as far as it goes
  JsonType type = JsonType::String;
  bool cut = false;  ///< the value has no end
};
struct Salvage {
  std::vector<SavedPair> pairs;
  bool cut = false;     ///< the text ends before the value that it started
  bool elided = false;  ///< somebody put an ellipsis in the place of something
  std::size_t end = 0;  ///< where reading stopped, in the text
};
/// Reads from the `{` at `begin` until it is closed or the text gives out. Total.
[[nodiscard]] Salvage salvage_json(std::string_view text, std::size_t begin);

/// `text` as a JSON string with its quotes.
[[nodiscard]] std::string quote_json(std::string_view text);

}  // namespace colophon::wire
