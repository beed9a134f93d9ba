// SPDX-License-Identifier: Apache-2.0
// Which hard binding speaks for the asset (C2PA 15.12).
#pragma once

#include "c2pa/ingredients.hpp"

namespace colophon::c2pa {

/// Compares the asset with the hard binding of the first standard manifest on the way from `active`
/// through its parents, and with its parts when the whole does not match.
void check_content(const Job& job, const Node& active, const Asset& asset, StatusList& status);

}  // namespace colophon::c2pa
