// SPDX-License-Identifier: Apache-2.0
#include "marks/sounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>

namespace colophon::testing::sounds {

ByteBuffer programme(const Kind& kind, unsigned channels, std::size_t frames, Random& random) {
  ByteBuffer out;
  for (std::size_t i = 0; i < frames * channels; ++i) {
    const double value = static_cast<double>(random.below(2001)) / 1000 - 1;
    if (kind.tag == 3 && kind.bytes == 4) {
      append_le(out, std::bit_cast<std::uint32_t>(static_cast<float>(value * 0.5)), 4);
    } else if (kind.tag == 3) {
      append_le(out, std::bit_cast<std::uint64_t>(value * 0.5), 8);
    } else {
      append_le(out, random.next(), kind.bytes);
    }
  }
  return out;
}

ByteBuffer chunk(std::string_view id, const ByteBuffer& data) {
  ByteBuffer out = to_buffer(id);
  append_le(out, data.size(), 4);
  append(out, data);
  if (data.size() % 2 != 0) out.push_back(0);
  return out;
}

ByteBuffer wav(const Kind& kind, unsigned rate, unsigned channels, const ByteBuffer& data,
               const ByteBuffer& extra, const ByteBuffer& behind) {
  ByteBuffer format;
  append_le(format, kind.tag, 2);
  append_le(format, channels, 2);
  append_le(format, rate, 4);
  append_le(format, std::uint64_t{rate} * channels * kind.bytes, 4);
  append_le(format, std::uint64_t{channels} * kind.bytes, 2);
  append_le(format, std::uint64_t{kind.bytes} * 8, 2);
  ByteBuffer inside = to_buffer("WAVE");
  append(inside, chunk("fmt ", format));
  append(inside, extra);
  append(inside, chunk("data", data));
  append(inside, behind);
  return chunk("RIFF", inside);
}

ByteBuffer wav16(const Samples& samples, unsigned rate) {
  ByteBuffer data;
  for (const float sample : samples) {
    const float clipped = std::clamp(sample, -1.0F, 1.0F);
    append_le(data, static_cast<std::uint16_t>(static_cast<std::int16_t>(clipped * 32767)), 2);
  }
  return wav(kKinds[1], rate, 1, data);
}

Samples babble(double seconds, unsigned rate, Random& random) {
  Samples out(static_cast<std::size_t>(seconds * rate), 0.0F);
  double pitch = 90 + static_cast<double>(random.below(120)), phase = 0, loud = 0, wanted = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % (rate / 8) == 0) {
      wanted = random.below(4) == 0 ? 0 : 0.1 + static_cast<double>(random.below(30)) / 100;
      pitch = std::clamp(pitch + static_cast<double>(random.below(41)) - 20, 70.0, 300.0);
    }
    loud += (wanted - loud) * 40 / rate;
    phase += 2 * std::numbers::pi * pitch / rate;
    double sum = 0;
    for (int harmonic = 1; harmonic < 8; ++harmonic) sum += std::sin(phase * harmonic) / harmonic;
    const double noise = static_cast<double>(random.below(2001)) / 1000 - 1;
    out[i] = static_cast<float>(loud * (sum * 0.5 + noise * 0.05));
  }
  return out;
}

void add_tone(Samples& samples, unsigned rate, double from, double seconds, double pitch,
              double amplitude) {
  const auto begin = static_cast<std::size_t>(from * rate);
  const auto size = static_cast<std::size_t>(seconds * rate);
  for (std::size_t n = 0; n < size && begin + n < samples.size(); ++n) {
    const double ramp = std::min(1.0, static_cast<double>(std::min(n, size - n)) / (0.005 * rate));
    samples[begin + n] += static_cast<float>(
        amplitude * ramp * std::sin(2 * std::numbers::pi * pitch * static_cast<double>(n) / rate));
  }
}

MarkDemand demand(bool start, bool end, std::vector<std::string> spoken) {
  MarkDemand out;
  out.medium = MarkMedium::Sound;
  out.at_start = start;
  out.at_end = end;
  out.spoken = std::move(spoken);
  return out;
}

MarkPlan planned(Bytes file, std::string_view format, const MarkDemand& demand) {
  MemorySource source(file);
  auto plan = plan_sound_mark(source, *find_format(format), demand, {});
  if (!plan) FAIL(plan.error().message);
  return std::move(*plan);
}

ByteBuffer carried_out(Bytes file, const MarkPlan& plan) {
  MemorySource source(file);
  MemorySink sink;
  const Status status = execute(plan.made ? *plan.made : source, plan.splice, sink);
  if (!status) FAIL(status.error().message);
  return sink.take();
}

ByteBuffer marked(Bytes file, std::string_view format, const MarkDemand& demand) {
  return carried_out(file, planned(file, format, demand));
}

MarkSearch found(Bytes file, std::string_view format) {
  MemorySource source(file);
  auto search = find_sound_marks(source, *find_format(format), {});
  if (!search) FAIL(search.error().message);
  return std::move(*search);
}

std::size_t count(const std::vector<Mark>& marks, std::string_view text,
                  std::string_view position) {
  return static_cast<std::size_t>(std::count_if(marks.begin(), marks.end(), [&](const Mark& mark) {
    return mark.text == text && mark.position == position;
  }));
}

}  // namespace colophon::testing::sounds
