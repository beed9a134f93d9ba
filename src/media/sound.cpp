// SPDX-License-Identifier: Apache-2.0
#include "media/sound.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <charconv>

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

Result<MediaSound> media_sound(Source& source, double from, double seconds, std::uint32_t rate,
                               double ends) {
  const auto microseconds = [](double value) { return static_cast<std::int64_t>(value * 1e6); };
  std::string request =
      fmt::format("sound from_us={} span_us={} rate={}", microseconds(std::max(0.0, from)),
                  microseconds(std::clamp(seconds, 0.001, longest_sound(rate))), rate);
  if (ends > 0) request += fmt::format(" ends_us={}", microseconds(ends));
  const WorkerAnswer answer = TRY(ask_worker(source, request));
  MediaSound sound;
  sound.codec = plain_answer(answer.text("codec"));
  const std::int64_t source_rate = within(answer, "source_rate", 10'000'000);
  const std::int64_t channels = within(answer, "source_channels", 1024);
  const std::int64_t head = within(answer, "head", worker::kMaxSound);
  sound.bit_rate = within(answer, "bit_rate", INT64_MAX);
  sound.duration_us = within(answer, "duration_us", INT64_MAX / 2);
  sound.begins_us = within(answer, "begins_us", INT64_MAX / 2);
  sound.broken = within(answer, "broken", INT64_MAX);
  sound.tail_begins_us = std::max<std::int64_t>(0, within(answer, "tail_begins_us", INT64_MAX / 2));
  if (source_rate < 0 || channels < 0 || head < 0 || sound.bit_rate < 0 || sound.duration_us < 0 ||
      sound.begins_us < 0 || sound.broken < 0 || answer.body.size() % 2 != 0) {
    return strange_answer();
  }
  sound.source_rate = static_cast<std::uint32_t>(source_rate);
  sound.source_channels = static_cast<std::uint32_t>(channels);
  for (std::size_t i = 0; i < answer.body.size(); i += 2) {
    const auto value = static_cast<std::int16_t>(answer.body[i] | answer.body[i + 1] << 8);
    (i / 2 < static_cast<std::size_t>(head) ? sound.samples : sound.tail)
        .push_back(static_cast<float>(value) / 32768.0F);
  }
  return sound;
}

Result<EncodedSound> encode_sound(std::span<const float> samples, const SoundCodec& codec) {
  ByteBuffer raw;
  raw.reserve(samples.size() * 4);
  for (const float sample : samples) append_le(raw, std::bit_cast<std::uint32_t>(sample), 4);
  MemorySource source(raw);
  std::string request =
      fmt::format("encode codec={} rate={} channels={} bit_rate={} joint={}", codec.name,
                  codec.rate, codec.channels, codec.bit_rate, codec.joint ? 1 : 0);
  if (codec.tenths) request += fmt::format(" quality={}", *codec.tenths);
  const WorkerAnswer answer = TRY(ask_worker(source, request));
  EncodedSound out;
  const std::int64_t count = within(answer, "packets", 1'000'000);
  const std::int64_t delay = within(answer, "delay", 1'000'000);
  const std::int64_t frame = within(answer, "frame", 1'000'000);
  if (count < 0 || delay < 0 || frame < 0) return strange_answer();
  out.delay = static_cast<std::uint32_t>(delay);
  out.frame = static_cast<std::uint32_t>(frame);
  const Bytes body = answer.body;
  std::uint64_t at = 0;
  const auto take = [&](ByteBuffer& bytes) {
    const auto size = load_le(body, at, 4);
    if (!size || *size > body.size() - at - 4) return false;
    bytes = to_buffer(slice(body, at + 4, *size));
    at += 4 + *size;
    return true;
  };
  if (!take(out.header)) return strange_answer();
  for (std::int64_t i = 0; i < count; ++i) {
    EncodedSound::Packet packet;
    const auto length = load_le(body, at, 4);
    if (!length || *length > 1'000'000) return strange_answer();
    packet.samples = static_cast<std::uint32_t>(*length);
    at += 4;
    if (!take(packet.bytes)) return strange_answer();
    out.packets.push_back(std::move(packet));
  }
  if (at != body.size()) return strange_answer();
  return out;
}

Result<SoundDigest> digest_sound(Source& source, std::uint64_t from, std::uint64_t count) {
  const WorkerAnswer answer =
      TRY(ask_worker(source, fmt::format("digest from={} count={}", from, count)));
  SoundDigest out;
  const auto md5 = [&](const char* name) -> ByteBuffer {
    const std::string text = answer.text(name);
    ByteBuffer sum;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
      std::uint8_t byte = 0;
      const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
      if (error != std::errc() || end != text.data() + i + 2) return {};
      sum.push_back(byte);
    }
    return sum;
  };
  out.whole = md5("md5");
  out.part = md5("part");
  const std::int64_t samples = within(answer, "samples", INT64_MAX);
  const std::int64_t bad = within(answer, "broken", INT64_MAX);
  if (out.whole.size() != 16 || out.part.size() != 16 || samples < 0 || bad < 0) {
    return strange_answer();
  }
  out.samples = static_cast<std::uint64_t>(samples);
  out.broken = static_cast<std::uint64_t>(bad);
  return out;
}

Result<ExactSound> exact_sound(Source& source) {
  const WorkerAnswer answer = TRY(ask_worker(source, "samples"));
  ExactSound out;
  const std::int64_t channels = within(answer, "channels", 1024);
  const std::int64_t bits = within(answer, "bits", 32);
  if (channels <= 0 || bits <= 0 || answer.body.size() % 4 != 0) return strange_answer();
  out.channels = static_cast<std::uint32_t>(channels);
  out.bits = static_cast<unsigned>(bits);
  for (std::size_t i = 0; i < answer.body.size(); i += 4) {
    out.samples.push_back(static_cast<std::int32_t>(*load_le(answer.body, i, 4)));
  }
  return out;
}

}  // namespace colophon
