// SPDX-License-Identifier: Apache-2.0
// Finds front matter blocks. Real front matter starts at byte 0; a block further down is none, but
// tools do put labels there. Fenced code is passed over.
#include "wire/yaml_front_matter.hpp"

#include "base/text.hpp"
#include "wire/yaml_scalar.hpp"

#include <algorithm>

namespace colophon::wire {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::size_t kMaxLaterBlock = 64 * 1024;
constexpr std::size_t kMaxKey = 128;

bool is_rule(std::string_view line, std::string_view mark) noexcept {
  return line.starts_with(mark) && trim(line.substr(mark.size())).empty();
}
bool opens(std::string_view line) noexcept {
  return is_rule(line, "---");
}
bool closes(std::string_view line) noexcept {
  return is_rule(line, "---") || is_rule(line, "...");
}

/// `Title:`, `Label: x` or `"a": b`, as the first line of a block has it.
bool reads_like_entry(std::string_view line) noexcept {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon > kMaxKey) return false;
  const char next = colon + 1 < line.size() ? line[colon + 1] : ' ';
  if (next != ' ' && next != '\t') return false;
  const char first = line.front();
  return first == '"' || first == '\'' || first == '_' || (first >= '0' && first <= '9') ||
         ((first | 0x20) >= 'a' && (first | 0x20) <= 'z') || (first & 0x80) != 0;
}

/// The first line in [at, end) that is neither blank nor a comment reads like an entry.
bool reads_like_yaml(std::string_view text, std::size_t at) noexcept {
  while (at < text.size()) {
    const YamlLine line = yaml_line(text, at);
    if (!line.blank) return reads_like_entry(text.substr(line.text, line.end - line.text));
    at = line.next;
  }
  return false;
}

/// Follows fenced code (CommonMark 4.5): what stands in it is an example, not a block.
class Fences {
 public:
  /// True: `line` opens or closes a fence, or stands in one.
  bool inside(std::string_view line) noexcept {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view mark = line.substr(indent, 3);
    const bool fence = indent < 4 && (mark == "```" || mark == "~~~");
    if (mark_.empty()) {
      if (fence) mark_ = mark;
      return fence;
    }
    if (fence && mark == mark_) mark_ = {};
    return true;
  }

 private:
  std::string_view mark_;
};

}  // namespace

std::vector<Range> find_fenced_code(std::string_view text, std::uint64_t from) {
  std::vector<Range> blocks;
  Fences fences;
  for (std::size_t at = static_cast<std::size_t>(from); at < text.size();) {
    const YamlLine line = yaml_line(text, at);
    if (fences.inside(text.substr(at, line.end - at))) {
      if (!blocks.empty() && blocks.back().end() == at) {
        blocks.back().size += line.next - at;
      } else {
        blocks.push_back({at, line.next - at});
      }
    }
    at = line.next;
  }
  return blocks;
}

std::string_view line_ending(std::string_view text) noexcept {
  const std::size_t end = text.find('\n');
  return end != std::string_view::npos && end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
}

std::vector<FrontMatter> find_front_matter(std::string_view text, std::size_t max_blocks) {
  std::vector<FrontMatter> blocks;
  const std::size_t start = text.starts_with(kBom) ? kBom.size() : 0;
  std::optional<FrontMatter> open;
  Fences fences;
  for (std::size_t at = start; at < text.size() && blocks.size() < max_blocks;) {
    const YamlLine line = yaml_line(text, at);
    const std::string_view stored = text.substr(at, line.end - at);
    if (!(open && open->at_start) && fences.inside(stored)) {
      open.reset();
      at = line.next;
      continue;
    }
    if (open && (closes(stored) ||
                 (!open->at_start && line.next - open->content.offset > kMaxLaterBlock))) {
      open->content.size = at - open->content.offset;
      open->whole.size = line.next - open->whole.offset;
      const bool closed = closes(stored);
      // A thematic break that opened nothing may itself be followed by a block.
      const std::string_view inside = text.substr(open->content.offset, open->content.size);
      if (closed && (open->at_start || reads_like_yaml(inside, 0))) {
        blocks.push_back(*open);
        open.reset();
        at = line.next;
        continue;
      }
      open.reset();
    }
    if (!open && opens(stored)) {
      open = FrontMatter{{at, 0}, {line.next, 0}, at == start, true};
    }
    at = line.next;
  }
  if (open && blocks.size() < max_blocks &&
      reads_like_yaml(text, static_cast<std::size_t>(open->content.offset))) {
    open->closed = false;
    open->content.size = text.size() - open->content.offset;
    open->whole.size = text.size() - open->whole.offset;
    blocks.push_back(*open);
  }
  return blocks;
}

}  // namespace colophon::wire
