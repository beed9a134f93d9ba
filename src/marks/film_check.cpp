// SPDX-License-Identifier: Apache-2.0
// What came out is looked at before anybody gets it: the same samples at the same times, all that
// was not coded again byte for byte, and in pictures no more than a label between old and new.
#include "marks/film_work.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace colophon::film {
namespace {

constexpr double kLeastMeanDb = 40;  // outside the label, over all pictures that were coded again
constexpr double kLeastLikeness = 0.6;
constexpr double kLongSeconds = 20;  // parts above this are compared at their beginning alone

Failure wrong(std::string why) {
  return fail(ErrorCode::Conflict, std::move(why), "film");
}

/// Which bytes of the joined source stand at a place of the output.
class Origin {
 public:
  explicit Origin(const Splice& splice) : splice_(splice) {
    std::uint64_t at = 0;
    for (const Piece& piece : splice.pieces) {
      starts_.push_back(at);
      const auto* range = std::get_if<Range>(&piece);
      at += range != nullptr ? range->size : std::get<Put>(piece).bytes.size();
    }
  }
  /// True when those bytes of the output are these of the source.
  [[nodiscard]] bool is(Range output, Range source) const {
    if (output.size != source.size) return false;
    if (output.size == 0) return true;
    const auto above = std::upper_bound(starts_.begin(), starts_.end(), output.offset);
    if (above == starts_.begin()) return false;
    const auto index = static_cast<std::size_t>(above - starts_.begin() - 1);
    const auto* range = std::get_if<Range>(&splice_.pieces[index]);
    if (range == nullptr) return false;
    const std::uint64_t skip = output.offset - starts_[index];
    return range->size >= skip && range->size - skip >= output.size &&
           range->offset + skip == source.offset;
  }

