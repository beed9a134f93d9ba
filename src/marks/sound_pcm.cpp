// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_pcm.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "marks/sound_resample.hpp"
#include "marks/sound_rhythm.hpp"

namespace colophon::sound {
namespace {

constexpr std::uint32_t kReadRate = 48'000;

// ITU-T G.711.
float a_law(std::uint8_t code) {
  code ^= 0x55;
  const int exponent = (code >> 4) & 7, mantissa = code & 15;
  const int value = exponent == 0 ? mantissa * 16 + 8 : (mantissa * 16 + 264) << (exponent - 1);
  return static_cast<float>((code & 0x80) != 0 ? value : -value) / 32768.0F;
}
float mu_law(std::uint8_t code) {
  code = static_cast<std::uint8_t>(~code);
  const int exponent = (code >> 4) & 7, mantissa = code & 15;
  const int value = ((mantissa * 8 + 132) << exponent) - 132;
  return static_cast<float>((code & 0x80) != 0 ? -value : value) / 32768.0F;
}
/// The code whose value is nearest.
std::uint8_t nearest(float wanted, float (*decode)(std::uint8_t)) {
  std::uint8_t best = 0;
  float distance = 4;
  for (unsigned code = 0; code < 256; ++code) {
    const float off = std::abs(decode(static_cast<std::uint8_t>(code)) - wanted);
    if (off < distance) {
      distance = off;
      best = static_cast<std::uint8_t>(code);
    }
  }
  return best;
}

float load(Bytes bytes, std::size_t at, const PcmLayout& layout) {
  switch (layout.kind) {
    case PcmKind::ALaw:
      return a_law(bytes[at]);
    case PcmKind::MuLaw:
      return mu_law(bytes[at]);
    default:
      break;
  }
  std::uint64_t value = 0;
  for (unsigned i = 0; i < layout.bytes; ++i) {
    const unsigned place = layout.big_endian ? i : layout.bytes - 1 - i;
    value = value << 8 | bytes[at + place];
  }
  if (layout.kind == PcmKind::Float) {
    const float sample = layout.bytes == 4 ? std::bit_cast<float>(static_cast<std::uint32_t>(value))
                                           : static_cast<float>(std::bit_cast<double>(value));
    return std::isfinite(sample) ? sample : 0;
  }
  const unsigned bits = layout.bytes * 8;
  if (layout.kind == PcmKind::Unsigned) value ^= std::uint64_t{1} << (bits - 1);
  const auto number = static_cast<std::int64_t>(value << (64 - bits)) >> (64 - bits);
  return static_cast<float>(std::ldexp(static_cast<double>(number), 1 - static_cast<int>(bits)));
}

std::uint64_t code_of(float sample, const PcmLayout& layout) {
  if (layout.kind == PcmKind::ALaw) return nearest(sample, a_law);
  if (layout.kind == PcmKind::MuLaw) return nearest(sample, mu_law);
  if (layout.kind == PcmKind::Float) {
    return layout.bytes == 4 ? std::bit_cast<std::uint32_t>(sample)
                             : std::bit_cast<std::uint64_t>(static_cast<double>(sample));
  }
  const unsigned bits = layout.bytes * 8;
  const double most = std::ldexp(1.0, static_cast<int>(layout.valid_bits) - 1);
  const double rounded =
      std::clamp(std::round(static_cast<double>(sample) * most), -most, most - 1);
  auto value = static_cast<std::uint64_t>(static_cast<std::int64_t>(rounded))
               << (bits - layout.valid_bits);
  if (layout.kind == PcmKind::Unsigned) value ^= std::uint64_t{1} << (bits - 1);
  return value;
}

}  // namespace

void append_mono(Bytes frames, const PcmLayout& layout, std::vector<float>& out) {
  const std::size_t step = static_cast<std::size_t>(layout.frame());
  for (std::size_t at = 0; at + step <= frames.size(); at += step) {
    float sum = 0;
    for (std::uint32_t c = 0; c < layout.channels; ++c) {
      sum += load(frames, at + std::size_t{c} * layout.bytes, layout);
    }
    out.push_back(sum / static_cast<float>(layout.channels));
  }
}

ByteBuffer frames_of(std::span<const float> samples, const PcmLayout& layout) {
  ByteBuffer out;
  out.reserve(samples.size() * static_cast<std::size_t>(layout.frame()));
  const std::uint64_t silence = code_of(0, layout);
  for (const float sample : samples) {
    const std::uint64_t code = sample == 0 ? silence : code_of(sample, layout);
    for (std::uint32_t c = 0; c < layout.channels; ++c) {
      const std::uint64_t value = c < 2 ? code : silence;
      layout.big_endian ? append_be(out, value, layout.bytes) : append_le(out, value, layout.bytes);
    }
  }
  return out;
}

Result<std::vector<float>> PcmFile::hear(double from, double seconds) {
  constexpr std::uint64_t kBlock = 1 << 16;  // bytes at a time
  const auto frame_at = [&](double moment) {
    return std::min(frames_, static_cast<std::uint64_t>(std::max(0.0, moment) * rate_));
  };
  const std::uint64_t begin = frame_at(from), end = frame_at(from + seconds);
  // Very high rates are averaged down while they are read: memory follows the time alone.
  const std::uint32_t together = std::max(1U, rate_ / kReadRate);
  const std::uint64_t step =
      std::max<std::uint64_t>(1, kBlock / layout_.frame() / together) * together;
  std::vector<float> mono;
  std::vector<float> block;
  mono.reserve(static_cast<std::size_t>((end - begin) / together + 1));
  for (std::uint64_t frame = begin; frame < end; frame += step) {
    const std::uint64_t count = std::min(step, end - frame);
    const Range bytes{data_.offset + frame * layout_.frame(), count * layout_.frame()};
    block.clear();
    append_mono(TRY(source_.view(bytes)), layout_, block);
    for (std::size_t i = 0; i < block.size(); i += together) {
      const std::size_t size = std::min<std::size_t>(together, block.size() - i);
      float sum = 0;
      for (std::size_t n = 0; n < size; ++n) sum += block[i + n];
      mono.push_back(sum / static_cast<float>(size));
    }
  }
  return resampled(mono, rate_, kListenRate * together);
}

std::vector<std::uint64_t> PcmFile::places(std::span<const Insertion> insertions) const {
  std::vector<std::uint64_t> out;
  for (const Insertion& insertion : insertions) {
    const auto middle = static_cast<std::uint64_t>(std::max(0.0, insertion.at) * rate_);
    out.push_back(insertion.moment == Moment::Start ? 0
                  : insertion.moment == Moment::End ? frames_
                                                    : std::min(middle, frames_));
  }
  return out;
}

std::uint64_t PcmFile::total(std::span<const Insertion> insertions) {
  std::uint64_t all = 0;
  for (const Insertion& insertion : insertions) all += insertion.samples.size();
  return all;
}

std::uint64_t PcmFile::moved(std::uint64_t frame, std::span<const Insertion> insertions) const {
  const auto at = places(insertions);
  std::uint64_t out = frame;
  for (std::size_t i = 0; i < at.size(); ++i) {
    // What marks the very end of the programme stays there.
    const bool before = insertions[i].moment == Moment::Start ||
                        (insertions[i].moment == Moment::Middle && at[i] <= frame);
    if (before) out += insertions[i].samples.size();
  }
  return out;
}

Result<std::vector<Replacement>> PcmFile::put_frames(std::span<const Insertion> insertions,
                                                     const Limits& limits,
                                                     Inserted& inserted) const {
  if (total(insertions) > limits.max_memory / layout_.frame()) {
    return fail(ErrorCode::LimitExceeded,
                "the labels to put in would take more memory than is allowed");
  }
  const auto at = places(insertions);
  std::vector<Replacement> out;
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < insertions.size(); ++i) {
    out.push_back(
        {{data_.offset + at[i] * layout_.frame(), 0}, frames_of(insertions[i].samples, layout_)});
    inserted.begins.push_back(static_cast<double>(at[i] + before) / rate_);
    before += insertions[i].samples.size();
  }
  inserted.programme_begins = static_cast<double>(moved(0, insertions)) / rate_;
  inserted.duration = static_cast<double>(frames_ + before) / rate_;
  return out;
}

}  // namespace colophon::sound
