// SPDX-License-Identifier: Apache-2.0
#include "dataset/merkle.hpp"

#include <algorithm>

namespace colophon {
namespace {

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> bytes{1};
  std::ranges::copy(left, bytes.begin() + 1);
  std::ranges::copy(right, bytes.begin() + 33);
  Digest digest(DigestAlgorithm::Sha256);
  digest.update(bytes);
  return finish_hash(digest);
}

}  // namespace

Digest begin_leaf() {
  constexpr std::uint8_t kLeaf[] = {0};
  Digest digest(DigestAlgorithm::Sha256);
  digest.update(kLeaf);
  return digest;
}

Hash finish_hash(Digest& digest) {
  const ByteBuffer bytes = digest.finish();
  Hash hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

Hash leaf_hash(Bytes leaf) {
  Digest digest = begin_leaf();
  digest.update(leaf);
  return finish_hash(digest);
}

void MerkleTree::add(const Hash& leaf) {
  Hash hash = leaf;
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    hash = node_hash(complete_.back(), hash);
    complete_.pop_back();
  }
  complete_.push_back(hash);
  ++size_;
}

Hash MerkleTree::root() const {
  if (complete_.empty()) {
    Digest nothing(DigestAlgorithm::Sha256);
    return finish_hash(nothing);
  }
  Hash hash = complete_.back();
  for (auto left = complete_.rbegin() + 1; left != complete_.rend(); ++left) {
    hash = node_hash(*left, hash);
  }
  return hash;
}

}  // namespace colophon
