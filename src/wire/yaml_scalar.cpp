// SPDX-License-Identifier: Apache-2.0
// Lines and scalars of the YAML subset (YAML 1.2.2 chapters 5.7, 7.3 and 8.1).
#include "wire/yaml_scalar.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace colophon::wire {
namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

std::optional<char32_t> read_hex(std::string_view text, std::size_t at, std::size_t digits) {
  if (text.size() < at || text.size() - at < digits) return std::nullopt;
  char32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[at + i];
    const char low = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<char32_t>(c - '0');
    } else if (low >= 'a' && low <= 'f') {
      value = value * 16 + static_cast<char32_t>(low - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

bool is_surrogate(char32_t c) noexcept {
  return c >= 0xD800 && c < 0xE000;
}

/// Appends what the escape at `text[at]` (the letter behind the backslash) stands for; returns the
/// offset behind it. An unknown escape stands for itself.
std::size_t read_escape(std::string_view text, std::size_t at, std::string& out) {
  constexpr std::string_view kLetters = "0abtnvfre \"/\\N_LP";
  constexpr std::array<char32_t, 17> kMeanings = {
      0, 7, 8, 9, 10, 11, 12, 13, 27, ' ', '"', '/', '\\', 0x85, 0xA0, 0x2028, 0x2029};
  const char letter = text[at];
  if (const auto found = kLetters.find(letter); found != std::string_view::npos) {
    append_utf8(out, kMeanings[found]);
    return at + 1;
  }
  const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  const auto code = digits != 0 ? read_hex(text, at + 1, digits) : std::nullopt;
  if (!code) {
    out += '\\';
    return at;
  }
  std::size_t after = at + 1 + digits;
  char32_t c = *code;
  if (c >= 0xD800 && c < 0xDC00 && text.substr(after, 2) == "\\u") {  // JSON's pairs
    const auto low = read_hex(text, after + 2, 4);
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (*low - 0xDC00);
      after += 6;
    }
  }
  append_utf8(out, c > 0x10FFFF || is_surrogate(c) ? U'\uFFFD' : c);
  return after;
}

/// Reads the line break at `text[at]` and the blank lines behind it; appends the fold.
std::size_t fold_break(std::string_view text, std::size_t at, std::string& out) {
  while (!out.empty() && is_blank(out.back())) out.pop_back();
  std::size_t breaks = 0;
  for (; at < text.size() && (is_blank(text[at]) || text[at] == '\r' || text[at] == '\n'); ++at) {
    if (text[at] == '\n') ++breaks;
  }
  out += breaks <= 1 ? std::string(" ") : std::string(breaks - 1, '\n');
  return at;
}

std::string unescape_double(std::string_view inside) {
  std::string out;
  for (std::size_t at = 0; at < inside.size();) {
    const char c = inside[at];
    if (c == '\\' && at + 1 < inside.size()) {
      const char next = inside[at + 1];
      if (next == '\n' || (next == '\r' && inside.substr(at + 2, 1) == "\n")) {
        at = inside.find_first_not_of(" \t\r\n", at + 1);
        at = std::min(at, inside.size());
      } else {
        at = read_escape(inside, at + 1, out);
      }
    } else if (c == '\n' || (c == '\r' && inside.substr(at + 1, 1) == "\n")) {
      at = fold_break(inside, at, out);
    } else {
      out += c;
      ++at;
    }
  }
  return out;
}

std::string unescape_single(std::string_view inside) {
  std::string folded = fold_lines(inside);
  std::string out;
  for (std::size_t at = 0; at < folded.size(); ++at) {
    out += folded[at];
    if (folded[at] == '\'' && at + 1 < folded.size() && folded[at + 1] == '\'') ++at;
  }
  return out;
}

/// The offset of the closing quote, or npos.
std::size_t find_close(std::string_view yaml, std::size_t at, char quote, std::size_t parent) {
  while (at < yaml.size()) {
    const char c = yaml[at];
    if (c == quote) {
      if (quote == '"' || yaml.substr(at + 1, 1) != "'") return at;
      ++at;
    } else if (c == '\\' && quote == '"' && yaml.substr(at + 1, 1) != "\n") {
      ++at;
    } else if (c == '\n' && parent != std::string_view::npos) {
      const YamlLine line = yaml_line(yaml, at + 1);
      if (line.text < line.end && line.indent() <= parent) return std::string_view::npos;
    }
    ++at;
  }
  return std::string_view::npos;
}

}  // namespace

