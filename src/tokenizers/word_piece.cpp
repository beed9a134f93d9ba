// SPDX-License-Identifier: Apache-2.0
// BERT's model: the longest token at each place; a word with a place where none fits is unknown as
// a whole.
#include <algorithm>

#include "tokenizers/models.hpp"
#include "tokenizers/unicode.hpp"

namespace colophon::tokenizers {
namespace {

std::size_t letters_in(std::string_view word) noexcept {
  return static_cast<std::size_t>(std::count_if(word.begin(), word.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// The longest token that `rest` begins with. Sizes are those of the text.
Cut longest(const WordPiece& model, std::string_view prefix, std::string_view rest,
            std::string& name) {
  name.assign(prefix);
  name.append(rest.substr(0, model.longest));
  for (std::size_t end = name.size() - prefix.size(); end > 0;) {
    const bool whole = end == rest.size() || (static_cast<unsigned char>(rest[end]) & 0xC0) != 0x80;
    if (whole) {
      const std::uint32_t id =
          model.vocabulary.find(std::string_view(name).substr(0, prefix.size() + end));
      if (id != kNoToken) return {id, static_cast<std::uint32_t>(end)};
    }
    --end;
  }
  return {kNoToken, 0};
}

}  // namespace

void cut_word(const WordPiece& model, std::string_view word, std::vector<Cut>& out) {
  const std::size_t before = out.size();
  std::string name;
  bool fits = letters_in(word) <= model.longest_word;
  for (std::size_t at = 0; fits && at < word.size();) {
    const Cut cut = longest(model, at == 0 ? std::string_view() : model.continuing_prefix,
                            word.substr(at), name);
    fits = cut.id != kNoToken;
    out.push_back(cut);
    at += cut.size;
  }
  if (fits) return;
  out.resize(before);
  out.push_back({model.unknown, static_cast<std::uint32_t>(word.size())});
}

}  // namespace colophon::tokenizers
