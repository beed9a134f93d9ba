// SPDX-License-Identifier: Apache-2.0
// What the build generates from profiles/*.toml.
#pragma once

#include <span>
#include <string_view>

namespace colophon {

struct BuiltinProfile {
  std::string_view name, toml;
};
[[nodiscard]] std::span<const BuiltinProfile> builtin_profiles() noexcept;

}  // namespace colophon
