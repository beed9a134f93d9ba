// SPDX-License-Identifier: Apache-2.0
// Manifest stores validated: the half of `verify` that `label` does without.
#pragma once

#include "c2pa/validate.hpp"
#include "ops/reading.hpp"

namespace colophon {

/// The manifest store beside a file, if there is one.
[[nodiscard]] std::optional<StoreBeside> find_store(const std::string& path, const Limits& limits);

/// Validates every store among the statements of a reading. A store beside the file counts when the
/// file holds none, and a file that is nothing but a store is one. Fragments that cannot be opened
/// are the reading's error, and nothing is validated then. `path` is the file's.
void validate_stores(Source& source, Reading& reading, const Env& env, const VerifyOptions& options,
                     const std::string& path, const std::optional<StoreBeside>& beside);

/// The manifests of every store of a file, for `inspect --tree`.
[[nodiscard]] std::vector<c2pa::TreeNode> draw_stores(Source& source, const Env& env,
                                                      const VerifyOptions& options,
                                                      const std::optional<StoreBeside>& beside);

}  // namespace colophon
