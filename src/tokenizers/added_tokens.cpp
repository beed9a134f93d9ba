// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/definition.hpp"
#include "tokenizers/unicode.hpp"

namespace colophon::tokenizers {
namespace {

std::uint64_t edge(std::uint64_t node, char byte) noexcept {
  return node << 8 | static_cast<unsigned char>(byte);
}

bool is_alone(std::string_view text, std::size_t begin, std::size_t end) noexcept {
  return (begin == 0 || !is_word(code_point_before(text, begin).value)) &&
         (end == text.size() || !is_word(code_point(text, end).value));
}

std::size_t before_spaces(std::string_view text, std::size_t end) noexcept {
  while (end > 0) {
    const CodePoint c = code_point_before(text, end);
    if (!is_space(c.value)) break;
    end -= c.size;
  }
  return end;
}

std::size_t behind_spaces(std::string_view text, std::size_t at) noexcept {
  while (at < text.size()) {
    const CodePoint c = code_point(text, at);
    if (!is_space(c.value)) break;
    at += c.size;
  }
  return at;
}

}  // namespace

void AddedTokens::add(AddedToken token) {
  if (token.content.empty()) return;
  if (endings_.empty()) endings_.push_back(kNoToken);
  std::uint64_t node = 0;
  for (const char c : token.content) {
    const std::uint64_t next = trie_.find(edge(node, c));
    if (next == FlatMap::kNone) {
      trie_.insert(edge(node, c), endings_.size());
      node = endings_.size();
      endings_.push_back(kNoToken);
    } else {
      node = next;
    }
  }
  first_.set(static_cast<unsigned char>(token.content[0]));
  endings_[static_cast<std::size_t>(node)] = static_cast<std::uint32_t>(tokens_.size());
  tokens_.push_back(std::move(token));
}

const AddedToken* AddedTokens::longest_at(std::string_view text, std::size_t at,
                                          bool special) const {
  const AddedToken* found = nullptr;
  std::uint64_t node = 0;
  for (; at < text.size(); ++at) {
    node = trie_.find(edge(node, text[at]));
    if (node == FlatMap::kNone) break;
    const std::uint32_t index = endings_[static_cast<std::size_t>(node)];
    if (index != kNoToken && (special || !tokens_[index].special)) found = &tokens_[index];
  }
  return found;
}

void AddedTokens::find_all(std::string_view text, bool special, std::vector<Match>& matches) const {
  if (tokens_.empty()) return;
  std::size_t free = 0;  // where the last match ends
  for (std::size_t at = 0; at < text.size();) {
    if (!first_.test(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    const AddedToken* token = longest_at(text, at, special);
    if (token == nullptr) {
      ++at;
      continue;
    }
    std::size_t begin = at, end = at + token->content.size();
    at = end;
    if (token->single_word && !is_alone(text, begin, end)) continue;
    // As in Hugging Face's: a match inside white space that the one before swallowed still counts.
    if (token->strip_left) begin = std::max(before_spaces(text, begin), free);
    if (token->strip_right) end = behind_spaces(text, end);
    matches.push_back(
        {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, token});
    free = end;
  }
}

void prepare_cuts(Definition& definition, std::string_view sign) {
  const Vocabulary& vocabulary = definition.vocabulary();
  const auto* bpe = std::get_if<Bpe>(&definition.model);
  // A letter that is dropped lets its neighbours merge across it; an unknown sign is joined to
  // unknown letters before it; unigram's sums over a whole text are rounded otherwise.
  if (bpe == nullptr || bpe->unknown == kNoToken || vocabulary.find(sign) == kNoToken) return;
  definition.cut_sign = sign;
  for (std::uint32_t id = 0; id < vocabulary.size(); ++id) {
    const std::string_view text = vocabulary.bytes(id);
    for (std::size_t at = text.find(sign, 1); at != std::string_view::npos;
         at = text.find(sign, at + 1)) {
      definition.joins.set(static_cast<unsigned char>(text[at - 1]));
    }
  }
}

}  // namespace colophon::tokenizers
