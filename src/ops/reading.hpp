// SPDX-License-Identifier: Apache-2.0
// The shared first half of every operation: source -> layout -> payloads -> evidence.
#pragma once

#include "ops/ops.hpp"

namespace colophon {

/// One statement and the carrier it came from.
struct Statement {
  Evidence evidence;
  std::optional<std::size_t> carrier;  ///< index into Layout::carriers; none: outside the layout
};

struct Reading {
  const Format* format = nullptr;
  Layout layout;
  std::vector<Statement> statements;
  std::vector<Finding> findings;
  std::vector<std::uint64_t> payload_hashes;  ///< per carrier, to see what a write changed
  std::optional<Error> error;
  /// The file holds too many records to keep: the layout is empty, and each statement stands for
  /// all that are alike (ops/records.hpp).
  bool grouped = false;

  [[nodiscard]] std::vector<Evidence> evidence() const;
  /// The same for whoever needs the statements no more.
  [[nodiscard]] std::vector<Evidence> take_evidence();
};

/// How a file with very many statements is read.
enum class Crowd : std::uint8_t {
  Single,   ///< each one stands for itself
  Grouped,  ///< past some hundred, alike ones are put together (Evidence::count)
};

/// Every statement of every vocabulary in every carrier, cheapest first, none skipped. `trust`: the
/// keys that are pinned; may be null.
[[nodiscard]] Reading read_statements(Source& source, const Format* forced,
                                      std::string_view file_name,
                                      const std::optional<ByteBuffer>& sidecar,
                                      const Limits& limits, const TrustStore* trust = nullptr,
                                      Crowd crowd = Crowd::Single);

/// The same for a stretch of a file of records that was cut out at `first`.
[[nodiscard]] Reading read_stretch(Source& stretch, const Format& format, const RecordPlace& first,
                                   const Limits& limits, const TrustStore* trust = nullptr);

/// Adds to the sentence what was not read, if anything.
void say_what_was_not_read(const Reading& reading, Verdict& verdict);

/// The sidecar document for a file (docs/decisions.md, "plain text").
[[nodiscard]] Result<ByteBuffer> make_sidecar(Source& source, const std::string& file_name,
                                              const Label& label, Bytes old);
/// Evidence from a sidecar document; a stale hash is a finding.
[[nodiscard]] std::vector<Evidence> read_sidecar(Source& source, Bytes document,
                                                 const Limits& limits,
                                                 const TrustStore* trust = nullptr);

}  // namespace colophon
