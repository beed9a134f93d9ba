// SPDX-License-Identifier: Apache-2.0
// One pass over running text, UTF-8, for everything that may say "AI made this": visible labels in
// the languages of docs/text.md, places where a machine-readable label may stand, hidden
// characters, and damage. Knows no container and no verdict: a visible label is a claim that
// anybody could have written, and nothing is guessed from style.
#pragma once

#include "base/bytes.hpp"

#include <array>

namespace colophon::text {

/// What speaks for a phrase being a label of this text, and not a word about something else.
struct LabelSigns {
  bool self = false;      ///< its subject is this text: "this article", 本内容
  bool own_line = false;  ///< nothing else stands on its line
  bool bracket = false;   ///< it stands in brackets
  bool small = false;     ///< emphasised, small print, behind a rule, under a notice comment
  bool start = false, end = false;  ///< among the first or last two paragraphs
  bool trailer = false;             ///< a trailer of a commit message
};

/// A sentence in the text that says of the text itself that AI made it. A claim, never a proof.
struct VisibleLabel {
  Range where;                        ///< the phrase, in the scanned bytes
  std::string_view language;          ///< ISO 639-1: "zh"
  Origin origin = Origin::Generated;  ///< Generated, Edited, Possible or Suspected
  LabelSigns signs;
};

enum class MarkKind : std::uint8_t {
  // Where a machine-readable label may stand: whoever cares parses the document.
  Aigc,          ///< `AIGC` or a field of it: front matter, JSON object, <meta>, XMP
  Disclosure,    ///< `ai-disclosure` and its relatives in HTML or in a header
  Notice,        ///< <!-- ai-generated-notice -->
  SourceType,    ///< IPTC ...AlgorithmicMedia, in JSON-LD or XMP
  C2paLine,      ///< -----BEGIN C2PA MANIFEST-----
  C2paLink,      ///< another `c2pa`: a link or script in HTML
  C2paWrapper,   ///< U+FEFF and selectors that start with "C2PATXT\0"
  C2paUnmarked,  ///< the same without its U+FEFF
  Trailer,       ///< Co-Authored-By: an assistant, wherever it stands
  // Characters that nobody sees and no writing system needs there.
  SelectorRun,  ///< 13 or more variation selectors in a row that are no C2PA wrapper
  OddSelector,  ///< a selector behind a character that takes none
  ZeroWidth,    ///< a zero-width character between ASCII letters
  Tags,         ///< tag characters that are no flag
};
[[nodiscard]] std::string_view to_string(MarkKind kind) noexcept;
[[nodiscard]] constexpr bool is_hidden(MarkKind kind) noexcept {
  return kind >= MarkKind::SelectorRun;
}

struct TextMark {
  MarkKind kind = MarkKind::Aigc;
  Range where;
  std::uint64_t count = 1;  ///< of hidden characters: how many of this kind follow, the first told
};

/// Bytes that are no text, with the first places.
struct Damage {
  std::uint64_t count = 0;
  std::array<std::uint64_t, 4> first{};  ///< `count` of them, at most 4
  void add(std::uint64_t offset) noexcept {
    if (count < first.size()) first[count] = offset;
    ++count;
  }
  friend bool operator==(const Damage&, const Damage&) = default;
};

struct TextFindings {
  std::vector<VisibleLabel> labels;  ///< in text order
  std::vector<TextMark> marks;       ///< in text order; hidden characters one for each kind
  Damage bad_utf8;                   ///< bytes that belong to no well-formed sequence
  Damage nuls;
  std::uint64_t mentions = 0;  ///< phrases that are no label: negated, quoted, code, other subjects
  /// There may be more: ScanOptions::max_findings are told, or some 20,000 phrases were judged.
  bool cut = false;
  [[nodiscard]] bool clean() const noexcept { return labels.empty() && marks.empty(); }
};

struct ScanOptions {
  /// The bytes are the document's start, its end. A window from the middle has neither.
  bool first = true, last = true;
  std::size_t max_findings = 64;  ///< of labels, and of marks
  bool scalar = false;            ///< without vector instructions: the same answer, for tests
};

/// Total: any bytes give an answer; damage never stops the scan. Clean text allocates nothing and
/// costs no more than reading it.
[[nodiscard]] TextFindings scan_text(Bytes text, const ScanOptions& options = {});

}  // namespace colophon::text
