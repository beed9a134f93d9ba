// SPDX-License-Identifier: Apache-2.0
// The tables of a track some of whose samples have been replaced.
#include "formats/mp4_film.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

Failure refused(const char* why) {
  return fail(ErrorCode::Unsupported, why, "stbl");
}

bool is_changed(std::size_t sample, const std::vector<NewSamples>& changes) {
  return std::any_of(changes.begin(), changes.end(), [&](const NewSamples& change) {
    return sample >= change.first && sample - change.first < change.samples.size();
  });
}

ByteBuffer sizes_box(const std::vector<FilmSample>& samples) {
  ByteBuffer body;
  append_be(body, 0, 4);
  append_be(body, samples.size(), 4);
  for (const FilmSample& sample : samples) append_be(body, sample.where.size, 4);
  ByteBuffer box;
  wire::append_full_box(box, fourcc("stsz"), 0, 0, body);
  return box;
}

Result<ByteBuffer> offsets_box(Source& source, const Box& old,
                               const std::vector<FilmSample>& samples) {
  const std::uint8_t version = TRY(wire::read_full_box(source, old)).version;
  ByteBuffer runs;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < samples.size();) {
    const std::int64_t offset = samples[i].pts - samples[i].dts;
    if (offset > INT32_MAX || offset < INT32_MIN) return refused("a time does not fit its table");
    std::size_t next = i + 1;
    while (next < samples.size() && samples[next].pts - samples[next].dts == offset) ++next;
    append_be(runs, next - i, 4);
    append_be(runs, static_cast<std::uint32_t>(offset), 4);
    ++count;
    i = next;
  }
  ByteBuffer body, box;
  append_be(body, count, 4);
  append(body, runs);
  wire::append_full_box(box, fourcc("ctts"), version, 0, body);
  return box;
}

ByteBuffer keys_box(const std::vector<FilmSample>& samples) {
  ByteBuffer numbers, body, box;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].key) append_be(numbers, i + 1, 4);
  }
  append_be(body, numbers.size() / 4, 4);
  append(body, numbers);
  wire::append_full_box(box, fourcc("stss"), 0, 0, body);
  return box;
}

/// Recovery points of QuickTime (partial sync samples): what replaces them has none.
Result<ByteBuffer> partial_keys_box(Source& source, const Box& old,
                                    const std::vector<NewSamples>& changes) {
  const Rows rows = TRY(read_rows(source, old, 4, "key frames"));
  ByteBuffer numbers, body, box;
  for (std::uint64_t i = 0; i < rows.count; ++i) {
    const std::uint64_t number = *load_be(rows.bytes, i * 4, 4);
    if (number == 0 || !is_changed(static_cast<std::size_t>(number - 1), changes)) {
      append_be(numbers, number, 4);
    }
  }
  append_be(body, numbers.size() / 4, 4);
  append(body, numbers);
  wire::append_full_box(box, fourcc("stps"), rows.version, 0, body);
  return box;
}

/// 8.6.4: what depends on what is not known of new samples.
Result<ByteBuffer> dependencies_box(Source& source, const Box& old,
                                    const std::vector<NewSamples>& changes) {
  ByteBuffer box = TRY(read(source, old.whole));
  const std::uint64_t head = old.header_size() + 4;
  for (std::uint64_t i = head; i < box.size(); ++i) {
    if (is_changed(static_cast<std::size_t>(i - head), changes)) box[i] = 0;
  }
  return box;
}

