// SPDX-License-Identifier: Apache-2.0
// Reads the top-level mapping of the YAML subset: block and flow mappings, scalars in them; deeper
// collections are kept as stored text.
#include "base/text.hpp"
#include "wire/yaml_scalar.hpp"

#include <algorithm>

namespace colophon::wire {
namespace {

constexpr std::size_t kMaxUnclosed = 16;  // so that hostile text stays linear
constexpr std::size_t kMaxEntries = 10'000;
constexpr std::size_t kNoParent = std::string_view::npos;

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}
bool is_space(char c) noexcept {
  return is_blank(c) || c == '\n' || c == '\r';
}

class Reader {
 public:
  explicit Reader(std::string_view yaml) : yaml_(yaml) {}

  YamlValue read() {
    std::size_t at = yaml_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    YamlLine line = yaml_line(yaml_, at);
    while (line.blank && line.next < yaml_.size()) line = yaml_line(yaml_, line.next);
    if (line.text < line.end && yaml_[line.text] == '{')
      return read_flow(line.text, yaml_.size(), true).value;
    YamlValue root;
    root.style = YamlStyle::BlockMapping;
    root.where = {0, yaml_.size()};
    read_block(line.start, line.indent(), true, root);
    return root;
  }

 private:
  char at(std::size_t i) const noexcept { return i < yaml_.size() ? yaml_[i] : '\0'; }

  /// Is there a key at `from`, on one line, with its colon? Gives the key and the colon's offset.
  std::optional<std::pair<YamlEntry, std::size_t>> read_key(std::size_t from, std::size_t end) {
    YamlEntry entry;
    std::size_t colon = from;
    const char first = at(from);
    if (first == '"' || first == '\'') {
      const YamlScalar key = read_quoted(yaml_.substr(0, end), from, kNoParent);
      if (!key.value.complete) return std::nullopt;
      entry.key = key.value.scalar;
      entry.key_where = key.value.where;
      colon = key.after;
      while (colon < end && is_blank(at(colon))) ++colon;
      if (at(colon) != ':' || colon >= end) return std::nullopt;
      return std::pair(std::move(entry), colon);
    }
    if (std::string_view("{}[],#&*!|>%@`").find(first) != std::string_view::npos) {
      return std::nullopt;
    }
    if ((first == '-' || first == '?') && (from + 1 >= end || is_blank(at(from + 1)))) {
      return std::nullopt;
    }
    for (; colon < end; ++colon) {
      if (at(colon) == '#' && colon > from && is_blank(at(colon - 1))) return std::nullopt;
      if (at(colon) == ':' && (colon + 1 >= end || is_blank(at(colon + 1)))) break;
    }
    if (colon >= end || colon == from) return std::nullopt;
    std::size_t key_end = colon;
    while (key_end > from && is_blank(at(key_end - 1))) --key_end;
    entry.key_where = {from, key_end - from};
    entry.key = std::string(yaml_.substr(from, key_end - from));
    return std::pair(std::move(entry), colon);
  }

  /// Reads entries at `indent` into `out`; returns the start of the first line behind them.
  std::size_t read_block(std::size_t from, std::size_t indent, bool top, YamlValue& out) {
    while (from < yaml_.size()) {
      const YamlLine line = yaml_line(yaml_, from);
      if (line.blank) {
        from = line.next;
        continue;
      }
      if (!top && line.indent() < indent) break;
      auto key = line.indent() == indent ? read_key(line.text, line.end) : std::nullopt;
      if (!key || out.entries.size() >= kMaxEntries) {
        out.complete = false;
        from = line.next;
        continue;
      }
      auto& [entry, colon] = *key;
      from = read_value(colon + 1, indent, top, entry.value);
      out.entries.push_back(std::move(entry));
    }
    return from;
  }

