// SPDX-License-Identifier: Apache-2.0
// Shared by ogg.cpp, ogg_edit.cpp and ogg_store.cpp.
#pragma once

#include "formats/format.hpp"
#include "wire/ogg.hpp"

namespace colophon::ogg {

/// How the packet of a C2PA store starts.
constexpr std::string_view kStoreMagic{"\0c2pa", 5};

/// What a logical stream holds, as far as its second packet is a comment header.
struct Codec {
  std::string_view magic;           ///< how its first packet starts
  std::string_view comment_prefix;  ///< in front of the comments; FLAC: any block header
  std::size_t prefix_size = 0;
  std::string_view place;    ///< start of a carrier's path; empty: holds no comments
  bool zero_padded = false;  ///< zeros behind the comments are padding (RFC 7845, 5.2)
  bool sound = false;
};

struct Stream {
  const Codec* codec = nullptr;  ///< null: unknown
  std::uint32_t serial = 0;
  std::uint64_t first_page = 0;  ///< its offset
  bool complete = false;         ///< nothing more is wanted of this stream
  std::vector<Range> pieces;     ///< the comment header or the C2PA packet in the source
  std::uint64_t size = 0;        ///< of the pieces together
  std::size_t packets = 0;       ///< how many have ended
};

struct File {
  std::vector<Stream> streams;
  std::vector<std::uint64_t> bad_pages;  ///< header pages whose checksum is wrong
  std::optional<Error> damage;
};

/// Reads pages until every stream's header is complete; a chained file to its end.
[[nodiscard]] Result<File> read_file(Source& source, const Limits& limits);
/// The plan, unless the file reads as damaged after it: rubbish behind the headers may look like
/// the end of a stream as long as another one is there, or nothing moves. Error `malformed`.
[[nodiscard]] Result<Splice> whole_after(Source& source, Splice plan, const Limits& limits);
/// The joined pieces of a stream.
[[nodiscard]] Result<ByteBuffer> packet_of(Source& source, const Stream& stream);
/// True when the packet is this codec's comment header.
[[nodiscard]] bool is_comment_packet(const Codec& codec, Bytes packet) noexcept;
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);

}  // namespace colophon::ogg
