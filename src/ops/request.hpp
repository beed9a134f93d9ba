// SPDX-License-Identifier: Apache-2.0
// From what a front end was asked, in words, to the Jobs of ops.hpp. Shared by the command, the
// library and the C ABI, so that a word means the same everywhere.
#pragma once

#include <colophon/colophon.hpp>

#include "ops/ops.hpp"

namespace colophon {

/// The named profiles: built in, or .toml files.
[[nodiscard]] Result<std::vector<Profile>> load_profiles(const std::vector<std::string>& names);
[[nodiscard]] Result<VerifyOptions> verify_options(const VerifyRequest& request);
/// The system's, with a network if the request asks for something that needs one.
[[nodiscard]] Env env_for(const VerifyRequest& request);
[[nodiscard]] Env env_for(const ManifestRequest& manifest);
[[nodiscard]] Env env_for(const LabelRequest& request);
[[nodiscard]] Env env_for(const CarryRequest& request);
/// Error `usage` when a standard of the profiles needs something that is missing.
[[nodiscard]] Result<LabelJob> label_job(const LabelRequest& request);
[[nodiscard]] Result<LabelJob> carry_job(const CarryRequest& request);

}  // namespace colophon
