// SPDX-License-Identifier: Apache-2.0
// Private to text_*.cpp: answers of language models as files: JSON objects of the usual services,
// and recorded event streams of chat completions.
#pragma once

#include "marks/text_mark.hpp"

namespace colophon::text_mark {

/// One answer that a person reads, and what has to be put into its stored text.
struct Answers {
  std::vector<Running> texts;
  std::vector<Replacement> edits;  ///< labels that are lacking; empty: none is
};
/// The answers of a JSON object. Error `unsupported` when it holds none.
[[nodiscard]] Result<Answers> json_answers(Source& source, const MarkDemand& demand,
                                           const Limits& limits);

/// Is this text a recorded stream of events?
[[nodiscard]] bool is_events(Source& source) noexcept;
[[nodiscard]] Result<Answers> event_answers(Source& source, const MarkDemand& demand,
                                            const Limits& limits);

}  // namespace colophon::text_mark
