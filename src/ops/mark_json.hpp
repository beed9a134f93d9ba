// SPDX-License-Identifier: Apache-2.0
// Explicit labels in reports (docs/marks.md).
#pragma once

#include "marks/marks.hpp"

#include <nlohmann/json_fwd.hpp>

namespace colophon {

/// What counts for the medium, and nothing else.
[[nodiscard]] nlohmann::ordered_json to_value(const Mark& mark);

}  // namespace colophon
