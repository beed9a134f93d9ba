// SPDX-License-Identifier: Apache-2.0
// The grammar of phrases_table, compiled, and applied around a word for AI.
#pragma once

#include "text/phrases_table.hpp"
#include "text/phrases_window.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace colophon::text {

/// A word or some, folded.
struct PhraseWord {
  std::u32string text;
  bool open = false;  ///< the rest of the word does not matter
};

/// Words, found by their first letter or by their last one.
class WordList {
 public:
  WordList() = default;
  /// "by|with_the_help_of|generat*"; a space stands for itself, as `_` does.
  explicit WordList(std::string_view text);
  [[nodiscard]] bool empty() const noexcept { return words_.empty(); }
  [[nodiscard]] std::span<const PhraseWord> starting_with(char32_t first) const noexcept;
  /// Of those that are not open.
  [[nodiscard]] std::span<const PhraseWord> ending_with(char32_t last) const noexcept;
  [[nodiscard]] std::span<const PhraseWord> open() const noexcept { return open_; }

 private:
  std::vector<PhraseWord> words_, by_last_, open_;
};

/// Where the word ends that stands at `at`; kNone: it does not. Spaced scripts want it whole.
[[nodiscard]] std::size_t match_word(const PhraseWindow& window, const PhraseWord& word,
                                     std::size_t at) noexcept;
/// Where the first of the words that lie in [from, to) stands; kNone.
struct FoundWord {
  std::size_t from = PhraseWindow::kNone, to = PhraseWindow::kNone;
  explicit operator bool() const noexcept { return from != PhraseWindow::kNone; }
};
[[nodiscard]] FoundWord find_word(const PhraseWindow& window, const WordList& words,
                                  std::size_t from, std::size_t to) noexcept;
/// The last one.
[[nodiscard]] FoundWord find_last_word(const PhraseWindow& window, const WordList& words,
                                       std::size_t from, std::size_t to) noexcept;

struct LanguageWords {
  std::string_view language;
  WordList self, weak, negation, after, topic, edited, possible, suspected, nouns, linking, endings;
};
/// Every pattern's language has its words.
[[nodiscard]] const LanguageWords& words_of(std::string_view language) noexcept;

struct PhraseMatch {
  std::size_t from = 0, to = 0;  ///< bytes of the text
  std::size_t term = 0;          ///< where the word for AI stands
  std::string_view language;
  Form form = Form::Predicate;
};
/// The longest phrase around the word for AI of which something stands at `at`; `to` of the term
/// through `term_end` even when there is none.
[[nodiscard]] std::optional<PhraseMatch> match_phrase(Bytes text, std::size_t at);

}  // namespace colophon::text
