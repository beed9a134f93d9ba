// SPDX-License-Identifier: Apache-2.0
// Sentences for the tests of visible labels, written for them, in every language that is read.
#pragma once

#include <colophon/types.hpp>

#include <span>
#include <string_view>

namespace colophon::testing {

struct LabelSentence {
  std::string_view language;
  Origin origin;
  std::string_view text;
};
/// Each is a label wherever a label may stand: alone on a line at a text's start or end.
[[nodiscard]] std::span<const LabelSentence> label_sentences();

struct OtherSentence {
  std::string_view language;
  std::string_view text;
};
/// None is a label, not even alone at a text's end: denials, instructions, questions, quotations,
/// texts of a user interface, sentences about something else.
[[nodiscard]] std::span<const OtherSentence> other_sentences();

/// A few neutral paragraphs of that language.
[[nodiscard]] std::string_view body_of(std::string_view language);

}  // namespace colophon::testing
