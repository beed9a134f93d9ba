// SPDX-License-Identifier: Apache-2.0
#include "text/scan_anchors.hpp"

#include <algorithm>

namespace colophon::text {
namespace {

// Which three bytes of a literal are its fingerprint, and which share a bucket, was annealed over
// texts in seventeen languages: clean text has one suspect in about 800 bytes, whatever its script.
// A word of two letters has a bucket for each kind of sign behind it.
constexpr std::uint8_t kBeforeSign = 15;
constexpr Literal kLiterals[] = {
    {"ai", Anchor::Term, 4, 0, 1},
    {"ai", Anchor::Term, kBeforeSign, 0, 1},
    {"ia", Anchor::Term, 4, 0, 1},
    {"ia", Anchor::Term, kBeforeSign, 0, 1},
    {"ki", Anchor::Term, 13, 0, 2},
    {"a.i", Anchor::Term, 0},
    {"ＡＩ", Anchor::Term, 14, 1},
    {"ИИ", Anchor::Term, 9, 1},
    {"нейросет", Anchor::Term, 8, 5},
    {"НЕЙРОСЕТ", Anchor::Term, 2, 3},
    {"интеллект", Anchor::Term, 8, 3},
    {"ИНТЕЛЛЕКТ", Anchor::Term, 2, 1},
    {"intellig", Anchor::Term, 2, 4},  // artificial intelligence, künstliche Intelligenz, ...
    {"intelig", Anchor::Term, 2, 3},   // inteligencia artificial
    {"trí tu", Anchor::Term, 11, 2},   // trí tuệ nhân tạo
    {"الاصطناعي", Anchor::Term, 6, 9},
    {"एआई", Anchor::Term, 1, 3},
    {"बुद्धिमत्ता", Anchor::Term, 0, 12},  // कृत्रिम बुद्धिमत्ता
    {"kecerdasan", Anchor::Term, 5},    // kecerdasan buatan
    {"yapay", Anchor::Term, 15, 2},     // yapay zeka
    {"人工智", Anchor::Term, 6, 1},     // 人工智能, 人工智慧
    {"人工知", Anchor::Term, 6, 1},     // 人工知能
    {"인공지능", Anchor::Term, 8, 1},
    {"模型", Anchor::Term, 10, 2},  // 大模型
    {"llm", Anchor::Term, 2, 0, 1},
    {"gpt", Anchor::Term, 1},
    {"claude", Anchor::Term, 10, 2},
    {"copilot", Anchor::Term, 9, 3},
    {"deepseek", Anchor::Term, 14, 2},
    {"gemini", Anchor::Term, 2, 1},
    {"midjourney", Anchor::Term, 7, 2},
    {"豆包", Anchor::Term, 11, 1},
    {"文心一言", Anchor::Term, 3, 8},
    {"通义千问", Anchor::Term, 7, 1},
    {"讯飞星火", Anchor::Term, 3},
    {"智谱清言", Anchor::Term, 8, 1},
    {"腾讯元宝", Anchor::Term, 3, 3},
    {"aigc", Anchor::Aigc, 5},
    {"contentproducer", Anchor::Aigc, 8, 6},  // of a label that lost its key
    {"aidisclosure", Anchor::Disclosure, 5},
    {"c2pa", Anchor::C2pa, 12},
    {"lgorithmicmedia", Anchor::SourceType, 2, 6},
    {"d-by:", Anchor::Trailer, 7},
    {"h [", Anchor::Link, 3},
    {"\xEF\xB8", Anchor::Selector, 12},
    {"\xF3\xA0", Anchor::Plane14, 12},
    {"\xE2\x80", Anchor::ZeroWidth, 1},
    {"\xE2\x81", Anchor::ZeroWidth, 13},
    {"\xEF\xBB\xBF", Anchor::ZeroWidth, 12},
};

constexpr bool is_letter(unsigned c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// May the byte stand at that place of the literal, as far as a fingerprint tells?
constexpr bool allows(const Literal& literal, std::size_t place, unsigned byte) noexcept {
  if (literal.skip + place < literal.text.size()) {
    const unsigned wanted = static_cast<unsigned char>(literal.text[literal.skip + place]);
    const bool capital = is_letter(wanted) && byte == (wanted & ~0x20U);
    return capital || (byte == wanted && (literal.whole_word != 2 || place > 0));
  }
  switch (literal.anchor) {
    case Anchor::ZeroWidth:
      return literal.text.back() == '\x80' ? byte >= 0x8B && byte <= 0x8D
                                           : byte >= 0xA0 && byte <= 0xA4;
    case Anchor::Selector:
    case Anchor::Plane14:
      return byte >= 0x80 && byte <= 0x8F;
    default:
      if (literal.bucket == kBeforeSign) return byte > 'Z' && byte < 0x7F && !is_letter(byte);
      return byte < 'A' - 1 || byte >= 0x80;
  }
}

constexpr Fingerprints make_fingerprints() noexcept {
  Fingerprints prints;
  for (const Literal& literal : kLiterals) {
    const auto bucket = static_cast<std::uint16_t>(1U << literal.bucket);
    for (std::size_t place = 0; place < 3; ++place) {
      for (unsigned byte = 0; byte < 256; ++byte) {
        if (!allows(literal, place, byte)) continue;
        prints.low[place][byte & 15] |= bucket;
        prints.high[place][byte >> 4] |= bucket;
      }
    }
  }
  return prints;
}

/// The same for whole bytes.
constexpr auto make_buckets(const Fingerprints& prints) noexcept {
  std::array<std::array<std::uint16_t, 256>, 3> buckets{};
  for (std::size_t place = 0; place < 3; ++place) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      buckets[place][byte] = prints.low[place][byte & 15] & prints.high[place][byte >> 4];
    }
  }
  return buckets;
}
constexpr auto kBuckets = make_buckets(make_fingerprints());

char lower(std::uint8_t c) noexcept {
  return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}
bool is_word(std::uint8_t c) noexcept {
  const char low = lower(c);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9');
}

bool stands(const Literal& literal, Bytes text, std::size_t at, bool in_json) noexcept {
  if (text.size() - at < literal.text.size()) return false;
  for (std::size_t i = 0; i < literal.text.size(); ++i) {
    if (lower(text[at + i]) != literal.text[i]) return false;
  }
  if (literal.whole_word == 0) return true;
  const std::size_t end = at + literal.text.size();
  if (literal.whole_word == 2 && text[at] >= 'a') return false;
  const bool escape = in_json && at >= 2 && text[at - 2] == '\\';
  return (at == 0 || escape || !is_word(text[at - 1])) &&
         (end == text.size() || !is_word(text[end]));
}

/// The literals by the first byte of their fingerprint.
struct LiteralIndex {
  std::array<std::array<std::uint8_t, 8>, 256> numbers{};
  constexpr LiteralIndex() {
    for (std::size_t i = 0; i < std::size(kLiterals); ++i) {
      auto& row = numbers[static_cast<std::uint8_t>(kLiterals[i].text[kLiterals[i].skip])];
      *std::find(row.begin(), row.end(), 0) = static_cast<std::uint8_t>(i + 1);
    }
  }
};
constexpr LiteralIndex kIndex;

}  // namespace

constinit const Fingerprints kFingerprints = make_fingerprints();

std::span<const Literal> literals() noexcept {
  return kLiterals;
}

void find_suspects(const std::uint8_t* data, std::size_t size, std::size_t readable,
                   Suspects& out) {
  // Behind the end of the text stands what no literal goes on with but a word's end.
  const auto at = [&](std::size_t i) { return i < readable ? data[i] : std::uint8_t{0}; };
  for (std::size_t i = 0; i < size; ++i) {
    const bool suspect =
        (kBuckets[0][data[i]] & kBuckets[1][at(i + 1)] & kBuckets[2][at(i + 2)]) != 0;
    out.at[out.count] = static_cast<std::uint16_t>(i);
    out.count += suspect ? 1 : 0;
  }
}

StandingLiteral literal_at(Bytes text, std::size_t at, bool in_json) noexcept {
  for (const std::uint8_t number : kIndex.numbers[static_cast<std::uint8_t>(lower(text[at]))]) {
    if (number == 0) break;
    const Literal& literal = kLiterals[number - 1U];
    if (at >= literal.skip && stands(literal, text, at - literal.skip, in_json)) {
      return {&literal, at - literal.skip};
    }
  }
  return {};
}

}  // namespace colophon::text
