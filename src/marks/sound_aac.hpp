// SPDX-License-Identifier: Apache-2.0
// Labels as packets of AAC-LC, for M4A and ADTS.
#pragma once

#include "marks/sound_aac_config.hpp"
#include "marks/sound_worker.hpp"

namespace colophon::sound {

/// Error `unsupported` when the encoder's packets are of another kind than `config`.
[[nodiscard]] Result<EncodedSound> encode_aac(std::span<const float> samples, Bytes config,
                                              std::int64_t programme_bit_rate);
/// Samples behind the last one of the label.
[[nodiscard]] std::uint32_t unheard_behind(const EncodedSound& encoded, std::size_t samples);
/// Error `unsupported` when the decoder tells another rate than the stream: it has bands that are
/// made up from others (SBR), which a label cannot be put between.
[[nodiscard]] Status check_plain(const MediaSound& heard, const AacConfig& config);

}  // namespace colophon::sound
