// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/normalizers.hpp"

#include "base/text.hpp"
#include "tokenizers/unicode.hpp"
#include "tokenizers/unicode_age.hpp"

#include <fmt/core.h>
#include <utf8proc.h>

#include <algorithm>
#include <functional>

namespace colophon::tokenizers {
namespace {

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// `change` gives what stands for a code point, or says false to keep it.
using Change = std::function<bool(char32_t c, std::string& instead)>;

void map_each(MappedText& text, const Change& change) {
  const std::string_view from = text.text();
  MappedText::Edit edit(text);
  std::string instead;
  bool changed = false;
  for (std::uint32_t at = 0; at < from.size();) {
    const CodePoint c = code_point(from, at);
    const Span span{at, at + c.size};
    instead.clear();
    if (change(c.value, instead)) {
      edit.put(instead, span);
      changed = true;
    } else {
      edit.keep(span);
    }
    at += c.size;
  }
  if (changed) text.take(std::move(edit));
}

// ---- normal forms: text is cut where nothing before can combine with what follows

constexpr int kMaxDecomposition = 32;  // U+FDFA gives 18

struct Boundary {
  bool starts = true;  ///< no character before can combine with this one
  bool inert = true;   ///< stands for itself, whatever form
};

bool is_second(utf8proc_int32_t c) noexcept {
  if ((c >= 0x1161 && c <= 0x1175) || (c >= 0x11A8 && c <= 0x11C2)) return true;  // Hangul
  const utf8proc_property_t* property = utf8proc_get_property(c);
  return property->combining_class != 0 ||
         (property->comb_index != UINT16_MAX && property->comb_index >= 0x8000);
}

Boundary boundary_of(char32_t c, utf8proc_option_t options) noexcept {
  if (c < 0x80 || lies_in(kNewInNormalForms, c)) return {};
  utf8proc_int32_t parts[kMaxDecomposition] = {};
  int last = 0;
  const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts,
                                             kMaxDecomposition, options, &last);
  if (count <= 0) return {};
  const bool itself = count == 1 && parts[0] == static_cast<utf8proc_int32_t>(c);
  return {!is_second(parts[0]), itself && !is_second(parts[0])};
}

/// Nothing in `text` can change: the usual case, and a cheap question.
bool is_settled(const NormalForm& form, std::string_view text, utf8proc_option_t options) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point(text, at);
    at += c.size;
    const bool ideograph = c.value >= 0x4E00 && c.value <= 0x9FFF;
    // Composed Latin letters and Hangul syllables are what composing makes of them.
    const bool whole = form.composed && !form.compatible &&
                       (c.value < 0x300 || (c.value >= 0xAC00 && c.value <= 0xD7A3));
    if (c.value >= 0x80 && !ideograph && !whole && !boundary_of(c.value, options).inert) {
      return false;
    }
  }
  return true;
}

Status normal_form(const NormalForm& form, MappedText& text) {
  const std::string_view from = text.text();
  if (is_ascii(from)) return {};
  unsigned options = UTF8PROC_STABLE;
  options |= form.composed ? unsigned{UTF8PROC_COMPOSE} : unsigned{UTF8PROC_DECOMPOSE};
  if (form.compatible) options |= UTF8PROC_COMPAT;
  unsigned parts = UTF8PROC_STABLE;
  parts |= unsigned{UTF8PROC_DECOMPOSE};
  if (form.compatible) parts |= UTF8PROC_COMPAT;
  const auto decompose = static_cast<utf8proc_option_t>(parts);
  if (is_settled(form, from, decompose)) return {};
  MappedText::Edit edit(text);
  bool changed = false;
  for (std::uint32_t at = 0; at < from.size();) {
    const CodePoint first = code_point(from, at);
    const bool inert = boundary_of(first.value, decompose).inert;
    std::uint32_t end = at + first.size;
    bool alone = true;
    const bool unknown = lies_in(kNewInNormalForms, first.value);  // utf8proc knows more of it
    while (end < from.size() && !unknown) {
      const CodePoint next = code_point(from, end);
      if (boundary_of(next.value, decompose).starts) break;
      alone = false;
      end += next.size;
    }
    const Span span{at, end};
    at = end;
    if (inert && alone) {
      edit.keep(span);
      continue;
    }
    utf8proc_uint8_t* result = nullptr;
    const auto size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(from.data()) + span.begin,
                     span.end - span.begin, &result, static_cast<utf8proc_option_t>(options));
    if (size < 0) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("normalizing failed: {}", utf8proc_errmsg(size)), "text", span.begin);
    }
    const std::string_view to(reinterpret_cast<const char*>(result),
                              static_cast<std::size_t>(size));
    if (to == from.substr(span.begin, span.end - span.begin)) {
      edit.keep(span);
    } else {
      edit.put(to, span);
      changed = true;
    }
    std::free(result);  // NOLINT: utf8proc allocates with malloc
  }
  if (changed) text.take(std::move(edit));
  return {};
}

bool lower(char32_t c, std::string& instead) {
  if (c == 0x130) {  // the one letter that gets longer
    instead = "i\xCC\x87";
    return true;
  }
  const auto small = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
  if (small == c) return false;
  append_utf8(instead, small);
  return true;
}

