// SPDX-License-Identifier: Apache-2.0
// Which tokens of a text count: not those without a whole context, not those that were named to be
// ignored, and of those that meet the same key material only the first.
#pragma once

#include "text/text.hpp"

#include <unordered_set>

namespace colophon::textmark {

/// A number for `count` tokens, the same for equal tokens as long as the process lives.
[[nodiscard]] std::uint64_t hash_of(const Token* tokens, std::size_t count) noexcept;

/// Finds equal runs of tokens within one text. Exact: what has the same hash is compared. Its
/// memory is reused from text to text without being cleared.
class RunTable {
 public:
  /// For a text of `count` runs.
  void begin(std::size_t count);
  /// True when the run at `at` (`length` tokens) was seen at one of the last `history`
  /// indices (0: any). `at` grows from call to call.
  bool seen(const Token* text, std::size_t at, std::size_t length, std::uint32_t history);
  /// Forgets the text, whose indices were below `size`.
  void end(std::size_t size);

 private:
  std::vector<std::uint64_t> slots_;  ///< part of the hash, above the index plus base_
  std::uint64_t base_ = 0;
  int shift_ = 0;
  std::uint64_t mask_ = 0;
};

struct SelectionRule {
  std::uint32_t width = 4;        ///< tokens of context before the scored one
  std::uint32_t repeat = 4;       ///< length of the run whose repetition counts once
  std::uint32_t repeat_back = 4;  ///< where the run begins, counted back from the scored token
  std::uint32_t history = 0;      ///< how far back repeats are looked for; 0: everywhere
  bool padded = false;            ///< the first tokens are scored, with kNoToken before them
  bool keep_repeats = false;
  std::int64_t end_token = -1;
};

inline constexpr Token kNoToken = 0xFFFFFFFF;

struct Selection {
  std::vector<Token> text;               ///< `width` times kNoToken, then the tokens
  std::vector<std::uint32_t> positions;  ///< of the scored tokens, in the tokens
  std::uint64_t repeated = 0, ignored = 0, unscorable = 0;
  RunTable runs;

  /// The token at a position and those before it: [-width, 0].
  [[nodiscard]] const Token* at(std::uint32_t position, std::uint32_t width) const noexcept {
    return text.data() + width + position;
  }
};

using IgnoredRuns = std::unordered_set<std::uint64_t>;

/// Fills `selection`, whose memory is reused.
void select(Tokens tokens, const SelectionRule& rule, const IgnoredRuns& ignored,
            Selection& selection);
/// What `select` shall pass over: every token with its context.
void ignore_runs(Tokens tokens, const SelectionRule& rule, IgnoredRuns& ignored);

}  // namespace colophon::textmark
