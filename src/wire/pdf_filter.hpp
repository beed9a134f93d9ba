// SPDX-License-Identifier: Apache-2.0
// The stream filters that cross-reference streams, object streams, XMP and manifest stores use:
// FlateDecode with its predictors (ISO 32000-1, 7.4.4). No other filter is decoded.
#pragma once

#include "wire/pdf_object.hpp"

namespace colophon::wire::pdf {

/// True when the stream's bytes are its content: no filter, or only an identity crypt filter.
[[nodiscard]] bool is_stored_plain(const Object& dictionary) noexcept;
/// True when a crypt filter exempts this stream from the document's encryption.
[[nodiscard]] bool has_identity_crypt(const Object& dictionary) noexcept;
/// The content of a stream. Filter and DecodeParms must be direct objects. Errors: `unsupported`
/// for any other filter, `limit-exceeded`, `malformed`.
[[nodiscard]] Result<ByteBuffer> decode(const Object& dictionary, Bytes stored,
                                        std::uint64_t max_size);

}  // namespace colophon::wire::pdf
