// SPDX-License-Identifier: Apache-2.0
// C2PA manifest stores (C2PA 1.x to 2.4): what a store says, unverified. Validation: validate.hpp.
#pragma once

#include "formats/carrier.hpp"

namespace colophon {

/// One entry for a store: its size, the active manifest's claim generator and digital source types,
/// as layer `signature`, integrity `unchecked`. A store that cannot be parsed is integrity and
/// state "invalid" with a finding. Nothing here has been verified. Total: any bytes give an answer.
[[nodiscard]] Evidence read_c2pa_statement(const Carrier& carrier, Bytes store,
                                           const Limits& limits);

/// The same for a store whose bytes could not be had: invalid, or unchecked where that says nothing
/// about the store (a limit).
[[nodiscard]] Evidence unreadable_c2pa_statement(const Carrier& carrier, const Error& error);

/// A link to a manifest store elsewhere, as an entry of state "RemoteOnly"; nothing is fetched: in
/// XMP `dcterms:provenance` (C2PA 11.4), in HTML and text what the format tells by the key
/// kStoreLink. Only meaningful when no store is embedded.
[[nodiscard]] std::optional<Evidence> read_remote_reference(const Carrier& carrier, Bytes payload,
                                                            const Limits& limits);

}  // namespace colophon
