// SPDX-License-Identifier: Apache-2.0
#include "wire/audio_frame.hpp"

#include <array>

namespace colophon::wire {
namespace {

constexpr std::uint64_t kHead = 7;
using Rates = std::array<std::uint16_t, 15>;
// Kilobits per second by bit rate index.
constexpr Rates kV1L1 = {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448};
constexpr Rates kV1L2 = {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
constexpr Rates kV1L3 = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
constexpr Rates kV2L1 = {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256};
constexpr Rates kV2L23 = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
constexpr std::array<std::uint32_t, 3> kSampleRates = {44100, 48000, 32000};

const Rates& rates(bool first, unsigned layer) noexcept {
  if (first) return layer == 1 ? kV1L1 : layer == 2 ? kV1L2 : kV1L3;
  return layer == 1 ? kV2L1 : kV2L23;
}

}  // namespace

std::optional<AudioFrame> mpeg_frame(Bytes head) noexcept {
  if (head.size() < 4 || head[0] != 0xFF || (head[1] & 0xE0) != 0xE0) return std::nullopt;
  const unsigned version = (head[1] >> 3) & 3U;  // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const unsigned layer = 4U - ((head[1] >> 1) & 3U);
  const unsigned rate_index = head[2] >> 4;
  const unsigned sample_index = (head[2] >> 2) & 3U;
  if (version == 1 || layer == 4 || rate_index == 15 || sample_index == 3) return std::nullopt;
  const std::uint32_t sample_rate = kSampleRates[sample_index] >> (version == 3   ? 0
                                                                   : version == 2 ? 1
                                                                                  : 2);
  const std::uint32_t rate = rates(version == 3, layer)[rate_index] * 1000U;
  const std::uint32_t padding = (head[2] >> 1) & 1U;
  AudioFrame frame;
  frame.stream = (head[1] & 0x1EU) << 8 | (head[2] & 0x0CU);
  if (rate == 0) return frame;
  if (layer == 1) {
    frame.size = (12 * rate / sample_rate + padding) * 4;
  } else {
    frame.size = (layer == 3 && version != 3 ? 72 : 144) * rate / sample_rate + padding;
  }
  return frame;
}

std::optional<AudioFrame> adts_frame(Bytes head) noexcept {
  if (head.size() < kHead || head[0] != 0xFF || (head[1] & 0xF6) != 0xF0) return std::nullopt;
  const unsigned sample_index = (head[2] >> 2) & 0xFU;
  const std::uint32_t size = (head[3] & 3U) << 11 | head[4] << 3 | head[5] >> 5;
  if (sample_index > 12 || size < kHead) return std::nullopt;
  return AudioFrame{size, (head[1] & 0x0FU) << 8 | (head[2] & 0xFCU)};
}

bool frames_follow(Source& source, std::uint64_t at, AudioFrameReader reader, int count) noexcept {
  std::optional<AudioFrame> first;
  for (int i = 0; i < count; ++i) {
    if (i >= 2 && at >= source.size()) return true;
    const auto frame = reader(view_some(source, {at, kHead}));
    if (!frame || frame->size == 0 || (first && frame->stream != first->stream)) return false;
    if (!first) first = frame;
    at += frame->size;
  }
  return true;
}

}  // namespace colophon::wire
