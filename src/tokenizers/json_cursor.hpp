// SPDX-License-Identifier: Apache-2.0
// Walks the two big lists of a tokenizer.json, vocabulary and merges, without a tree of them. The
// text has been found to be JSON before; what is not of the expected shape is an error all the
// same.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace colophon::tokenizers {

class JsonCursor {
 public:
  /// `base`: where `text` stands in the file, for errors.
  JsonCursor(std::string_view text, std::uint64_t base) : text_(text), base_(base) {}

  [[nodiscard]] char peek() noexcept;
  [[nodiscard]] bool take(char c) noexcept;
  Status expect(char c);
  Result<std::string> string();
  Result<std::uint32_t> integer();
  Result<double> number();
  /// Behind an element: true when another follows, false at the closing `end`.
  Result<bool> more(char end);
  [[nodiscard]] Failure wrong(std::string_view what) const;

 private:
  [[nodiscard]] std::string_view scalar();
  std::string_view text_;
  std::uint64_t base_;
  std::size_t at_ = 0;
};

}  // namespace colophon::tokenizers
