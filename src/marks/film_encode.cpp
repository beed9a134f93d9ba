// SPDX-License-Identifier: Apache-2.0
// H.264 pictures out of the worker become samples of the file: with the parameter sets of their
// own id beside those of the film (ISO/IEC 14496-15 5.3.3 lets one sample entry have both), and
// with the messages that the old pictures had for viewers.
#include "marks/film_work.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

namespace colophon::film {
namespace {

Failure refused(std::string why) {
  return fail(ErrorCode::Unsupported, std::move(why), "film");
}

/// MaxBR in kbit/s of table A-1, for the profiles that have none of their own factor.
std::int32_t rate_of_level(unsigned level) {
  constexpr std::pair<unsigned, std::int32_t> kRates[] = {
      {9, 128},     {10, 64},     {11, 192},    {12, 384},    {13, 768},
      {20, 2000},   {21, 4000},   {22, 4000},   {30, 10000},  {31, 14000},
      {32, 20000},  {40, 20000},  {41, 50000},  {42, 50000},  {50, 135000},
      {51, 240000}, {52, 240000}, {60, 240000}, {61, 480000}, {62, 800000}};
  for (const auto& [number, rate] : kRates) {
    if (number == level) return rate;
  }
  return 0;
}

std::int32_t rate_of(const wire::SequenceSet& set) {
  const double factor = set.profile == 110   ? 3
                        : set.profile >= 122 ? 4
                        : set.profile == 100 ? 1.25
                                             : 1;
  return static_cast<std::int32_t>(rate_of_level(set.level) * factor);
}

worker::EncodeWork encode_work(const Film& film, const Coding& coding, EncodeChoice choice) {
  worker::EncodeWork work;
  work.set_id = static_cast<std::int32_t>(coding.set_id);
  work.profile = static_cast<std::int32_t>(coding.set.profile);
  work.level = static_cast<std::int32_t>(coding.set.level);
  work.b_frames = static_cast<std::int32_t>(choice.b_frames);
  work.quality = choice.quality;
  work.pyramid = choice.b_frames > 1 && coding.reorder > 1 && coding.set.references >= 4;
  work.max_rate = rate_of(coding.set);
  work.buffer = work.max_rate;
  const auto& samples = film.samples;
  const std::int64_t span = samples.back().dts - samples.front().dts;
  if (samples.size() > 1 && span > 0) {
    const double rate =
        static_cast<double>(samples.size() - 1) * film.ticks / static_cast<double>(span);
    work.rate_num = static_cast<std::int32_t>(std::clamp(rate, 1.0, 1000.0) * 1000);
    work.rate_den = 1000;
  }
  work.threads = 2;
  return work;
}

/// Takes what the worker sends and makes samples of it.
class Collector {
 public:
  Collector(Source& source, const Film& film, const Coding& coding, const std::vector<Part>& parts,
            UnnamedFile& file)
      : source_(source), film_(film), coding_(coding), parts_(parts), file_(file) {
    for (std::size_t run = 0; run < parts.size(); ++run) {
      out_.samples.push_back({parts[run].first, {}});
      for (std::size_t i = parts[run].first; i < parts[run].end(); ++i) {
        if (!old_.emplace(film.samples[i].pts, i).second) doubled_ = true;
      }
    }
  }

  [[nodiscard]] Status packet(Bytes record) {
    const auto head = record_of<worker::PacketRecord>(record);
    if (!head || head->run >= parts_.size()) return strange();
    const auto old = old_.find(head->pts);
    NewSamples& run = out_.samples[head->run];
    const Part& part = parts_[head->run];
    if (old == old_.end() || old->second < part.first || old->second >= part.end() ||
        run.samples.size() == part.count || !seen_.insert(head->pts).second) {
      return strange();
    }
    const ByteBuffer sample = TRY(sample_of(slice(record, sizeof *head), old->second));
    if (sample.empty()) return strange();
    run.samples.push_back({{file_.size(), sample.size()}, head->pts, head->key != 0});
    return file_.append(sample);
  }

