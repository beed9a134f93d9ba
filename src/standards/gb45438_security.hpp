// SPDX-License-Identifier: Apache-2.0
// Security data of TC260-PG-202511A in the reserved codes: verifying and signing. The rules and
// what is known of the guide: docs/gb45438.md.
#pragma once

#include "base/result.hpp"
#include "crypto/certificates.hpp"

namespace colophon {

/// Whose reserved code: the producer's (ReservedCode1) or the propagator's (ReservedCode2).
enum class LabelHalf : std::uint8_t { Production, Propagation };

/// Verifies the security data of a GB 45438 label and writes down what it proves: its integrity and
/// trust, the details `key` and `signature`, findings S-2 and S-3. A label that cannot be read
/// whole, and other evidence, stays as it is. `trust` may be null.
void check_security(Evidence& evidence, const TrustStore* trust);

/// The reserved code that signs a half of `label`: annex A.1, and for the propagation half the same
/// with its own keys, which `Extension` says.
[[nodiscard]] Result<std::string> make_security_data(const Label& label, LabelHalf half,
                                                     Signer& signer);
/// The reserved code of that half holds a good signature of the label by this very key.
[[nodiscard]] bool is_signed_by(const Label& label, LabelHalf half, const PublicKey& key);

}  // namespace colophon
