// SPDX-License-Identifier: Apache-2.0
// Writing JUMBF superboxes (ISO/IEC 19566-5, C2PA 11.1).
#pragma once

#include "base/bytes.hpp"

namespace colophon::c2pa {

[[nodiscard]] ByteBuffer jumbf_content(std::string_view type, Bytes content);
/// `kind`: the letters of the type UUID, "c2ma". `content`: its boxes, one behind the other.
[[nodiscard]] ByteBuffer jumbf_superbox(std::string_view kind, std::string_view label,
                                        Bytes content);
/// A superbox of the content type "cbor".
[[nodiscard]] ByteBuffer jumbf_cbor(std::string_view kind, std::string_view label, Bytes cbor);
/// What a hashed URI covers (C2PA 8.4.2.3): the superbox without its own head.
[[nodiscard]] Bytes hashed_part(Bytes superbox) noexcept;

}  // namespace colophon::c2pa
