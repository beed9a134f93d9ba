// SPDX-License-Identifier: Apache-2.0
#include "formats/film.hpp"

#include "formats/mp4_film.hpp"

namespace colophon {
namespace {

bool is_mp4(const Format& format) {
  return format.id == "mp4" || format.id == "mov" || format.id == "m4a";
}
Failure no_samples(const Format& format) {
  return fail(ErrorCode::Unsupported,
              std::string(format.name) + ": single pictures of a film cannot be replaced here");
}

}  // namespace

double Film::duration() const noexcept {
  double end = 0;
  for (const FilmStretch& stretch : shown) end = std::max(end, stretch.shown + stretch.length);
  return end;
}

Result<Film> read_film(Source& source, const Format& format, const Limits& limits) {
  return is_mp4(format) ? mp4::read_film(source, limits) : no_samples(format);
}

Result<Splice> replace_samples(Source& source, const Format& format,
                               const std::vector<NewSamples>& changes, Bytes config,
                               const Limits& limits) {
  if (!is_mp4(format)) return no_samples(format);
  return mp4::replace_samples(source, changes, config, limits);
}

Result<std::vector<std::vector<FilmSample>>> all_samples(Source& source, const Format& format,
                                                         const Limits& limits) {
  if (!is_mp4(format)) return no_samples(format);
  return mp4::all_samples(source, limits);
}

Result<Bytes> JoinedSource::view(Range range) {
  if (range.end() < range.offset || range.end() > size()) return truncated(range, size());
  if (range.end() <= first_.size()) return first_.view(range);
  if (range.offset >= first_.size()) {
    return second_.view({range.offset - first_.size(), range.size});
  }
  const std::uint64_t head = first_.size() - range.offset;
  window_ = TRY(read(first_, {range.offset, head}));
  append(window_, TRY(second_.view({0, range.size - head})));
  return Bytes(window_);
}

}  // namespace colophon
