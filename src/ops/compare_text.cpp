// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "ops/compare.hpp"

namespace colophon {
namespace {

constexpr std::size_t kRun = 4;
constexpr std::size_t kFewest = 8;      // runs
constexpr std::size_t kMost = 200'000;  // runs of a text that are looked at

bool is_letter(unsigned char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The length of a character in UTF-8, by its first byte.
std::size_t length_of(unsigned char c) noexcept {
  return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/// Blanks and punctuation of CJK (U+3000 to U+303F, U+FF00 to U+FFEF) part words.
bool parts_words(std::string_view character) noexcept {
  return character.starts_with("\xE3\x80") || character.starts_with("\xEF\xBC") ||
         character.starts_with("\xEF\xBD") || character.starts_with("\xE2\x80");
}

/// Words in small letters; each character above U+2E80 is one of its own.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) words.push_back(lower_ascii(word));
    word.clear();
  };
  for (std::size_t at = 0; at < text.size() && words.size() < kMost;) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == '<') {  // a tag, if it ends soon
      const std::size_t close = text.substr(at, 4096).find('>');
      if (close != std::string_view::npos) {
        end();
        at += close + 1;
        continue;
      }
    }
    const std::size_t length = length_of(c);
    const std::string_view character = text.substr(at, length);
    at += length;
    if (c < 0x80 && !is_letter(c)) {
      end();
    } else if (length >= 3) {
      end();
      if (!parts_words(character)) words.emplace_back(character);
    } else {
      word += character;
    }
  }
  end();
  return words;
}

std::unordered_set<std::size_t> runs_of(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  std::unordered_set<std::size_t> runs;
  for (std::size_t i = 0; i + kRun <= words.size(); ++i) {
    std::string run;
    for (std::size_t j = i; j < i + kRun; ++j) run += words[j] + ' ';
    runs.insert(std::hash<std::string>{}(run));
  }
  return runs;
}

}  // namespace

std::optional<double> shared_text(std::string_view a, std::string_view b) {
  const auto one = runs_of(a), other = runs_of(b);
  const auto& small = one.size() < other.size() ? one : other;
  const auto& large = one.size() < other.size() ? other : one;
  if (small.size() < kFewest) return std::nullopt;
  const auto shared = std::count_if(small.begin(), small.end(),
                                    [&](std::size_t run) { return large.contains(run); });
  return static_cast<double>(shared) / static_cast<double>(small.size());
}

}  // namespace colophon
