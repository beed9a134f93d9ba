// SPDX-License-Identifier: Apache-2.0
#include "text/philox.hpp"

#include "text/sha256.hpp"

namespace colophon::textmark {

PhiloxState philox(PhiloxState x, std::uint32_t key0, std::uint32_t key1) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p = std::uint64_t{0xD2511F53} * x[0];
    const std::uint64_t q = std::uint64_t{0xCD9E8D57} * x[2];
    x = {static_cast<std::uint32_t>(q >> 32) ^ x[1] ^ key0, static_cast<std::uint32_t>(q),
         static_cast<std::uint32_t>(p >> 32) ^ x[3] ^ key1, static_cast<std::uint32_t>(p)};
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return x;
}

PhiloxState philox_state(std::uint64_t key, Tokens context) noexcept {
  PhiloxState state = {0x574D4358, static_cast<std::uint32_t>(context.size()), 0, 0};
  for (std::size_t offset = 0; offset < context.size(); offset += 4) {
    for (std::size_t i = 0; i < 4; ++i) {
      state[i] ^= offset + i < context.size() ? context[offset + i]
                                              : 0xFFFFFFFFU - static_cast<std::uint32_t>(i);
    }
    state = philox(state, static_cast<std::uint32_t>(key) ^ static_cast<std::uint32_t>(offset),
                   static_cast<std::uint32_t>(key >> 32));
  }
  return state;
}

std::uint32_t philox_word(std::uint64_t key, const PhiloxState& s, Token token,
                          std::uint64_t stream) noexcept {
  const std::uint32_t key0 =
      static_cast<std::uint32_t>(key) ^ s[3] ^ static_cast<std::uint32_t>(stream >> 32);
  const std::uint32_t key1 =
      static_cast<std::uint32_t>(key >> 32) ^ 0x574D544B ^ static_cast<std::uint32_t>(stream);
  return philox({token >> 2, s[0], s[1], s[2]}, key0, key1)[token & 3];
}

float uniform(std::uint32_t word) noexcept {
  return static_cast<float>(((word >> 8) + 1.0) / 16777217.0);
}

std::uint64_t derived_key(std::uint64_t key, std::string_view domain) {
  ByteBuffer bytes(domain.begin(), domain.end());
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(key >> shift));
  }
  const auto digest = sha256(bytes);
  std::uint64_t derived = 0;
  for (std::size_t i = 0; i < 8; ++i) derived = derived << 8 | digest[i];
  return derived;
}

}  // namespace colophon::textmark
