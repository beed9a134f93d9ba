// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/precompiled.hpp"

#include "base/text.hpp"

namespace colophon::tokenizers {
namespace {

// A unit of Darts: a label with a bit for "a value follows" and the distance to its children.
constexpr std::uint32_t kLabel = 1U << 31 | 0xFF, kHasLeaf = 1U << 8;

std::uint32_t offset_of(std::uint32_t unit) noexcept {
  return (unit >> 10) << ((unit & 1U << 9) >> 6);
}

Failure malformed(const char* what) {
  return fail(ErrorCode::Malformed, what, "tokenizer.json");
}

}  // namespace

Result<CharacterMap> CharacterMap::parse(Bytes file) {
  const auto size = load_le(file, 0, 4);
  if (!size || *size % 4 != 0 || *size == 0 || *size > file.size() - 4) {
    return malformed("the character map (precompiled_charsmap) is cut off");
  }
  CharacterMap map;
  for (std::uint64_t at = 4; at < 4 + *size; at += 4) {
    map.units_.push_back(static_cast<std::uint32_t>(load_le(file, at, 4).value_or(0)));
  }
  map.texts_ = to_string(slice(file, 4 + *size));
  if (!is_utf8(map.texts_)) {
    return malformed("the character map (precompiled_charsmap) is not UTF-8");
  }
  return map;
}

std::optional<std::string_view> CharacterMap::find(std::string_view text) const noexcept {
  std::uint32_t node = offset_of(units_[0]);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    node ^= byte;
    if (byte == 0 || node >= units_.size() || (units_[node] & kLabel) != byte) return std::nullopt;
    const std::uint32_t unit = units_[node];
    node ^= offset_of(unit);
    if ((unit & kHasLeaf) == 0) continue;
    if (node >= units_.size()) return std::nullopt;
    const std::uint32_t at = units_[node] & ~(1U << 31);
    // A place inside a character is none.
    if (at >= texts_.size() || (static_cast<unsigned char>(texts_[at]) & 0xC0) == 0x80) {
      return std::nullopt;
    }
    const std::string_view rest = std::string_view(texts_).substr(at);
    return rest.substr(0, rest.find('\0'));
  }
  return std::nullopt;
}

}  // namespace colophon::tokenizers
