// SPDX-License-Identifier: Apache-2.0
// Hashes over ISO media files (C2PA 9.2.2, 18.6): which bytes of a file count, and in what order.
// Private to hash_bmff*.cpp, but for the part that the signer needs.
#pragma once

#include "c2pa/binding_check.hpp"
#include "wire/bmff.hpp"

namespace colophon::c2pa {

/// What a `c2pa.hash.bmff` assertion leaves out.
struct BmffExclusion {
  struct Step {
    wire::FourCc type = 0;
    std::uint64_t index = 0;  ///< counted from 1 among its siblings; 0: each of them
  };
  struct Data {
    std::uint64_t offset = 0;  ///< from the start of the box
    ByteBuffer value;
  };
  std::string xpath;
  std::vector<Step> path;  ///< empty: names no box
  std::optional<std::uint64_t> length, version, flags;
  bool exact = true;
  std::vector<Data> data;
  std::optional<std::vector<Range>> subset;  ///< from the start of the box; size 0: to its end
};

/// A box at the top of the file.
struct RootBox {
  wire::Box box;
  bool excluded = false;        ///< as a whole
  std::vector<Range> left_out;  ///< parts of it; normalized
};

struct BmffMap {
  std::vector<RootBox> boxes;
  Range rest;               ///< behind the last box; hashed, too
  bool additional = false;  ///< more is left out than the specification asks for

  [[nodiscard]] bool has(wire::FourCc type) const noexcept;
  /// All bytes that are left out; normalized.
  [[nodiscard]] std::vector<Range> left_out() const;
};

/// Error `malformed` (of the assertion).
[[nodiscard]] Result<std::vector<BmffExclusion>> read_bmff_exclusions(const wire::CborItem& map);
/// The exclusions that the specification asks for, as a signer writes them.
[[nodiscard]] std::vector<BmffExclusion> mandatory_bmff_exclusions();

[[nodiscard]] Result<BmffMap> map_bmff(Source& source, std::span<const BmffExclusion> exclusions,
                                       const Limits& limits);
/// The boxes `first` .. `last` - 1 (and what is behind the last box, if it is among them): each
/// that is not left out as a whole preceded by its offset, when `offsets` says so.
[[nodiscard]] Result<ByteBuffer> hash_boxes(Source& source, const BmffMap& map, std::size_t first,
                                            std::size_t last, DigestAlgorithm algorithm,
                                            bool offsets);

/// Samples and items that stand where nothing is hashed could be exchanged: error `mismatch`.
/// `left_out` is normalized.
[[nodiscard]] Status check_media_places(Source& source, const BmffMap& map,
                                        const std::vector<Range>& left_out, const Limits& limits);

}  // namespace colophon::c2pa
