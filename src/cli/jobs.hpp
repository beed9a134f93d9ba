// SPDX-License-Identifier: Apache-2.0
// From Options to the Jobs of ops.
#pragma once

#include "cli/options.hpp"
#include "ops/ops.hpp"

namespace colophon::cli {

/// The named profiles (built in, or a .toml file); `fallback` when none is named.
[[nodiscard]] Result<std::vector<Profile>> load_profiles(
    const std::vector<std::string>& names, std::initializer_list<std::string_view> fallback);
/// The format forced with --format; null when none was.
[[nodiscard]] Result<const Format*> forced_format(const Options& options);
[[nodiscard]] Result<LabelJob> label_job(const Options& options);
[[nodiscard]] JsonOptions json_options(const Options& options, const std::string& language);

}  // namespace colophon::cli
