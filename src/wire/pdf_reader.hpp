// SPDX-License-Identifier: Apache-2.0
// Reads PDF objects that stand in a file, through small windows and within a budget, so that a
// hostile file costs bounded time and memory.
#pragma once

#include "base/source.hpp"
#include "wire/pdf_object.hpp"

namespace colophon::wire::pdf {

/// An object as it stands in a file.
struct Stored {
  Reference id;  ///< of "N G obj"
  Object value;
  ByteBuffer text;                       ///< what value.span and its parts point into
  std::optional<std::uint64_t> text_at;  ///< where `text` stands; none inside an object stream
  Range where;                           ///< the object, or the object stream that holds it
  std::optional<std::uint64_t> data_at;  ///< where a stream's data begins
};

class Reader {
 public:
  Reader(Source& source, const Limits& limits) noexcept : source_(source), limits_(limits) {}

  /// The indirect object whose "N G obj" stands at `at`.
  [[nodiscard]] Result<Stored> indirect(std::uint64_t at);
  /// The bare value at `at` (a trailer's dictionary).
  [[nodiscard]] Result<Stored> bare(std::uint64_t at);
  /// Where a stream's data stands. `length` is believed only if "endstream" follows.
  [[nodiscard]] Result<Range> data_range(const Stored& stream, std::optional<std::uint64_t> length);
  /// A stream's data, decoded.
  [[nodiscard]] Result<ByteBuffer> decoded(const Object& dictionary, Range data);
  /// Takes `bytes` of the budget for reading and decoding; error `limit-exceeded` when it is gone.
  [[nodiscard]] Status spend(std::uint64_t bytes);

  [[nodiscard]] std::uint64_t spent() const noexcept { return spent_; }

  [[nodiscard]] Source& source() noexcept { return source_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

  /// Where "%PDF-" stands: offsets in the file are counted from here.
  std::uint64_t base = 0;

 private:
  [[nodiscard]] Result<Stored> read(std::uint64_t at, bool numbered);

  Source& source_;
  const Limits& limits_;
  std::uint64_t spent_ = 0;
};

}  // namespace colophon::wire::pdf
