// SPDX-License-Identifier: Apache-2.0
// Which pictures are coded again: whole stretches between places where decoding can start.
#include "marks/film_work.hpp"

#include <algorithm>
#include <cmath>

namespace colophon::film {
namespace {

std::int64_t ticks_of(const Film& film, double seconds) {
  return static_cast<std::int64_t>(std::llround(seconds * film.ticks));
}

}  // namespace

std::vector<Span> shown_spans(double first, double all, const MarkDemand& demand) {
  const double seconds = std::min(demand.min_seconds, all - first);
  if (demand.whole_film) return {{0, all}};
  std::vector<Span> spans;
  if (demand.at_start || !demand.at_end) spans.push_back({0, first + seconds});
  if (demand.interval_seconds > 0) {
    for (double at = first + demand.interval_seconds; at < all; at += demand.interval_seconds) {
      spans.push_back({at, std::min(at + seconds, all)});
    }
  }
  if (demand.at_end) spans.push_back({all - seconds, all});
  return spans;
}

Joins::Joins(Source& source, const Film& film, unsigned length_size)
    : source_(source), film_(film), length_size_(length_size) {
  const auto& samples = film.samples;
  std::vector<std::int64_t> least(samples.size() + 1, INT64_MAX);
  for (std::size_t i = samples.size(); i-- > 0;) least[i] = std::min(least[i + 1], samples[i].pts);
  std::int64_t most = INT64_MIN;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].key && least[i] == samples[i].pts && most < samples[i].pts) keys_.push_back(i);
    most = std::max(most, samples[i].pts);
  }
}

Result<bool> Joins::is_clean(std::size_t sample) {
  if (!std::binary_search(keys_.begin(), keys_.end(), sample)) return false;
  // Parameter sets and messages stand before the first slice.
  constexpr std::uint64_t kMost = 64 * 1024;
  const Range where = film_.samples[sample].where;
  const Bytes bytes = TRY(source_.view({where.offset, std::min(where.size, kMost)}));
  for (std::uint64_t at = 0; at < bytes.size();) {
    const auto size = load_be(bytes, at, length_size_);
    const unsigned type = wire::unit_type(slice(bytes, at + length_size_, 1));
    if (!size || type == 0) return false;
    if (type >= wire::kSliceUnit && type <= wire::kIdrUnit) return type == wire::kIdrUnit;
    at += length_size_ + *size;
  }
  return false;
}

Result<std::size_t> Joins::before(std::int64_t time) {
  for (std::size_t i = keys_.size(); i-- > 0;) {
    if (film_.samples[keys_[i]].pts <= time && TRY(is_clean(keys_[i]))) return keys_[i];
  }
  return std::size_t{0};
}

Result<std::size_t> Joins::behind(std::int64_t time) {
  for (const std::size_t key : keys_) {
    if (film_.samples[key].pts >= time && TRY(is_clean(key))) return key;
  }
  return film_.samples.size();
}

Result<std::vector<Part>> parts_of(const Film& film, Joins& joins, const MarkDemand& demand) {
  std::vector<Part> parts;
  // Where a film starts later than the sound, time is counted from its first picture.
  const double begin = film.shown.empty() ? 0 : film.shown.front().shown;
  for (const Span& span : shown_spans(begin, film.duration(), demand)) {
    for (const FilmStretch& stretch : film.shown) {
      const double from = std::max(span.from, stretch.shown);
      const double to = std::min(span.to, stretch.shown + stretch.length);
      if (to <= from) continue;
      const double shift = stretch.from - stretch.shown;
      Part part;
      part.first = TRY(joins.before(ticks_of(film, from + shift)));
      const std::size_t end = TRY(joins.behind(ticks_of(film, to + shift)));
      part.count = end - std::min(part.first, end);
      part.begins = from;
      part.ends = to;
      if (part.count > 0) parts.push_back(part);
    }
  }
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.first < b.first; });
  std::vector<Part> joined;
  for (const Part& part : parts) {
    if (joined.empty() || part.first > joined.back().end()) {
      joined.push_back(part);
      continue;
    }
    Part& last = joined.back();
    last.count = std::max(last.end(), part.end()) - last.first;
    last.begins = std::min(last.begins, part.begins);
    last.ends = std::max(last.ends, part.ends);
  }
  if (joined.empty()) return fail(ErrorCode::NotFound, "no picture of the film is shown", "moov");
  // Every picture of a part carries the label, so it is there for longer than was asked.
  for (Part& part : joined) {
    std::int64_t first = INT64_MAX;
    std::int64_t end = part.end() < film.samples.size() ? INT64_MIN : INT64_MAX;
    for (std::size_t i = part.first; i < part.end(); ++i) {
      first = std::min(first, film.samples[i].pts);
    }
    if (end == INT64_MIN) end = film.samples[part.end()].pts;
    for (const FilmStretch& stretch : film.shown) {
      const double shift = stretch.from - stretch.shown;
      const double a = static_cast<double>(first) / film.ticks - shift;
      const double b = end == INT64_MAX ? stretch.shown + stretch.length
                                        : static_cast<double>(end) / film.ticks - shift;
      if (b <= stretch.shown || a >= stretch.shown + stretch.length) continue;
      part.begins = std::min(part.begins, std::max(a, stretch.shown));
      part.ends = std::max(part.ends, std::min(b, stretch.shown + stretch.length));
    }
    // Nothing is shown before the first picture.
    if (!film.shown.empty() && part.begins <= film.shown.front().shown) part.begins = 0;
  }
  return joined;
}

}  // namespace colophon::film
