// SPDX-License-Identifier: Apache-2.0
// The spoken labels that are compiled in: made by tools/make_prompts, kept as IMA ADPCM (four bits
// a sample) in src/marks/prompts.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace colophon::sound {

constexpr std::uint32_t kPromptRate = 16'000;

struct Prompt {
  std::string_view language;  ///< "zh"
  std::string_view text;      ///< what is said
  Bytes adpcm;
};

[[nodiscard]] std::span<const Prompt> prompts() noexcept;
/// Null: nobody has said it in that language. "zh-CN" is "zh".
[[nodiscard]] const Prompt* find_prompt(std::string_view language) noexcept;
/// One channel at kPromptRate, -1 to 1, without silence around it.
[[nodiscard]] std::vector<float> samples_of(const Prompt& prompt);

/// Generated from src/marks/prompts.
[[nodiscard]] Bytes prompt_data(std::string_view language) noexcept;

}  // namespace colophon::sound
