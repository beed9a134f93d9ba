// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/format.hpp"

namespace colophon {

/// The text that some generators hide in the lowest bits of the alpha channel ("stealth pnginfo",
/// also compressed; NovelAI, A1111 extensions), as a carrier of kind StealthAlpha whose value is
/// the text. Nothing when the picture has no alpha channel or no such text. Decodes only as many
/// rows as the text needs.
[[nodiscard]] std::optional<Carrier> stealth_alpha(Source& source, const Format& format,
                                                   const Limits& limits);

}  // namespace colophon
