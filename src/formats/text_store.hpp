// SPDX-License-Identifier: Apache-2.0
// C2PA manifest stores in text (C2PA 2.4 A.8, A.9): behind the marker U+FEFF in characters that
// nobody sees, one variation selector for each byte; or in a line between two delimiters.
#pragma once

#include "formats/text_document.hpp"

namespace colophon {

/// Adds the stores in `document` as carriers "FORMAT:c2pa[LINE]". Their `whole` is what a data hash
/// leaves out: the marker and its selectors, or the line with its end. A wrapper that is damaged is
/// a carrier with an empty value.
void add_text_stores(const TextDocument& document, std::string_view format, const Limits& limits,
                     Layout& layout);
/// Is the store of that carrier written in variation selectors?
[[nodiscard]] bool is_in_selectors(const Carrier& carrier) noexcept;

}  // namespace colophon
