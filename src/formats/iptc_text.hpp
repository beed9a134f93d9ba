// SPDX-License-Identifier: Apache-2.0
// The text data sets of an IPTC-IIM block (IIM 4.2, record 2) as carriers of kind Tag.
#pragma once

#include "formats/format.hpp"

namespace colophon {

/// `block` holds IIM data sets; `path` is e.g. "jpeg:APP13[iptc]", the key is the data set's name.
[[nodiscard]] Status iptc_carriers(Source& source, Range block, std::string_view path, Range whole,
                                   const Limits& limits, Layout& layout);
/// The same for Photoshop image resources, in which resource 0x0404 holds the block.
[[nodiscard]] Status photoshop_carriers(Source& source, Range resources, std::string_view path,
                                        Range whole, const Limits& limits, Layout& layout);

}  // namespace colophon
