// SPDX-License-Identifier: Apache-2.0
// A sentence for each failure.
#pragma once

#include "c2pa/status.hpp"

#include <colophon/types.hpp>

#include <string_view>

namespace colophon::c2pa {

/// Nothing was changed; what was signed is not all here.
inline constexpr std::string_view kNoFragments =
    "the film lies in fragments of their own, and none of them was given (--fragments)";
inline constexpr std::string_view kNotOfFragments =
    "fragments were given (--fragments), and this manifest does not cover any";

/// `ingredient`: it concerns the manifest of an ingredient, not the active one.
[[nodiscard]] Text explain(const StatusEntry& failure, bool ingredient);

}  // namespace colophon::c2pa
