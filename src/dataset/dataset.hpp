// SPDX-License-Identifier: Apache-2.0
// Data sets that say which of their records are machine-made (docs/datasets.md). A set is some
// shards of JSON lines (plain, gzip or Zstandard). Sealing writes a manifest with counts and a
// Merkle root over all records, signed when there is a key, and a list of the records' hashes, from
// which verifying names what was added, removed, changed or moved.
#pragma once

#include "dataset/statement.hpp"
#include "ops/keys.hpp"
#include "ops/ops.hpp"

#include <functional>
#include <map>

namespace colophon {

/// Records and their bytes, without line endings.
struct Amount {
  std::uint64_t records = 0, bytes = 0;
  friend bool operator==(const Amount&, const Amount&) = default;
};
struct Tally {
  Amount all, human, machine, mixed, unstated;
  std::uint64_t unreadable = 0;              ///< of the unstated: no JSON object, or too long
  std::map<std::string, Amount> models;      ///< of machine and mixed records, by source model
  std::map<std::string, Amount> teachers;    ///< the same by teacher
  std::map<std::string, Amount> watermarks;  ///< the same by watermark key id
  friend bool operator==(const Tally&, const Tally&) = default;
};
void add(Tally& all, const Tally& more);

struct Shard {
  std::string name;          ///< path from the manifest's folder, with "/"
  ByteBuffer root;           ///< Merkle tree hash of its records (RFC 9162, 2.1.1), SHA-256
  ByteBuffer hashes_digest;  ///< SHA-256 of its part of the list of hashes
  Tally tally;
  friend bool operator==(const Shard&, const Shard&) = default;
};

/// What one record differs in, between sealing and now.
struct Difference {
  enum class Kind : std::uint8_t { Changed, Added, Removed, Moved } kind = Kind::Changed;
  std::string shard, sealed_shard;              ///< now, and when sealed; empty: not there
  std::uint64_t record = 0, sealed_record = 0;  ///< counted from 1 in the shard; 0: not there
  std::string id;                               ///< the record's `id`, where it has one
};
[[nodiscard]] std::string_view to_string(Difference::Kind kind) noexcept;

/// A shard, or a line in it, that could not be read.
struct Trouble {
  std::string shard;
  std::uint64_t line = 0;
  Error error;
};

struct Progressed {
  std::uint64_t read = 0, total = 0;  ///< bytes as stored
};
using OnProgress = std::function<void(const Progressed&)>;

struct SealJob {
  std::vector<std::string> inputs;   ///< shards, or folders of them
  std::string manifest;              ///< where it goes; empty: see `usual_manifest`
  std::string field = "provenance";  ///< the member that holds a record's statement
  /// Written into records that have none; nothing: the data stays as it is.
  std::optional<Statement> statement;
  std::string out_dir;             ///< with `statement`: the shards that say it go here
  bool in_place = false;           ///< or replace the old ones
  bool append = false;             ///< add shards to the manifest that stands there
  bool force = false;              ///< replace a manifest
  std::string name;                ///< of the set
  std::shared_ptr<Signer> signer;  ///< null: the manifest is not signed and says so
  OnProgress progress;
};

/// A manifest as it stands in a file.
struct Manifest {
  std::string name, created, generator, field;
  std::vector<Shard> shards;
  ByteBuffer root;  ///< Merkle tree hash over the shards
  Tally tally;
  struct Signature {
    std::string algorithm;
    ByteBuffer public_key;  ///< SubjectPublicKeyInfo, DER
    ByteBuffer value;
  };
  std::optional<Signature> signature;
  ByteBuffer signed_bytes;  ///< what the signature is over
  /// Shares and source type, also those of shards, are what the counts beside them give.
  bool shares_follow = true;
};
struct SealReport {
  std::string file, hashes_file;
  Manifest manifest;
  std::vector<std::string> written;  ///< shards that were made
  std::uint64_t stated = 0;          ///< records that a statement was written into
  std::vector<Trouble> troubles;     ///< lines; nothing is written when a shard cannot be read
  std::uint64_t troubles_count = 0;
};
[[nodiscard]] Result<SealReport> seal_dataset(const SealJob& job, const Env& env);

struct CheckJob {
  std::vector<std::string> inputs;  ///< shards or folders; empty: those that the manifest names
  std::string manifest;             ///< empty: see `usual_manifest`
  std::shared_ptr<const TrustStore> trust;
  std::uint64_t most_named = 1000;  ///< differences beyond it are counted only
  OnProgress progress;
};
struct CheckReport {
  std::string file;
  Manifest manifest;
  Integrity signature = Integrity::Unsigned;  ///< Trusted, Valid, Invalid, Unrecognised, Unsigned
  std::string fingerprint;                    ///< of the signer's key
  std::string signer;                         ///< whose key it is, by the pin that trusts it
  bool manifest_intact = true;                ///< root, counts and shares follow from the shards
  bool hashes_intact = true;  ///< the list of hashes is there and is the one that was sealed
  std::vector<std::string> missing, added, changed_shards;
  std::vector<std::pair<std::string, std::string>> renamed;  ///< sealed as, and now
  std::uint64_t same = 0;                                    ///< records that are where they were
  std::vector<Difference> differences;
  std::map<std::string, std::uint64_t> counts;  ///< all differences by kind, also unnamed ones
  bool more = false;                            ///< too many to compare all; counts are at least
  std::vector<Trouble> troubles;
  [[nodiscard]] bool intact() const noexcept;
};
/// Errors: `not-found`, `malformed` and others of the manifest. Data that is not as it was sealed
/// is no error.
[[nodiscard]] Result<CheckReport> check_dataset(const CheckJob& job, const Env& env);

struct StatsReport {
  std::vector<std::pair<std::string, Tally>> shards;
  Tally tally;
  std::vector<Trouble> troubles;
};
/// Counts what records say, without sealing.
[[nodiscard]] Result<StatsReport> count_dataset(const std::vector<std::string>& inputs,
                                                const std::string& field,
                                                const OnProgress& progress);

/// SHARD.seal.json for one shard (without .gz or .zst), FOLDER/dataset.seal.json for one folder;
/// for more a name must be given: error `usage`.
[[nodiscard]] Result<std::string> usual_manifest(const std::vector<std::string>& inputs);
[[nodiscard]] Result<Manifest> read_manifest(const std::string& path);

}  // namespace colophon
