// SPDX-License-Identifier: Apache-2.0
// Checks that come before any scheme is made.
#pragma once

#include "text/text.hpp"

namespace colophon::textmark {

[[nodiscard]] constexpr bool is_synthid(Scheme scheme) noexcept {
  return scheme == Scheme::SynthIdV1 || scheme == Scheme::SynthIdV2;
}
[[nodiscard]] constexpr bool is_kgw(Scheme scheme) noexcept {
  return scheme >= Scheme::KgwLeftHash && scheme <= Scheme::KgwSkipgram;
}
[[nodiscard]] Status check(const Settings& settings);
/// `index` is the error's position.
[[nodiscard]] Status check_key(const Settings& settings, const Key& key,
                               std::optional<std::size_t> index);

}  // namespace colophon::textmark
