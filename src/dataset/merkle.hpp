// SPDX-License-Identifier: Apache-2.0
// The Merkle tree of RFC 9162 (Certificate Transparency), 2.1.1, over leaves that arrive one by
// one.
#pragma once

#include "crypto/digest.hpp"

#include <array>
#include <vector>

namespace colophon {

using Hash = std::array<std::uint8_t, 32>;  ///< SHA-256

/// SHA-256(0x00 || leaf)
[[nodiscard]] Hash leaf_hash(Bytes leaf);
/// The same for a leaf that comes in pieces.
[[nodiscard]] Digest begin_leaf();
[[nodiscard]] Hash finish_hash(Digest& digest);

/// Holds one hash for each level: 64 at most.
class MerkleTree {
 public:
  void add(const Hash& leaf);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Of no leaves: the hash of nothing.
  [[nodiscard]] Hash root() const;

 private:
  std::vector<Hash> complete_;  // perfect subtrees from large to small, one for each bit of size_
  std::uint64_t size_ = 0;
};

}  // namespace colophon
