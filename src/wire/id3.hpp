// SPDX-License-Identifier: Apache-2.0
// ID3v2 tags: "ID3 tag version 2" (2.2), 2.3.0 and 2.4.0 (id3.org). Frames with their places in the
// file, their data with every coding undone, text in its four encodings, and new frames and tags.
#pragma once

#include "base/base.hpp"

namespace colophon::wire::id3 {

struct Frame {
  std::string id;  ///< "TXXX"; three letters in version 2.2
  std::uint16_t flags = 0;
  Range whole;  ///< header and body as stored
  Range body;   ///< as stored, with what the flags put in front
};

struct Tag {
  std::uint8_t version = 4;  ///< 2, 3 or 4
  std::uint8_t flags = 0;
  Range whole;     ///< header to footer or padding, as far as it is in the file
  Range extended;  ///< the extended header; empty: none
  std::vector<Frame> frames;
  Range tail;          ///< what follows the last frame: padding, unless `junk`
  bool junk = false;   ///< the tail starts with something that is neither padding nor a frame
  bool sizes = false;  ///< a 2.4 tag whose frame sizes are not synchsafe (old iTunes)
  /// The tag could not be read to its end; `frames` holds what stands before.
  std::optional<Error> damage;

  /// 2.2 and 2.3 scramble the whole tag, 2.4 each frame.
  [[nodiscard]] bool unsynchronised() const noexcept { return (flags & 0x80) != 0; }
  [[nodiscard]] bool has_footer() const noexcept { return version == 4 && (flags & 0x10) != 0; }
  [[nodiscard]] std::size_t frame_header() const noexcept { return version == 2 ? 6 : 10; }
};

constexpr std::uint64_t kHeader = 10;
/// The largest number that four synchsafe bytes hold.
constexpr std::uint64_t kMaxSize = 0x0FFFFFFF;

/// True when `head` (10 bytes or more) starts with the header of a tag of any version.
[[nodiscard]] bool starts(Bytes head) noexcept;
/// The size of the tag with header and footer that starts with `head`.
[[nodiscard]] std::uint64_t whole_size(Bytes head) noexcept;
/// The tag at the start of `within`, which it may not leave. Error only where there is no tag or
/// the source cannot be read; see Tag::damage.
[[nodiscard]] Result<Tag> read(Source& source, Range within, const Limits& limits);

/// True when a frame's data is stored as it is, in the last bytes of its body.
[[nodiscard]] bool is_plain(const Tag& tag, const Frame& frame) noexcept;
/// How many bytes the flags put in front of a frame's data.
[[nodiscard]] std::uint64_t prefix_size(const Tag& tag, const Frame& frame) noexcept;
/// A frame's data: synchronised and inflated. Errors: `unsupported` (encrypted), `malformed`,
/// `limit-exceeded` when it is larger than `max_size`.
[[nodiscard]] Result<ByteBuffer> data_of(Source& source, const Tag& tag, const Frame& frame,
                                         std::uint64_t max_size);

/// The readable frames: T***, TXXX, W***, WXXX, COMM, USLT and their 2.2 names.
struct Field {
  std::string description;  ///< empty where the frame has none
  std::string value;        ///< UTF-8; several strings are separated by a line feed
  Range stored;             ///< the value's bytes in the data
};
[[nodiscard]] bool is_field(std::string_view id) noexcept;
/// Nothing when the data breaks the grammar of its frame.
[[nodiscard]] std::optional<Field> parse_field(std::string_view id, Bytes data);

/// GEOB: a file of any kind; PRIV and UFID: bytes under an owner's name (then the media type is
/// empty). `data` may be cut short as long as it holds the names.
struct Object {
  std::string media_type, file_name, description;
  std::uint64_t data_at = 0;
};
[[nodiscard]] bool is_object(std::string_view id) noexcept;
[[nodiscard]] std::optional<Object> parse_object(std::string_view id, Bytes data);

/// TXXX data: ISO 8859-1 when that suffices, else UTF-8 (2.4) or UTF-16 (2.2, 2.3). Both texts are
/// valid UTF-8.
[[nodiscard]] ByteBuffer user_text(std::uint8_t version, std::string_view description,
                                   std::string_view value);
/// The name of the user text frame: "TXX" in 2.2, else "TXXX".
[[nodiscard]] std::string_view user_text_id(std::uint8_t version) noexcept;
/// The name of the object frame: "GEO" in 2.2, else "GEOB".
[[nodiscard]] std::string_view object_id(std::uint8_t version) noexcept;
/// GEOB data; the names are ASCII.
[[nodiscard]] ByteBuffer make_object(std::uint8_t version, const Object& names, Bytes content);
/// A frame as it is stored in `tag`: sizes, flags and unsynchronisation follow the tag.
[[nodiscard]] Result<ByteBuffer> make_frame(const Tag& tag, std::string_view id, Bytes data);
/// A version 2.4 tag. The caller keeps it below kMaxSize.
[[nodiscard]] ByteBuffer make_tag(Bytes frames, std::uint64_t padding);
/// Four synchsafe bytes.
[[nodiscard]] ByteBuffer synchsafe(std::uint64_t value);

/// FF 00 becomes FF, and back: a 0 goes behind every FF that is last or precedes 0 or E0 to FF.
[[nodiscard]] ByteBuffer synchronise(Bytes bytes);
[[nodiscard]] ByteBuffer unsynchronise(Bytes bytes);

}  // namespace colophon::wire::id3
