// SPDX-License-Identifier: Apache-2.0
#include <sys/random.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>

#include "ops/ops.hpp"

namespace colophon {

Env system_env() {
  Env env;
  env.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  env.random = [](std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
      const ssize_t n = getrandom(bytes.data(), bytes.size(), 0);
      if (n > 0) bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
  };
  return env;
}

std::string make_ulid(const Env& env) {
  // https://github.com/ulid/spec: 48 bits of milliseconds, 80 random bits, Crockford's base 32.
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::array<std::uint8_t, 16> bytes{};
  env.random(std::span(bytes).subspan(6));
  const auto milliseconds = static_cast<std::uint64_t>(env.now()) * 1000;
  for (unsigned i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
  }
  std::string out(26, '0');
  // 26 characters of 5 bits hold 130 bits: the first two are zero.
  for (std::size_t i = 0; i < out.size(); ++i) {
    unsigned value = 0;
    for (std::size_t bit = i * 5; bit < i * 5 + 5; ++bit) {
      const bool set = bit >= 2 && ((bytes[(bit - 2) / 8] >> (7 - (bit - 2) % 8)) & 1U) != 0;
      value = value * 2 + (set ? 1 : 0);
    }
    out[i] = kAlphabet[value];
  }
  return out;
}

}  // namespace colophon
