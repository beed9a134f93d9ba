// SPDX-License-Identifier: Apache-2.0
// Who may change what in a label that stands already (GB 45438-2025 annex E, Measures
// Art 10). Pure: labels in, a label or a refusal out.
#pragma once

#include "base/result.hpp"

namespace colophon {

enum class Role : std::uint8_t { Producer, Platform };

/// The label that the file shall carry after `wanted` was asked for in a file that says `existing`
/// (origin None and no names: nothing yet). An equal result means that nothing is to be written.
/// - A first write repeats producer and produce-id as propagator and propagate-id (note 1).
/// - The same producer without a produce-id keeps the id that stands.
/// - A platform changes the propagation half only; where nobody is named as producer it stands on
///   both sides, as Baidu does, and does not raise the label to "generated" (Measures Art. 6).
/// - Refused unless `force`: another producer's half, another id for the same producer, a weaker
///   origin than the label claims. `force` does what was asked.
/// Errors: `usage` (something is missing), `refused`, `conflict` (a claim of no generation against
/// a label that says generated; `force` does not help against contradictions).
[[nodiscard]] Result<Label> merge(const Label& existing, const Label& wanted, Role role,
                                  bool force);

}  // namespace colophon
