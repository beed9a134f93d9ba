// SPDX-License-Identifier: Apache-2.0
// Private to this folder: the kinds of signers that open_signer chooses from.
#pragma once

#include "crypto/signatures.hpp"

namespace colophon {

/// A private key, which never leaves the object.
[[nodiscard]] Result<OwnedKey> read_private_key(std::string_view pem,
                                                const std::string& passphrase);
/// The exact size of every signature by such a key.
[[nodiscard]] std::size_t signature_size_of(const PublicKey& key) noexcept;
/// r||s for keys on a curve, whichever form comes in; an error when the size is not the key's.
[[nodiscard]] Result<ByteBuffer> in_fixed_form(const PublicKey& key, Bytes signature);

/// What a process wrote to its standard output after it was given `input`.
[[nodiscard]] Result<ByteBuffer> ask_process(const std::string& command, Bytes input,
                                             std::size_t most_output, int timeout_ms);

}  // namespace colophon
