// SPDX-License-Identifier: Apache-2.0
// From Options to the requests that every front end shares.
#pragma once

#include <colophon/colophon.hpp>

#include "cli/options.hpp"
#include "ops/ops.hpp"

namespace colophon::cli {

[[nodiscard]] VerifyRequest verify_request(const Options& options);
/// The same with the profiles that `check` takes.
[[nodiscard]] VerifyRequest check_request(const Options& options);
[[nodiscard]] LabelRequest label_request(const Options& options);
[[nodiscard]] CarryRequest carry_request(const Options& options);
/// Without its passphrase; empty when nothing is to be signed.
[[nodiscard]] SigningKey signing_key(const Options& options);
[[nodiscard]] ManifestRequest manifest_request(const Options& options);
/// Where profiles of one's own lie.
[[nodiscard]] std::string usual_profile_folder();
/// Names as the requests take them: those of the folder become paths.
[[nodiscard]] std::vector<std::string> profile_sources(const Options& options,
                                                       const std::vector<std::string>& names);
/// Built-in ones and those of the folder.
[[nodiscard]] std::vector<std::string> all_profiles(const Options& options);
[[nodiscard]] JsonOptions json_options(const Options& options, const std::string& language);

}  // namespace colophon::cli
