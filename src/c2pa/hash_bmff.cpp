// SPDX-License-Identifier: Apache-2.0
// c2pa.hash.bmff (C2PA 9.2.2, 15.12.2, 18.6): the boxes of a file, as a whole or in a Merkle tree.
#include "c2pa/bmff_hash.hpp"
#include "c2pa/explain.hpp"
#include "c2pa/merkle.hpp"
#include "formats/mp4.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

namespace colophon::c2pa {
namespace {

using wire::CborItem;
using wire::fourcc;

constexpr std::uint64_t kMdatHead = 16;       // covered by the hash of the file, in either form
constexpr std::uint64_t kSmallestBlock = 64;  // less would cost more than the file is worth
constexpr std::uint64_t kMaxProofBox = 64 * 1024;
constexpr std::uint64_t kMostKeptLeaves = 1 << 18;  // 8 MiB

/// What a `uuid` box of the purpose "merkle" says about one fragment.
struct ProofBox {
  std::uint64_t unique_id = 0, local_id = 0, location = 0;
  std::vector<ByteBuffer> proof;
};

Result<std::optional<ProofBox>> read_proof(Source& source, const wire::Box& box,
                                           const Limits& limits) {
  constexpr std::string_view kPurpose{"merkle\0", 7};
  if (!box.is(mp4::kC2paUuid) || box.body.size < 4 + kPurpose.size()) return std::nullopt;
  const Range range{box.body.offset + 4, box.body.size - 4};
  if (!has_prefix(TRY(source.view({range.offset, kPurpose.size()})), kPurpose)) return std::nullopt;
  if (range.size > kMaxProofBox) return mismatch("a box with a Merkle proof is far too long");
  const ByteBuffer bytes = TRY(read(source, range));
  const auto item = wire::read_cbor(slice(bytes, kPurpose.size()), limits);
  if (!item) return mismatch("a Merkle proof cannot be read");
  const auto unique_id = number_of(item->find("uniqueId"));
  const auto local_id = number_of(item->find("localId"));
  const auto location = number_of(item->find("location"));
  if (!unique_id || !local_id || !location) return mismatch("a Merkle proof lacks its numbers");
  ProofBox proof{*unique_id, *local_id, *location, {}};
  for (const CborItem& each : elements(item->find("hashes"))) {
    auto hash = bytes_of(&each);
    if (!hash) return mismatch("a Merkle proof holds something else than hashes");
    proof.proof.push_back(*std::move(hash));
  }
  return proof;
}

Result<std::vector<ProofBox>> read_proofs(Source& source, const BmffMap& map,
                                          const Limits& limits) {
  std::vector<ProofBox> proofs;
  for (const RootBox& root : map.boxes) {
    if (auto proof = TRY(of_asset(read_proof(source, root.box, limits)))) {
      proofs.push_back(*std::move(proof));
    }
  }
  return proofs;
}

/// One assertion beside one asset.
class BmffCheck {
 public:
  BmffCheck(const HashCheck& check, unsigned version)
      : check_(check), content_(check.binding.content), offsets_(version != 1) {}

  Status run() {
    TRY(read_assertion());
    Source& source = check_.asset.source;
    const BmffMap map = TRY(map_bmff(source, exclusions_, check_.limits));
    const bool fragmented = map.has(fourcc("moof")) || !check_.asset.fragments.empty();
    TRY(check_form(map, fragmented));
    TRY(check_places(source, map));
    if (hash_) {
      const ByteBuffer computed =
          TRY(hash_boxes(source, map, 0, map.boxes.size(), algorithm_, offsets_));
      if (!equal(computed, *hash_)) return mismatch("the content is not what was signed");
    }
    if (trees_.empty()) return {};
    TRY(check_init(source, map));
    if (!check_.asset.fragments.empty()) return check_segments();
    if (!fragmented && trees_.front().init_hash) return mismatch(std::string(kNoFragments));
    return fragmented ? check_fragments(source, map) : check_blocks(source, map);
  }

  [[nodiscard]] bool additional() const noexcept { return additional_; }

 private:
  Status read_assertion() {
    const std::string_view name = algorithm_name(content_, check_.binding.default_algorithm);
    exclusions_ = TRY(read_bmff_exclusions(content_));
    if (const CborItem* hash = content_.find("hash")) {
      hash_ = bytes_of(hash);
      if (!hash_) return malformed("the hash is no byte string");
      algorithm_ = TRY(algorithm_of(content_, check_.binding.default_algorithm));
    }
    if (const CborItem* trees = content_.find("merkle")) {
      if (elements(trees).empty()) return malformed("the list of Merkle trees is empty");
      for (const CborItem& each : elements(trees)) {
        trees_.push_back(TRY(read_merkle_map(each, name)));
      }
    }
    if (!hash_ && trees_.empty()) return malformed("the assertion holds neither hash nor tree");
    return {};
  }

