// SPDX-License-Identifier: Apache-2.0
// Lines of program source: what stands between them is a text that the program shows.
#include "base/text.hpp"
#include "text/phrases_judge.hpp"

#include <algorithm>

namespace colophon::text {
namespace {

constexpr std::size_t kNear = 400;

bool is_comment(std::string_view line) noexcept {
  constexpr std::string_view kSigns[] = {"//",   "/*", "*", "#",      "--",
                                         "<!--", "%",  ";", "\"\"\"", "'''"};
  return std::any_of(std::begin(kSigns), std::end(kSigns),
                     [&](std::string_view sign) { return line.starts_with(sign); });
}

/// A component of a user interface, `<Badge`, or an attribute that only source has.
bool has_component(std::string_view line) noexcept {
  for (std::size_t at = 0; (at = line.find('<', at)) != std::string_view::npos; ++at) {
    const std::size_t name = at + (line.substr(at).starts_with("</") ? 2 : 1);
    const bool capital = name + 1 < line.size() && line[name] >= 'A' && line[name] <= 'Z' &&
                         line[name + 1] >= 'a' && line[name + 1] <= 'z';
    if (capital) return true;
  }
  return line.find("className=") != std::string_view::npos;
}

/// A LaTeX command ends in a brace, too.
bool is_statement(std::string_view line) noexcept {
  constexpr std::string_view kEnds[] = {";", "{", "}", "},", "(", "=>", "\",", "',", "`,"};
  return !line.empty() && line.front() != '\\' && !is_comment(line) &&
         std::any_of(std::begin(kEnds), std::end(kEnds),
                     [&](std::string_view end) { return line.ends_with(end); });
}

std::string_view last_line(std::string_view text) noexcept {
  text = trim(text);
  const std::size_t end = text.rfind('\n');
  return trim(end == std::string_view::npos ? text : text.substr(end + 1));
}
std::string_view first_line(std::string_view text) noexcept {
  text = trim(text);
  return trim(text.substr(0, text.find('\n')));
}

}  // namespace

bool is_in_source(Bytes text, std::size_t at) noexcept {
  const std::size_t from = at > kNear ? at - kNear : 0;
  const std::string_view before = as_text(slice(text, from, at - from));
  const std::string_view behind = as_text(slice(text, at, kNear));
  const std::size_t start = before.rfind('\n') + 1;  // npos: the line starts before
  const std::size_t end = std::min(behind.find('\n'), behind.size());
  if (is_comment(trim(before.substr(start)))) return false;
  const std::string_view above = last_line(before.substr(0, start));
  const std::string_view below = first_line(behind.substr(end));
  return has_component(before.substr(start)) || has_component(behind.substr(0, end)) ||
         has_component(above) || is_statement(above) || is_statement(below);
}

}  // namespace colophon::text
