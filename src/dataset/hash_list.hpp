// SPDX-License-Identifier: Apache-2.0
// The list of hashes beside a manifest, from which changed records are named. Binary: the line
// "colophon hashes 1", then for each shard, in the manifest's order, for each record its leaf hash
// (32 bytes), the size of its id (1 byte) and its id.
#pragma once

#include "dataset/merkle.hpp"
#include "io/byte_stream.hpp"
#include "io/io.hpp"

namespace colophon {

struct HashEntry {
  Hash hash{};
  std::uint64_t number = 0;  ///< of the record in its shard, from 1
  std::string id;
};

/// Writes the list; knows the digest of the shard that is being written.
class HashListWriter {
 public:
  explicit HashListWriter(Sink& sink) : sink_(sink), shard_(DigestAlgorithm::Sha256) {}
  [[nodiscard]] Status begin();
  [[nodiscard]] Status add(const Hash& hash, std::string_view id);
  /// A part of an older list as it stands.
  [[nodiscard]] Status copy(const HashEntry& entry) { return add(entry.hash, entry.id); }
  /// The digest of what was added since the last call.
  [[nodiscard]] Result<ByteBuffer> end_shard();

 private:
  [[nodiscard]] Status flush();
  Sink& sink_;
  Digest shard_;
  ByteBuffer pending_;
};

class HashListReader {
 public:
  [[nodiscard]] static Result<HashListReader> open(const std::string& path);
  /// The next `records` entries belong to one shard.
  void begin_shard(std::uint64_t records);
  /// Nothing when the shard has no more. Errors: `truncated`.
  [[nodiscard]] Result<std::optional<HashEntry>> next();
  /// The digest of the shard's entries, once all have been read.
  [[nodiscard]] ByteBuffer end_shard() { return shard_.finish(); }

 private:
  explicit HashListReader(std::unique_ptr<ByteStream> stream)
      : stream_(std::move(stream)), shard_(DigestAlgorithm::Sha256) {}
  [[nodiscard]] Status take(std::span<std::uint8_t> out);
  std::unique_ptr<ByteStream> stream_;
  Digest shard_;
  Bytes block_;
  std::uint64_t left_ = 0, number_ = 0;
};

}  // namespace colophon
