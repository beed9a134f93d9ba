// SPDX-License-Identifier: Apache-2.0
// Where the objects of a PDF stand: cross-reference tables (ISO 32000-1, 7.5.4), cross-reference
// streams (7.5.8), hybrid files (7.5.8.4), the chain of revisions (7.5.6). Tables are not loaded:
// a look-up reads the one entry, so the cost does not follow the number of objects.
#pragma once

#include "wire/pdf_reader.hpp"

#include <array>
#include <map>

namespace colophon::wire::pdf {

struct Entry {
  enum class State : std::uint8_t { Free, Plain, Packed, Broken };
  State state = State::Free;
  std::uint64_t where = 0;  ///< Plain: offset in the file; Packed: number of the object stream
  std::uint64_t index = 0;  ///< Packed: place in the object stream
};

/// Entries of objects `first` up to `first + count`.
struct Run {
  std::uint64_t first = 0, count = 0;
  std::uint64_t at = 0;  ///< of the first entry: in the file, or in Section::entries
  std::uint64_t width = 0;
};

struct Section {
  bool is_stream = false;
  bool is_hybrid = false;             ///< the next section of the chain is this one's XRefStm
  Stored trailer;                     ///< the trailer dictionary, or the cross-reference stream's
  std::map<std::uint64_t, Run> runs;  ///< by `first`
  ByteBuffer entries;                 ///< of a stream, decoded
  std::array<std::uint64_t, 3> widths{};
};

/// What a section says about an object; nothing when it does not mention it.
[[nodiscard]] std::optional<Entry> look_up(Reader& reader, const Section& section,
                                           std::uint64_t number);

/// The sections from the newest to the oldest.
struct Chain {
  std::vector<Section> sections;
  bool broken = false;  ///< it ends in a cycle or at something that is no section

  [[nodiscard]] std::optional<Entry> find(Reader& reader, std::uint64_t number) const;
  /// One more than the highest object number that a section mentions.
  [[nodiscard]] std::uint64_t past_highest() const noexcept;
};
/// Error when no section stands at `offset` (counted from Reader::base).
[[nodiscard]] Result<Chain> read_chain(Reader& reader, std::uint64_t offset);

}  // namespace colophon::wire::pdf
