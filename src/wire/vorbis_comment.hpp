// SPDX-License-Identifier: Apache-2.0
// The comment header of Vorbis I (section 5), as FLAC, Opus (RFC 7845 5.2), Theora and Speex use
// it: a vendor and a list of KEY=value in UTF-8. Keys ignore case.
#pragma once

#include "base/base.hpp"

namespace colophon::wire {

struct VorbisComment {
  std::string key;  ///< as stored; empty when the entry has no '='
  Range whole;      ///< length and text, in the header's bytes
  Range value;      ///< the text behind '='
};

struct VorbisComments {
  Range vendor;                ///< its text
  std::uint64_t count_at = 0;  ///< where the number of entries stands
  std::vector<VorbisComment> entries;
  std::uint64_t end = 0;        ///< one past the last entry; framing bit and padding follow
  std::optional<Error> damage;  ///< the header could not be read to its end

  /// The first entry with that key.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view key) const noexcept;
};

[[nodiscard]] VorbisComments parse_vorbis_comments(Bytes header, const Limits& limits);
/// The header up to its last entry with one entry replaced, or added at the end when `index` is
/// empty. What follows VorbisComments::end is the caller's.
[[nodiscard]] ByteBuffer set_vorbis_comment(Bytes header, const VorbisComments& comments,
                                            std::optional<std::size_t> index, std::string_view key,
                                            Bytes value);
/// A header without entries.
[[nodiscard]] ByteBuffer make_vorbis_comments(std::string_view vendor);

}  // namespace colophon::wire
