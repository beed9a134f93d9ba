// SPDX-License-Identifier: Apache-2.0
// A sentence for each failure.
#pragma once

#include "c2pa/status.hpp"

#include <colophon/types.hpp>

namespace colophon::c2pa {

/// `ingredient`: it concerns the manifest of an ingredient, not the active one.
[[nodiscard]] Text explain(const StatusEntry& failure, bool ingredient);

}  // namespace colophon::c2pa