  /// The value behind a colon; returns the start of the line behind it.
  std::size_t read_value(std::size_t from, std::size_t parent, bool top, YamlValue& out) {
    out.where = {from, 0};
    const YamlLine line = yaml_line(yaml_, from);
    std::size_t text = line.text;
    while (text < line.end && (at(text) == '!' || at(text) == '&')) {  // tag, anchor
      while (text < line.end && !is_blank(at(text))) ++text;
      while (text < line.end && is_blank(at(text))) ++text;
    }
    const bool comment = at(text) == '#' && text > from;
    if (text >= line.end || comment) return read_below(line.next, parent, top, out);
    return read_inline(text, parent, out);
  }

  std::size_t read_inline(std::size_t from, std::size_t parent, YamlValue& out) {
    YamlScalar scalar;
    switch (at(from)) {
      case '"':
      case '\'':
        scalar = read_quoted(yaml_, from, parent);
        break;
      case '|':
      case '>':
        scalar = read_block_scalar(yaml_, from, parent);
        break;
      case '{':
      case '[':
        scalar = read_flow(from, yaml_.size(), false);
        break;
      default:
        scalar = read_plain(yaml_, from, parent);
        if (at(from) == '*') scalar.value.style = YamlStyle::Other;
    }
    out = std::move(scalar.value);
    return yaml_line(yaml_, scalar.after).next;
  }

  /// The value that stands on the lines below its key, or none.
  std::size_t read_below(std::size_t from, std::size_t parent, bool top, YamlValue& out) {
    YamlLine line = yaml_line(yaml_, from);
    while (line.blank && line.next < yaml_.size()) line = yaml_line(yaml_, line.next);
    if (from >= yaml_.size() || line.blank) return from;
    const bool item =
        at(line.text) == '-' && (line.text + 1 >= line.end || is_blank(at(line.text + 1)));
    if (line.indent() < parent || (line.indent() == parent && !item)) return from;
    const bool nested = !item && read_key(line.text, line.end).has_value();
    if (nested && top) {
      out.style = YamlStyle::BlockMapping;
      const std::size_t after = read_block(line.start, line.indent(), false, out);
      const YamlEntry& last = out.entries.back();
      out.where = {line.text, std::max(last.value.where.end(), last.key_where.end()) - line.text};
      return after;
    }
    if (item || nested) return read_raw_lines(line, parent, item, out);
    return read_inline(line.text, parent, out);
  }

  /// A block collection that is kept as text: all lines deeper than `parent` (a sequence may stand
  /// at its key's own indentation).
  std::size_t read_raw_lines(YamlLine line, std::size_t parent, bool item, YamlValue& out) const {
    const std::size_t start = line.text;
    std::size_t end = line.end;
    std::size_t next = line.next;
    while (next < yaml_.size()) {
      line = yaml_line(yaml_, next);
      const bool same = item && line.indent() == parent && at(line.text) == '-';
      if (line.text < line.end && line.indent() <= parent && !same) break;
      if (!line.blank) end = line.end;
      next = line.next;
    }
    out.style = YamlStyle::Other;
    out.where = {start, end - start};
    out.scalar = std::string(yaml_.substr(start, end - start));
    return next;
  }

  std::size_t skip_space(std::size_t from) const noexcept {
    while (from < yaml_.size()) {
      if (at(from) == '#' && from > 0 && is_space(at(from - 1))) {
        from = yaml_line(yaml_, from).end;
      } else if (is_space(at(from))) {
        ++from;
      } else {
        break;
      }
    }
    return from;
  }

