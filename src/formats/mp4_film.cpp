// SPDX-License-Identifier: Apache-2.0
// Reading the film of an MP4 or QuickTime file: its track, how it is turned, shaped and cut.
#include "formats/mp4_film.hpp"

#include <algorithm>

namespace colophon::mp4 {
namespace {

Failure refused(const char* why) {
  return fail(ErrorCode::Unsupported, why, "moov");
}

/// 8.3.2 and 6.2.2: the first two columns of the matrix, as steps.
std::array<int, 4> turn_of(Source& source, const Box& box) {
  const Bytes bytes = view_some(source, box.body);
  const std::uint64_t at = !bytes.empty() && bytes[0] == 1 ? 52 : 40;
  std::array<int, 4> turn{};
  constexpr std::uint64_t kPlaces[] = {0, 4, 12, 16};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto word = load_be(bytes, at + kPlaces[i], 4);
    const auto value = static_cast<std::int32_t>(word.value_or(0));
    turn[i] = value > 0x4000 ? 1 : value < -0x4000 ? -1 : 0;
  }
  const bool straight = turn[1] == 0 && turn[2] == 0 && turn[0] != 0 && turn[3] != 0;
  const bool crossed = turn[0] == 0 && turn[3] == 0 && turn[1] != 0 && turn[2] != 0;
  return straight || crossed ? turn : std::array<int, 4>{1, 0, 0, 1};
}

Result<double> movie_ticks(Source& source, const Box& moov, const Limits& limits) {
  BoxBudget budget(limits);
  const auto box = TRY(wire::find_box(source, moov.body, fourcc("mvhd"), budget));
  if (!box) return 0.0;
  const wire::FullBox full = TRY(wire::read_full_box(source, *box));
  return static_cast<double>(
      TRY(read_be(source, full.body.offset + (full.version == 1 ? 16 : 8), 4)));
}

/// The edit list (8.6.6), as stretches of the film.
Result<std::vector<FilmStretch>> read_edits(Source& source, const Box& moov, const Track& track,
                                            const Film& film, const Limits& limits) {
  std::vector<FilmStretch> shown;
  std::int64_t first = INT64_MAX, end = 0;
  for (const FilmSample& sample : film.samples) {
    first = std::min(first, sample.pts);
    end = std::max(end, sample.pts);
  }
  const double ticks = film.ticks;
  const double begin = film.samples.empty() ? 0 : static_cast<double>(first) / ticks;
  const double frames = static_cast<double>(film.samples.size());
  const double span = film.samples.empty() ? 0 : static_cast<double>(end) / ticks - begin;
  const double all = frames > 1 ? span * frames / (frames - 1) : span;
  const double scale = TRY(movie_ticks(source, moov, limits));
  if (!track.edits || scale <= 0) return std::vector<FilmStretch>{{0, all, begin}};
  const wire::FullBox full = TRY(wire::read_full_box(source, *track.edits));
  const unsigned width = full.version == 1 ? 8 : 4;
  const Rows rows = TRY(read_rows(source, *track.edits, 2 * width + 4, "edits"));
  double at = 0;
  for (std::uint64_t i = 0; i < rows.count; ++i) {
    const std::uint64_t row = i * (2 * width + 4);
    double length = static_cast<double>(*load_be(rows.bytes, row, width)) / scale;
    const std::uint64_t word = *load_be(rows.bytes, row + width, width);
    const std::int64_t media =
        width == 4 ? static_cast<std::int32_t>(word) : static_cast<std::int64_t>(word);
    const double from = static_cast<double>(media) / ticks;
    // A length of 0 in a film that is still being written means "all of it".
    if (length <= 0 && media >= 0) length = std::max(0.0, begin + all - from);
    if (media >= 0) shown.push_back({at, length, from});
    at += length;
  }
  if (shown.empty()) shown.push_back({0, all, begin});
  return shown;
}

void read_pixel_shape(Source& source, const Entry& entry, Film& film) {
  for (const Box& child : entry.children) {
    if (!child.is(fourcc("pasp")) || child.body.size < 8) continue;
    const Bytes bytes = view_some(source, {child.body.offset, 8});
    film.pixel_width = static_cast<std::uint32_t>(load_be(bytes, 0, 4).value_or(0));
    film.pixel_height = static_cast<std::uint32_t>(load_be(bytes, 4, 4).value_or(0));
  }
}

}  // namespace

