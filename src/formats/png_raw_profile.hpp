// SPDX-License-Identifier: Apache-2.0
// Text chunks "Raw profile type NAME", in which ImageMagick and its kin keep XMP and EXIF.
#pragma once

#include "formats/format.hpp"

namespace colophon::png {

/// Is `keyword` that of a profile?
[[nodiscard]] bool is_raw_profile(std::string_view keyword) noexcept;
/// Turns the carrier of such a chunk, read as text, into what the profile holds: the XMP packet, or
/// the texts of its EXIF entries. A profile of another kind stays the text that it is.
[[nodiscard]] Result<std::vector<Carrier>> open_raw_profile(Carrier text, Bytes stored,
                                                            const Limits& limits, Layout& layout);

}  // namespace colophon::png
