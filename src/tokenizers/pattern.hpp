// SPDX-License-Identifier: Apache-2.0
// Regular expressions of vocabulary files. They are written for Oniguruma (Ruby's syntax), which
// Hugging Face's tokenizers use; PCRE2 executes them here, after what the two read differently has
// been rewritten. PCRE2 is named nowhere else.
#pragma once

#include "base/result.hpp"
#include "tokenizers/mapped_text.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace colophon::tokenizers {

class Pattern {
 public:
  /// Error `unsupported` for a construct that cannot be carried over, `malformed` for no pattern.
  [[nodiscard]] static Result<Pattern> compile(std::string_view oniguruma);
  /// The text itself.
  [[nodiscard]] static Result<Pattern> literal(std::string_view text);

  /// Appends every match in `text` (valid UTF-8), in order, without overlap; empty ones too. Safe
  /// to call from several threads. Error `limit-exceeded` when matching backtracks without end.
  [[nodiscard]] Status find_all(std::string_view text, std::vector<Span>& matches) const;

 private:
  struct Code;
  std::shared_ptr<const Code> code_;
};

/// Oniguruma's syntax as PCRE2 reads it; for tests.
[[nodiscard]] Result<std::string> to_pcre2(std::string_view oniguruma);

}  // namespace colophon::tokenizers
