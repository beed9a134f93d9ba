// SPDX-License-Identifier: Apache-2.0
// GPT-2's alphabet: printable Latin-1 characters stand for their own byte, the other 68 bytes are
// written as U+0100 and following.
#include "base/text.hpp"
#include "tokenizers/splitters.hpp"
#include "tokenizers/unicode.hpp"

#include <array>

namespace colophon::tokenizers {
namespace {

constexpr bool stands_for_itself(unsigned byte) noexcept {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct Alphabet {
  std::array<std::string, 256> signs;
  std::array<int, 0x144> bytes;
  Alphabet() {
    bytes.fill(-1);
    char32_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const char32_t sign = stands_for_itself(byte) ? byte : next++;
      append_utf8(signs[byte], sign);
      bytes[sign] = static_cast<int>(byte);
    }
  }
};

const Alphabet& alphabet() {
  static const Alphabet it;
  return it;
}

}  // namespace

std::string_view sign_of_byte(std::uint8_t byte) noexcept {
  return alphabet().signs[byte];
}

bool bytes_of_signs(std::string_view token, std::string& bytes) {
  bytes.clear();
  const auto& table = alphabet().bytes;
  for (std::size_t at = 0; at < token.size();) {
    const CodePoint c = code_point(token, at);
    if (c.value >= table.size() || table[c.value] < 0) return false;
    bytes += static_cast<char>(table[c.value]);
    at += c.size;
  }
  return true;
}

}  // namespace colophon::tokenizers
