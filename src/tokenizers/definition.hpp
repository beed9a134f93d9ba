// SPDX-License-Identifier: Apache-2.0
// How one vocabulary works, whatever file said so.
#pragma once

#include "tokenizers/flat_map.hpp"
#include "tokenizers/models.hpp"
#include "tokenizers/normalizers.hpp"
#include "tokenizers/splitters.hpp"
#include "tokenizers/tokenizer.hpp"

#include <bitset>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace colophon::tokenizers {

/// A token that is looked for before the model sees the text.
struct AddedToken {
  std::string content;
  std::uint32_t id = 0;
  bool special = false;     ///< a control token: EncodeOptions::special
  bool normalized = false;  ///< looked for in the normalized text
  bool single_word = false, strip_left = false, strip_right = false;
};

/// Finds added tokens: the leftmost, the longest of those.
class AddedTokens {
 public:
  void add(AddedToken token);
  struct Match {
    Span span;
    const AddedToken* token = nullptr;
  };
  void find_all(std::string_view text, bool special, std::vector<Match>& matches) const;
  [[nodiscard]] bool empty() const noexcept { return tokens_.empty(); }
  [[nodiscard]] const std::vector<AddedToken>& all() const noexcept { return tokens_; }

 private:
  [[nodiscard]] const AddedToken* longest_at(std::string_view text, std::size_t at,
                                             bool special) const;
  std::vector<AddedToken> tokens_;
  FlatMap trie_;                        // node << 8 | byte: node
  std::vector<std::uint32_t> endings_;  // by node: index of the token, or kNoToken
  std::bitset<256> first_;
};

struct Definition {
  std::string description;
  AddedTokens added;             ///< looked for in the text as it came
  AddedTokens normalized_added;  ///< looked for in the normalized text
  std::vector<Normalizer> normalizers;
  std::vector<Splitter> splitters;
  std::variant<Bpe, Unigram, WordPiece> model;

  std::string undecodable;        ///< what decoding would need; empty: it can be done
  std::string space_sign;         ///< decoded to a space
  bool drop_first_space = false;  ///< decoding takes one space off the text's start
  bool bytes_in_names = false;    ///< "<0x0A>" is decoded to its byte
  std::unordered_map<std::uint32_t, std::string> added_text;  ///< by id, for decoding
  std::vector<bool> special_ids;

  /// Bytes before the sign for a space inside tokens: elsewhere a long text may be cut in front of
  /// that sign without another result. Empty sign: nothing is cut.
  std::string cut_sign;
  std::bitset<256> joins;

  [[nodiscard]] const Vocabulary& vocabulary() const noexcept {
    return std::visit([](const auto& it) -> const Vocabulary& { return it.vocabulary; }, model);
  }
};

/// Sets `cut_sign` and `joins`; for models that see whole texts.
void prepare_cuts(Definition& definition, std::string_view sign);

/// The readers, by kind of file.
[[nodiscard]] Result<Definition> read_gguf(Bytes file);
[[nodiscard]] Result<Definition> read_tokenizer_json(std::string_view file);

}  // namespace colophon::tokenizers
