// SPDX-License-Identifier: Apache-2.0
// Hard bindings (C2PA 9.2, 18.5 to 18.9): does the asset hold the bytes that were signed?
#pragma once

#include "c2pa/status.hpp"
#include "crypto/digest.hpp"
#include "formats/format.hpp"
#include "wire/cbor.hpp"

namespace colophon::c2pa {

/// The file that a store speaks of.
struct Asset {
  Source& source;
  const Format* format = nullptr;  ///< null: unknown (a sidecar's asset)
  const Layout* layout = nullptr;  ///< of `source`
  /// The carrier of the store in `layout`; null when the store stands elsewhere (sidecar).
  const Carrier* store = nullptr;
  /// Media segments that belong to an initialisation segment, in order (fragmented MP4).
  std::vector<Source*> fragments;
  std::vector<std::string> fragment_names = {};  ///< for messages; may be empty
};

/// The labels, without "__N" suffix, of the assertions that are hard bindings: "c2pa.hash.data",
/// "c2pa.hash.boxes", "c2pa.hash.bmff", "c2pa.hash.bmff.v2", "c2pa.hash.bmff.v3",
/// "c2pa.hash.collection.data", "c2pa.hash.multi-asset" is none.
[[nodiscard]] bool is_hard_binding(std::string_view label) noexcept;

/// An assertion that binds, with what its check needs.
struct Binding {
  std::string_view label;              ///< without "__N"
  std::string_view url;                ///< its JUMBF URI, for the status entries
  const wire::CborItem& content;       ///< its CBOR map
  std::string_view default_algorithm;  ///< the claim's `alg`; may be empty
};

/// Adds one success, or the failures found, to `status`: assertion.dataHash.match / .mismatch /
/// .malformed and so on. Streams: memory stays constant. An I/O error is `general.error`.
void check_hard_binding(const Asset& asset, const Binding& binding, const Limits& limits,
                        StatusList& status);

/// `c2pa.hash.multi-asset` (18.9): `part` looks up a part's hash assertion by its URI; null:
/// absent.
using PartLookup = const Binding* (*)(void* context, std::string_view uri);
void check_multi_asset(const Asset& asset, const Binding& binding, PartLookup part, void* context,
                       const Limits& limits, StatusList& status);

/// The bytes that a data hash we write leaves out for the store in `carrier`.
[[nodiscard]] Range unhashed_range(const Format& format, const Carrier& carrier);
/// A film of which only the beginning is here (ISO/IEC 14496-12, 8.8.1: `mvex`), without any media.
[[nodiscard]] Result<bool> only_initialises(Source& source, const Limits& limits);
/// The hash of `c2pa.hash.bmff.v3` with the exclusions /uuid (of C2PA), /ftyp and /mfra, over a
/// file as it will stand (see SplicedSource); what the store holds does not matter.
[[nodiscard]] Result<ByteBuffer> bmff_hash(Source& source, DigestAlgorithm algorithm,
                                           const Limits& limits);

}  // namespace colophon::c2pa
