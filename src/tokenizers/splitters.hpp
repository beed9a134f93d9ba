// SPDX-License-Identifier: Apache-2.0
// How a vocabulary cuts text into words before its model cuts those into tokens ("pre-tokenizers").
#pragma once

#include "base/result.hpp"
#include "tokenizers/mapped_text.hpp"
#include "tokenizers/pattern.hpp"

#include <string>
#include <variant>
#include <vector>

namespace colophon::tokenizers {

enum class Behavior : std::uint8_t {
  Removed,
  Isolated,
  MergedWithPrevious,
  MergedWithNext,
  Contiguous
};
enum class Letters : std::uint8_t { Digit, Punctuation, Space };

struct SplitPattern {
  Pattern pattern;
  Behavior behavior = Behavior::Isolated;
  bool invert = false;
};
struct SplitLetters {
  Letters letters = Letters::Digit;
  Behavior behavior = Behavior::Isolated;
};
/// A space in front of every piece that does not begin with one.
struct PrefixSpace {
  bool wanted = true;
};
/// From here on the model sees bytes.
struct ByteLevel {
  bool prefix_space = false;
};
enum class PrependScheme : std::uint8_t { Always, First, Never };
struct Metaspace {
  std::string replacement;
  Pattern space, mark;
  PrependScheme prepend = PrependScheme::Always;
  bool split = true;
};
using Splitter = std::variant<SplitPattern, SplitLetters, PrefixSpace, ByteLevel, Metaspace>;

/// Cuts `text` (which a step may change) into words, in order.
[[nodiscard]] Status split(const std::vector<Splitter>& steps, bool at_start, MappedText& text,
                           std::vector<Span>& words);

/// The visible character that GPT-2's vocabulary writes for a byte, as UTF-8.
[[nodiscard]] std::string_view sign_of_byte(std::uint8_t byte) noexcept;
/// The bytes that a token written in those characters stands for; nothing if it has others.
[[nodiscard]] bool bytes_of_signs(std::string_view token, std::string& bytes);

}  // namespace colophon::tokenizers