  [[nodiscard]] Status config(Bytes stream) {
    wire::AvcConfig config = coding_.config;
    std::size_t sets = 0;
    for (const Bytes unit : wire::annex_b_units(stream)) {
      if (wire::unit_type(unit) == wire::kPictureUnit) {
        config.picture_sets.push_back(to_buffer(unit));
        if (wire::picture_set_id(unit) != coding_.set_id) return strange();
      }
      if (wire::unit_type(unit) != wire::kSequenceUnit) continue;
      const auto set = wire::read_sequence_set(unit);
      if (!set || set->id != coding_.set_id) return strange();
      const wire::SequenceSet& old = coding_.set;
      if (set->level > old.level || set->references > std::max(old.references, 1U) ||
          set->chroma != old.chroma || set->depth != old.depth || set->width != old.width ||
          set->height != old.height || !set->frames_only) {
        return refused(
            fmt::format("the new pictures would ask more of a player than the film does "
                        "(level {} for {}, {} reference pictures for {})",
                        set->level, old.level, set->references, old.references));
      }
      config.head[1] = std::max(config.head[1], static_cast<std::uint8_t>(set->profile));
      config.head[2] &= static_cast<std::uint8_t>(set->constraints);
      config.sequence_sets.push_back(to_buffer(unit));
      ++sets;
    }
    if (sets != 1) return strange();
    const auto written = wire::write_avc_config(config);
    if (!written) return refused("the film has no room for another set of parameters");
    out_.config = *written;
    return {};
  }

  /// Every sample is there, and decoding keeps ahead of showing.
  [[nodiscard]] Result<Coded> take() {
    if (doubled_) return refused("two pictures of the film have one time");
    for (std::size_t run = 0; run < parts_.size(); ++run) {
      const NewSamples& fresh = out_.samples[run];
      if (fresh.samples.size() != parts_[run].count || out_.config.empty()) return strange();
      if (!fresh.samples.front().key) return strange();
      for (std::size_t i = 0; i < fresh.samples.size(); ++i) {
        const std::int64_t dts = film_.samples[fresh.first + i].dts;
        if (fresh.samples[i].pts - dts < std::min<std::int64_t>(coding_.least_offset, 0)) {
          return refused("the new pictures would come too late to be decoded in time");
        }
      }
    }
    out_.bytes = TRY(file_.take("the new pictures of the film"));
    return std::move(out_);
  }

 private:
  static Failure strange() {
    return fail(ErrorCode::Io, "the worker colophon-media gave an answer that cannot be read",
                "film");
  }

  /// Slices from the worker, the rest from the old sample.
  [[nodiscard]] Result<ByteBuffer> sample_of(Bytes stream, std::size_t old) {
    const unsigned width = coding_.config.length_size;
    ByteBuffer sample;
    const ByteBuffer before = TRY(read(source_, film_.samples[old].where));
    const auto units = wire::prefixed_units(before, width);
    if (!units) return fail(ErrorCode::Malformed, "a picture of the film is damaged", "film");
    constexpr unsigned kDelimiter = 9;
    constexpr std::array<std::uint8_t, 2> kAnySlice = {kDelimiter, 0xF0};
    bool fits = true;
    if (!units->empty() && wire::unit_type(units->front()) == kDelimiter) {
      fits = wire::append_unit(sample, kAnySlice, width);
    }
    for (const Bytes unit : *units) {
      const ByteBuffer kept = wire::lasting_messages(unit);
      if (!kept.empty()) fits = fits && wire::append_unit(sample, kept, width);
    }
    std::size_t slices = 0;
    for (const Bytes unit : wire::annex_b_units(stream)) {
      const unsigned type = wire::unit_type(unit);
      if (type != wire::kSliceUnit && type != wire::kIdrUnit) continue;
      fits = fits && wire::append_unit(sample, unit, width);
      ++slices;
    }
    if (!fits) return refused("the new pictures are too long for the film's format");
    if (slices == 0) sample.clear();
    return sample;
  }