  /// Fragments need the hash of what initialises them; a whole file needs its own (C2PA 18.6.2).
  Status check_form(const BmffMap& map, bool fragmented) {
    const bool any_init = std::ranges::any_of(
        trees_, [](const MerkleMap& tree) { return tree.init_hash.has_value(); });
    const bool all_init = std::ranges::all_of(
        trees_, [](const MerkleMap& tree) { return tree.init_hash.has_value(); });
    if (fragmented || (any_init && !map.has(fourcc("mdat")))) {
      if (!trees_.empty() && !all_init) return malformed("a tree over fragments has no initHash");
      if (trees_.empty() && !check_.asset.fragments.empty()) {
        return mismatch("no Merkle tree covers the fragments");
      }
      return {};
    }
    if (any_init) return malformed("an initHash belongs to a file that is in one piece");
    if (!hash_) return malformed("nothing covers what stands outside the media data");
    return {};
  }

  /// Nothing that is shown may stand where no hash is.
  Status check_places(Source& source, const BmffMap& map) {
    additional_ = additional_ || map.additional;
    std::vector<Range> uncovered;
    const bool in_tree = !trees_.empty() && !map.has(fourcc("moof"));
    for (const RootBox& root : map.boxes) {
      const bool media = root.box.is(fourcc("mdat"));
      if (media && in_tree) continue;
      const bool all =
          root.excluded && (media || root.box.is(fourcc("moov")) || root.box.is(fourcc("moof")) ||
                            root.box.is(fourcc("meta")));
      if (all || (media && !root.left_out.empty())) {
        return mismatch("the exclusions leave the content itself unprotected");
      }
      if (root.excluded) uncovered.push_back(root.box.whole);
      uncovered.insert(uncovered.end(), root.left_out.begin(), root.left_out.end());
    }
    normalize(uncovered);
    return check_media_places(source, map, uncovered, check_.limits);
  }

  /// The boxes before the first fragment.
  Status check_init(Source& source, const BmffMap& map) {
    const auto first = std::ranges::find_if(
        map.boxes, [](const RootBox& root) { return root.box.is(fourcc("moof")); });
    const auto end = static_cast<std::size_t>(first - map.boxes.begin());
    std::map<DigestAlgorithm, ByteBuffer> computed;
    for (const MerkleMap& tree : trees_) {
      if (!tree.init_hash) continue;
      ByteBuffer& hash = computed[tree.algorithm];
      if (hash.empty()) hash = TRY(hash_boxes(source, map, 0, end, tree.algorithm, offsets_));
      if (!equal(hash, *tree.init_hash)) {
        return mismatch("the initialisation segment is not what was signed");
      }
    }
    return {};
  }

  Status check_leaf(Source& source, const BmffMap& map, std::size_t first, std::size_t last,
                    const ProofBox& proof) {
    const auto tree = find_tree(proof);
    if (tree == trees_.end()) return mismatch("a fragment belongs to no Merkle tree");
    if (!seen_.insert({proof.unique_id, proof.local_id, proof.location}).second) {
      return mismatch("two fragments claim the same place in a Merkle tree");
    }
    ByteBuffer leaf = TRY(hash_boxes(source, map, first, last, tree->algorithm, offsets_));
    if (!proves(*tree, std::move(leaf), proof.location, proof.proof)) {
      return mismatch("a fragment is not what was signed");
    }
    return {};
  }

  /// Where the fragments of a file begin.
  static std::vector<std::size_t> fragment_starts(const BmffMap& map) {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < map.boxes.size(); ++i) {
      if (map.boxes[i].box.is(fourcc("moof"))) starts.push_back(i);
    }
    return starts;
  }

  /// Fragments in the file of their initialisation: all of them must be there.
  Status check_fragments(Source& source, const BmffMap& map) {
    const std::vector<ProofBox> proofs = TRY(read_proofs(source, map, check_.limits));
    std::vector<std::size_t> starts = fragment_starts(map);
    std::uint64_t leaves = 0;
    for (const MerkleMap& tree : trees_) leaves += std::min<std::uint64_t>(tree.count, UINT32_MAX);
    if (proofs.size() != starts.size() || leaves != starts.size()) {
      return mismatch("the number of fragments is not that of the Merkle tree");
    }
    starts.push_back(map.boxes.size());
    for (std::size_t i = 0; i < proofs.size(); ++i) {
      TRY(check_leaf(source, map, starts[i], starts[i + 1], proofs[i]));
    }
    return {};
  }

