// SPDX-License-Identifier: Apache-2.0
// Sets a member of a JSON object in the document's own style.
#include "base/text.hpp"
#include "wire/escapes.hpp"
#include "wire/json_scan.hpp"

#include <fmt/core.h>

namespace colophon::wire {
namespace {

constexpr std::size_t kMaxGap = 64;  // white space that is copied as style

std::string_view between(std::string_view text, std::uint64_t from, std::uint64_t to) {
  return text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

/// The white space in front of `at`.
std::string_view space_before(std::string_view text, std::uint64_t at) {
  std::uint64_t from = at;
  while (from > 0 && std::string_view(" \t\r\n").find(text[from - 1]) != std::string_view::npos) {
    --from;
  }
  const std::string_view space = between(text, from, at);
  return space.size() > kMaxGap ? std::string_view() : space;
}

}  // namespace

std::string json_string(std::string_view stored) {
  if (!stored.starts_with('"')) return std::string(stored);
  stored.remove_prefix(1);
  std::size_t end = 0;  // the closing quote, or the end of a cut string
  while (end < stored.size() && stored[end] != '"') end += stored[end] == '\\' ? 2 : 1;
  return unescape_json(stored.substr(0, end)).text;
}

Result<TextEdit> set_json_member(std::string_view text, std::string_view key,
                                 std::string_view json) {
  const std::string quoted = fmt::format("\"{}\"", key);
  const JsonScan scan = scan_json(
      text, [&](std::string_view name, JsonKind, std::string_view) { return name == key; });
  if (scan.damage) return Failure(*scan.damage);
  if (scan.root_kind != JsonKind::Object) {
    return fail(ErrorCode::Unsupported,
                "the JSON document is no object, so it has no place for a label; use --sidecar",
                "json");
  }
  for (const JsonPlace& member : scan.members) {
    if (member.depth == 1) return TextEdit{member.value, std::string(json)};
  }
  if (scan.last_key.size == 0)
    return TextEdit{{scan.root.offset + 1, 0}, fmt::format("{}:{}", quoted, json)};
  std::string_view colon = between(text, scan.last_key.end(), scan.last_value.offset);
  if (colon.size() > kMaxGap) colon = ":";
  std::string_view gap = space_before(text, scan.last_key.offset);
  const bool only = text.substr(0, scan.last_key.offset - gap.size()).ends_with('{');
  if (only && gap.empty() && colon.ends_with(' ')) gap = " ";  // {"a": 1, "b": 2}
  return TextEdit{{scan.last_value.end(), 0}, fmt::format(",{}{}{}{}", gap, quoted, colon, json)};
}

}  // namespace colophon::wire
