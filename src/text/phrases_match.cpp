// SPDX-License-Identifier: Apache-2.0
#include "text/phrases_match.hpp"

#include "text/scan_utf8.hpp"

#include <algorithm>

namespace colophon::text {
namespace {

constexpr std::size_t kNone = PhraseWindow::kNone;

bool is_space(char32_t c) noexcept {
  return c == kGap || c == kLineEnd;
}
/// What may stand between the words of a phrase.
bool is_joint(char32_t c) noexcept {
  return is_space(c) || c == '[' || c == ']' || c == '"' || c == 0x201C || c == 0x201D;
}

std::u32string folded(std::string_view text) {
  std::u32string out;
  const Bytes bytes = as_bytes(text);
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = std::max<std::size_t>(sequence_at(bytes, at), 1);
    const char32_t code = bytes[at] == '_' ? kGap : fold(code_point(bytes, at, size));
    if (code != 0) out.push_back(code);
    at += size;
  }
  return out;
}

template <typename Visit>
void split(std::string_view text, char separator, const Visit& visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

constexpr auto first_of = [](const PhraseWord& word) { return word.text.front(); };
constexpr auto last_of = [](const PhraseWord& word) { return word.text.back(); };

struct Element {
  WordList words;
  bool optional = false;
  std::size_t any = 0;  ///< or up to so many words of any kind
};
struct Pattern {
  std::string_view language;
  Form form;
  std::vector<Element> left, right;  ///< left: the nearest to the term first
};

Element parse_element(std::string_view text) {
  Element element;
  if (text.starts_with('?')) {
    element.optional = true;
    text.remove_prefix(1);
  }
  if (text.starts_with('~')) {
    element.any = static_cast<std::size_t>(text[1] - '0');
  } else {
    element.words = WordList(text);
  }
  return element;
}

Pattern parse_pattern(const PatternText& text) {
  Pattern pattern{text.language, text.form, {}, {}};
  bool behind = false;
  split(text.pattern, ' ', [&](std::string_view part) {
    if (part == "@") {
      behind = true;
    } else {
      (behind ? pattern.right : pattern.left).push_back(parse_element(part));
    }
  });
  std::reverse(pattern.left.begin(), pattern.left.end());
  return pattern;
}

struct Grammar {
  WordList terms = WordList(term_texts());
  std::vector<Pattern> patterns;
  std::vector<LanguageWords> languages;
  Grammar() {
    for (const PatternText& text : pattern_texts()) patterns.push_back(parse_pattern(text));
    for (const LanguageText& text : language_texts()) {
      languages.push_back({text.language, WordList(text.self), WordList(text.weak),
                           WordList(text.negation), WordList(text.after), WordList(text.topic),
                           WordList(text.edited), WordList(text.possible), WordList(text.suspected),
                           WordList(text.nouns), WordList(text.linking), WordList(text.endings)});
    }
  }
};
/// Made at the first candidate, then constant.
const Grammar& grammar() {
  static const Grammar kGrammar;
  return kGrammar;
}

bool parts_word(char32_t edge, char32_t beside) noexcept {
  return !is_spaced_letter(edge) || !is_spaced_letter(beside);
}

/// The end of the word of any kind at `at`.
std::size_t any_word(const PhraseWindow& window, std::size_t at) noexcept {
  const std::size_t start = at;
  while (is_letter(window[at]) && !is_cjk(window[at])) ++at;
  return at > start ? at : kNone;
}

/// Where the word starts that ends before `end`; `start`: where the letters before `end` start.
/// kNone: it does not stand there.
std::size_t match_back(const PhraseWindow& window, const PhraseWord& word, std::size_t end,
                       std::size_t start) noexcept {
  if (!word.open) {
    if (word.text.size() > end) return kNone;
    start = end - word.text.size();
  } else {
    // Its last part starts where the letters start.
    const std::size_t gap = word.text.rfind(kGap);
    if (start == end) return kNone;
    if (gap != std::u32string::npos) {
      if (start < gap + 1) return kNone;
      start -= gap + 1;
    }
  }
  return match_word(window, word, start) == end ? start : kNone;
}

std::size_t joint_behind(const PhraseWindow& window, std::size_t at) noexcept {
  while (is_joint(window[at])) ++at;
  return at;
}
std::size_t joint_before(const PhraseWindow& window, std::size_t at) noexcept {
  while (at > 0 && is_joint(window[at - 1])) --at;
  return at;
}

/// Matches elements away from the term; gives where the farthest ends, kNone when one is missing.
class Side {
 public:
  Side(const PhraseWindow& window, const std::vector<Element>& elements, bool back)
      : window_(window), elements_(elements), back_(back) {}
  [[nodiscard]] std::size_t match(std::size_t at, std::size_t number = 0) const noexcept {
    if (number == elements_.size()) return at;
    const Element& element = elements_[number];
    const std::size_t next = back_ ? joint_before(window_, at) : joint_behind(window_, at);
    std::size_t best = kNone;
    const auto try_word = [&](std::size_t end) {
      if (end != kNone) best = farther(best, match(end, number + 1));
    };
    if (!back_) {
      for (const PhraseWord& word : element.words.starting_with(window_[next])) {
        try_word(match_word(window_, word, next));
      }
    } else if (next > 0) {
      for (const PhraseWord& word : element.words.ending_with(window_[next - 1])) {
        try_word(match_back(window_, word, next, next));
      }
      const std::size_t start = element.words.open().empty() ? kNone : word_start(next);
      for (const PhraseWord& word : element.words.open()) {
        if (start != kNone) try_word(match_back(window_, word, next, start));
      }
    }
    for (std::size_t i = 0, end = next; i < element.any; ++i) {
      end = back_ ? joint_before(window_, end) : joint_behind(window_, end);
      end = back_ ? word_start(end) : any_word(window_, end);
      if (end == kNone) break;
      best = farther(best, match(end, number + 1));
    }
    if (best == kNone && element.optional) best = match(at, number + 1);
    return best;
  }

 private:
  [[nodiscard]] std::size_t farther(std::size_t a, std::size_t b) const noexcept {
    if (a == kNone || b == kNone) return a == kNone ? b : a;
    return back_ ? std::min(a, b) : std::max(a, b);
  }
  [[nodiscard]] std::size_t word_start(std::size_t end) const noexcept {
    std::size_t start = end;
    while (start > 0 && is_letter(window_[start - 1]) && !is_cjk(window_[start - 1])) --start;
    return start < end ? start : kNone;
  }
  const PhraseWindow& window_;
  const std::vector<Element>& elements_;
  bool back_;
};

/// The longest word for AI that covers the glyph.
FoundWord find_term(const PhraseWindow& window, std::size_t anchor) {
  std::size_t word = anchor;
  while (word > 0 && is_letter(window[word - 1]) && !is_cjk(window[word - 1])) --word;
  std::size_t starts[12] = {anchor, word};
  std::size_t count = 2;
  for (std::size_t back = 1; back <= 5 && back <= anchor; ++back) starts[count++] = anchor - back;
  for (int words = 0; words < 2 && word > 0 && is_space(window[word - 1]); ++words) {
    --word;
    while (word > 0 && is_letter(window[word - 1]) && !is_cjk(window[word - 1])) --word;
    starts[count++] = word;
  }
  FoundWord best;
  for (std::size_t i = 0; i < count; ++i) {
    for (const PhraseWord& term : grammar().terms.starting_with(window[starts[i]])) {
      const std::size_t end = match_word(window, term, starts[i]);
      if (end == kNone || end <= anchor) continue;
      if (!best || end - starts[i] > best.to - best.from) best = {starts[i], end};
    }
  }
  return best;
}

}  // namespace

WordList::WordList(std::string_view text) {
  split(text, '|', [&](std::string_view part) {
    PhraseWord word;
    word.open = part.ends_with('*');
    if (word.open) part.remove_suffix(1);
    word.text = folded(part);
    (word.open ? open_ : by_last_).push_back(word);
    words_.push_back(std::move(word));
  });
  std::ranges::sort(words_, {}, first_of);
  std::ranges::sort(by_last_, {}, last_of);
}

std::span<const PhraseWord> WordList::starting_with(char32_t first) const noexcept {
  const auto range = std::ranges::equal_range(words_, first, {}, first_of);
  return {range.begin(), range.end()};
}
std::span<const PhraseWord> WordList::ending_with(char32_t last) const noexcept {
  const auto range = std::ranges::equal_range(by_last_, last, {}, last_of);
  return {range.begin(), range.end()};
}

std::size_t match_word(const PhraseWindow& window, const PhraseWord& word,
                       std::size_t at) noexcept {
  if (window[at] != word.text.front()) return kNone;
  std::size_t i = at;
  for (const char32_t c : word.text) {
    const char32_t here = window[i];
    if (here != c && !(c == kGap && is_space(here))) return kNone;
    ++i;
  }
  if (at > 0 && !parts_word(word.text.front(), window[at - 1])) return kNone;
  if (word.open) {
    while (is_letter(window[i]) && !is_cjk(window[i])) ++i;
    return i;
  }
  return parts_word(word.text.back(), window[i]) ? i : kNone;
}

FoundWord find_word(const PhraseWindow& window, const WordList& words, std::size_t from,
                    std::size_t to) noexcept {
  if (words.empty()) return {};
  for (std::size_t at = from; at < to; ++at) {
    if (at > 0 && !parts_word(window[at], window[at - 1])) continue;  // inside of a word
    for (const PhraseWord& word : words.starting_with(window[at])) {
      const std::size_t end = match_word(window, word, at);
      if (end != kNone && end <= to) return {at, end};
    }
  }
  return {};
}

FoundWord find_last_word(const PhraseWindow& window, const WordList& words, std::size_t from,
                         std::size_t to) noexcept {
  for (std::size_t at = to; at-- > from;) {
    FoundWord longest;
    for (const PhraseWord& word : words.starting_with(window[at])) {
      const std::size_t end = match_word(window, word, at);
      if (end != kNone && end <= to && (!longest || end > longest.to)) longest = {at, end};
    }
    if (longest) return longest;
  }
  return {};
}

const LanguageWords& words_of(std::string_view language) noexcept {
  const auto& all = grammar().languages;
  const auto found = std::find_if(all.begin(), all.end(), [&](const LanguageWords& words) {
    return words.language == language;
  });
  return found == all.end() ? all.front() : *found;
}

std::optional<PhraseMatch> match_phrase(Bytes text, std::size_t at) {
  constexpr std::size_t kBefore = 160, kBehind = 120;
  const PhraseWindow window(text, at, at, kBefore, kBehind);
  const std::size_t anchor = window.index_of(at);
  const FoundWord term = find_term(window, anchor);
  if (!term) return std::nullopt;
  std::optional<PhraseMatch> best;
  for (const Pattern& pattern : grammar().patterns) {
    const std::size_t from = Side(window, pattern.left, true).match(term.from);
    if (from == kNone) continue;
    const std::size_t to = Side(window, pattern.right, false).match(term.to);
    if (to == kNone) continue;
    const PhraseMatch match{window.offset(from), window.end_offset(to - 1),
                            window.offset(term.from), pattern.language, pattern.form};
    if (!best || match.to - match.from > best->to - best->from) best = match;
  }
  return best;
}

}  // namespace colophon::text
