// SPDX-License-Identifier: Apache-2.0
// Chapters of MP3 and ADTS files ("ID3v2 Chapter Frame Addendum", version 1.0).
#pragma once

#include "base/limits.hpp"
#include "formats/splice.hpp"

namespace colophon::sound {

/// The changes that let every chapter begin and end so many milliseconds later; one at 0 covers the
/// label, too. Places in the file go: times count then. Chapters that are packed stay as they are.
[[nodiscard]] Result<std::vector<Replacement>> later_chapters(Source& source, std::uint32_t by,
                                                              const Limits& limits);

}  // namespace colophon::sound
