// SPDX-License-Identifier: Apache-2.0
// Random access to bytes that may be a file, memory, or a file with edits not yet written.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>

namespace colophon {

/// Not thread-safe. A view stays valid until the next call of `view` on the same Source.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  /// Exactly the bytes of `range`. Error `truncated` when the range passes the end.
  [[nodiscard]] virtual Result<Bytes> view(Range range) = 0;
  /// A descriptor from which `range` can be copied by the kernel, or -1. Offsets are the file's
  /// own.
  [[nodiscard]] virtual int descriptor() const noexcept { return -1; }
};

/// Bytes that somebody else owns.
class MemorySource final : public Source {
 public:
  explicit MemorySource(Bytes bytes) noexcept : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  [[nodiscard]] Result<Bytes> view(Range range) override;

 private:
  Bytes bytes_;
};

/// As many bytes of `range` as there are; an I/O error reads as "none". For sniffing.
[[nodiscard]] Bytes view_some(Source& source, Range range) noexcept;
/// A copy that outlives further views.
[[nodiscard]] Result<ByteBuffer> read(Source& source, Range range);
/// Integer loads at an absolute offset; error `truncated` past the end.
[[nodiscard]] Result<std::uint64_t> read_be(Source& source, std::uint64_t at, unsigned width);
[[nodiscard]] Result<std::uint64_t> read_le(Source& source, std::uint64_t at, unsigned width);
/// The first occurrence of `needle` (at most 64 bytes) that lies wholly in `range`.
[[nodiscard]] Result<std::optional<std::uint64_t>> find(Source& source, Range range,
                                                        std::string_view needle);
/// The error that `view` gives for a range past the end.
[[nodiscard]] Failure truncated(Range range, std::uint64_t size);

}  // namespace colophon
