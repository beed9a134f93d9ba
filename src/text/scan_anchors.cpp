// SPDX-License-Identifier: Apache-2.0
#include "text/scan_anchors.hpp"

namespace colophon::text {
namespace {

// The literals are chosen so that clean text of their language hardly has their first three bytes:
// hence "opilot" and "epseek". A word of two letters has a bucket for each kind of sign behind it.
constexpr std::uint8_t kBeforeSign = 11;
constexpr Literal kLiterals[] = {
    {"ai", Anchor::Term, 0, 1},
    {"ai", Anchor::Term, kBeforeSign, 1},
    {"ia", Anchor::Term, 0, 1},
    {"ia", Anchor::Term, kBeforeSign, 1},
    {"ki", Anchor::Term, 1, 2},
    {"h [", Anchor::Link, 1},
    // From the second byte of a character on, so that two letters count and not one.
    {"\x98\xD0\x98", Anchor::Term, 2},                                  // ИИ
    {"\xB9\xD1\x80\xD0\xBE\xD1\x81\xD0\xB5\xD1\x82", Anchor::Term, 2},  // нейросеть
    {"\xBB\xD0\xBB\xD0\xB5\xD0\xBA\xD1\x82", Anchor::Term, 2},          // интеллект
    {"\x9B\xD0\x9B\xD0\x95\xD0\x9A\xD0\xA2", Anchor::Term, 2},          // ИНТЕЛЛЕКТ
    {"\x99\xD0\xA0\xD0\x9E\xD0\xA1\xD0\x95\xD0\xA2", Anchor::Term, 2},  // НЕЙРОСЕТЬ
    {"\xBC\xA1\xEF\xBC\xA9", Anchor::Term, 2},                          // ＡＩ
    {"tellig", Anchor::Term, 3},         // artificial intelligence, künstliche Intelligenz, ...
    {"telig", Anchor::Term, 3},          // inteligencia artificial
    {"tr\xC3\xAD tu", Anchor::Term, 3},  // trí tuệ nhân tạo
    {"\xD8\xB5\xD8\xB7\xD9\x86\xD8\xA7\xD8\xB9", Anchor::Term, 3},  // الاصطناعي
    {"gpt", Anchor::Term, 4},
    {"llm", Anchor::Term, 4, 1},
    {"epseek", Anchor::Term, 5},
    {"emini", Anchor::Term, 5},
    {"kecerdas", Anchor::Term, 6},  // kecerdasan buatan
    {"opilot", Anchor::Term, 6},
    {"laude", Anchor::Term, 7},
    {"a.i", Anchor::Term, 7},
    {"aigc", Anchor::Aigc, 8},
    {"aidisc", Anchor::Disclosure, 8},
    {"c2pa", Anchor::C2pa, 9},
    {"lgorithmicmedia", Anchor::SourceType, 9},
    {"yapay", Anchor::Term, 10},  // yapay zeka
    {"idjourney", Anchor::Term, 10},
    {"d-by:", Anchor::Trailer, 10},
    {"\xE0\xA4\x8F\xE0\xA4\x86\xE0\xA4\x88", Anchor::Term, 12},  // एआई
    {"\xE0\xA4\xAC\xE0\xA5\x81\xE0\xA4\xA6\xE0\xA5\x8D\xE0\xA4\xA7\xE0\xA4\xBF\xE0\xA4\xAE",
     Anchor::Term, 12},                                          // कृत्रिम बुद्धिमत्ता
    {"\xE5\xB7\xA5\xE6\x99\xBA", Anchor::Term, 13},              // 人工智能, 人工智慧
    {"\xE5\xB7\xA5\xE7\x9F\xA5", Anchor::Term, 13},              // 人工知能
    {"\xE6\xA8\xA1\xE5\x9E\x8B", Anchor::Term, 13},              // 大模型
    {"\xEA\xB3\xB5\xEC\xA7\x80", Anchor::Term, 13},              // 인공지능
    {"\xE8\xB1\x86\xE5\x8C\x85", Anchor::Term, 13},              // 豆包
    {"\xE5\xBF\x83\xE4\xB8\x80\xE8\xA8\x80", Anchor::Term, 13},  // 文心一言
    {"\xE4\xB9\x89\xE5\x8D\x83\xE9\x97\xAE", Anchor::Term, 13},  // 通义千问
    {"\xE9\xA3\x9E\xE6\x98\x9F\xE7\x81\xAB", Anchor::Term, 13},  // 讯飞星火
    {"\xE8\xB0\xB1\xE6\xB8\x85\xE8\xA8\x80", Anchor::Term, 13},  // 智谱清言
    {"\xE5\x85\x83\xE5\xAE\x9D", Anchor::Term, 13},              // 元宝
    {"\xEF\xB8", Anchor::Selector, 14},
    {"\xF3\xA0", Anchor::Plane14, 14},
    {"\xE2\x80", Anchor::ZeroWidth, 15},
    {"\xE2\x81", Anchor::ZeroWidth, 15},
    {"\xEF\xBB\xBF", Anchor::ZeroWidth, 15},
};

constexpr bool is_letter(unsigned c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// May the byte stand at that place of the literal, as far as a fingerprint tells?
constexpr bool allows(const Literal& literal, std::size_t place, unsigned byte) noexcept {
  if (place < literal.text.size()) {
    const unsigned wanted = static_cast<unsigned char>(literal.text[place]);
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
      if (literal.bucket == kBeforeSign) return (byte & 0x5F) > 'Z' && byte < 0x7F && byte > 'Z';
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

}  // namespace

constinit const Fingerprints kFingerprints = make_fingerprints();

std::span<const Literal> literals() noexcept {
  return kLiterals;
}

void find_suspects(const std::uint8_t* data, std::size_t size, std::size_t readable,
                   Suspects& out) {
  const auto buckets = [](std::size_t place, unsigned byte) {
    return kFingerprints.low[place][byte & 15] & kFingerprints.high[place][byte >> 4];
  };
  for (std::size_t i = 0; i < size; ++i) {
    unsigned set = buckets(0, data[i]);
    // Behind the end of the text stands what no literal goes on with but a word's end.
    if (set != 0) set &= buckets(1, i + 1 < readable ? data[i + 1] : 0U);
    if (set != 0) set &= buckets(2, i + 2 < readable ? data[i + 2] : 0U);
    if (set != 0) out.at[out.count++] = static_cast<std::uint16_t>(i);
  }
}

}  // namespace colophon::text
