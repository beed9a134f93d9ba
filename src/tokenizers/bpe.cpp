// SPDX-License-Identifier: Apache-2.0
// Byte pair encoding as Hugging Face's tokenizers and llama.cpp do it: of all neighbours that
// merge, those with the lowest rank first, the leftmost of equals.
#include "tokenizers/models.hpp"
#include "tokenizers/unicode.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::tokenizers {
namespace {

/// Words shorter than this are merged by looking at all pairs, longer ones with a queue.
constexpr std::size_t kShort = 24;

using Symbol = BpeScratch::Symbol;
using Candidate = BpeScratch::Candidate;

std::uint64_t pair_of(std::uint32_t left, std::uint32_t right) noexcept {
  return static_cast<std::uint64_t>(left) << 32 | right;
}

/// The letters of a word as tokens, and what is done about those that are none.
class Start {
 public:
  Start(const Bpe& model, BpeScratch& scratch) : model_(model), scratch_(scratch) {}

  void bytes(std::string_view word) {
    for (const char c : word) {
      const std::uint32_t id = model_.byte_ids[static_cast<unsigned char>(c)];
      if (id != kNoToken) {
        flush();
        push(id, 1);
      } else {
        missing(1);
      }
    }
    flush();
  }

  void letters(std::string_view word) {
    for (std::size_t at = 0; at < word.size();) {
      const std::uint32_t size = utf8_size(word[at]);
      letter(word.substr(at, size), at == 0, at + size == word.size());
      at += size;
    }
    flush();
  }

 private:
  void letter(std::string_view text, bool first, bool last) {
    const auto size = static_cast<std::uint32_t>(text.size());
    if ((!first && !model_.continuing_prefix.empty()) || (last && !model_.end_suffix.empty())) {
      scratch_.text.assign(first ? "" : model_.continuing_prefix);
      scratch_.text += text;
      if (last) scratch_.text += model_.end_suffix;
      text = scratch_.text;
    }
    const std::uint32_t id = model_.vocabulary.find(text);
    if (id != kNoToken) {
      flush();
      return push(id, size);
    }
    const std::uint32_t extra = model_.letters.find(text);
    if (extra != kNoToken) return push(extra, size);
    if (model_.byte_fallback && as_bytes_of(text)) return;
    missing(size);
  }

  bool as_bytes_of(std::string_view text) {
    const auto token = [&](char c) {
      return model_.vocabulary.byte_token(static_cast<std::uint8_t>(c));
    };
    if (std::any_of(text.begin(), text.end(), [&](char c) { return token(c) == kNoToken; })) {
      return false;
    }
    for (const char c : text) push(token(c), 1);
    return true;
  }

  void missing(std::uint32_t size) {
    if (model_.unknown == kNoToken) {  // dropped: its bytes count to the next token
      dropped_ += size;
      return;
    }
    if (unknown_ > 0 && !model_.fuse_unknown) flush();
    unknown_ += size;
  }
  void flush() {
    if (unknown_ > 0) push(model_.unknown, unknown_);
    unknown_ = 0;
  }
  void push(std::uint32_t id, std::uint32_t size) {
    const auto index = static_cast<std::int32_t>(scratch_.symbols.size());
    scratch_.symbols.push_back({id, size + dropped_, index - 1, index + 1});
    dropped_ = 0;
  }

  const Bpe& model_;
  BpeScratch& scratch_;
  std::uint32_t unknown_ = 0, dropped_ = 0;
};

void merge_short(const Bpe& model, std::vector<Symbol>& symbols) {
  std::uint64_t found[kShort] = {};
  const auto look = [&](std::size_t i) {
    return i + 1 < symbols.size() ? model.merges.find(pair_of(symbols[i].id, symbols[i + 1].id))
                                  : FlatMap::kNone;
  };
  for (std::size_t i = 0; i < symbols.size(); ++i) found[i] = look(i);
  while (symbols.size() > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < symbols.size(); ++i) {
      if (found[i] >> 32 < found[best] >> 32) best = i;
    }
    if (found[best] == FlatMap::kNone) return;
    symbols[best].id = static_cast<std::uint32_t>(found[best]);
    symbols[best].size += symbols[best + 1].size;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    std::copy(found + best + 2, found + symbols.size() + 1, found + best + 1);
    found[best] = look(best);
    if (best > 0) found[best - 1] = look(best - 1);
  }
}

class Queue {
 public:
  Queue(const Bpe& model, BpeScratch& scratch) : model_(model), scratch_(scratch) {}