/// 8.9.2: new samples are in no group.
Result<ByteBuffer> groups_box(Source& source, const Box& old, std::size_t samples,
                              const std::vector<NewSamples>& changes) {
  const wire::FullBox full = TRY(wire::read_full_box(source, old));
  const std::uint64_t head = full.version == 1 ? 8 : 4;
  const ByteBuffer bytes = TRY(read(source, full.body));
  const auto count = load_be(bytes, head, 4);
  if (!count || *count > (bytes.size() - head - 4) / 8) return refused("a table of groups is cut");
  std::vector<std::uint32_t> groups;
  for (std::uint64_t i = 0; i < *count && groups.size() < samples; ++i) {
    const std::uint64_t run =
        std::min<std::uint64_t>(*load_be(bytes, head + 4 + i * 8, 4), samples - groups.size());
    groups.insert(groups.end(), static_cast<std::size_t>(run),
                  static_cast<std::uint32_t>(*load_be(bytes, head + 8 + i * 8, 4)));
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (is_changed(i, changes)) groups[i] = 0;
  }
  ByteBuffer runs, body = to_buffer(slice(bytes, 0, head)), box;
  for (std::size_t i = 0; i < groups.size();) {
    std::size_t next = i + 1;
    while (next < groups.size() && groups[next] == groups[i]) ++next;
    append_be(runs, next - i, 4);
    append_be(runs, groups[i], 4);
    i = next;
  }
  append_be(body, runs.size() / 8, 4);
  append(body, runs);
  wire::append_full_box(box, fourcc("sbgp"), full.version, full.flags, body);
  return box;
}

/// 8.6.1.4: the limits of the times of showing.
Result<ByteBuffer> limits_box(Source& source, const Box& old,
                              const std::vector<FilmSample>& samples) {
  ByteBuffer box = TRY(read(source, old.whole));
  const std::size_t head = static_cast<std::size_t>(old.header_size()) + 4;
  const unsigned width = box[head - 4] == 0 ? 4 : 8;
  if (box.size() < head + 3 * width) return refused("a table of times is cut");
  std::int64_t least = INT64_MAX, most = INT64_MIN;
  for (const FilmSample& sample : samples) {
    least = std::min(least, sample.pts - sample.dts);
    most = std::max(most, sample.pts - sample.dts);
  }
  store_be(box, head + width, static_cast<std::uint64_t>(least), width);
  store_be(box, head + 2 * width, static_cast<std::uint64_t>(most), width);
  return box;
}

/// Sizes and positions are written elsewhere; what says nothing of single samples stays.
Result<ByteBuffer> changed(Source& source, const Box& old, const std::vector<FilmSample>& samples,
                           const std::vector<NewSamples>& changes) {
  if (old.is(fourcc("stsz")) || old.is(fourcc("stz2"))) return sizes_box(samples);
  if (old.is(fourcc("ctts"))) return offsets_box(source, old, samples);
  if (old.is(fourcc("stss"))) return keys_box(samples);
  if (old.is(fourcc("stps"))) return partial_keys_box(source, old, changes);
  if (old.is(fourcc("sdtp"))) return dependencies_box(source, old, changes);
  if (old.is(fourcc("sbgp"))) return groups_box(source, old, samples.size(), changes);
  if (old.is(fourcc("cslg"))) return limits_box(source, old, samples);
  return ByteBuffer{};
}

}  // namespace

Result<std::vector<std::pair<Box, ByteBuffer>>> changed_tables(
    Source& source, const Track& track, const std::vector<FilmSample>& samples,
    const std::vector<NewSamples>& changes) {
  const bool ordered = std::all_of(samples.begin(), samples.end(),
                                   [](const FilmSample& one) { return one.pts == one.dts; });
  if (track.table(fourcc("ctts")) == nullptr && !ordered) {
    return refused("the film has no table for pictures in another order");
  }
  const bool all_keys =
      std::all_of(samples.begin(), samples.end(), [](const FilmSample& one) { return one.key; });
  if (track.table(fourcc("stss")) == nullptr && !all_keys) {
    return refused("the film has no table of key frames");
  }
  std::vector<std::pair<Box, ByteBuffer>> out;
  for (const Box& box : track.tables) {
    ByteBuffer bytes = TRY(changed(source, box, samples, changes));
    if (!bytes.empty()) out.emplace_back(box, std::move(bytes));
  }
  return out;
}

}  // namespace colophon::mp4
