// SPDX-License-Identifier: Apache-2.0
#include "text/invisible.hpp"

#include "text/scan_utf8.hpp"

#include <algorithm>
#include <optional>

namespace colophon::text {
namespace {

constexpr std::string_view kMagic{"C2PATXT\0", 8};
constexpr std::size_t kLongRun = 13;  // C2PA 2.4 A.8: the head alone has 13 bytes
constexpr char32_t kMark = 0xFEFF;

struct Character {
  char32_t code = 0;
  std::size_t size = 0;  ///< 0: there is none
};
Character character_at(Bytes text, std::size_t at) noexcept {
  if (at >= text.size()) return {};
  const std::size_t size = sequence_at(text, at);
  return size == 0 ? Character{0, 0} : Character{code_point(text, at, size), size};
}

/// The byte that a variation selector stands for in a wrapper.
std::optional<std::uint8_t> selector_byte(char32_t code) noexcept {
  if (code >= 0xFE00 && code <= 0xFE0F) return static_cast<std::uint8_t>(code - 0xFE00);
  if (code >= 0xE0100 && code <= 0xE01EF) return static_cast<std::uint8_t>(code - 0xE0100 + 16);
  return std::nullopt;
}
bool is_tag(char32_t code) noexcept {
  return code >= 0xE0000 && code <= 0xE007F;
}
bool is_zero_width(char32_t code) noexcept {
  return (code >= 0x200B && code <= 0x200D) || (code >= 0x2060 && code <= 0x2064) || code == kMark;
}
bool is_ascii_letter(std::uint8_t c) noexcept {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}
bool in(char32_t code, char32_t first, char32_t last) noexcept {
  return code >= first && code <= last;
}
bool is_ideograph(char32_t code) noexcept {
  return in(code, 0x3400, 0x9FFF) || in(code, 0xF900, 0xFAFF) || in(code, 0x20000, 0x3FFFF);
}
/// Scripts of letters for which no variation sequence is registered.
bool is_plain_letter(char32_t code) noexcept {
  return in(code, 0xAA, 0x24F) && code != 0xAE
             ? true
             : in(code, 0x370, 0xFFF) || in(code, 0x10A0, 0x17FF) || in(code, 0x1E00, 0x1FFF);
}

}  // namespace

void add_mark(TextFindings& found, const TextMark& mark, const ScanOptions& options) {
  if (found.marks.size() < options.max_findings) {
    found.marks.push_back(mark);
  } else {
    found.cut = true;
  }
}

void HiddenCharacters::add(MarkKind kind, std::size_t from, std::size_t to,
                           TextFindings& found) const {
  if (is_hidden(kind)) {
    for (TextMark& mark : found.marks) {
      if (mark.kind != kind) continue;
      ++mark.count;
      return;
    }
  }
  add_mark(found, {kind, {from, to - from}, 1}, options_);
}

std::size_t HiddenCharacters::look_at(std::size_t at, TextFindings& found) const {
  const Character here = character_at(text_, at);
  if (here.size == 0) return at;
  if (here.code == kMark) {
    if (selector_byte(character_at(text_, at + here.size).code)) return selectors(at, true, found);
    if (at == 0 && options_.first) return at + here.size;
  }
  if (is_zero_width(here.code)) return zero_width(at, here.size, found);
  if (is_tag(here.code)) return tags(at, found);
  return selector_byte(here.code) ? selectors(at, false, found) : at;
}

bool HiddenCharacters::takes_selector(std::size_t at, bool emoji, bool ideographic) const noexcept {
  if (at == 0) return !options_.first || emoji;
  const Character base = character_at(text_, previous(text_, at));
  if (base.size == 0) return true;  // damage, which is told as such
  if (ideographic) return is_ideograph(base.code);
  // Cleaners strip emoji and leave U+FE0F behind: odd only where it hangs on a letter.
  if (emoji)
    return base.code > 0x7F ? !is_plain_letter(base.code)
                            : !is_ascii_letter(static_cast<std::uint8_t>(base.code));
  return base.code == '0' ||
         (base.code > 0x7F && (!is_plain_letter(base.code) || in(base.code, 0x1000, 0x109F)));
}

std::size_t HiddenCharacters::selectors(std::size_t at, bool marked, TextFindings& found) const {
  std::size_t end = marked ? at + 3 : at, count = 0;
  std::array<std::uint8_t, 8> head{};
  bool emoji = true, ideographic = false;
  for (;; ++count) {
    const Character next = character_at(text_, end);
    const auto byte = next.size == 0 ? std::nullopt : selector_byte(next.code);
    if (!byte) break;
    if (count < head.size()) head[count] = *byte;
    emoji = emoji && (next.code == 0xFE0E || next.code == 0xFE0F);
    ideographic = ideographic || next.code >= 0xE0100;
    end += next.size;
  }
  if (count >= head.size() && as_text(head) == kMagic) {
    add(marked ? MarkKind::C2paWrapper : MarkKind::C2paUnmarked, at, end, found);
  } else if (count >= kLongRun) {
    add(MarkKind::SelectorRun, at, end, found);
  } else if ((count > 1 && !emoji) || marked || !takes_selector(at, emoji, ideographic)) {
    add(MarkKind::OddSelector, at, end, found);
  }
  return end;
}

/// A flag is a black flag, tags, and the tag that cancels (UTS #51, ED-14a).
std::size_t HiddenCharacters::tags(std::size_t at, TextFindings& found) const {
  constexpr char32_t kFlag = 0x1F3F4, kCancel = 0xE007F;
  std::size_t end = at;
  char32_t last = 0;
  while (true) {
    const Character next = character_at(text_, end);
    if (next.size == 0 || !is_tag(next.code)) break;
    last = next.code;
    end += next.size;
  }
  const bool cut = at == 0 && !options_.first;
  const bool flag = at > 0 && character_at(text_, previous(text_, at)).code == kFlag &&
                    last == kCancel && end - at <= std::size_t{4} * 8;
  if (!flag && !cut) add(MarkKind::Tags, at, end, found);
  return end;
}

std::size_t HiddenCharacters::zero_width(std::size_t at, std::size_t size,
                                         TextFindings& found) const {
  std::size_t end = at + size;
  while (true) {
    const Character next = character_at(text_, end);
    if (next.size == 0 || !is_zero_width(next.code)) break;
    if (selector_byte(character_at(text_, end + next.size).code)) break;  // a wrapper starts
    end += next.size;
  }
  const bool letters =
      at > 0 && end < text_.size() && is_ascii_letter(text_[at - 1]) && is_ascii_letter(text_[end]);
  if (letters) add(MarkKind::ZeroWidth, at, end, found);
  return end;
}

}  // namespace colophon::text
