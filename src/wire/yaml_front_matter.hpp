// SPDX-License-Identifier: Apache-2.0
// YAML front matter: the blocks between `---` lines of a text document, and a subset of YAML 1.2.2
// that is enough to find a top-level key and to set it to a mapping of scalars. Every scalar is
// text; nothing is resolved to a number, a date or a truth value.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace colophon::wire {

struct FrontMatter {
  Range whole;            ///< both delimiter lines and what stands between them
  Range content;          ///< the YAML: from behind the opening line to the closing line
  bool at_start = false;  ///< at byte 0 or right behind a byte order mark: real front matter
  bool closed = true;     ///< false: the text ends before the closing line
};
/// The block at the start, then later ones whose first line reads like `key: value` (a `---` line
/// is also Markdown's thematic break). At most `max_blocks`; a later block is at most 64 KiB.
[[nodiscard]] std::vector<FrontMatter> find_front_matter(std::string_view text,
                                                         std::size_t max_blocks);
/// Fenced code of Markdown (CommonMark 4.5) from a line's start on, fences included, in order.
[[nodiscard]] std::vector<Range> find_fenced_code(std::string_view text, std::uint64_t from);
/// "\r\n" when the first line of `text` ends so, else "\n".
[[nodiscard]] std::string_view line_ending(std::string_view text) noexcept;

enum class YamlStyle : std::uint8_t {
  Null,          ///< no value: `key:`
  Plain,         ///< unquoted
  Single,        ///< 'quoted'
  Double,        ///< "quoted"
  Literal,       ///< a block scalar, `|` or `>`
  FlowMapping,   ///< {a: b}, on one or several lines; JSON too
  BlockMapping,  ///< lines that are indented deeper
  Other,         ///< a sequence, an alias, or a collection nested too deep; `scalar` = stored text
};

struct YamlEntry;
struct YamlValue {
  YamlStyle style = YamlStyle::Null;
  Range where;  ///< as stored, with quotes or braces, without comment
  std::string scalar;
  std::vector<YamlEntry> entries;  ///< of a mapping; their values are scalars
  bool complete = true;            ///< false: the closing quote or brace is missing
  [[nodiscard]] bool is_mapping() const noexcept {
    return style == YamlStyle::FlowMapping || style == YamlStyle::BlockMapping;
  }
};
struct YamlEntry {
  std::string key;
  Range key_where;  ///< as stored, with quotes
  YamlValue value;
};

/// The top-level mapping. Total: lines that are no entry are passed over (then `complete` is
/// false), a cut value is kept as far as it goes. Ranges are offsets into `yaml`.
[[nodiscard]] YamlValue read_yaml(std::string_view yaml);
/// The value of the first top-level key that equals `key`, ignoring ASCII case.
[[nodiscard]] std::optional<YamlValue> find_top_level(std::string_view yaml, std::string_view key);

using YamlPairs = std::span<const std::pair<std::string, std::string>>;
/// `yaml` with the top-level `key` saying `pairs`. Entries of an existing mapping that are not
/// given stay; a scalar that already equals is not touched; flow stays flow; quoting, indentation
/// and line ending follow what is there. Every other byte stays.
[[nodiscard]] Result<std::string> set_mapping(std::string_view yaml, std::string_view key,
                                              YamlPairs pairs);

}  // namespace colophon::wire
