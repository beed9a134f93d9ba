// SPDX-License-Identifier: Apache-2.0
// Characters that nobody sees: C2PA text wrappers, and others where no writing system needs them.
// What emoji, Persian, Indic and Mongolian text, ideographic variants and flags use never alarms.
#pragma once

#include "text/scan_text.hpp"

namespace colophon::text {

class HiddenCharacters {
 public:
  HiddenCharacters(Bytes text, const ScanOptions& options) : text_(text), options_(options) {}
  /// Judges the hidden character at `at`; gives where its run ends.
  std::size_t look_at(std::size_t at, TextFindings& found) const;

 private:
  [[nodiscard]] std::size_t selectors(std::size_t at, bool marked, TextFindings& found) const;
  [[nodiscard]] std::size_t tags(std::size_t at, TextFindings& found) const;
  [[nodiscard]] std::size_t zero_width(std::size_t at, std::size_t size, TextFindings& found) const;
  [[nodiscard]] bool takes_selector(std::size_t at, bool emoji, bool ideographic) const noexcept;
  void add(MarkKind kind, std::size_t from, std::size_t to, TextFindings& found) const;

  Bytes text_;
  const ScanOptions& options_;
};

/// Adds a mark unless ScanOptions::max_findings are there.
void add_mark(TextFindings& found, const TextMark& mark, const ScanOptions& options);

}  // namespace colophon::text
