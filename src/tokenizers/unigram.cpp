// SPDX-License-Identifier: Apache-2.0
// Unigram: the path through a word with the highest sum of log probabilities (Viterbi). A letter
// that no token covers is unknown, 10 below the worst score; neighbouring unknowns are one.
#include "tokenizers/models.hpp"
#include "tokenizers/unicode.hpp"

#include <algorithm>

namespace colophon::tokenizers {
namespace {

constexpr double kUnknownPenalty = 10.0;

std::uint64_t edge(std::uint64_t node, char byte) noexcept {
  return node << 8 | static_cast<unsigned char>(byte);
}

class Path {
 public:
  Path(const Unigram& model, std::string_view word, UnigramScratch& scratch)
      : model_(model), word_(word), best_(scratch.best) {
    best_.assign(word.size() + 1, {});
  }

  void walk() {
    for (std::uint32_t at = 0; at < word_.size();) {
      const std::uint32_t letter = utf8_size(word_[at]);
      if (!try_tokens(at, letter)) {
        offer(at + letter, at, best_[at].score + model_.unknown_score, model_.unknown);
      }
      at += letter;
    }
  }

  void collect(std::vector<Cut>& out) const {
    const std::size_t first = out.size();
    bool after_unknown = false;
    for (auto end = static_cast<std::uint32_t>(word_.size()); end > 0;) {
      const auto& step = best_[end];
      const bool unknown = step.id == model_.unknown;
      if (unknown && after_unknown) {
        out.back().size += end - step.begin;
      } else {
        out.push_back({step.id, end - step.begin});
      }
      after_unknown = unknown;
      end = step.begin;
    }
    std::reverse(out.begin() + static_cast<std::ptrdiff_t>(first), out.end());
  }

 private:
  bool try_tokens(std::uint32_t at, std::uint32_t letter) {
    bool covered = false;
    std::uint64_t node = 0;
    for (std::uint32_t end = at; end < word_.size();) {
      node = model_.trie.find(edge(node, word_[end]));
      if (node == FlatMap::kNone) break;
      ++end;
      const std::uint32_t id = model_.endings[static_cast<std::size_t>(node)];
      if (id == kNoToken) continue;
      offer(end, at, best_[at].score + model_.scores[id], id);
      covered = covered || end - at == letter;
    }
    return covered;
  }
  void offer(std::uint32_t end, std::uint32_t begin, double score, std::uint32_t id) {
    auto& best = best_[end];
    if (best.id == kNoToken || score > best.score) best = {score, begin, id};
  }

  const Unigram& model_;
  std::string_view word_;
  std::vector<UnigramScratch::Best>& best_;
};

}  // namespace

Status Unigram::prepare() {
  double worst = 0;
  endings.assign(1, kNoToken);
  for (std::uint32_t id = 0; id < vocabulary.size(); ++id) {
    worst = std::min(worst, scores[id]);
    const std::string_view text = vocabulary.bytes(id);
    if (vocabulary.find(text) != id) continue;  // only decoded
    std::uint64_t node = 0;
    for (const char c : text) {
      const std::uint64_t key = edge(node, c);
      const std::uint64_t next = trie.find(key);
      if (next == FlatMap::kNone) {
        node = endings.size();
        trie.insert(key, node);
        endings.push_back(kNoToken);
      } else {
        node = next;
      }
    }
    if (!text.empty()) endings[static_cast<std::size_t>(node)] = id;
  }
  unknown_score = worst - kUnknownPenalty;
  return {};
}

void cut_word(const Unigram& model, std::string_view word, UnigramScratch& scratch,
              std::vector<Cut>& out) {
  Path path(model, word, scratch);
  path.walk();
  if (!model.byte_fallback) return path.collect(out);
  std::vector<Cut> tokens;
  path.collect(tokens);
  std::size_t at = 0;
  for (const Cut& token : tokens) {
    const std::string_view text = word.substr(at, token.size);
    at += token.size;
    const bool all =
        token.id == model.unknown && std::all_of(text.begin(), text.end(), [&](char c) {
          return model.vocabulary.byte_token(static_cast<std::uint8_t>(c)) != kNoToken;
        });
    if (!all) {
      out.push_back(token);
      continue;
    }
    for (const char c : text) {
      out.push_back({model.vocabulary.byte_token(static_cast<std::uint8_t>(c)), 1});
    }
  }
}

}  // namespace colophon::tokenizers