 private:
  const Splice& splice_;
  std::vector<std::uint64_t> starts_;
};

/// Times of showing in order.
std::vector<std::int64_t> times(const std::vector<FilmSample>& samples) {
  std::vector<std::int64_t> out;
  out.reserve(samples.size());
  for (const FilmSample& sample : samples) out.push_back(sample.pts);
  std::sort(out.begin(), out.end());
  return out;
}

bool same_place(const FilmSample& a, const FilmSample& b) {
  return a.dts == b.dts && a.pts == b.pts && a.key == b.key;
}

/// The film's samples: those of the parts are the new ones, all others are where they were.
Status check_film(const Film& film, const Film& made, const std::vector<Part>& parts,
                  const Coded& coded, std::uint64_t source_size, const Origin& origin) {
  if (made.samples.size() != film.samples.size()) return wrong("pictures of the film are missing");
  if (times(made.samples) != times(film.samples)) return wrong("the times of pictures changed");
  std::size_t part = 0;
  for (std::size_t i = 0; i < film.samples.size(); ++i) {
    while (part < parts.size() && i >= parts[part].end()) ++part;
    const bool fresh = part < parts.size() && i >= parts[part].first;
    const FilmSample& now = made.samples[i];
    Range from = film.samples[i].where;
    if (fresh) {
      from = coded.samples[part].samples[i - parts[part].first].bytes;
      from.offset += source_size;
    } else if (!same_place(now, film.samples[i])) {
      return wrong("the time of a picture that was kept changed");
    }
    if (now.dts != film.samples[i].dts || !origin.is(now.where, from)) {
      return wrong("a picture of the film is not where its table says");
    }
  }
  return {};
}

/// Every other track has its samples.
Status check_tracks(Source& source, Source& made, const Format& format, const Film& film,
                    const Origin& origin, const Limits& limits) {
  const auto before = TRY(all_samples(source, format, limits));
  const auto after = TRY(all_samples(made, format, limits));
  if (before.size() != after.size()) return wrong("a track is missing");
  bool film_seen = false;
  for (std::size_t track = 0; track < before.size(); ++track) {
    const auto& old = before[track];
    const auto& now = after[track];
    if (old.size() != now.size()) return wrong("samples of a track are missing");
    const bool is_film = !film_seen && !old.empty() && old.size() == film.samples.size() &&
                         old[0].where == film.samples[0].where;
    film_seen = film_seen || is_film;
    for (std::size_t i = 0; i < old.size() && !is_film; ++i) {
      if (!same_place(old[i], now[i]) || !origin.is(now[i].where, old[i].where)) {
        return wrong("a sample of another track is not where its table says");
      }
    }
  }
  return {};
}

/// Which samples are decoded for comparison, in runs.
struct Look {
  std::size_t first = 0, label_end = 0, end = 0;  ///< drawn on up to `label_end`
};
struct Looks {
  std::vector<Look> runs;
  std::uint64_t most = 0;
};

Result<Looks> looks_of(const Film& film, const std::vector<Part>& parts, Joins& joins) {
  Looks looks;
  const std::int64_t second = film.ticks;
  for (const Part& part : parts) {
    Look look{part.first, part.end(), part.end()};
    const std::int64_t begin = film.samples[part.first].dts;
    const std::int64_t much = static_cast<std::int64_t>(kLongSeconds * film.ticks);
    if (film.samples[part.end() - 1].dts - begin > much) {
      const std::size_t cut = TRY(joins.behind(film.samples[part.first].pts + much / 2));
      if (cut < part.end()) {
        looks.runs.push_back({part.first, cut, cut});
        // The last stretch, with the join behind it.
        look.first = TRY(joins.before(film.samples[part.end() - 1].pts - second));
        if (look.first < cut) look.first = cut;
      } else if (part.end() == film.samples.size()) {
        looks.most = std::max<std::uint64_t>(looks.most, part.count / 4 + 1);
      }
    }
    while (look.end < film.samples.size() &&
           film.samples[look.end].dts - film.samples[part.end() - 1].dts <= second) {
      ++look.end;
    }
    looks.runs.push_back(look);
  }
  return looks;
}

struct Reels {
  ByteBuffer parts;  ///< before, after, the bytes of new pictures
  std::uint64_t frames = 0;
};

Result<Reels> reels_of(const Film& film, const Film& made, const Coding& coding,
                       const std::vector<Part>& parts, const Coded& coded, const Looks& looks) {
  Reels reels;
  std::vector<worker::ReelPacket> before, after;
  ByteBuffer fresh;
  for (std::size_t run = 0; run < looks.runs.size(); ++run) {
    const Look& look = looks.runs[run];
    for (std::size_t i = look.first; i < look.end; ++i) {
      const auto in = std::find_if(parts.begin(), parts.end(), [&](const Part& part) {
        return i >= part.first && i < part.end();
      });
      const auto packet = [&](const FilmSample& sample) {
        worker::ReelPacket out;
        out.pts = sample.pts;
        out.dts = sample.dts;
        out.offset = sample.where.offset;
        out.size = static_cast<std::uint32_t>(sample.where.size);
        out.run = static_cast<std::uint16_t>(run);
        out.key = sample.key;
        out.label = in != parts.end();
        return out;
      };
      before.push_back(packet(film.samples[i]));
      after.push_back(packet(made.samples[i]));
      if (in == parts.end()) {
        after.back().offset = film.samples[i].where.offset;  // the same bytes, as was checked
        continue;
      }
      const auto& part = coded.samples[static_cast<std::size_t>(in - parts.begin())];
      after.back().offset = worker::kHere | fresh.size();
      append(fresh, TRY(coded.bytes->view(part.samples[i - part.first].bytes)));
    }
  }
  reels.frames = after.size();
  worker::ReelHead head = reel_head(film, coding, before.size());
  const auto put = [&](Bytes config, const std::vector<worker::ReelPacket>& packets) {
    head.config_size = static_cast<std::uint32_t>(config.size());
    append_part(reels.parts, head);
    append(reels.parts, config);
    for (const worker::ReelPacket& packet : packets) append_part(reels.parts, packet);
  };
  put(film.config, before);
  put(made.config, after);
  append(reels.parts, fresh);
  return reels;
}

}  // namespace

