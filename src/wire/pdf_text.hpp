// SPDX-License-Identifier: Apache-2.0
// PDF's text strings (ISO 32000-1, 7.9.2.2; ISO 32000-2 adds UTF-8).
#pragma once

#include "base/bytes.hpp"

namespace colophon::wire::pdf {

/// UTF-16 or UTF-8 by the byte order mark, else PDFDocEncoding; bytes above ASCII without a mark
/// that form UTF-8 are read as that, because careless writers store it so.
[[nodiscard]] std::string text_to_utf8(std::string_view bytes);
/// The string object for valid UTF-8: "(...)" for plain ASCII, else UTF-16 as "<FEFF...>".
[[nodiscard]] std::string text_literal(std::string_view utf8);

}  // namespace colophon::wire::pdf
