// SPDX-License-Identifier: Apache-2.0
// Moving what stands behind a change, in HEIF and AVIF: the tables that hold positions.
#pragma once

#include "formats/heif.hpp"
#include "formats/shift.hpp"

namespace colophon::heif {

/// The sample tables of an image sequence as they must read after the change. Errors: `unsupported`
/// (fragments, items inside tracks, a position that outgrows its field), `malformed`.
[[nodiscard]] Result<std::vector<Replacement>> moved_tables(Source& source, const mp4::FileMap& map,
                                                            const Shift& shift,
                                                            const Limits& limits);

}  // namespace colophon::heif