  void run() {
    auto& symbols = scratch_.symbols;
    symbols.back().next = -1;
    scratch_.queue.clear();
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) add(static_cast<std::int32_t>(i));
    while (!scratch_.queue.empty()) {
      std::pop_heap(scratch_.queue.begin(), scratch_.queue.end(), later);
      const Candidate next = scratch_.queue.back();
      scratch_.queue.pop_back();
      Symbol& left = symbols[static_cast<std::uint32_t>(next.order)];
      if (left.id == kNoToken || left.next < 0) continue;
      Symbol& right = symbols[static_cast<std::size_t>(left.next)];
      const std::uint64_t now = model_.merges.find(pair_of(left.id, right.id));
      if (now == FlatMap::kNone || static_cast<std::uint32_t>(now) != next.id) continue;
      left.id = next.id;
      left.size += right.size;
      right.id = kNoToken;
      left.next = right.next;
      const auto index = static_cast<std::int32_t>(&left - symbols.data());
      if (left.next >= 0) symbols[static_cast<std::size_t>(left.next)].previous = index;
      if (left.previous >= 0) add(left.previous);
      add(index);
    }
    std::erase_if(symbols, [](const Symbol& symbol) { return symbol.id == kNoToken; });
  }

 private:
  static bool later(const Candidate& a, const Candidate& b) noexcept { return a.order > b.order; }

  void add(std::int32_t index) {
    const Symbol& left = scratch_.symbols[static_cast<std::size_t>(index)];
    if (left.next < 0) return;
    const Symbol& right = scratch_.symbols[static_cast<std::size_t>(left.next)];
    const std::uint64_t found = model_.merges.find(pair_of(left.id, right.id));
    if (found == FlatMap::kNone) return;
    scratch_.queue.push_back({(found >> 32) << 32 | static_cast<std::uint32_t>(index),
                              static_cast<std::uint32_t>(found), left.size + right.size});
    std::push_heap(scratch_.queue.begin(), scratch_.queue.end(), later);
  }

  const Bpe& model_;
  BpeScratch& scratch_;
};

/// A letter of SentencePiece that no merge took: its bytes.
void put_letter(const Bpe& model, const Symbol& symbol, std::vector<Cut>& out) {
  for (const char c : model.letters.bytes(symbol.id)) {
    const std::uint32_t id = model.vocabulary.byte_token(static_cast<std::uint8_t>(c));
    if (id != kNoToken) {
      out.push_back({id, 1});
    } else if (model.unknown != kNoToken) {
      out.push_back({model.unknown, symbol.size});
      return;
    }
  }
}

}  // namespace

Status Bpe::add_merge(std::uint32_t left, std::uint32_t right, std::uint32_t rank,
                      std::uint32_t id) {
  merges.insert(pair_of(left, right), static_cast<std::uint64_t>(rank) << 32 | id);
  return {};
}

void Bpe::prepare_bytes() {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    byte_ids[byte] = vocabulary.find({&c, 1});
  }
}

Status derive_merges(Bpe& bpe, std::span<const float> scores) {
  // Equal scores are equal ranks, so that the leftmost pair wins.
  std::vector<float> order(scores.begin(), scores.end());
  std::sort(order.begin(), order.end(), std::greater<>());
  order.erase(std::unique(order.begin(), order.end()), order.end());
  const std::uint32_t size = bpe.vocabulary.size();
  std::uint32_t next_letter = size;
  const auto part = [&](std::string_view text, bool may_add) {
    const std::uint32_t id = bpe.vocabulary.find(text);
    if (id != kNoToken || utf8_size(text[0]) != text.size()) return id;
    const std::uint32_t letter = bpe.letters.find(text);
    if (letter != kNoToken || !may_add || next_letter >= kMaxTokens) return letter;
    (void)bpe.letters.add(text, next_letter, true);
    return next_letter++;
  };
  for (std::uint32_t id = 0; id < size; ++id) {
    const std::string_view text = bpe.vocabulary.bytes(id);
    const auto rank = std::lower_bound(order.begin(), order.end(), scores[id], std::greater<>());
    for (std::size_t at = 0; at < text.size();) {
      at += utf8_size(text[at]);
      if (at >= text.size()) break;
      const std::uint32_t left = part(text.substr(0, at), true);
      if (left == kNoToken) continue;
      const std::uint32_t right = part(text.substr(at), true);
      if (right == kNoToken) continue;
      TRY(bpe.add_merge(left, right, static_cast<std::uint32_t>(rank - order.begin()), id));
    }
  }
  return {};
}

void cut_word(const Bpe& model, std::string_view word, BpeScratch& scratch, std::vector<Cut>& out) {
  if (model.ignore_merges) {
    const std::uint32_t id = model.vocabulary.find(word);
    if (id != kNoToken) {
      out.push_back({id, static_cast<std::uint32_t>(word.size())});
      return;
    }
  }
  auto& symbols = scratch.symbols;
  symbols.clear();
  Start start(model, scratch);
  if (model.byte_level) {
    start.bytes(word);
  } else {
    start.letters(word);
  }
  if (symbols.size() > kShort) {
    Queue(model, scratch).run();
  } else if (symbols.size() > 1) {
    merge_short(model, symbols);
  }
  for (const Symbol& symbol : symbols) {
    if (symbol.id >= model.vocabulary.size()) {
      put_letter(model, symbol, out);
    } else {
      out.push_back({symbol.id, symbol.size});
    }
  }
}

}  // namespace colophon::tokenizers