  Source& source_;
  const Film& film_;
  const Coding& coding_;
  const std::vector<Part>& parts_;
  UnnamedFile& file_;
  Coded out_;
  std::map<std::int64_t, std::size_t> old_;  // sample of a time
  std::set<std::int64_t> seen_;
  bool doubled_ = false;
};

/// The ids of parameter sets that stand among the pictures.
void add_ids(Bytes sample, unsigned width, std::set<unsigned>& ids) {
  const auto units = wire::prefixed_units(sample, width);
  if (!units) return;
  for (const Bytes unit : *units) {
    if (const auto set = wire::read_sequence_set(unit)) ids.insert(set->id);
    if (const auto id = wire::picture_set_id(unit)) ids.insert(*id);
  }
}

}  // namespace

worker::ReelHead reel_head(const Film& film, const Coding& coding, std::size_t packets) {
  worker::ReelHead head;
  film.codec.copy(head.codec.data(), head.codec.size() - 1);
  head.time_den = static_cast<std::int32_t>(film.ticks);
  head.width = coding.set.width;
  head.height = coding.set.height;
  head.packets = static_cast<std::uint32_t>(packets);
  head.delay = static_cast<std::int32_t>(coding.reorder);
  return head;
}

Result<Coding> coding_of(Source& source, const Film& film) {
  Coding coding;
  const auto config = wire::read_avc_config(film.config);
  if (!config || config->sequence_sets.empty()) {
    return refused("the film's parameters stand among its pictures or are damaged");
  }
  coding.config = *config;
  std::set<unsigned> ids;
  bool first = true;
  for (const ByteBuffer& unit : config->sequence_sets) {
    const auto set = wire::read_sequence_set(unit);
    if (!set) return refused("the film's parameters are damaged");
    ids.insert(set->id);
    if (!set->frames_only) return refused("the film is interlaced");
    if (!first && (set->width != coding.set.width || set->height != coding.set.height)) {
      return refused("the pictures of the film have several sizes");
    }
    if (first) coding.set = *set;
    first = false;
  }
  for (const ByteBuffer& unit : config->picture_sets) {
    const auto id = wire::picture_set_id(unit);
    if (!id) return refused("the film's parameters are damaged");
    ids.insert(*id);
  }
  // Sets among the pictures stand at key frames where there are any.
  constexpr int kLooks = 16;
  int looked = 0;
  for (const FilmSample& sample : film.samples) {
    if (!sample.key || looked == kLooks) continue;
    ++looked;
    add_ids(TRY(source.view(sample.where)), config->length_size, ids);
  }
  for (coding.set_id = 1; ids.contains(coding.set_id);) ++coding.set_id;
  if (coding.set_id > 31) return refused("the film uses all numbers of parameter sets");

  coding.least_offset = INT64_MAX;
  constexpr std::size_t kWindow = 32;
  for (std::size_t i = 0; i < film.samples.size(); ++i) {
    const FilmSample& one = film.samples[i];
    coding.least_offset = std::min(coding.least_offset, one.pts - one.dts);
    unsigned later = 0;
    for (std::size_t j = i > kWindow ? i - kWindow : 0; j < i; ++j) {
      if (film.samples[j].pts > one.pts) ++later;
    }
    coding.reorder = std::max(coding.reorder, later);
  }
  return coding;
}

Result<Coded> encode(Source& source, const Film& film, const Coding& coding,
                     const std::vector<Part>& parts, const DrawnLabel& label, EncodeChoice choice,
                     const MarkProgress& progress) {
  ByteBuffer request;
  append_part(request, encode_work(film, coding, choice));
  append_part(request, label.patch);
  append(request, label.grey);
  append(request, label.opacity);
  std::size_t count = 0;
  for (const Part& part : parts) count += part.count;
  worker::ReelHead head = reel_head(film, coding, count);
  head.config_size = static_cast<std::uint32_t>(film.config.size());
  append_part(request, head);
  append(request, film.config);
  for (std::size_t run = 0; run < parts.size(); ++run) {
    for (std::size_t i = parts[run].first; i < parts[run].end(); ++i) {
      const FilmSample& sample = film.samples[i];
      worker::ReelPacket packet;
      packet.pts = sample.pts;
      packet.dts = sample.dts;
      packet.offset = sample.where.offset;
      packet.size = static_cast<std::uint32_t>(sample.where.size);
      packet.run = static_cast<std::uint16_t>(run);
      packet.key = sample.key || i == parts[run].first;
      packet.label = 1;
      append_part(request, packet);
    }
  }
  const auto file = TRY(UnnamedFile::create());
  Collector collector(source, film, coding, parts, *file);
  const FilmBudget budget{count, coding.set.width, coding.set.height, true};
  TRY(film_work(source, "film-label", request, budget,
                [&](worker::Record kind, Bytes bytes) -> Status {
                  if (kind == worker::Record::Packet) return collector.packet(bytes);
                  if (kind == worker::Record::Config) return collector.config(bytes);
                  const auto share = record_of<double>(bytes);
                  if (kind == worker::Record::Progress && share && progress) {
                    progress(std::clamp(*share, 0.0, 1.0));
                  }
                  return {};
                }));
  return collector.take();
}

}  // namespace colophon::film
