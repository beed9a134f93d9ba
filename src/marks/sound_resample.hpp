// SPDX-License-Identifier: Apache-2.0
// Sound at another sample rate: a windowed sinc, phase by phase.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace colophon::sound {

/// One channel at rate `from` as it reads at rate `to`; both above 0. The same moment is sample 0.
[[nodiscard]] std::vector<float> resampled(std::span<const float> samples, std::uint32_t from,
                                           std::uint32_t to);

}  // namespace colophon::sound