bool nmt(char32_t c, std::string& instead) {
  const bool dropped = (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) ||
                       c == 0x7F || c == 0x8F || c == 0x9F;
  if (dropped) return true;
  const bool space = c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 ||
                     (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                     c == 0xFEFF || c == 0xFFFD;
  if (space) instead = " ";
  return space;
}

Status replace(const Replace& step, MappedText& text) {
  std::vector<Span> matches;
  TRY(step.pattern.find_all(text.text(), matches));
  if (matches.empty()) return {};
  MappedText::Edit edit(text);
  std::uint32_t at = 0;
  for (const Span& match : matches) {
    edit.keep({at, match.begin});
    edit.put(step.content, match);
    at = match.end;
  }
  edit.keep({at, static_cast<std::uint32_t>(text.text().size())});
  text.take(std::move(edit));
  return {};
}

void strip(const Strip& step, MappedText& text) {
  const std::string_view from = text.text();
  std::size_t begin = 0, end = from.size();
  while (step.left && begin < end) {
    const CodePoint c = code_point(from, begin);
    if (!is_space(c.value)) break;
    begin += c.size;
  }
  while (step.right && end > begin) {
    const CodePoint c = code_point_before(from, end);
    if (!is_space(c.value)) break;
    end -= c.size;
  }
  if (begin == 0 && end == from.size()) return;
  MappedText::Edit edit(text);
  edit.keep({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  text.take(std::move(edit));
}

bool clean(char32_t c, std::string& instead) {
  const bool line = c == '\t' || c == '\n' || c == '\r';
  if (!line && (c == 0 || c == 0xFFFD || is_other(c))) return true;
  if (c == ' ' || !is_space(c)) return false;
  instead = " ";
  return true;
}

bool part_chinese(char32_t c, std::string& instead) {
  if (!is_chinese(c)) return false;
  instead = " ";
  append_utf8(instead, c);
  instead += ' ';
  return true;
}

bool drop_mark(char32_t c, std::string&) {
  return is_mark(c);
}

bool drop_nonspacing(char32_t c, std::string&) {
  return is_nonspacing(c);
}

Status bert(const Bert& step, MappedText& text) {
  if (step.clean) map_each(text, clean);
  if (step.chinese) map_each(text, part_chinese);
  if (step.accents) {
    TRY(normal_form({false, false}, text));
    map_each(text, drop_nonspacing);
  }
  if (step.lowercase) map_each(text, lower);
  return {};
}

/// Behind the user-perceived character that begins at `at`.
std::uint32_t cluster_end(std::string_view text, std::uint32_t at) {
  CodePoint c = code_point(text, at);
  std::uint32_t end = at + c.size;
  utf8proc_int32_t state = 0;
  while (end < text.size()) {
    const CodePoint next = code_point(text, end);
    const bool plain = c.value < 0x80 && next.value < 0x80 && c.value != '\r';
    if (plain ||
        utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(c.value),
                                         static_cast<utf8proc_int32_t>(next.value), &state)) {
      break;
    }
    end += next.size;
    c = next;
  }
  return end;
}

/// Short clusters are looked up as a whole, where the shortest beginning that is known stands for
/// all of it; the others letter by letter.
void character_map(const CharacterMap& map, MappedText& text) {
  constexpr std::uint32_t kShort = 6;
  const std::string_view from = text.text();
  MappedText::Edit edit(text);
  bool changed = false;
  const auto put = [&](Span span) {
    const auto instead = map.find(from.substr(span.begin, span.end - span.begin));
    if (instead) edit.put(*instead, span);
    changed = changed || instead;
    return instead.has_value();
  };
  for (std::uint32_t at = 0; at < from.size();) {
    const std::uint32_t end = cluster_end(from, at);
    if (end - at < kShort && put({at, end})) {
      at = end;
      continue;
    }
    while (at < end) {
      const Span letter{at, at + code_point(from, at).size};
      if (!put(letter)) edit.keep(letter);
      at = letter.end;
    }
  }
  if (changed) text.take(std::move(edit));
}

struct Apply {
  MappedText& text;
  Status operator()(const NormalForm& step) const { return normal_form(step, text); }
  Status operator()(const Replace& step) const { return replace(step, text); }
  Status operator()(const Bert& step) const { return bert(step, text); }
  Status operator()(const CharacterMap& step) const {
    character_map(step, text);
    return {};
  }
  Status operator()(const Lowercase&) const {
    map_each(text, lower);
    return {};
  }
  Status operator()(const StripAccents&) const {
    map_each(text, drop_mark);
    return {};
  }
  Status operator()(const Nmt&) const {
    map_each(text, nmt);
    return {};
  }
  Status operator()(const Strip& step) const {
    strip(step, text);
    return {};
  }
  Status operator()(const Prepend& step) const {
    if (text.text().empty()) return {};
    MappedText::Edit edit(text);
    edit.put(step.text, {0, 0});
    edit.keep({0, static_cast<std::uint32_t>(text.text().size())});
    text.take(std::move(edit));
    return {};
  }
};

}  // namespace

Status normalize(const std::vector<Normalizer>& steps, MappedText& text) {
  for (const Normalizer& step : steps) TRY(std::visit(Apply{text}, step));
  return {};
}

}  // namespace colophon::tokenizers
