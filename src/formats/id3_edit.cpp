// SPDX-License-Identifier: Apache-2.0
// Writing: the smallest change to an ID3v2 tag that sets the AIGC user text frame.
#include <algorithm>

#include "formats/id3_tags.hpp"

namespace colophon {
namespace {

namespace id3 = wire::id3;

constexpr std::uint64_t kRound = 1024;

/// 1 to 2 KiB, so that the whole tag ends at a round number.
std::uint64_t new_padding(std::uint64_t used) noexcept {
  return kRound + (kRound - used % kRound);
}

bool all_zero(Source& source, Range range) {
  const Bytes bytes = view_some(source, range);
  return bytes.size() == range.size &&
         std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

struct Plan {
  Source& source;
  const id3::Tag& tag;
  Range old;         // the frame to replace; empty at the tail: add one
  ByteBuffer frame;  // as stored

  /// Padding is there, needs no new size anywhere, and is really empty where the frame will end.
  [[nodiscard]] bool fits_tail(std::uint64_t need) const {
    return !tag.junk && !tag.has_footer() && need <= tag.tail.size &&
           all_zero(source, {tag.tail.offset, std::min(need + id3::kHeader, tag.tail.size)});
  }
  [[nodiscard]] bool touches_tail() const noexcept { return old.end() == tag.tail.offset; }

  /// The tag keeps its size and no other frame moves. The order of the writes keeps every frame
  /// boundary true after each: a longer frame claims its padding before it fills it, a shorter
  /// one is cleared before it lets go, a new one is there as soon as its name is.
  [[nodiscard]] std::vector<Replacement> overlay(bool ordered) const {
    const std::size_t head = tag.frame_header();
    ByteBuffer bytes = frame;
    if (bytes.size() < old.size) bytes.resize(static_cast<std::size_t>(old.size), 0);
    if (!ordered) return {{{old.offset, bytes.size()}, std::move(bytes)}};
    const bool header_first = old.size > 0 && frame.size() >= old.size;
    return {
        {{old.offset, head}, to_buffer(slice(bytes, 0, head)), std::uint8_t(header_first ? 0 : 1)},
        {{old.offset + head, bytes.size() - head},
         to_buffer(slice(bytes, head)),
         std::uint8_t(header_first ? 1 : 0)}};
  }

  /// Frames behind the old one move; padding takes up the difference while there is any.
  [[nodiscard]] Result<std::vector<Replacement>> shift() const {
    std::vector<Replacement> out{{old, frame}};
    if (tag.extended.size > 0) out.push_back({tag.extended, {}});
    const std::uint64_t gone = old.size + tag.extended.size;
    const std::uint64_t body = tag.whole.size - id3::kHeader * (tag.has_footer() ? 2 : 1);
    std::uint64_t new_body = body;
    if (tag.junk || tag.has_footer()) {
      new_body = body - gone + frame.size();
    } else if (frame.size() <= gone) {
      out.push_back({{tag.tail.offset, 0}, ByteBuffer(gone - frame.size(), 0)});
    } else if (fits_tail(frame.size() - gone)) {
      out.push_back({{tag.tail.offset, frame.size() - gone}, {}});
    } else {
      const std::uint64_t used = body - tag.tail.size - gone + frame.size();
      const std::uint64_t padding = new_padding(used + id3::kHeader);
      out.push_back({tag.tail, ByteBuffer(static_cast<std::size_t>(padding), 0)});
      new_body = used + padding;
    }
    if (new_body > id3::kMaxSize) {
      return fail(ErrorCode::LimitExceeded, "the ID3 tag would be larger than a tag can be", "id3",
                  tag.whole.offset);
    }
    set_header(new_body, out);
    return out;
  }

  /// Flags and size, in the header and in its copy at the end.
  void set_header(std::uint64_t body, std::vector<Replacement>& out) const {
    const std::uint8_t extended = tag.extended.size > 0 ? 0x40 : 0;
    ByteBuffer fields{static_cast<std::uint8_t>(tag.flags & ~extended)};
    append(fields, id3::synchsafe(body));
    out.push_back({{tag.whole.offset + 5, fields.size()}, fields});
    if (tag.has_footer()) out.push_back({{tag.whole.end() - 5, fields.size()}, fields});
  }
};

/// Behind the last frame, where padding can take it. In an unsynchronised 2.2 or 2.3 tag in front
/// of the first: FFmpeg counts stuffed bytes as part of a frame's size and loses what follows.
std::uint64_t place_for_new(const id3::Tag& tag) noexcept {
  const bool front = tag.version != 4 && tag.unsynchronised() && !tag.frames.empty();
  return front ? tag.frames.front().whole.offset : tag.tail.offset;
}

}  // namespace

Result<std::vector<Replacement>> set_id3_aigc(Source& source, const id3::Tag& tag,
                                              std::optional<std::size_t> frame, Bytes value) {
  const Range old = frame ? tag.frames[*frame].whole : Range{place_for_new(tag), 0};
  const Plan plan{source, tag, old,
                  TRY(id3::make_frame(tag, id3::user_text_id(tag.version),
                                      id3::user_text(tag.version, "AIGC", as_text(value))))};
  const std::uint64_t size = plan.frame.size();
  if (tag.extended.size == 0 && !tag.has_footer()) {
    const bool plain = !frame || (tag.frames[*frame].flags == 0 && !tag.unsynchronised());
    if (size == old.size) return plan.overlay(false);
    const std::uint64_t need = size > old.size ? size - old.size : 0;
    if (plan.touches_tail() && plan.fits_tail(need)) return plan.overlay(plain);
  }
  return plan.shift();
}

Result<ByteBuffer> make_id3_with_aigc(Bytes value) {
  const id3::Tag tag;
  const ByteBuffer frame =
      TRY(id3::make_frame(tag, "TXXX", id3::user_text(tag.version, "AIGC", as_text(value))));
  return id3::make_tag(frame, new_padding(frame.size() + id3::kHeader));
}

}  // namespace colophon
