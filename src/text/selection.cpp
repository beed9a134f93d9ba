// SPDX-License-Identifier: Apache-2.0
#include "text/selection.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace colophon::textmark {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t folded(std::uint64_t a, std::uint64_t b) noexcept {
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Unknown to whoever writes a text, so that nobody can write one whose runs all collide.
struct Salt {
  std::uint64_t first, second;
};
const Salt& salt() noexcept {
  static const Salt value = [] {
    std::random_device device;
    const auto word = [&] { return std::uint64_t{device()} << 32 | device() | 1; };
    return Salt{word(), word()};
  }();
  return value;
}

std::uint64_t pair_at(const Token* tokens) noexcept {
  std::uint64_t pair = 0;
  std::memcpy(&pair, tokens, sizeof pair);
  return pair;
}

std::uint64_t salted_hash(const Salt& salt, const Token* tokens, std::size_t count) noexcept {
  if (count == 4) {
    return folded(pair_at(tokens) ^ salt.first, pair_at(tokens + 2) ^ salt.second);
  }
  std::uint64_t hash = salt.first + count;
  std::size_t i = 0;
  for (; i + 2 <= count; i += 2) hash = folded(hash ^ pair_at(tokens + i), salt.second);
  if (i < count) hash = folded(hash ^ tokens[i], salt.second);
  return hash * 0x9E3779B97F4A7C15;
}

}  // namespace

std::uint64_t hash_of(const Token* tokens, std::size_t count) noexcept {
  return salted_hash(salt(), tokens, count);
}

void RunTable::begin(std::size_t count) {
  const std::size_t wanted = std::bit_ceil(std::max<std::size_t>(2 * count, 2048));
  if (wanted > slots_.size()) {
    slots_.assign(wanted, 0);
    base_ = 0;
  }
  mask_ = wanted - 1;  // a part of a larger table keeps short texts in the cache
  shift_ = 64 - std::countr_zero(wanted);
}

bool RunTable::seen(const Token* text, std::size_t at, std::size_t length, std::uint32_t history) {
  const std::uint64_t hash = hash_of(text + at, length);
  const std::uint64_t part = hash << 32;
  for (std::uint64_t slot = hash >> shift_;; slot = (slot + 1) & mask_) {
    const std::uint64_t entry = slots_[slot];
    const std::uint64_t index = entry & 0xFFFFFFFF;
    if (index <= base_) {
      slots_[slot] = part | (base_ + at + 1);
      return false;
    }
    if (((entry ^ part) >> 32) != 0) continue;
    const std::size_t before = index - base_ - 1;
    if (!std::equal(text + before, text + before + length, text + at)) continue;
    slots_[slot] = part | (base_ + at + 1);
    return history == 0 || at - before <= history;
  }
}

void RunTable::end(std::size_t size) {
  base_ += size + 1;
  constexpr std::size_t kKept = std::size_t{1} << 20;
  if (slots_.size() > kKept) {  // one long text shall not cost its thread memory for ever
    slots_ = {};
    base_ = 0;
  } else if (base_ >= std::uint64_t{1} << 31) {
    std::fill(slots_.begin(), slots_.end(), 0);
    base_ = 0;
  }
}

void select(Tokens tokens, const SelectionRule& rule, const IgnoredRuns& ignored,
            Selection& selection) {
  const std::size_t count = tokens.size(), width = rule.width;
  selection.text.resize(width + count);
  std::fill_n(selection.text.begin(), width, kNoToken);
  std::copy(tokens.begin(), tokens.end(), selection.text.begin() + static_cast<long>(width));
  selection.positions.resize(count);
  selection.repeated = selection.ignored = 0;

  std::size_t end = count;
  if (rule.end_token >= 0) {
    end = static_cast<std::size_t>(
        std::find(tokens.begin(), tokens.end(), static_cast<Token>(rule.end_token)) -
        tokens.begin());
  }
  const std::size_t first = std::min(rule.padded ? 0 : width, end);
  selection.unscorable = count - (end - first);
  if (!rule.keep_repeats) selection.runs.begin(end);
  const Token* text = selection.text.data();
  std::size_t kept = 0;
  for (std::size_t i = first; i < end; ++i) {
    if (!ignored.empty() && ignored.contains(hash_of(text + i, width + 1))) {
      ++selection.ignored;
      continue;
    }
    selection.positions[kept] = static_cast<std::uint32_t>(i);
    kept += rule.keep_repeats ||
            !selection.runs.seen(text, i + width - rule.repeat_back, rule.repeat, rule.history);
  }
  if (!rule.keep_repeats) selection.runs.end(end + width);
  selection.positions.resize(kept);
  selection.repeated = end - first - selection.ignored - kept;
}

void ignore_runs(Tokens tokens, const SelectionRule& rule, IgnoredRuns& ignored) {
  std::vector<Token> text(rule.width, kNoToken);
  text.insert(text.end(), tokens.begin(), tokens.end());
  const std::size_t first = rule.padded ? 0 : rule.width;
  for (std::size_t i = first; i < tokens.size(); ++i) {
    ignored.insert(hash_of(text.data() + i, rule.width + 1));
  }
}

}  // namespace colophon::textmark
