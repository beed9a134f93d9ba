// SPDX-License-Identifier: Apache-2.0
// Inputs of the targets for hash assertions: the assertion and the file that it speaks of, in one.
#pragma once

#include "targets.hpp"

namespace colophon::fuzz {

/// Every piece but the last behind its length in two bytes.
[[nodiscard]] ByteBuffer joined(const std::vector<ByteBuffer>& pieces);
/// At most `most` pieces; what is cut short is the last one, unless it is empty.
[[nodiscard]] std::vector<Bytes> pieces_of(Bytes input, std::size_t most);

// Assertions that match, each with its file.
[[nodiscard]] Seeds data_hash_seeds();
[[nodiscard]] Seeds text_hash_seeds();
[[nodiscard]] Seeds boxes_hash_seeds();
[[nodiscard]] Seeds bmff_flat_seeds();
[[nodiscard]] Seeds bmff_merkle_seeds();
[[nodiscard]] Seeds bmff_fragmented_seeds();
[[nodiscard]] Seeds collection_hash_seeds();
[[nodiscard]] Seeds multi_asset_seeds();

}  // namespace colophon::fuzz