  /// Fragments in files of their own: all are looked at, and those that fail are named.
  Status check_segments() {
    if (hash_) return mismatch("a hash of the whole file does not cover separate fragments");
    constexpr std::size_t kMostNamed = 8;
    const std::vector<Source*>& segments = check_.asset.fragments;
    std::string named;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const Status status = check_segment(*segments[i]);
      if (status) continue;
      const ErrorCode code = status.error().code;
      if (code == ErrorCode::Io || code == ErrorCode::LimitExceeded) return status;
      if (++failed > kMostNamed) continue;
      named += fmt::format("{}{} ({})", named.empty() ? "" : ", ", segment_name(i),
                           status.error().message);
    }
    if (failed == 0) {
      tell_missing();
      return {};
    }
    if (failed > kMostNamed) named += ", ...";
    return mismatch(fmt::format("{} of {} fragments fail: {}", failed, segments.size(), named));
  }

  /// Of the trees that any of the segments belongs to: other renditions are another matter.
  void tell_missing() const {
    std::uint64_t leaves = 0;
    for (const MerkleMap& tree : trees_) {
      const auto seen = seen_.lower_bound({tree.unique_id, tree.local_id, 0});
      const bool used =
          seen != seen_.end() && (*seen)[0] == tree.unique_id && (*seen)[1] == tree.local_id;
      if (used) leaves += std::min<std::uint64_t>(tree.count, UINT32_MAX);
    }
    if (seen_.size() >= leaves) return;
    check_.status.succeed({}, {}, fmt::format("{} / {}", seen_.size(), leaves));
  }

  [[nodiscard]] std::string segment_name(std::size_t index) const {
    const auto& names = check_.asset.fragment_names;
    return index < names.size() ? names[index] : fmt::format("fragment {}", index + 1);
  }

  Status check_segment(Source& segment) {
    const BmffMap map = TRY(map_bmff(segment, exclusions_, check_.limits));
    TRY(check_places(segment, map));
    const std::vector<ProofBox> proofs = TRY(read_proofs(segment, map, check_.limits));
    if (proofs.empty()) return mismatch("a fragment has no Merkle proof");
    const std::vector<std::size_t> starts = fragment_starts(map);
    if (proofs.size() > 1 && proofs.size() != starts.size()) {
      return mismatch("a segment has more Merkle proofs than fragments");
    }
    for (std::size_t i = 0; i < proofs.size(); ++i) {
      const std::size_t first = i == 0 ? 0 : starts[i];
      const std::size_t last = i + 1 < proofs.size() ? starts[i + 1] : map.boxes.size();
      TRY(check_leaf(segment, map, first, last, proofs[i]));
    }
    return {};
  }

  /// One tree for each `mdat`, in file order. All blocks are here, so the stored row is computed
  /// anew: proofs in the file are not needed, and not believed.
  Status check_blocks(Source& source, const BmffMap& map) {
    std::size_t next = 0;
    leaves_.resize(trees_.size());
    for (const RootBox& root : map.boxes) {
      if (!root.box.is(fourcc("mdat"))) continue;
      if (next == trees_.size()) return mismatch("a box of media data has no Merkle tree");
      const std::uint64_t head = std::min(kMdatHead, root.box.whole.size);
      TRY(check_tree(source, trees_[next],
                     {root.box.whole.offset + head, root.box.whole.size - head}, leaves_[next]));
      ++next;
    }
    if (next != trees_.size()) return mismatch("the media data of a Merkle tree is not here");
    return check_block_proofs(source, map);
  }

  /// Nobody needs the proofs here, but others go by them.
  Status check_block_proofs(Source& source, const BmffMap& map) {
    for (const RootBox& root : map.boxes) {
      const auto proof = TRY(read_proof(source, root.box, check_.limits));
      if (!proof) continue;
      const auto tree = find_tree(*proof);
      if (tree == trees_.end()) return mismatch("a proof belongs to no Merkle tree");
      const ByteBuffer& leaves = leaves_[static_cast<std::size_t>(tree - trees_.begin())];
      const std::size_t size = digest_size(tree->algorithm);
      if (leaves.empty()) continue;
      const bool good = proof->location < tree->count &&
                        proves(*tree, to_buffer(slice(leaves, proof->location * size, size)),
                               proof->location, proof->proof);
      if (!good) return mismatch("a Merkle proof does not lead to what was signed");
    }
    return {};
  }

