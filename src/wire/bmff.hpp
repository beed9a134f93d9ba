// SPDX-License-Identifier: Apache-2.0
// Boxes of the ISO base media file format (ISO/IEC 14496-12 clause 4.2) and atoms of QuickTime:
// headers with 32-bit, 64-bit and open sizes, `uuid` types, FullBox, a bounded walker, builders.
#pragma once

#include "base/limits.hpp"
#include "base/source.hpp"

#include <array>

namespace colophon::wire {

/// A four-character code as the number its four bytes make.
using FourCc = std::uint32_t;
[[nodiscard]] constexpr FourCc fourcc(const char (&code)[5]) noexcept {
  FourCc value = 0;
  for (int i = 0; i < 4; ++i) value = (value << 8) | static_cast<std::uint8_t>(code[i]);
  return value;
}
/// For people: Latin-1 seen as UTF-8 ("©cmt"), control characters as dots.
[[nodiscard]] std::string to_string(FourCc type);

using Uuid = std::array<std::uint8_t, 16>;

struct Box {
  FourCc type = 0;
  Uuid uuid{};          ///< the extended type; zeros unless `type` is "uuid"
  Range whole;          ///< header and body
  Range body;           ///< what follows the header (and the extended type)
  bool large = false;   ///< the 64-bit size field is used
  bool to_end = false;  ///< size 0: the box runs to the end of what holds it

  [[nodiscard]] bool is(FourCc wanted) const noexcept { return type == wanted; }
  [[nodiscard]] bool is(const Uuid& wanted) const noexcept {
    return type == fourcc("uuid") && uuid == wanted;
  }
  [[nodiscard]] std::uint64_t header_size() const noexcept { return body.offset - whole.offset; }
};

/// The box at `within.offset`, which must end inside `within`, and `within` inside the source.
/// Errors: `truncated` (passes the end of the file), `malformed` (shorter than its own header, or
/// longer than what holds it).
[[nodiscard]] Result<Box> read_box(Source& source, Range within);

/// Version and flags of a FullBox, and where its own fields begin.
struct FullBox {
  std::uint8_t version = 0;
  std::uint32_t flags = 0;
  Range body;
};
[[nodiscard]] Result<FullBox> read_full_box(Source& source, const Box& box);

/// How many boxes may still be visited in one file: shared by all walkers of that file.
struct BoxBudget {
  explicit BoxBudget(const Limits& limits) noexcept : left(limits.max_structures) {}
  std::uint32_t left;
};

/// Visits the boxes that lie one after another in `within`. Eight zero bytes where a header
/// should be are the end (the terminator of QuickTime's `udta`, padding behind the last box), and
/// so are fewer than 8 bytes: `rest` says what is left behind the last box.
class BoxWalker {
 public:
  BoxWalker(Source& source, Range within, BoxBudget& budget) noexcept
      : source_(source), rest_(within), budget_(budget) {}

  /// The next box; nothing at the end. Errors of `read_box`; `limit-exceeded`.
  [[nodiscard]] Result<std::optional<Box>> next();
  [[nodiscard]] Range rest() const noexcept { return rest_; }

 private:
  Source& source_;
  Range rest_;
  BoxBudget& budget_;
};

/// The first box of that type in `within`; nothing when there is none.
[[nodiscard]] Result<std::optional<Box>> find_box(Source& source, Range within, FourCc type,
                                                  BoxBudget& budget);

/// Appends the header of a box whose body has `body_size` bytes; 64-bit only when it must be.
void append_box_header(ByteBuffer& out, FourCc type, std::uint64_t body_size);
void append_box(ByteBuffer& out, FourCc type, Bytes body);
void append_uuid_box(ByteBuffer& out, const Uuid& uuid, Bytes body);
void append_full_box(ByteBuffer& out, FourCc type, std::uint8_t version, std::uint32_t flags,
                     Bytes body);

}  // namespace colophon::wire
