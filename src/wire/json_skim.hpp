// SPDX-License-Identifier: Apache-2.0
// The quick reader of JSON lines: a record of the usual shape is walked from one special byte to
// the next, with no tree, no list and no copy. It accepts nothing that wire/json_scan.hpp rejects;
// what it does not accept is to be read by that one.
#pragma once

#include "base/bytes.hpp"
#include "wire/json_scan.hpp"

#include <bit>

namespace colophon::wire {

/// Where quotes, backslashes and control characters stand: a bit for each byte of a block, the
/// lowest first.
class SpecialBytes {
 public:
  SpecialBytes(std::span<const std::uint64_t> words, std::size_t size)
      : words_(words), size_(size) {}
  /// The first at or behind `at`, or the size of the block.
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept {
    std::size_t word = at / 64;
    if (at >= size_) return size_;
    std::uint64_t bits = words_[word] & (~std::uint64_t{0} << (at % 64));
    while (bits == 0) {
      if (++word == words_.size()) return size_;
      bits = words_[word];
    }
    return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
  }

 private:
  std::span<const std::uint64_t> words_;
  std::size_t size_;
};

/// Members of the outermost object, as stored: a string with its quotes. Size 0: there is none.
struct SkimmedRecord {
  Range id;    ///< a string or a number
  Range text;  ///< a string
  bool id_is_number = false;
  bool id_escapes = false, text_escapes = false;
  bool unicode_escapes = false;       ///< some string of the record has \uXXXX
  bool text_unicode_escapes = false;  ///< that one has
};

struct SkimFields {
  std::string_view id, text;
};
/// Nothing when the line is damaged, no object, has a key with escapes, one of the fields twice, or
/// more than 64 levels. `line` is in the block.
[[nodiscard]] std::optional<SkimmedRecord> skim_record(std::string_view block, const Range& line,
                                                       const SpecialBytes& specials,
                                                       const SkimFields& fields);

}  // namespace colophon::wire