double likeness_of(const Plane& frame, const DrawnLabel& label) {
  const worker::Patch& patch = label.patch;
  if (patch.x + patch.width > frame.width || patch.y + patch.height > frame.height) return -1;
  double count = 0, a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  for (std::uint32_t y = 0; y < patch.height; ++y) {
    for (std::uint32_t x = 0; x < patch.width; ++x) {
      const std::size_t at = std::size_t{y} * patch.width + x;
      const double ink = label.grey[at] / 255.0 * label.opacity[at];
      const double seen = frame.samples[std::size_t{patch.y + y} * frame.width + (patch.x + x)];
      count += 1;
      a += ink;
      b += seen;
      aa += ink * ink;
      bb += seen * seen;
      ab += ink * seen;
    }
  }
  const double spread = (aa - a * a / count) * (bb - b * b / count);
  return spread <= 0 ? -1 : (ab - a * b / count) / std::sqrt(spread);
}

Result<Outcome> check(Source& source, const Format& format, const Film& film,
                      const std::vector<Part>& parts, const Coded& coded, const Splice& splice,
                      const DrawnLabel& label, Joins& joins, const MarkEnv& env) {
  const Origin origin(splice);
  JoinedSource joined(source, *coded.bytes);
  SplicedSource output(joined, splice);
  const Film made = TRY(read_film(output, format, env.limits));
  TRY(check_film(film, made, parts, coded, source.size(), origin));
  TRY(check_tracks(source, output, format, film, origin, env.limits));
  if (made.config != coded.config || made.turn != film.turn || made.ticks != film.ticks) {
    return wrong("the description of the film is not what it should be");
  }

  const Coding coding = TRY(coding_of(source, film));
  const Looks looks = TRY(looks_of(film, parts, joins));
  const Reels reels = TRY(reels_of(film, made, coding, parts, coded, looks));
  // Frames for the detector: the first ones of the first part, half a second apart.
  std::vector<std::int64_t> wanted;
  std::int64_t first = INT64_MAX;
  for (std::size_t i = parts[0].first; i < parts[0].end(); ++i) {
    first = std::min(first, film.samples[i].pts);
  }
  for (const double at : {0.0, 0.5, 1.0, 1.5}) {
    const auto time = first + static_cast<std::int64_t>(at * film.ticks);
    std::int64_t best = first;
    for (std::size_t i = parts[0].first; i < parts[0].end(); ++i) {
      const std::int64_t pts = film.samples[i].pts;
      if (pts <= time && pts > best) best = pts;
    }
    if (wanted.empty() || wanted.back() != best) wanted.push_back(best);
  }
  worker::CompareWork work;
  work.without = label.patch;
  work.frames = static_cast<std::uint32_t>(wanted.size());
  work.threads = 2;
  work.most = looks.most;
  ByteBuffer request;
  append_part(request, work);
  for (const std::int64_t pts : wanted) append_part(request, pts);
  append(request, reels.parts);

  Outcome outcome;
  std::optional<worker::CompareRecord> report;
  const FilmBudget budget{reels.frames * 2, coding.set.width, coding.set.height, false};
  TRY(film_work(source, "film-compare", request, budget,
                [&](worker::Record kind, Bytes bytes) -> Status {
                  if (kind == worker::Record::Report) {
                    report = record_of<worker::CompareRecord>(bytes);
                  }
                  const auto frame = record_of<worker::FrameRecord>(bytes);
                  const Bytes grey = slice(bytes, sizeof(worker::FrameRecord));
                  if (kind == worker::Record::Frame && frame &&
                      grey.size() == std::uint64_t{frame->width} * frame->height &&
                      outcome.looks.size() < wanted.size()) {
                    outcome.looks.emplace_back(static_cast<double>(frame->pts) / film.ticks,
                                               Plane{frame->width, frame->height, to_buffer(grey)});
                  }
                  return {};
                }));
  for (const auto& [at, plane] : outcome.looks) {
    if (likeness_of(plane, label) < kLeastLikeness) {
      return wrong("the label cannot be read in the pictures that were coded again");
    }
  }
  if (!report || !(report->mean_db >= 0)) return wrong("the film was not compared");
  outcome.mean_db = report->mean_db;
  outcome.least_db = report->least_db;
  const bool all = looks.most > 0 || report->compared + report->equal == reels.frames;
  if (!all) return wrong("pictures behind the label do not decode to what they were");
  if (report->mean_db < kLeastMeanDb) {
    return wrong(fmt::format("coding the pictures again changes them too much ({} dB)",
                             std::floor(report->mean_db * 10) / 10));
  }
  return outcome;
}

}  // namespace colophon::film
