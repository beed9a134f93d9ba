// SPDX-License-Identifier: Apache-2.0
// Private to the files that check hard bindings: one check, its outcome, and the fields of its map.
#pragma once

#include "base/text.hpp"
#include "c2pa/bindings.hpp"
#include "crypto/digest.hpp"
#include "wire/zip.hpp"

namespace colophon::c2pa {

/// A check returns an Error to fail. Its code decides the status: Mismatch, and whatever is wrong
/// with the asset's own structure, is "assertion.X.mismatch"; Malformed is "assertion.X.malformed";
/// Unsupported is "algorithm.unsupported"; Io and LimitExceeded are "general.error".
/// NotFound, Refused and Usage name the rarer codes of each assertion (see bindings.cpp).
struct HashCheck {
  const Asset& asset;
  const Binding& binding;
  const Limits& limits;
  StatusList& status;
};

[[nodiscard]] Failure malformed(std::string why);
[[nodiscard]] Failure mismatch(std::string why);
/// What was found wrong with the asset while it was walked: its bytes are not those that were
/// signed. I/O errors and caps stay what they are.
template <typename T>
[[nodiscard]] Result<T> of_asset(Result<T> result) {
  if (!result && result.error().code != ErrorCode::Io &&
      result.error().code != ErrorCode::LimitExceeded) {
    return mismatch(std::move(result).error().message);
  }
  return result;
}

/// An unsigned number; nothing when the item is absent or of another type.
[[nodiscard]] std::optional<std::uint64_t> number_of(const wire::CborItem* item) noexcept;
/// A byte string, or, as some writers have it, an array of small numbers.
[[nodiscard]] std::optional<ByteBuffer> bytes_of(const wire::CborItem* item);
/// The elements of an array; empty for anything else.
[[nodiscard]] std::span<const wire::CborItem> elements(const wire::CborItem* item) noexcept;
[[nodiscard]] bool is_array(const wire::CborItem* item) noexcept;
/// `alg` of the map, else `fallback`. Error `unsupported` (C2PA 13.1: SHA-2 with 256 bits and
/// more).
[[nodiscard]] Result<DigestAlgorithm> algorithm_of(const wire::CborItem& map,
                                                   std::string_view fallback);
/// The name that counts for what the map encloses.
[[nodiscard]] std::string_view algorithm_name(const wire::CborItem& map,
                                              std::string_view fallback) noexcept;
[[nodiscard]] bool equal(const ByteBuffer& computed, const ByteBuffer& stored) noexcept;

/// Sorts, and joins what overlaps or touches.
void normalize(std::vector<Range>& ranges);
/// True when every byte of `range` is in `normalized`.
[[nodiscard]] bool covers(const std::vector<Range>& normalized, Range range) noexcept;
/// True when a byte of `range` is in `normalized`.
[[nodiscard]] bool touches(const std::vector<Range>& normalized, Range range) noexcept;

/// Feeds the source without `exclusions` as text in normalization form C (hash_text.cpp).
[[nodiscard]] Status hash_text(Source& source, const std::vector<Range>& exclusions,
                               const Limits& limits, Digest& digest);

[[nodiscard]] Status check_data_hash(const HashCheck& check);
[[nodiscard]] Status check_boxes_hash(const HashCheck& check);
/// `version` of the assertion: 1 hashes no offsets.
[[nodiscard]] Status check_bmff_hash(const HashCheck& check, unsigned version);
[[nodiscard]] Status check_collection_hash(const HashCheck& check);

/// Local header, data, and the descriptor behind them (APPNOTE 4.3.9), which has four forms.
[[nodiscard]] Result<Range> zip_member_place(Source& source, const wire::ZipArchive& zip,
                                             const wire::ZipMember& member);

}  // namespace colophon::c2pa
