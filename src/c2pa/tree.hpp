// SPDX-License-Identifier: Apache-2.0
// A store as people read it: manifests with their assertions, and below each ingredient its own.
#pragma once

#include "c2pa/ingredients.hpp"

namespace colophon::c2pa {

[[nodiscard]] TreeNode draw_tree(const Job& job, const Node& active, const Validation& validation);

}  // namespace colophon::c2pa
