// SPDX-License-Identifier: Apache-2.0
#include "media/sound.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "media/worker_ask.hpp"
#include "media/worker_protocol.hpp"

namespace colophon {
namespace {

/// A number of the answer, if it is there and likely.
std::int64_t within(const WorkerAnswer& answer, const char* name, std::int64_t most) {
  const auto value = answer.number(name);
  return value && *value >= 0 && *value <= most ? *value : -1;
}

}  // namespace

double longest_sound(std::uint32_t rate) noexcept {
  return static_cast<double>(worker::kMaxSound / rate);
}

Result<MediaSound> media_sound(Source& source, double from, double seconds, std::uint32_t rate) {
  const auto microseconds = [](double value) { return static_cast<std::int64_t>(value * 1e6); };
  const WorkerAnswer answer = TRY(ask_worker(
      source, fmt::format("sound from_us={} span_us={} rate={}", microseconds(std::max(0.0, from)),
                          microseconds(std::clamp(seconds, 0.001, longest_sound(rate))), rate)));
  MediaSound sound;
  sound.codec = plain_answer(answer.text("codec"));
  const std::int64_t source_rate = within(answer, "source_rate", 10'000'000);
  const std::int64_t channels = within(answer, "source_channels", 1024);
  sound.bit_rate = within(answer, "bit_rate", INT64_MAX);
  sound.duration_us = within(answer, "duration_us", INT64_MAX / 2);
  sound.begins_us = within(answer, "begins_us", INT64_MAX / 2);
  sound.broken = within(answer, "broken", INT64_MAX);
  if (source_rate < 0 || channels < 0 || sound.bit_rate < 0 || sound.duration_us < 0 ||
      sound.begins_us < 0 || sound.broken < 0 || answer.body.size() % 2 != 0) {
    return strange_answer();
  }
  sound.source_rate = static_cast<std::uint32_t>(source_rate);
  sound.source_channels = static_cast<std::uint32_t>(channels);
  sound.samples.reserve(answer.body.size() / 2);
  for (std::size_t i = 0; i < answer.body.size(); i += 2) {
    const auto value = static_cast<std::int16_t>(answer.body[i] | answer.body[i + 1] << 8);
    sound.samples.push_back(static_cast<float>(value) / 32768.0F);
  }
  return sound;
}

}  // namespace colophon
