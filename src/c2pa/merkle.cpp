// SPDX-License-Identifier: Apache-2.0
#include "c2pa/merkle.hpp"

namespace colophon::c2pa {
namespace {

using wire::CborItem;

ByteBuffer parent(DigestAlgorithm algorithm, const ByteBuffer& left, const ByteBuffer& right) {
  Digest digest(algorithm);
  digest.update(left);
  digest.update(right);
  return digest.finish();
}

Status read_block_sizes(const CborItem& map, MerkleMap& out) {
  if (const CborItem* size = map.find("fixedBlockSize")) {
    out.fixed_block_size = number_of(size);
    if (!out.fixed_block_size || *out.fixed_block_size == 0) {
      return malformed("the block size of a Merkle tree is no positive number");
    }
  }
  const CborItem* sizes = map.find("variableBlockSizes");
  if (sizes == nullptr) return {};
  if (out.fixed_block_size) return malformed("a Merkle tree has blocks of two kinds");
  if (!is_array(sizes)) return malformed("the block sizes of a Merkle tree are no list");
  out.variable_block_sizes.emplace();
  for (const CborItem& each : elements(sizes)) {
    const auto size = number_of(&each);
    if (!size) return malformed("a block size of a Merkle tree is no number");
    out.variable_block_sizes->push_back(*size);
  }
  return {};
}

}  // namespace

Result<MerkleMap> read_merkle_map(const CborItem& map, std::string_view default_algorithm) {
  MerkleMap out;
  const auto unique_id = number_of(map.find("uniqueId"));
  const auto local_id = number_of(map.find("localId"));
  const auto count = number_of(map.find("count"));
  if (!unique_id || !local_id || !count) return malformed("a Merkle tree lacks its numbers");
  out.unique_id = *unique_id;
  out.local_id = *local_id;
  out.count = *count;
  out.algorithm = TRY(algorithm_of(map, default_algorithm));
  if (const CborItem* hash = map.find("initHash")) {
    out.init_hash = bytes_of(hash);
    if (!out.init_hash) return malformed("the initHash of a Merkle tree is no byte string");
  }
  for (const CborItem& each : elements(map.find("hashes"))) {
    auto hash = bytes_of(&each);
    if (!hash || hash->size() != digest_size(out.algorithm)) {
      return malformed("a hash of a Merkle tree has another size than its algorithm gives");
    }
    out.hashes.push_back(*std::move(hash));
  }
  if (out.hashes.empty()) return malformed("a Merkle tree holds no hashes");
  if (!merkle_level(out.count, out.hashes.size())) {
    return malformed("the number of hashes is no row of a Merkle tree with that many leaves");
  }
  TRY(read_block_sizes(map, out));
  return out;
}

std::optional<unsigned> merkle_level(std::uint64_t leaves, std::uint64_t row_size) noexcept {
  unsigned level = 0;
  for (; leaves > row_size; ++level) leaves = leaves / 2 + leaves % 2;
  if (leaves != row_size || leaves == 0) return std::nullopt;
  return level;
}

bool proves(const MerkleMap& map, ByteBuffer leaf, std::uint64_t location,
            std::span<const ByteBuffer> proof) {
  if (location >= map.count) return false;
  std::uint64_t size = map.count;
  for (; size > map.hashes.size(); size = size / 2 + size % 2, location /= 2) {
    const bool right = location % 2 == 1;
    if (!right && location + 1 == size) continue;  // no sibling
    if (proof.empty()) return false;
    leaf = right ? parent(map.algorithm, proof.front(), leaf)
                 : parent(map.algorithm, leaf, proof.front());
    proof = proof.subspan(1);
  }
  return equal(leaf, map.hashes[location]);
}

bool MerkleRow::add(ByteBuffer node) {
  for (ByteBuffer& left : pending_) {
    if (left.empty()) {
      left = std::move(node);
      return true;
    }
    node = parent(algorithm_, left, node);
    left.clear();
  }
  return emit_(node);
}

bool MerkleRow::finish() {
  ByteBuffer node;
  for (ByteBuffer& left : pending_) {
    if (left.empty()) continue;
    node = node.empty() ? std::move(left) : parent(algorithm_, left, node);
    left.clear();
  }
  return node.empty() || emit_(node);
}

}  // namespace colophon::c2pa
