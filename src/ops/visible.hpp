// SPDX-License-Identifier: Apache-2.0
// What the running text of a document says of itself: evidence of layer `explicit`, and findings
// about characters that nobody sees. A claim, never a proof (docs/text.md).
#pragma once

#include "ops/reading.hpp"

namespace colophon {

/// Adds what stands in the text of a document that is one, and says whether it was looked at.
[[nodiscard]] bool read_visible(Source& source, const Limits& limits, Reading& reading);

}  // namespace colophon
