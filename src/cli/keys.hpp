// SPDX-License-Identifier: Apache-2.0
// Keys and passphrases, for every command that signs.
#pragma once

#include "cli/terminal.hpp"
#include "ops/keys.hpp"

namespace colophon::cli {

/// From --passphrase-file or COLOPHON_KEY_PASSPHRASE; empty when there is none.
[[nodiscard]] Result<std::string> given_passphrase(const Options& options);
/// For a key that is being made: else asks twice, on a terminal.
[[nodiscard]] Result<std::string> new_passphrase(const Options& options, const Terminal& terminal);
/// The key with its passphrase: else asks for it, on a terminal, when the key is encrypted.
[[nodiscard]] Result<SigningKey> with_passphrase(SigningKey key, const Options& options,
                                                 const Terminal& terminal);

/// Says so on standard error when all users of the machine can read the key.
void warn_if_exposed(const SigningKey& key, const Terminal& terminal);

}  // namespace colophon::cli
