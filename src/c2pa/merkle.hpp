// SPDX-License-Identifier: Apache-2.0
// Merkle trees of C2PA 18.6.4: parent = H(left || right), a last node without a sibling moves up
// unchanged, one row of the tree is stored.
#pragma once

#include "c2pa/binding_check.hpp"

#include <functional>

namespace colophon::c2pa {

/// The element of `merkle` in a `c2pa.hash.bmff` assertion.
struct MerkleMap {
  std::uint64_t unique_id = 0, local_id = 0;
  std::uint64_t count = 0;  ///< of leaves
  DigestAlgorithm algorithm = DigestAlgorithm::Sha256;
  std::optional<ByteBuffer> init_hash;
  std::vector<ByteBuffer> hashes;  ///< the stored row
  std::optional<std::uint64_t> fixed_block_size;
  std::optional<std::vector<std::uint64_t>> variable_block_sizes;
};
/// Error `malformed`.
[[nodiscard]] Result<MerkleMap> read_merkle_map(const wire::CborItem& map,
                                                std::string_view default_algorithm);

/// How far above the leaves the row of `row_size` nodes is; nothing when the tree has no such row.
[[nodiscard]] std::optional<unsigned> merkle_level(std::uint64_t leaves,
                                                   std::uint64_t row_size) noexcept;
/// Does the leaf at `location` lead to its node of the stored row over its `proof` (leaf-most
/// sibling first; siblings that do not exist are skipped)?
[[nodiscard]] bool proves(const MerkleMap& map, ByteBuffer leaf, std::uint64_t location,
                          std::span<const ByteBuffer> proof);

/// Makes the row `level` out of all leaves in order; memory grows with the tree's height only.
class MerkleRow {
 public:
  using Emit = std::function<bool(const ByteBuffer& node)>;
  MerkleRow(DigestAlgorithm algorithm, unsigned level, Emit emit)
      : algorithm_(algorithm), pending_(level), emit_(std::move(emit)) {}
  /// False: a node was not what it should be.
  [[nodiscard]] bool add(ByteBuffer leaf);
  [[nodiscard]] bool finish();

 private:
  DigestAlgorithm algorithm_;
  std::vector<ByteBuffer> pending_;  ///< left siblings that wait, by level; empty: none
  Emit emit_;
};

}  // namespace colophon::c2pa
