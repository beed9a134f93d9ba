// SPDX-License-Identifier: Apache-2.0
// Sets a top-level key of the YAML subset to a mapping, in the style of what is there.
#include "base/text.hpp"
#include "wire/json_text.hpp"  // its strings are YAML's too
#include "wire/text_edit.hpp"
#include "wire/yaml_scalar.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire {
namespace {

bool is_word(char c) noexcept {
  const char low = static_cast<char>(c | 0x20);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Safe without quotes everywhere, and not resolved to a number, date, null or truth value.
bool is_plain_safe(std::string_view text) noexcept {
  if (text.empty() || !is_word(text.front()) || text.front() == '-') return false;
  constexpr std::string_view kInside = "_-./+=@";
  const bool plain = std::all_of(text.begin(), text.end(), [&](char c) {
    return is_word(c) || kInside.find(c) != std::string_view::npos;
  });
  if (!plain || text.back() == '=') return false;
  constexpr std::string_view kWords[] = {"null", "true", "false", "yes", "no", "on",
                                         "off",  "y",    "n",     "nan", "inf"};
  for (const std::string_view word : kWords) {
    if (equals_ignore_case(text, word)) return false;
  }
  constexpr std::string_view kNumber = "0123456789abcdefABCDEFxXoO_+-.tTzZ";
  return !is_digit(text.front()) || !std::all_of(text.begin(), text.end(), [&](char c) {
    return kNumber.find(c) != std::string_view::npos;
  });
}

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string emit(std::string_view text, YamlStyle style, YamlStyle quoting) {
  if (style == YamlStyle::Plain && is_plain_safe(text)) return std::string(text);
  if (style == YamlStyle::Plain || (style != YamlStyle::Single && style != YamlStyle::Double)) {
    style = quoting;
  }
  return style == YamlStyle::Single && !has_control(text) ? single_quoted(text) : quote_json(text);
}

/// How quoted scalars are written here: the more frequent kind, or nothing when there are none.
std::optional<YamlStyle> quoting_of(const YamlValue& mapping) {
  std::ptrdiff_t balance = 0;
  bool any = false;
  for (const YamlEntry& entry : mapping.entries) {
    const YamlStyle style = entry.value.style;
    any = any || style == YamlStyle::Single || style == YamlStyle::Double;
    balance += style == YamlStyle::Double ? 1 : style == YamlStyle::Single ? -1 : 0;
  }
  if (!any) return std::nullopt;
  return balance < 0 ? YamlStyle::Single : YamlStyle::Double;
}

/// The quoting of the whole document: of its top level, else of the mappings in it.
YamlStyle document_quoting(const YamlValue& root) {
  if (const auto found = quoting_of(root)) return *found;
  for (const YamlEntry& entry : root.entries) {
    if (const auto found = quoting_of(entry.value)) return *found;
  }
  return YamlStyle::Double;
}

class Editor {
 public:
  Editor(std::string_view yaml, std::string_view key, YamlPairs pairs)
      : yaml_(yaml), key_(key), pairs_(pairs), root_(read_yaml(yaml)), eol_(line_ending(yaml)) {}

  Result<std::string> run() {
    for (const YamlEntry& entry : root_.entries) {
      if (!equals_ignore_case(entry.key, key_)) continue;
      if (!entry.value.complete) return malformed("the value to change is cut off");
      change(entry.value);
      return apply();
    }
    if (!root_.complete) return malformed("it is no mapping of keys to values");
    if (root_.style == YamlStyle::FlowMapping) {
      insert_in_flow(root_, emit_key(root_, key_) + ": " + flow_mapping());
    } else {
      for (const YamlEntry& entry : root_.entries) {
        if (!entry.value.complete) return malformed("the value of '" + entry.key + "' is cut off");
      }
      append_block();
    }
    return apply();
  }

 private:
  static Failure malformed(const std::string& why) {
    return fail(ErrorCode::Malformed,
                "the YAML cannot be changed: " + why + "; mend it or use --sidecar", "yaml");
  }

  static std::size_t offset(std::uint64_t value) noexcept {
    return static_cast<std::size_t>(value);
  }

  std::string emit_key(const YamlValue& siblings, std::string_view key) const {
    const bool plain = std::all_of(key.begin(), key.end(), is_word) && is_plain_safe(key);
    if (siblings.entries.empty()) return plain ? std::string(key) : quote_json(key);
    const char first = yaml_[offset(siblings.entries.front().key_where.offset)];
    if (first == '"') return quote_json(key);
    if (first == '\'') return single_quoted(key);
    return plain ? std::string(key) : quote_json(key);
  }

  void replace(Range range, std::string text) { changes_.push_back({range, std::move(text)}); }

  void change(const YamlValue& old) {
    if (old.is_mapping() && !(old.style == YamlStyle::FlowMapping && old.entries.empty())) {
      change_mapping(old);
    } else if (old.style == YamlStyle::Null) {
      const YamlLine line = yaml_line(yaml_, offset(old.where.offset));
      if (root_.style == YamlStyle::FlowMapping)
        return replace(old.where, fmt::format(" {}", flow_mapping()));
      const bool last = line.next == line.end;  // no line ending there
      const std::string lines = block_lines(root_indent() + step(), document_quoting(root_));
      if (last) {
        replace({line.end, 0}, std::string(eol_) + lines.substr(0, lines.size() - eol_.size()));
      } else {
        replace({line.next, 0}, lines);
      }
    } else {
      replace(old.where, flow_mapping());
    }
  }

  void change_mapping(const YamlValue& old) {
    const YamlStyle quoting = quoting_of(old).value_or(document_quoting(root_));
    std::string added;
    for (const auto& pair : pairs_) {
      const auto& [name, text] = pair;
      const auto found =
          std::find_if(old.entries.begin(), old.entries.end(),
                       [&pair](const YamlEntry& entry) { return entry.key == pair.first; });
      if (found == old.entries.end()) {
        const std::string entry =
            emit_key(old, name) + separator(old) + emit(text, quoting, quoting);
        if (old.style == YamlStyle::FlowMapping) {
          added += (added.empty() ? "" : glue(old)) + entry;
        } else {
          added += fmt::format("{}{:{}}{}", eol_, "", indent_of(old.entries.back()), entry);
        }
      } else {
        change_scalar(found->value, text, quoting);
      }
    }
    if (added.empty()) return;
    if (old.style == YamlStyle::FlowMapping) return insert_in_flow(old, added);
    const Range last = old.entries.back().value.where;
    replace({yaml_line(yaml_, offset(last.end())).end, 0}, added);
  }

  /// Is it this very text, so that setting it changes nothing?
  static bool is_scalar(const YamlValue& value, const std::string& text) {
    const bool scalar = !value.is_mapping() && value.style != YamlStyle::Other;
    return scalar && value.complete && value.style != YamlStyle::Null && value.scalar == text;
  }

  void change_scalar(const YamlValue& old, const std::string& text, YamlStyle quoting) {
    if (is_scalar(old, text)) return;
    const std::string stored = emit(text, old.style, quoting);
    replace(old.where, old.where.size == 0 ? fmt::format(" {}", stored) : stored);
  }

  /// What stands between key and value of this mapping, e.g. ": " or ":".
  std::string separator(const YamlValue& mapping) const {
    if (mapping.style != YamlStyle::FlowMapping) return ": ";
    const YamlEntry& first = mapping.entries.front();
    const bool quoted = yaml_[offset(first.key_where.offset)] == '"';
    return quoted && first.value.where.offset == first.key_where.end() + 1 &&
                   first.value.style != YamlStyle::Null
               ? ":"
               : ": ";
  }

  /// What stands between two entries of a flow mapping, e.g. ", " or ",\n  ".
  std::string glue(const YamlValue& mapping) const {
    if (mapping.entries.size() < 2) {
      const std::size_t key = offset(mapping.entries.front().key_where.offset);
      const std::size_t from = offset(mapping.where.offset) + 1;
      const std::string_view lead = yaml_.substr(from, key - from);
      const bool lines = lead.find('\n') != std::string_view::npos && trim(lead).empty();
      return lines ? fmt::format(",{}", lead) : separator(mapping) == ":" ? "," : ", ";
    }
    const auto& last = mapping.entries.back();
    const auto& before = mapping.entries[mapping.entries.size() - 2];
    const std::size_t from = offset(before.value.where.end());
    std::string between(yaml_.substr(from, offset(last.key_where.offset) - from));
    const bool usual = between.find(',') == between.rfind(',') &&
                       between.find_first_not_of(", \t\r\n") == std::string::npos;
    return usual ? between : ", ";
  }

  void insert_in_flow(const YamlValue& mapping, const std::string& entry) {
    if (mapping.entries.empty()) return replace({mapping.where.offset + 1, 0}, entry);
    const YamlEntry& last = mapping.entries.back();
    replace({std::max(last.value.where.end(), last.key_where.end()), 0}, glue(mapping) + entry);
  }

  std::size_t indent_of(const YamlEntry& entry) const {
    const std::size_t key = offset(entry.key_where.offset);
    const std::size_t line = yaml_.rfind('\n', key);
    return key - (line == std::string_view::npos ? 0 : line + 1);
  }
  std::size_t root_indent() const {
    return root_.entries.empty() ? 0 : indent_of(root_.entries.front());
  }
  /// By how much nested mappings are indented here.
  std::size_t step() const {
    for (const YamlEntry& entry : root_.entries) {
      if (entry.value.style != YamlStyle::BlockMapping) continue;
      return indent_of(entry.value.entries.front()) - indent_of(entry);
    }
    return 2;
  }

  std::string block_lines(std::size_t indent, YamlStyle quoting) const {
    std::string out;
    for (const auto& [name, text] : pairs_) {
      out += std::string(indent, ' ') + emit_key(YamlValue{}, name) + ": ";
      out += emit(text, quoting, quoting);
      out += eol_;
    }
    return out;
  }

  std::string flow_mapping() const {  // JSON
    std::string out = "{";
    for (const auto& [name, text] : pairs_) {
      if (out.size() > 1) out += ',';
      out += quote_json(name) + ":" + quote_json(text);
    }
    return out + "}";
  }

  void append_block() {
    const std::size_t indent = root_indent();
    std::string text = std::string(indent, ' ') + emit_key(YamlValue{}, key_) + ":";
    text += eol_;
    text += block_lines(indent + step(), document_quoting(root_));
    const bool open_line = !yaml_.empty() && yaml_.back() != '\n';
    replace({yaml_.size(), 0}, open_line ? std::string(eol_) + text : text);
  }

  Result<std::string> apply() {
    std::string out = TRY(apply_edits(yaml_, changes_));
    return says(out) ? Result<std::string>(std::move(out))
                     : malformed("the result does not read back");
  }

  bool says(std::string_view yaml) const {
    const auto value = find_top_level(yaml, key_);
    if (!value || !value->is_mapping() || !value->complete) return false;
    return std::all_of(pairs_.begin(), pairs_.end(), [&](const auto& pair) {
      const auto found =
          std::find_if(value->entries.begin(), value->entries.end(),
                       [&](const YamlEntry& entry) { return entry.key == pair.first; });
      return found != value->entries.end() && is_scalar(found->value, pair.second);
    });
  }

  std::string_view yaml_, key_;
  YamlPairs pairs_;
  YamlValue root_;
  std::string_view eol_;
  std::vector<TextEdit> changes_;
};

}  // namespace

Result<std::string> set_mapping(std::string_view yaml, std::string_view key, YamlPairs pairs) {
  if (pairs.empty()) return fail(ErrorCode::Usage, "there is nothing to write", "yaml");
  return Editor(yaml, key, pairs).run();
}

}  // namespace colophon::wire
