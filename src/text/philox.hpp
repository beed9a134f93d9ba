// SPDX-License-Identifier: Apache-2.0
// vLLM's PRF "philox4x32-10-v1": a word for each key, context and token.
#pragma once

#include "text/text.hpp"

#include <array>

namespace colophon::textmark {

using PhiloxState = std::array<std::uint32_t, 4>;

[[nodiscard]] PhiloxState philox(PhiloxState counter, std::uint32_t key0,
                                 std::uint32_t key1) noexcept;
/// What the key makes of a context; absent tokens are kNoToken.
[[nodiscard]] PhiloxState philox_state(std::uint64_t key, Tokens context) noexcept;
/// `stream` sets independent words apart; vLLM's marks use 0.
[[nodiscard]] std::uint32_t philox_word(std::uint64_t key, const PhiloxState& state, Token token,
                                        std::uint64_t stream = 0) noexcept;
/// ((word >> 8) + 1) / (2^24 + 1), rounded to a float: never 0 and never 1.
[[nodiscard]] float uniform(std::uint32_t word) noexcept;
/// The first eight bytes of SHA-256(domain + key as eight bytes, big-endian).
[[nodiscard]] std::uint64_t derived_key(std::uint64_t key, std::string_view domain);

}  // namespace colophon::textmark
