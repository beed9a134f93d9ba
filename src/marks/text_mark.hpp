// SPDX-License-Identifier: Apache-2.0
// Private to text_*.cpp: how a label becomes a piece of each kind of document.
#pragma once

#include "formats/running_text.hpp"
#include "formats/text_document.hpp"
#include "marks/marks.hpp"
#include "text/scan_text.hpp"

namespace colophon::text_mark {

enum class End : std::uint8_t { Start, Finish };

/// Text that goes into a document at one place. `words` is the label within `text`, as stored.
struct Insertion {
  std::uint64_t at = 0;
  std::string text;
  Range words;
};
/// A way to write the label into one kind of document, its content decoded to UTF-8. Error
/// `unsupported` where this very document has no such place, and why.
using Writer = Result<Insertion> (*)(const TextDocument& document, std::string_view file_name,
                                     const std::string& words, End end);

Result<Insertion> into_plain(const TextDocument&, std::string_view, const std::string&, End);
Result<Insertion> into_markdown(const TextDocument&, std::string_view, const std::string&, End);
Result<Insertion> into_html(const TextDocument&, std::string_view, const std::string&, End);
Result<Insertion> into_subtitle(const TextDocument&, std::string_view, const std::string&, End);

/// The words of a demand in one line.
[[nodiscard]] std::string joined(const MarkDemand& demand);
/// ISO 639-1, by the letters: the fixed texts are told apart, other Latin text counts as English.
[[nodiscard]] std::string_view language_of(std::string_view words) noexcept;
/// A paragraph or heading on its own: front, words, line ends behind it.
[[nodiscard]] Insertion paragraph(std::uint64_t at, std::string front, const std::string& words,
                                  std::string behind);
/// The lines in front of a paragraph at the end of a text: it gets a blank line.
[[nodiscard]] std::string gap_before(std::string_view text, std::string_view eol);

/// What the sentences of a text say of it.
struct Running {
  std::string text;  ///< as people see it
  text::TextFindings found;
};
/// Which of a demand's words stand at that end as a label of their own, or one in their language
/// that the scanner knows as a label: all of them?
[[nodiscard]] bool stands(const Running& running, const MarkDemand& demand, End end);

/// The ends that still lack the label. `first` and `last`: what stands at each.
[[nodiscard]] std::vector<End> lacking(const Running& first, const Running& last,
                                       const MarkDemand& demand);

/// The marks of a document, by its running text. `in_file` gives places in the file.
[[nodiscard]] std::vector<Mark> marks_of(const Running& running,
                                         const std::function<Range(Range)>& in_file);

}  // namespace colophon::text_mark