  /// Behind the bracket that closes the one at `from`; npos when it is missing before `end`.
  std::size_t find_flow_end(std::size_t from, std::size_t end) const {
    std::size_t depth = 0;
    bool token_start = true;
    while ((from = token_start ? skip_space(from) : from) < end) {
      const char c = at(from);
      if (token_start && (c == '"' || c == '\'')) {
        const YamlScalar quoted = read_quoted(yaml_.substr(0, end), from, kNoParent);
        if (!quoted.value.complete) return std::string_view::npos;
        from = quoted.after;
        token_start = false;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return from + 1;
      token_start = c == '{' || c == '[' || c == ',' || c == ':';
      ++from;
    }
    return std::string_view::npos;
  }

  /// A flow collection; entries are read from a mapping, and from mappings in the top one.
  YamlScalar read_flow(std::size_t from, std::size_t limit, bool top) {
    YamlScalar out;
    std::size_t end =
        unclosed_ < kMaxUnclosed ? find_flow_end(from, limit) : std::string_view::npos;
    out.value.complete = end != std::string_view::npos;
    if (!out.value.complete) {
      ++unclosed_;
      end = std::min(limit, yaml_line(yaml_, from).end);
    }
    out.after = end;
    out.value.where = {from, end - from};
    out.value.style = at(from) == '{' ? YamlStyle::FlowMapping : YamlStyle::Other;
    if (out.value.style == YamlStyle::FlowMapping) {
      read_flow_entries(from + 1, end, top, out.value);
    } else {
      out.value.scalar = std::string(yaml_.substr(from, end - from));
    }
    return out;
  }

  void read_flow_entries(std::size_t from, std::size_t end, bool top, YamlValue& out) {
    while ((from = skip_space(from)) < end && out.entries.size() < kMaxEntries) {
      if (at(from) == ',') {
        ++from;
        continue;
      }
      if (at(from) == '}') return;
      YamlEntry entry;
      YamlScalar key = read_flow_scalar(from, end, true);
      entry.key = std::move(key.value.scalar);
      entry.key_where = key.value.where;
      from = skip_space(key.after);
      entry.value.where = {key.after, 0};
      if (from < end && at(from) == ':') {
        entry.value.where = {from + 1, 0};
        from = skip_space(from + 1);
        if (from < end && at(from) != ',' && at(from) != '}') {
          YamlScalar value = top && at(from) == '{' ? read_flow(from, end, false)
                                                    : read_flow_scalar(from, end, false);
          entry.value = std::move(value.value);
          from = value.after;
        } else if (from >= end) {
          entry.value.complete = false;
        }
      } else if (from >= end) {
        entry.value.complete = false;
      }
      if (from <= entry.key_where.offset) ++from;  // a stray bracket
      out.entries.push_back(std::move(entry));
    }
  }

  YamlScalar read_flow_scalar(std::size_t from, std::size_t end, bool key) {
    const std::string_view inside = yaml_.substr(0, end);
    if (at(from) == '"' || at(from) == '\'') return read_quoted(inside, from, kNoParent);
    YamlScalar out;
    out.value.style = YamlStyle::Plain;
    if (at(from) == '{' || at(from) == '[') {
      const std::size_t close = find_flow_end(from, end);
      out.value.style = YamlStyle::Other;
      out.value.complete = close != std::string_view::npos;
      out.after = out.value.complete ? close : end;
    } else {
      std::size_t i = from;
      for (; i < end; ++i) {
        const char c = at(i);
        if (c == ',' || c == '}' || c == '{' || c == ']' || c == '[') break;
        if (key && c == ':' &&
            (i + 1 >= end || is_space(at(i + 1)) ||
             std::string_view(",[]{}\"").find(at(i + 1)) != std::string_view::npos)) {
          break;
        }
        if (c == '#' && i > from && is_space(at(i - 1))) break;
      }
      out.value.complete = i < end;
      while (i > from && is_space(at(i - 1))) --i;
      out.after = i;
    }
    out.value.where = {from, out.after - from};
    out.value.scalar = fold_lines(yaml_.substr(from, out.after - from));
    return out;
  }

  std::string_view yaml_;
  std::size_t unclosed_ = 0;
};

}  // namespace

YamlValue read_yaml(std::string_view yaml) {
  return Reader(yaml).read();
}

std::optional<YamlValue> find_top_level(std::string_view yaml, std::string_view key) {
  YamlValue root = read_yaml(yaml);
  for (YamlEntry& entry : root.entries) {
    if (equals_ignore_case(entry.key, key)) return std::move(entry.value);
  }
  return std::nullopt;
}

}  // namespace colophon::wire
