// SPDX-License-Identifier: Apache-2.0
// Watermarks in the running text of a document: evidence of layer `watermark`, found with keys that
// somebody configured. Without keys it is said that there were none (docs/text-watermarks.md).
#pragma once

#include "ops/reading.hpp"

namespace colophon {

/// Adds what stands in a document that is text, and says whether it was looked for.
[[nodiscard]] bool read_watermarks(Source& source, const Limits& limits,
                                   const VerifyOptions& options, Reading& reading);

}  // namespace colophon
