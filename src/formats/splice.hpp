// SPDX-License-Identifier: Apache-2.0
// A write is a plan: keep these bytes of the source, put those. One executor carries it out.
#pragma once

#include "base/source.hpp"

#include <functional>
#include <variant>
#include <vector>

namespace colophon {

/// New bytes. `phase` orders the writes when a plan is carried out in place: all puts of phase 0
/// are written and synced, then phase 1, and so on, so that the file is readable after each.
struct Put {
  ByteBuffer bytes;
  std::uint8_t phase = 0;
};
using Piece = std::variant<Range, Put>;

struct Splice {
  std::vector<Piece> pieces;
  std::vector<Finding> notes;  ///< what whoever asked for the plan should know about it

  [[nodiscard]] std::uint64_t output_size() const noexcept;
  /// True when every kept range stays where it is and the file does not shrink, so that writing
  /// the puts alone gives the output.
  [[nodiscard]] bool fits_in_place(std::uint64_t source_size) const noexcept;
  /// True when the output is the source, byte for byte, by construction.
  [[nodiscard]] bool is_identity(std::uint64_t source_size) const noexcept;
};

/// "These source bytes become those." An empty range inserts; empty bytes delete.
struct Replacement {
  Range range;
  ByteBuffer bytes;
  std::uint8_t phase = 0;
};
/// The plan that applies `replacements` (any order; inserts at one offset keep their order).
/// Error `malformed` when two overlap or one passes the end of the source.
[[nodiscard]] Result<Splice> replace_ranges(std::uint64_t source_size,
                                            std::vector<Replacement> replacements);
/// The plan that changes nothing.
[[nodiscard]] Splice identity(std::uint64_t source_size);
/// Two plans as one: `second` is one for the output of `first`, and its phases come behind those
/// of `first`.
[[nodiscard]] Splice compose(const Splice& first, const Splice& second);

/// The output of a plan, seen without writing it. Both references must outlive this object.
class SplicedSource final : public Source {
 public:
  SplicedSource(Source& source, const Splice& splice);
  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] Result<Bytes> view(Range range) override;

 private:
  Source& source_;
  const Splice& splice_;
  std::vector<std::uint64_t> starts_;  ///< output offset of each piece
  std::uint64_t size_ = 0;
  ByteBuffer window_;
};

/// Where a plan's output goes.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  [[nodiscard]] virtual Status write(Bytes bytes) = 0;
  /// Overwrites bytes already written.
  [[nodiscard]] virtual Status patch(std::uint64_t at, Bytes bytes) = 0;
  /// Copies `range` of the source in the kernel. False: not possible here, use `write`.
  [[nodiscard]] virtual Result<bool> copy(Source&, Range) { return false; }
};

class MemorySink final : public Sink {
 public:
  [[nodiscard]] Status write(Bytes bytes) override;
  [[nodiscard]] Status patch(std::uint64_t at, Bytes bytes) override;
  [[nodiscard]] const ByteBuffer& bytes() const noexcept { return bytes_; }
  [[nodiscard]] ByteBuffer take() noexcept { return std::move(bytes_); }

 private:
  ByteBuffer bytes_;
};

/// Sees every output byte once, in order, when given (hashing, progress).
using Tap = std::function<void(Bytes)>;

/// Writes the plan's output to `sink` in one pass. With a tap the kernel copy is not used.
[[nodiscard]] Status execute(Source& source, const Splice& splice, Sink& sink,
                             const Tap& tap = nullptr);

}  // namespace colophon
