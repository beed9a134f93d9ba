// SPDX-License-Identifier: Apache-2.0
#include "text/phrases_window.hpp"

#include "text/scan_utf8.hpp"

#include <algorithm>

namespace colophon::text {
namespace {

/// The letters without their accents, from U+00C0 and from U+1E00 on; a dot stays what it is.
constexpr std::string_view kLatin =
    "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.llllll."
    ".llnnnnnn...oooooooorrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.";
constexpr std::string_view kLatinMore =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

constexpr bool in(char32_t code, char32_t first, char32_t last) noexcept {
  return code >= first && code <= last;
}

char32_t fold_latin(char32_t code, char32_t first, std::string_view table) noexcept {
  const char letter = table[code - first];
  return letter == '.' ? code : static_cast<char32_t>(letter);
}

char32_t fold_arabic(char32_t code) noexcept {
  switch (code) {
    case 0x622:
    case 0x623:
    case 0x625:
      return 0x627;
    case 0x624:
      return 0x648;
    case 0x626:
    case 0x649:
    case 0x6CC:  // Persian yeh
      return 0x64A;
    case 0x629:
      return 0x647;
    default:
      return in(code, 0x610, 0x61A) || in(code, 0x64B, 0x65F) || code == 0x670 || code == 0x640
                 ? 0
                 : code;
  }
}

bool is_unseen(char32_t code) noexcept {
  return in(code, 0x300, 0x36F) || code == 0xAD || in(code, 0x200B, 0x200F) ||
         in(code, 0x202A, 0x202E) || in(code, 0x2060, 0x2069) || code == 0xFEFF ||
         in(code, 0xFE00, 0xFE0F) || in(code, 0xE0000, 0xE01EF);
}

constexpr auto kAscii = [] {
  std::array<char32_t, 0x80> folded{};
  for (char32_t code = 0; code < folded.size(); ++code) {
    folded[code] = in(code, 'A', 'Z') ? code | 0x20 : code;
  }
  for (const char gap : {' ', '\t', '\r', '-', '*', '`', '~'}) {
    folded[static_cast<unsigned char>(gap)] = kGap;
  }
  return folded;
}();

/// The end of the tag or comment that starts at `at`, or `at`.
std::size_t skip_tag(Bytes text, std::size_t at, std::size_t limit) noexcept {
  constexpr std::size_t kLongest = 240;
  const std::size_t stop = std::min(limit, at + kLongest);
  if (at + 1 >= stop) return at;
  const char next = static_cast<char>(text[at + 1] | 0x20);
  if (!((next >= 'a' && next <= 'z') || text[at + 1] == '/' || text[at + 1] == '!')) return at;
  for (std::size_t i = at + 1; i < stop; ++i) {
    if (text[i] == '>') return i + 1;
    if (text[i] == '<' || text[i] == '\n') return at;
  }
  return at;
}

/// Behind line ends and what starts a quoted, commented or listed line.
std::size_t skip_line_start(Bytes text, std::size_t at, std::size_t limit, bool& blank) noexcept {
  constexpr std::string_view kStarts = " \t\r>#*/;%";
  for (blank = false; at < limit; ++at) {
    if (text[at] == '\n') {
      blank = true;
    } else if (kStarts.find(static_cast<char>(text[at])) == std::string_view::npos) {
      break;
    }
  }
  return at;
}

}  // namespace

char32_t fold(char32_t code) noexcept {
  if (code < 0x80) return kAscii[code];
  if (in(code, 0xC0, 0x17F)) return fold_latin(code, 0xC0, kLatin);
  if (in(code, 0x1E00, 0x1EFF)) return fold_latin(code, 0x1E00, kLatinMore);
  if (code == 0x1A0 || code == 0x1A1) return 'o';
  if (code == 0x1AF || code == 0x1B0) return 'u';
  if (in(code, 0x410, 0x42F)) return code + 32;
  if (code == 0x401 || code == 0x451) return 0x435;
  if (in(code, 0x400, 0x40F)) return code + 80;
  if (in(code, 0x610, 0x6CC)) return fold_arabic(code);
  if (in(code, 0xFF21, 0xFF3A) || in(code, 0xFF41, 0xFF5A)) return (code - 0xFEE0) | 0x20;
  if (in(code, 0xFF10, 0xFF19)) return code - 0xFEE0;
  if (code == 0xA0 || in(code, 0x2000, 0x200A) || code == 0x202F || code == 0x3000 ||
      code == 0x2010 || code == 0x2011) {
    return kGap;
  }
  if (code == 0x2019 || code == 0x2018 || code == 0x2BC) return '\'';
  if (code == 0x2028 || code == 0x2029 || code == 0x85) return kLineEnd;
  return is_unseen(code) ? 0 : code;
}

bool is_spaced_letter(char32_t c) noexcept {
  if (c == 0x964 || c == 0x965 || in(c, 0x66A, 0x66D) || c == 0x6D4) return false;  // full stops
  return in(c, 'a', 'z') || in(c, '0', '9') || c == '_' || in(c, 0xC0, 0x24F) ||
         in(c, 0x370, 0x52F) || in(c, 0x620, 0x6FF) || in(c, 0x900, 0x97F);
}
bool is_cjk(char32_t c) noexcept {
  return in(c, 0x3040, 0x30FF) || in(c, 0x3400, 0x9FFF) || in(c, 0xAC00, 0xD7A3) ||
         in(c, 0xF900, 0xFAFF) || in(c, 0x20000, 0x3FFFF) || c == 0x3005;
}
bool is_kana(char32_t c) noexcept {
  return in(c, 0x3041, 0x30FE) && c != 0x30FB;
}
bool is_letter(char32_t c) noexcept {
  if (c == 0x964 || c == 0x965 || in(c, 0x61B, 0x61F) || in(c, 0x66A, 0x66D) || c == 0x6D4) {
    return false;
  }
  return is_spaced_letter(c) || is_cjk(c) || in(c, 0x590, 0x605) || in(c, 0x61B, 0x109F) ||
         in(c, 0x10A0, 0x1DFF) || in(c, 0xFB50, 0xFDFF);
}

PhraseWindow::PhraseWindow(Bytes text, std::size_t from, std::size_t to, std::size_t before,
                           std::size_t behind) noexcept {
  begin_ = from > before ? boundary_at(text, from - before) : 0;
  end_ = text.size() - to > behind ? boundary_at(text, to + behind) : text.size();
  whole_end_ = end_ == text.size();
  read(text);
}

void PhraseWindow::put(char32_t code, std::size_t at, std::size_t end) noexcept {
  if (code == 0) return;
  const bool space = code == kGap || code == kLineEnd || code == kBlankLine;
  if (space && size_ > 0) {
    Glyph& last = glyphs_[size_ - 1];
    if (last.code == kGap || last.code == kLineEnd || last.code == kBlankLine) {
      if (last.code == kGap || code == kBlankLine) last.code = code == kGap ? last.code : code;
      last.end = static_cast<std::uint32_t>(end - begin_);
      return;
    }
  }
  glyphs_[size_++] = {code, static_cast<std::uint32_t>(at - begin_),
                      static_cast<std::uint32_t>(end - begin_)};
}

void PhraseWindow::read(Bytes text) noexcept {
  const auto alphanumeric = [&](std::size_t at) {
    const std::uint8_t c = at < text.size() ? text[at] : std::uint8_t{0};
    return in(c | 0x20U, 'a', 'z') || in(c, '0', '9') || c == '_';
  };
  std::size_t at = begin_;
  while (at < end_ && size_ < kCapacity) {
    const std::size_t start = at;
    const std::size_t length = sequence_at(text, at);
    at += std::max<std::size_t>(length, 1);
    char32_t code = length == 0 ? char32_t{0xFFFD} : fold(code_point(text, start, length));
    if (code == kLineEnd) {
      bool blank = false;
      at = skip_line_start(text, at, end_, blank);
      if (blank) code = kBlankLine;
    } else if (code == '<') {
      if (const std::size_t end = skip_tag(text, start, end_); end > start) {
        at = end;
        code = kGap;
      }
    } else if (code == '_' && !(alphanumeric(at) && start > 0 && alphanumeric(start - 1))) {
      code = kGap;
    } else if (code == '&' && as_text(slice(text, start, 6)) == "&nbsp;") {
      at = start + 6;
      code = kGap;
    }
    put(code, start, at);
  }
  end_ = std::min(end_, at);
}

std::size_t PhraseWindow::index_of(std::size_t at) const noexcept {
  const auto* found =
      std::partition_point(glyphs_.begin(), glyphs_.begin() + size_,
                           [&](const Glyph& glyph) { return begin_ + glyph.at < at; });
  return static_cast<std::size_t>(found - glyphs_.begin());
}

}  // namespace colophon::text
