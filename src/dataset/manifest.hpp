// SPDX-License-Identifier: Apache-2.0
// The manifest as JSON, and its signature. Signed are its canonical bytes: the object without
// "signature", as RFC 8785 writes it (it holds no fractions, so that is: members sorted, no
// spaces).
#pragma once

#include "dataset/dataset.hpp"

namespace colophon {

/// The Merkle tree hash over the shards: each one's entry in canonical bytes is a leaf, so a shard
/// can be added without reading the others.
[[nodiscard]] ByteBuffer root_of(const std::vector<Shard>& shards);
/// The whole text of the file, signed when there is a key.
[[nodiscard]] Result<std::string> write_manifest(const Manifest& manifest, Signer* signer);
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text);
/// The list of hashes that belongs to a manifest: NAME.hashes for NAME.json.
[[nodiscard]] std::string hashes_name(const std::string& manifest);

}  // namespace colophon
