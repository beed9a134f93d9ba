// SPDX-License-Identifier: Apache-2.0
// PDF's objects (ISO 32000-1, 7.2 and 7.3): the values that stand in a file, and the small surgery
// on dictionaries that an incremental update needs. No meaning, no file structure.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

namespace colophon::wire::pdf {

enum class Kind : std::uint8_t {
  Null,
  Boolean,
  Integer,
  Real,
  String,
  Name,
  Array,
  Dictionary,
  Reference,
};

/// The name of an indirect object: "number generation R".
struct Reference {
  std::uint32_t number = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const Reference&, const Reference&) = default;
};

struct Key {
  std::string name;      ///< without the slash, #xx decoded
  std::uint64_t at = 0;  ///< of the slash, in the text that was parsed
};

struct Object {
  Kind kind = Kind::Null;
  bool truth = false;
  std::int64_t integer = 0;
  Reference reference;
  std::string text;           ///< String: its bytes; Name: decoded; Real: as written
  std::vector<Key> keys;      ///< Dictionary: keys[i] belongs to items[i]
  std::vector<Object> items;  ///< Array, Dictionary
  Range span;                 ///< in the text that was parsed

  /// The last entry of that name, as most readers do; null when there is none.
  [[nodiscard]] const Object* find(std::string_view key) const noexcept;
  [[nodiscard]] bool is(Kind wanted) const noexcept { return kind == wanted; }
  [[nodiscard]] bool is_name(std::string_view name) const noexcept {
    return kind == Kind::Name && text == name;
  }
  /// The value of an entry that is an integer from 0 up.
  [[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view key) const noexcept;
};

/// Reads objects and words out of a piece of text. Errors: `truncated` (the text ends inside),
/// `malformed`, `limit-exceeded` (nesting, number of objects).
class Parser {
 public:
  Parser(Bytes text, std::uint64_t at, const Limits& limits) noexcept
      : text_(text), at_(at), limits_(limits) {}

  [[nodiscard]] Result<Object> object();
  /// Steps over `word` when it comes next as a whole word.
  [[nodiscard]] bool word(std::string_view word) noexcept;
  /// A run of digits.
  [[nodiscard]] std::optional<std::uint64_t> number() noexcept;
  /// White space and comments.
  void skip_space() noexcept;
  /// The end of line behind the word "stream": CR LF, LF or, against the rule, CR.
  void skip_line_end() noexcept;
  [[nodiscard]] std::uint64_t at() const noexcept { return at_; }
  /// How many objects the last call of `object` made.
  [[nodiscard]] std::uint32_t objects() const noexcept { return objects_; }
  /// The answer depends on what follows the text: ask again with more of it, if there is more.
  [[nodiscard]] bool looked_past_end() const noexcept { return past_end_; }

 private:
  [[nodiscard]] int peek(std::uint64_t ahead = 0) noexcept;
  [[nodiscard]] Result<Object> value(std::uint32_t depth);
  [[nodiscard]] Result<Object> word_or_number();
  [[nodiscard]] Result<std::string> literal_string();
  [[nodiscard]] Result<std::string> hex_string();
  [[nodiscard]] std::string name();
  void escape(std::string& out) noexcept;
  [[nodiscard]] Status array(Object& out, std::uint32_t depth);
  [[nodiscard]] Status dictionary(Object& out, std::uint32_t depth);
  [[nodiscard]] bool reference_follows(Object& out) noexcept;
  [[nodiscard]] Failure wrong(std::string what) const;

  Bytes text_;
  std::uint64_t at_;
  const Limits& limits_;
  std::uint32_t objects_ = 0;
  bool past_end_ = false;
};

[[nodiscard]] bool is_space(int c) noexcept;
[[nodiscard]] bool is_digit(int c) noexcept;

/// "Let this entry be so": a value as it stands in a file, or none to take the entry out.
struct Change {
  std::string key;
  std::optional<std::string> value;
};
/// The text of `dictionary`, which was parsed from `text`, with the changes made and every other
/// byte kept.
[[nodiscard]] std::string with_changes(Bytes text, const Object& dictionary,
                                       std::span<const Change> changes);
/// "/Key", with #xx where a character cannot stand for itself.
[[nodiscard]] std::string name_literal(std::string_view name);

}  // namespace colophon::wire::pdf
