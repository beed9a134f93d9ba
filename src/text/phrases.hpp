// SPDX-License-Identifier: Apache-2.0
// Visible labels: is the word for AI at some place of a text part of a sentence by which the text
// says that AI made it? Grammar first (phrases_match), then place, subject, negation, quotation.
#pragma once

#include "text/scan_anchors.hpp"
#include "text/scan_text.hpp"

#include <optional>

namespace colophon::text {

struct PhraseMatch;

/// Judges one text, from its start to its end. Holds no memory of its own.
class PhraseJudge {
 public:
  PhraseJudge(Bytes text, const ScanOptions& options) : text_(text), options_(options) {}
  /// Judges the word at `at`, of an anchor Term, Trailer, Link or Aigc; gives where a phrase ends.
  std::size_t look_at(std::size_t at, Anchor anchor, TextFindings& found);
  /// Notes the place of a machine-readable label.
  std::size_t mark(std::size_t at, Anchor anchor, TextFindings& found) const;

 private:
  std::size_t judge(const PhraseMatch& match, TextFindings& found);
  std::size_t trailer(std::size_t at, TextFindings& found);
  std::size_t tool_link(std::size_t at, TextFindings& found);
  void find_zones();
  [[nodiscard]] bool in_code(std::size_t at);
  void place(std::size_t from, std::size_t to, LabelSigns& signs);

  Bytes text_;
  const ScanOptions& options_;
  std::optional<std::size_t> head_end_;  // where the first two paragraphs end
  std::size_t tail_begin_ = 0;           // where the last two begin
  std::size_t fence_at_ = 0;             // lines before this were searched for fences
  char fence_ = 0;                       // the fence that is open there
  std::size_t judged_ = 0;               // phrases so far
};

}  // namespace colophon::text
