// SPDX-License-Identifier: Apache-2.0
// What the commands that write files share.
#pragma once

#include <colophon/colophon.hpp>

#include "cli/batch.hpp"
#include "cli/options.hpp"
#include "ops/ops.hpp"

namespace colophon::cli {

/// Where a result goes. `below`: the name in the output folder.
[[nodiscard]] Destination destination_for(const std::string& below, const Options& options);
/// What would be passed over in silence, so that somebody believes in a signature that is not
/// there.
[[nodiscard]] Status check_manifest_options(const Options& options,
                                            const ManifestRequest& manifest);
[[nodiscard]] Answer failed_answer(const std::string& file, const Error& error,
                                   const Options& options, const Terminal& terminal);
[[nodiscard]] Answer written_answer(const Report& report, const Options& options,
                                    const Terminal& terminal);

}  // namespace colophon::cli
