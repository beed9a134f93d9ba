// SPDX-License-Identifier: Apache-2.0
// UTF-8 and base64.
#pragma once

#include "base/bytes.hpp"

namespace colophon {

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
/// Bytes of `text` that are valid UTF-8 from its start; all of them when it is.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text) noexcept;
/// Valid UTF-8 comes back as it is; otherwise every bad byte becomes U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);
[[nodiscard]] std::string latin1_to_utf8(Bytes bytes);
/// Decodes UTF-16 without a byte order mark; a lone surrogate or odd byte becomes U+FFFD.
[[nodiscard]] std::string utf16_to_utf8(Bytes bytes, bool big_endian);
/// Appends one code point (at most U+10FFFF).
void append_utf8(std::string& out, char32_t code_point);

[[nodiscard]] std::string base64_encode(Bytes bytes);
/// Accepts the standard and the URL alphabet, with or without padding; skips white space.
/// Nothing on any other character or an impossible length.
[[nodiscard]] std::optional<ByteBuffer> base64_decode(std::string_view text);
[[nodiscard]] std::string hex_encode(Bytes bytes);

/// ASCII helpers that ignore the locale.
[[nodiscard]] std::string lower_ascii(std::string_view text);
[[nodiscard]] bool equals_ignore_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

}  // namespace colophon