YamlLine yaml_line(std::string_view yaml, std::size_t at) noexcept {
  YamlLine line;
  line.start = at;
  const std::size_t found = yaml.find('\n', at);
  line.end = found == std::string_view::npos ? yaml.size() : found;
  line.next = found == std::string_view::npos ? yaml.size() : found + 1;
  if (line.end > at && yaml[line.end - 1] == '\r') --line.end;
  line.text = at;
  while (line.text < line.end && is_blank(yaml[line.text])) ++line.text;
  line.blank = line.text == line.end || yaml[line.text] == '#';
  return line;
}

std::string fold_lines(std::string_view stored) {
  std::string out;
  for (std::size_t at = 0; at < stored.size();) {
    const char c = stored[at];
    if (c == '\n' || (c == '\r' && stored.substr(at + 1, 1) == "\n")) {
      at = fold_break(stored, at, out);
    } else {
      out += c;
      ++at;
    }
  }
  return out;
}

YamlScalar read_quoted(std::string_view yaml, std::size_t at, std::size_t parent) {
  const char quote = yaml[at];
  const std::size_t close = find_close(yaml, at + 1, quote, parent);
  YamlScalar out;
  out.value.style = quote == '"' ? YamlStyle::Double : YamlStyle::Single;
  out.value.complete = close != std::string_view::npos;
  const std::size_t end = out.value.complete ? close : yaml_line(yaml, at).end;
  out.after = out.value.complete ? close + 1 : end;
  out.value.where = {at, out.after - at};
  const std::string_view inside = yaml.substr(at + 1, end - at - 1);
  out.value.scalar = quote == '"' ? unescape_double(inside) : unescape_single(inside);
  return out;
}

YamlScalar read_plain(std::string_view yaml, std::size_t at, std::size_t parent) {
  const auto stretch = [&](std::size_t from, std::size_t line_end) {  // up to a comment
    std::size_t end = from;
    while (end < line_end && !(yaml[end] == '#' && end > from && is_blank(yaml[end - 1]))) ++end;
    const bool comment = end < line_end;
    while (end > from && is_blank(yaml[end - 1])) --end;
    return std::pair(end, comment);
  };
  YamlLine line = yaml_line(yaml, at);
  auto [end, comment] = stretch(at, line.end);
  while (!comment && line.next < yaml.size()) {
    std::size_t from = line.next;
    YamlLine next = yaml_line(yaml, from);
    while (next.text == next.end && next.next < yaml.size()) next = yaml_line(yaml, next.next);
    if (next.blank || next.indent() <= parent) break;
    line = next;
    std::tie(end, comment) = stretch(line.text, line.end);
  }
  YamlScalar out;
  out.value.style = YamlStyle::Plain;
  out.value.where = {at, end - at};
  out.value.scalar = fold_lines(yaml.substr(at, end - at));
  out.after = end;
  return out;
}

YamlScalar read_block_scalar(std::string_view yaml, std::size_t at, std::size_t parent) {
  const YamlLine header = yaml_line(yaml, at);
  const bool folded = yaml[at] == '>';
  std::size_t indent = 0;
  char chomp = ' ';
  for (std::size_t i = at + 1; i < header.end && !is_blank(yaml[i]); ++i) {
    if (yaml[i] >= '1' && yaml[i] <= '9') indent = parent + static_cast<std::size_t>(yaml[i] - '0');
    if (yaml[i] == '+' || yaml[i] == '-') chomp = yaml[i];
  }
  YamlScalar out;
  out.value.style = YamlStyle::Literal;
  std::size_t end = at + 1;
  std::string& text = out.value.scalar;
  std::string blanks;
  for (std::size_t next = header.next; next < yaml.size();) {
    const YamlLine line = yaml_line(yaml, next);
    next = line.next;
    if (line.text == line.end) {
      blanks += '\n';
      continue;
    }
    if (indent == 0) indent = line.indent();
    if (line.indent() < indent || line.indent() <= parent) break;
    if (folded && !text.empty() && blanks.empty()) {
      text.back() = ' ';
    } else if (folded && !text.empty()) {
      text.pop_back();
    }
    text += blanks;
    blanks.clear();
    text += yaml.substr(line.start + indent, line.end - line.start - indent);
    text += '\n';
    end = line.end;
  }
  if (chomp == '+') text += blanks;
  if (chomp == '-' && !text.empty()) text.pop_back();
  out.value.where = {at, std::max(end, at + 1) - at};
  out.after = end;
  return out;
}

}  // namespace colophon::wire
