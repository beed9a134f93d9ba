// SPDX-License-Identifier: Apache-2.0
// What stands around a phrase: its line, its sentence, its subject, a denial, a quotation.
#pragma once

#include "text/phrases_match.hpp"
#include "text/scan_text.hpp"

namespace colophon::text {

/// A phrase with the words around it.
class PhraseContext {
 public:
  PhraseContext(Bytes text, const PhraseMatch& match);

  /// Denied, asked, ruled, or in quotation marks.
  [[nodiscard]] bool is_vetoed() const noexcept;
  [[nodiscard]] Origin origin() const noexcept;
  /// Subject, line, brackets, emphasis; the place in the text is not known here.
  [[nodiscard]] LabelSigns signs() const noexcept;
  [[nodiscard]] std::string_view language() const noexcept { return words_.language; }
  /// With its subject.
  [[nodiscard]] Range where() const noexcept;

 private:
  void find_bounds() noexcept;
  void find_subject() noexcept;
  [[nodiscard]] bool is_negated() const noexcept;
  [[nodiscard]] bool is_topic() const noexcept;
  [[nodiscard]] bool is_quoted() const noexcept;
  [[nodiscard]] bool lead_is_label(std::size_t from) const noexcept;
  [[nodiscard]] bool tail_is_label(std::size_t to) const noexcept;
  [[nodiscard]] bool is_own_line() const noexcept;
  [[nodiscard]] bool is_bracketed() const noexcept;
  [[nodiscard]] bool is_small() const noexcept;
  [[nodiscard]] bool is_linked() const noexcept;
  [[nodiscard]] bool ends_well(std::size_t at, std::size_t to) const noexcept;
  [[nodiscard]] bool has_letters(std::size_t from, std::size_t to) const noexcept;

  Bytes text_;
  PhraseMatch match_;
  PhraseWindow window_;
  const LanguageWords& words_;
  std::size_t from_, to_;            // the phrase, in glyphs
  std::size_t line_from_, line_to_;  // its line
  std::size_t sentence_from_, clause_from_, clause_to_;
  FoundWord subject_;
  bool strong_ = false;      // the subject is "this text"
  bool around_ = false;      // and stands around the phrase: "this AI-generated text"
  bool whole_line_ = false;  // the line's ends are in the window
};

/// Among lines of program source, outside of comments, where a sentence is a text of the program.
[[nodiscard]] bool is_in_source(Bytes text, std::size_t at) noexcept;

}  // namespace colophon::text
