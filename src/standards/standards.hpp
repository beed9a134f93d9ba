// SPDX-License-Identifier: Apache-2.0
// Standards know what carrier bytes mean. Reading is lenient and never fails; `lint` is strict.
#pragma once

#include "base/result.hpp"
#include "formats/carrier.hpp"

#include <span>

namespace colophon {

struct Standard {
  std::string_view name;  ///< the report's word: "gb45438"
  StandardId id = StandardId::Gb45438;
  /// Everything this vocabulary finds in a carrier's payload, findings of `lint` not yet added.
  /// Total: any bytes give an answer.
  std::vector<Evidence> (*read)(const Carrier&, Bytes payload, const Limits&) = nullptr;
  /// The payload that says `label`, made from the old one (empty: none yet). Merges: keeps every
  /// other byte, never adds a second label. Error `unsupported` when the kind cannot hold it.
  Result<ByteBuffer> (*write)(const Label&, CarrierKind kind, Bytes old_payload) = nullptr;
  /// The broken rules of one piece of evidence, by rule id; strict.
  std::vector<Finding> (*lint)(const Evidence&) = nullptr;
};

/// The only list of vocabularies, strongest first.
[[nodiscard]] std::span<const Standard* const> standards() noexcept;
[[nodiscard]] const Standard* find_standard(StandardId id) noexcept;

extern const Standard kGb45438, kIptc, kHtmlDisclosure, kSchemaOrg, kGenerators;

}  // namespace colophon
