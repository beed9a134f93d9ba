// SPDX-License-Identifier: Apache-2.0
// Trust lists from files and folders.
#pragma once

#include "crypto/certificates.hpp"

#include <string>

namespace colophon {

/// Anchors from PEM files, and from every *.pem, *.crt and *.cer of folders. Without `tsa` the
/// anchors of `signers` hold for time-stamp authorities, too. Public keys among them are pins; a
/// trust folder (trust_folder.hpp) counts as what it holds.
[[nodiscard]] Result<TrustStore> load_trust(const std::vector<std::string>& signers,
                                            const std::vector<std::string>& tsa);
/// Seconds since 1970 of "2026-11-23", "2026-11-23T10:00:00Z", "...+08:00"; nothing for others.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace colophon