Result<std::vector<Track>> read_tracks(Source& source, const Box& moov, const Limits& limits) {
  std::vector<Track> tracks;
  for (const Box& trak : TRY(children_of(source, moov.body, limits))) {
    if (!trak.is(fourcc("trak"))) continue;
    Track track;
    track.chain.push_back(trak);
    bool has_handler = false;
    for (const FourCc next : {fourcc("mdia"), fourcc("minf"), fourcc("stbl"), FourCc{0}}) {
      const Box holder = track.chain.back();
      const auto children = TRY(children_of(source, holder.body, limits));
      const std::size_t depth = track.chain.size();
      for (const Box& child : children) {
        if (child.is(fourcc("tkhd"))) track.header = child;
        if (child.is(fourcc("mdhd"))) track.media_header = child;
        if (child.is(fourcc("edts"))) {
          BoxBudget budget(limits);
          track.edits = TRY(wire::find_box(source, child.body, fourcc("elst"), budget));
        }
        if (child.is(fourcc("hdlr")) && holder.is(fourcc("mdia")) && child.body.size >= 12) {
          track.handler = static_cast<FourCc>(TRY(read_be(source, child.body.offset + 8, 4)));
          has_handler = true;
        }
        if (next != 0 && child.is(next) && track.chain.size() == depth) {
          track.chain.push_back(child);
        }
      }
      if (next == 0) track.tables = children;
      if (next != 0 && track.chain.size() == depth) break;
    }
    if (track.chain.size() == 4 && has_handler && track.header.whole.size > 0 &&
        track.media_header.whole.size > 0) {
      tracks.push_back(std::move(track));
    }
  }
  return tracks;
}

Result<Entry> read_entry(Source& source, const Track& track, const Limits& limits) {
  const Box* stsd = track.table(fourcc("stsd"));
  if (stsd == nullptr || stsd->body.size < 16) return refused("the film has no sample entry");
  if (TRY(read_be(source, stsd->body.offset + 4, 4)) != 1) {
    return refused("the film is described by several sample entries");
  }
  Entry entry;
  entry.box = TRY(wire::read_box(source, {stsd->body.offset + 8, stsd->body.size - 8}));
  constexpr std::uint64_t kFields = 78;  // of a visual sample entry, 12.1.3.2
  if (entry.box.body.size < kFields) return refused("the film's sample entry is too short");
  entry.children = TRY(children_of(
      source, {entry.box.body.offset + kFields, entry.box.body.size - kFields}, limits));
  for (const Box& child : entry.children) {
    if (child.is(fourcc("avcC"))) entry.config = child;
  }
  return entry;
}

Result<Track> film_track(Source& source, const FileMap& map, const Limits& limits,
                         std::uint64_t& films) {
  if (!map.moov) return fail(ErrorCode::NotFound, "there is no movie box in the file", "moov");
  if (map.has(fourcc("moof"))) {
    return refused("the film is in fragments, whose pictures cannot be replaced one by one");
  }
  TRY(check_movie(source, map, limits));
  films = 0;
  std::optional<Track> first;
  for (Track& track : TRY(read_tracks(source, map.boxes[*map.moov], limits))) {
    if (track.handler != fourcc("vide")) continue;
    const bool enabled = (TRY(wire::read_full_box(source, track.header)).flags & 1) != 0;
    ++films;
    if (!first || (enabled && (TRY(wire::read_full_box(source, first->header)).flags & 1) == 0)) {
      first = std::move(track);
    }
  }
  if (!first) return fail(ErrorCode::NotFound, "there is no picture in the film", "moov");
  return *std::move(first);
}

Result<Film> read_film(Source& source, const Limits& limits) {
  const FileMap map = TRY(map_file(source, limits));
  if (map.damage) return Failure(*map.damage);
  Film film;
  const Track track = TRY(film_track(source, map, limits, film.films));
  const Entry entry = TRY(read_entry(source, track, limits));
  film.entry = entry.box.type;
  if (entry.box.is(fourcc("avc1")) && entry.config.body.size > 0) {
    film.codec = "h264";
    film.config = TRY(read(source, entry.config.body));
  }
  film.width = static_cast<std::uint32_t>(TRY(read_be(source, entry.box.body.offset + 24, 2)));
  film.height = static_cast<std::uint32_t>(TRY(read_be(source, entry.box.body.offset + 26, 2)));
  read_pixel_shape(source, entry, film);
  film.turn = turn_of(source, track.header);
  const wire::FullBox header = TRY(wire::read_full_box(source, track.media_header));
  film.ticks = static_cast<std::uint32_t>(
      TRY(read_be(source, header.body.offset + (header.version == 1 ? 16 : 8), 4)));
  if (film.ticks == 0) {
    return fail(ErrorCode::Malformed, "the film has no clock", "mdhd",
                track.media_header.whole.offset);
  }
  film.samples = TRY(read_samples(source, track, limits));
  if (film.samples.empty()) return fail(ErrorCode::NotFound, "there is no picture in the film");
  film.shown = TRY(read_edits(source, map.boxes[*map.moov], track, film, limits));
  return film;
}

Result<std::vector<std::vector<FilmSample>>> all_samples(Source& source, const Limits& limits) {
  const FileMap map = TRY(map_file(source, limits));
  if (map.damage) return Failure(*map.damage);
  if (!map.moov) return fail(ErrorCode::NotFound, "there is no movie box in the file", "moov");
  std::vector<std::vector<FilmSample>> all;
  for (const Track& track : TRY(read_tracks(source, map.boxes[*map.moov], limits))) {
    all.push_back(TRY(read_samples(source, track, limits)));
  }
  return all;
}

}  // namespace colophon::mp4
