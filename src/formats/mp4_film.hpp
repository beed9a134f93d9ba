// SPDX-License-Identifier: Apache-2.0
// The sample tables of a track (ISO/IEC 14496-12 8.5 to 8.7), read and written.
#pragma once

#include "formats/film.hpp"
#include "formats/mp4_edit.hpp"

namespace colophon::mp4 {

/// The boxes of one track that a film's reader and writer need.
struct Track {
  std::vector<Box> chain;   ///< trak, mdia, minf, stbl
  std::vector<Box> tables;  ///< the children of stbl
  Box header, media_header;
  std::optional<Box> edits;
  FourCc handler = 0;
  [[nodiscard]] const Box* table(FourCc type) const noexcept;
};
/// A table's rows: version and flags, `head` bytes more, a count, rows of `row` bytes.
struct Rows {
  std::uint8_t version = 0;
  std::uint64_t count = 0;
  ByteBuffer bytes;
};
[[nodiscard]] Result<Rows> read_rows(Source& source, const Box& box, std::uint64_t row,
                                     const char* what);
/// The tracks of the movie box. Those that lack what every track has are left out.
[[nodiscard]] Result<std::vector<Track>> read_tracks(Source& source, const Box& moov,
                                                     const Limits& limits);
[[nodiscard]] Result<std::vector<FilmSample>> read_samples(Source& source, const Track& track,
                                                           const Limits& limits);
/// The sample entry of a track with one, and the box with its decoder's configuration.
struct Entry {
  Box box, config;
  std::vector<Box> children;
};
[[nodiscard]] Result<Entry> read_entry(Source& source, const Track& track, const Limits& limits);
/// The track that `read_film` reads.
[[nodiscard]] Result<Track> film_track(Source& source, const FileMap& map, const Limits& limits,
                                       std::uint64_t& films);

[[nodiscard]] Result<Film> read_film(Source& source, const Limits& limits);
[[nodiscard]] Result<std::vector<std::vector<FilmSample>>> all_samples(Source& source,
                                                                       const Limits& limits);
[[nodiscard]] Result<Splice> replace_samples(Source& source, const std::vector<NewSamples>& changes,
                                             Bytes config, const Limits& limits);
/// The tables that change with samples, as replacements of whole boxes.
[[nodiscard]] Result<std::vector<std::pair<Box, ByteBuffer>>> changed_tables(
    Source& source, const Track& track, const std::vector<FilmSample>& samples,
    const std::vector<NewSamples>& changes);

}  // namespace colophon::mp4
