// SPDX-License-Identifier: Apache-2.0
// The models that cut a word into tokens: byte pair encoding (with SentencePiece's, whose merges
// follow from scores), unigram, and BERT's word pieces.
#pragma once

#include "base/result.hpp"
#include "tokenizers/flat_map.hpp"
#include "tokenizers/mapped_text.hpp"
#include "tokenizers/vocabulary.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace colophon::tokenizers {

/// A token of a word, as long as it is in the word.
struct Cut {
  std::uint32_t id = 0;
  std::uint32_t size = 0;
};

struct Bpe {
  Vocabulary vocabulary;
  FlatMap merges;  ///< pair of ids: rank << 32 | id
  bool byte_level = false;
  bool byte_fallback = false;
  bool ignore_merges = false;
  bool fuse_unknown = false;
  std::uint32_t unknown = kNoToken;
  std::string continuing_prefix, end_suffix;
  std::array<std::uint32_t, 256> byte_ids{};  ///< of single bytes, when byte_level
  /// SentencePiece merges letters that are no tokens: ids from vocabulary.size() on.
  Vocabulary letters;

  Status add_merge(std::uint32_t left, std::uint32_t right, std::uint32_t rank, std::uint32_t id);
  /// After the vocabulary is complete.
  void prepare_bytes();
};

/// Merges as SentencePiece makes them: whatever two neighbours form a token, best score first.
/// `text_of` the tokens in id order; those of `usable` false are never made.
[[nodiscard]] Status derive_merges(Bpe& bpe, std::span<const float> scores);

struct Unigram {
  Vocabulary vocabulary;
  std::vector<double> scores;  ///< by id
  std::uint32_t unknown = kNoToken;
  bool byte_fallback = false;
  double unknown_score = 0;
  FlatMap trie;                        ///< node << 8 | byte: node; node 0 is the root
  std::vector<std::uint32_t> endings;  ///< by node: the token that ends there

  /// After vocabulary and scores are complete.
  [[nodiscard]] Status prepare();
};

struct WordPiece {
  Vocabulary vocabulary;
  std::uint32_t unknown = kNoToken;
  std::string continuing_prefix = "##";
  std::size_t longest_word = 100;  ///< letters; a longer word is unknown
  std::size_t longest = 0;         ///< bytes of the longest token
};

/// Memory that is used again from word to word.
struct BpeScratch {
  struct Symbol {
    std::uint32_t id, size;
    std::int32_t previous, next;
  };
  struct Candidate {
    std::uint64_t order;  ///< rank << 32 | position: the smallest is next
    std::uint32_t id, size;
  };
  std::vector<Symbol> symbols;
  std::vector<Candidate> queue;
  std::string text;
};
struct UnigramScratch {
  struct Best {
    double score = 0;
    std::uint32_t begin = 0, id = kNoToken;
  };
  std::vector<Best> best;
};

/// Appends the tokens of `word`.
void cut_word(const Bpe& model, std::string_view word, BpeScratch& scratch, std::vector<Cut>& out);
void cut_word(const Unigram& model, std::string_view word, UnigramScratch& scratch,
              std::vector<Cut>& out);
void cut_word(const WordPiece& model, std::string_view word, std::vector<Cut>& out);

}  // namespace colophon::tokenizers
