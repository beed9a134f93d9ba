// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_aac_config.hpp"

namespace colophon::sound {
namespace {

Failure refuse(std::string message) {
  return fail(ErrorCode::Unsupported, std::move(message), "aac");
}
Failure broken() {
  return fail(ErrorCode::Malformed, "the description of the sound (esds) makes no sense", "m4a");
}

}  // namespace

Result<AacConfig> read_aac_config(Bytes config) {
  constexpr std::uint32_t kRates[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                      22050, 16000, 12000, 11025, 8000,  7350};
  const auto bits = load_be(config, 0, 2);
  if (!bits) return broken();
  const auto object = *bits >> 11, rate = *bits >> 7 & 15, channels = *bits >> 3 & 15;
  const bool spectral = config.size() >= 5 && load_be(config, 2, 2).value_or(0) >> 5 == 0x2B7 &&
                        (config[4] & 0x80) != 0;
  if (object != 2 || rate > 12 || channels == 0 || channels > 7 || (*bits & 4) != 0 || spectral) {
    return refuse(
        "the sound is AAC of a kind that a label cannot be put between (only AAC-LC of one "
        "usual layout can); convert it to plain AAC-LC first");
  }
  return AacConfig{kRates[rate], static_cast<std::uint32_t>(channels == 7 ? 8 : channels)};
}

Result<ByteBuffer> aac_config_in(Bytes entry) {
  const std::string_view text = as_text(entry);
  const auto found = text.find("esds");
  if (found == std::string_view::npos) return broken();
  std::uint64_t at = found + 8;  // version and flags
  const auto next = [&](std::uint8_t tag) -> std::optional<std::uint64_t> {
    if (at >= entry.size() || entry[at] != tag) return std::nullopt;
    std::uint64_t size = 0;
    for (int i = 0; i < 4; ++i) {
      if (++at >= entry.size()) return std::nullopt;
      size = size << 7 | (entry[at] & 0x7F);
      if ((entry[at] & 0x80) == 0) break;
    }
    ++at;
    return size;
  };
  if (!next(3) || at + 3 > entry.size() || (entry[at + 2] & 0xE0) != 0) return broken();
  at += 3;
  const auto decoder = next(4);
  if (!decoder || at >= entry.size()) return broken();
  if (entry[at] != 0x40) return refuse("the sound is no AAC");
  at += 13;
  const auto size = next(5);
  if (!size || *size > entry.size() - at) return broken();
  return to_buffer(slice(entry, at, *size));
}

bool same_aac(Bytes a, Bytes b) noexcept {
  const auto first = load_be(a, 0, 2), second = load_be(b, 0, 2);
  return first && second && *first >> 3 == *second >> 3;
}

}  // namespace colophon::sound
