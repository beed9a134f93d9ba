// SPDX-License-Identifier: Apache-2.0
// The tables that say where each sample of a track stands, how long it is, and when it is shown.
#include "formats/mp4_film.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::mp4 {
namespace {

constexpr std::uint64_t kMaxSamples = 4'000'000;  // 18 hours at 60 a second

Failure broken(const char* what, const Box& box) {
  return fail(ErrorCode::Malformed, fmt::format("the film's table of {} is damaged", what),
              wire::to_string(box.type), box.whole.offset);
}
Failure refused(const char* why) {
  return fail(ErrorCode::Unsupported, std::move(why), "moov");
}

Result<std::vector<std::uint64_t>> read_sizes(Source& source, const Track& track) {
  const Box* box = track.table(fourcc("stsz"));
  const bool compact = box == nullptr;
  if (compact) box = track.table(fourcc("stz2"));
  if (box == nullptr) return refused("the film has no table of sizes");
  const wire::FullBox full = TRY(wire::read_full_box(source, *box));
  if (full.body.size < 8) return broken("sizes", *box);
  const std::uint64_t word = TRY(read_be(source, full.body.offset, 4));
  const std::uint64_t count = TRY(read_be(source, full.body.offset + 4, 4));
  const std::uint64_t one = compact ? 0 : word;
  const std::uint64_t bits = compact ? word & 0xFF : 32;
  if (count > kMaxSamples || (compact && bits != 4 && bits != 8 && bits != 16) ||
      (one == 0 && (count * bits + 7) / 8 > full.body.size - 8)) {
    return broken("sizes", *box);
  }
  std::vector<std::uint64_t> sizes(static_cast<std::size_t>(count), one);
  if (one != 0) return sizes;
  const ByteBuffer bytes = TRY(read(source, {full.body.offset + 8, (count * bits + 7) / 8}));
  for (std::uint64_t i = 0; i < count; ++i) {
    sizes[i] = bits == 4 ? (bytes[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xFU
                         : *load_be(bytes, i * (bits / 8), static_cast<unsigned>(bits / 8));
  }
  return sizes;
}

Result<std::vector<std::uint64_t>> read_chunks(Source& source, const Track& track) {
  const Box* box = track.table(fourcc("stco"));
  const bool large = box == nullptr;
  if (large) box = track.table(fourcc("co64"));
  if (box == nullptr) return refused("the film has no table of positions");
  const unsigned width = large ? 8 : 4;
  const Rows rows = TRY(read_rows(source, *box, width, "positions"));
  std::vector<std::uint64_t> chunks;
  for (std::uint64_t i = 0; i < rows.count; ++i) {
    chunks.push_back(*load_be(rows.bytes, i * width, width));
  }
  return chunks;
}

/// Puts every sample into its chunk (8.7.4).
Status place(Source& source, const Track& track, std::vector<FilmSample>& samples) {
  const auto chunks = TRY(read_chunks(source, track));
  const Box* box = track.table(fourcc("stsc"));
  if (box == nullptr) return refused("the film has no table of chunks");
  const Rows rows = TRY(read_rows(source, *box, 12, "chunks"));
  const auto field = [&](std::uint64_t row, std::uint64_t at) {
    return row < rows.count ? *load_be(rows.bytes, row * 12 + at, 4) : UINT64_MAX;
  };
  std::size_t sample = 0;
  std::uint64_t row = 0;
  if (rows.count == 0 || field(0, 0) != 1) {
    if (samples.empty()) return {};
    return broken("chunks", *box);
  }
  for (std::size_t chunk = 0; chunk < chunks.size() && sample < samples.size(); ++chunk) {
    while (field(row + 1, 0) <= chunk + 1) ++row;
    std::uint64_t at = chunks[chunk];
    for (std::uint64_t i = 0; i < field(row, 4) && sample < samples.size(); ++i) {
      FilmSample& one = samples[sample++];
      one.where.offset = at;
      if (at > source.size() || source.size() - at < one.where.size) {
        return fail(ErrorCode::Truncated,
                    "pictures of the film lie behind the end of the file; get the whole file",
                    "stco", at);
      }
      at += one.where.size;
    }
  }
  if (sample != samples.size()) return broken("chunks", *box);
  return {};
}

Status time(Source& source, const Track& track, std::vector<FilmSample>& samples) {
  const Box* box = track.table(fourcc("stts"));
  if (box == nullptr) return refused("the film has no table of times");
  const Rows steps = TRY(read_rows(source, *box, 8, "times"));
  std::size_t at = 0;
  std::int64_t dts = 0;
  for (std::uint64_t row = 0; row < steps.count; ++row) {
    const std::uint64_t count = *load_be(steps.bytes, row * 8, 4);
    const std::uint64_t step = *load_be(steps.bytes, row * 8 + 4, 4);
    for (std::uint64_t i = 0; i < count && at < samples.size(); ++i) {
      samples[at].dts = samples[at].pts = dts;
      ++at;
      dts += static_cast<std::int64_t>(step);
    }
  }
  if (at != samples.size()) return broken("times", *box);
  const Box* offsets = track.table(fourcc("ctts"));
  if (offsets == nullptr) return {};
  const Rows rows = TRY(read_rows(source, *offsets, 8, "times of showing"));
  at = 0;
  for (std::uint64_t row = 0; row < rows.count; ++row) {
    const std::uint64_t count = *load_be(rows.bytes, row * 8, 4);
    // Version 0 is unsigned, but files in the field have negative numbers there too.
    const auto offset = static_cast<std::int32_t>(*load_be(rows.bytes, row * 8 + 4, 4));
    for (std::uint64_t i = 0; i < count && at < samples.size(); ++i) samples[at++].pts += offset;
  }
  return {};
}

Status mark_keys(Source& source, const Track& track, std::vector<FilmSample>& samples) {
  const Box* box = track.table(fourcc("stss"));
  if (box == nullptr) {
    for (FilmSample& sample : samples) sample.key = true;
    return {};
  }
  const Rows rows = TRY(read_rows(source, *box, 4, "key frames"));
  for (std::uint64_t i = 0; i < rows.count; ++i) {
    const std::uint64_t number = *load_be(rows.bytes, i * 4, 4);
    if (number == 0 || number > samples.size()) return broken("key frames", *box);
    samples[number - 1].key = true;
  }
  return {};
}

}  // namespace

const Box* Track::table(FourCc type) const noexcept {
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const Box& box) { return box.is(type); });
  return found == tables.end() ? nullptr : &*found;
}

Result<std::vector<FilmSample>> read_samples(Source& source, const Track& track, const Limits&) {
  const auto sizes = TRY(read_sizes(source, track));
  std::vector<FilmSample> samples(sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) samples[i].where.size = sizes[i];
  TRY(place(source, track, samples));
  TRY(time(source, track, samples));
  TRY(mark_keys(source, track, samples));
  return samples;
}

Result<Rows> read_rows(Source& source, const Box& box, std::uint64_t row, const char* what) {
  const wire::FullBox full = TRY(wire::read_full_box(source, box));
  if (full.body.size < 4) return broken(what, box);
  Rows rows;
  rows.version = full.version;
  rows.count = TRY(read_be(source, full.body.offset, 4));
  if (rows.count > (full.body.size - 4) / row || rows.count > kMaxSamples) return broken(what, box);
  rows.bytes = TRY(read(source, {full.body.offset + 4, rows.count * row}));
  return rows;
}

}  // namespace colophon::mp4