  [[nodiscard]] std::vector<MerkleMap>::const_iterator find_tree(const ProofBox& proof) const {
    return std::find_if(trees_.begin(), trees_.end(), [&](const MerkleMap& each) {
      return each.unique_id == proof.unique_id && each.local_id == proof.local_id;
    });
  }

  /// The sizes of the blocks must make up the data, and their number the tree's.
  static Status check_sizes(const MerkleMap& tree, std::uint64_t size) {
    if (tree.variable_block_sizes) {
      std::uint64_t sum = 0;
      for (const std::uint64_t each : *tree.variable_block_sizes) {
        if (each > size - sum) return mismatch("the blocks of a Merkle tree pass the media data");
        sum += each;
      }
      if (sum != size) return mismatch("the blocks of a Merkle tree do not reach the end");
    }
    std::uint64_t leaves = tree.variable_block_sizes ? tree.variable_block_sizes->size() : 1;
    if (tree.fixed_block_size) {
      leaves = size / *tree.fixed_block_size + (size % *tree.fixed_block_size != 0 ? 1 : 0);
      if (*tree.fixed_block_size < kSmallestBlock && leaves > 1024) {
        return fail(ErrorCode::LimitExceeded, "the blocks of a Merkle tree are too small");
      }
    }
    if (leaves != tree.count) return mismatch("the number of blocks is not that of the tree");
    return {};
  }

  static Status check_tree(Source& source, const MerkleMap& tree, Range data, ByteBuffer& leaves) {
    TRY(check_sizes(tree, data.size));
    std::size_t node = 0;
    MerkleRow row(tree.algorithm, *merkle_level(tree.count, tree.hashes.size()),
                  [&](const ByteBuffer& computed) { return equal(computed, tree.hashes[node++]); });
    for (std::uint64_t i = 0; i < tree.count; ++i) {
      std::uint64_t size = data.size;
      if (tree.variable_block_sizes) size = (*tree.variable_block_sizes)[i];
      if (tree.fixed_block_size) size = std::min(size, *tree.fixed_block_size);
      Digest digest(tree.algorithm);
      TRY(of_asset(digest.update(source, {data.offset, size})));
      ByteBuffer leaf = digest.finish();
      if (tree.count <= kMostKeptLeaves) append(leaves, leaf);
      if (!row.add(std::move(leaf))) return mismatch("media data is not what was signed");
      data = {data.offset + size, data.size - size};
    }
    if (!row.finish()) return mismatch("media data is not what was signed");
    return {};
  }

  const HashCheck& check_;
  const CborItem& content_;
  bool offsets_;
  bool additional_ = false;
  std::vector<BmffExclusion> exclusions_;
  std::optional<ByteBuffer> hash_;
  DigestAlgorithm algorithm_ = DigestAlgorithm::Sha256;
  std::vector<MerkleMap> trees_;
  std::vector<ByteBuffer> leaves_;  ///< of each tree, where there are not too many
  std::set<std::array<std::uint64_t, 3>> seen_;
};

}  // namespace

Status check_bmff_hash(const HashCheck& check, unsigned version) {
  BmffCheck bmff(check, version);
  TRY(bmff.run());
  if (bmff.additional()) {
    check.status.inform("assertion.bmffHash.additionalExclusionsPresent",
                        std::string(check.binding.url), "more boxes are left out than usual");
  }
  return {};
}

Result<bool> only_initialises(Source& source, const Limits& limits) {
  const BmffMap map = TRY(map_bmff(source, {}, limits));
  if (map.has(fourcc("mdat")) || map.has(fourcc("moof"))) return false;
  wire::BoxBudget budget(limits);
  for (const RootBox& root : map.boxes) {
    if (!root.box.is(fourcc("moov"))) continue;
    if (TRY(wire::find_box(source, root.box.body, fourcc("mvex"), budget))) return true;
  }
  return false;
}

Result<ByteBuffer> bmff_hash(Source& source, DigestAlgorithm algorithm, const Limits& limits) {
  const BmffMap map = TRY(map_bmff(source, mandatory_bmff_exclusions(), limits));
  return hash_boxes(source, map, 0, map.boxes.size(), algorithm, true);
}

}  // namespace colophon::c2pa
