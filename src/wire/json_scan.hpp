// SPDX-License-Identifier: Apache-2.0
// JSON (RFC 8259) with byte offsets: finds object members at any depth and sets a top-level one,
// keeping all other bytes. Strict, but for the NaN and Infinity that Python writes. The
// strict reader of small values is wire/json_text.hpp; this one holds no tree, so that documents of
// any size cost nothing but their length, and it answers for a document that is cut.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "wire/text_edit.hpp"

#include <functional>
#include <optional>

namespace colophon::wire {

enum class JsonKind : std::uint8_t { Object, Array, String, Number, Literal };

/// A member as it stands in the text.
struct JsonPlace {
  std::string key;   ///< unescaped
  std::string path;  ///< "$.frontmatter.AIGC", "$[3].AIGC"; long keys are cut
  Range key_where;   ///< with its quotes
  Range value;       ///< as stored, a string with its quotes
  JsonKind kind = JsonKind::Object;
  unsigned depth = 1;    ///< 1: a member of the outermost object
  bool complete = true;  ///< false: the text ends or breaks inside the value
};

/// Is this member wanted? Key and value as stored (the key without quotes, a string with them).
using JsonSelect = std::function<bool(std::string_view key, JsonKind kind, std::string_view value)>;

struct JsonScan {
  std::vector<JsonPlace> members;  ///< the wanted ones, in text order; none inside another
  std::optional<JsonKind> root_kind;
  Range root;                   ///< the outermost value
  Range last_key, last_value;   ///< of the outermost object's last member, wanted or not
  std::optional<Error> damage;  ///< `truncated`, `malformed` or `limit-exceeded`, with offset
};

struct JsonCaps {
  unsigned depth = 64;
  std::size_t members = 4096;
};
/// Reads one document: a value with white space around it. Total.
[[nodiscard]] JsonScan scan_json(std::string_view text, const JsonSelect& select,
                                 const JsonCaps& caps = {});

/// The text of a stored string with its quotes; the closing one may be missing.
[[nodiscard]] std::string json_string(std::string_view stored);
/// What a string of a document that was read without damage says: `inside` is without its quotes.
/// Quick, for texts of any length. A lone surrogate becomes U+FFFD.
void unescape_json(std::string_view inside, std::string& out);
/// One value and nothing else.
[[nodiscard]] bool is_json(std::string_view text);
/// The edit that makes `key` of the outermost object say `json`: replaces the first such member's
/// value, or inserts a member behind the last one in the document's own style. Error `unsupported`
/// when the document is no object, `malformed` when it cannot be read to its end.
[[nodiscard]] Result<TextEdit> set_json_member(std::string_view text, std::string_view key,
                                               std::string_view json);

}  // namespace colophon::wire
