// SPDX-License-Identifier: Apache-2.0
// Files of test vectors beside the samples, and what tests of watermarks share.
#pragma once

#include "text/text.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace colophon::testing {

/// The JSON of a vector file; nothing, and "skipped" is printed, when it is not there.
[[nodiscard]] std::optional<nlohmann::json> vectors(const std::string& name);
[[nodiscard]] std::vector<textmark::Token> tokens_in(const nlohmann::json& array);
/// Numbers that are written as text because JSON's are too small.
[[nodiscard]] std::uint64_t word_in(const nlohmann::json& value);

}  // namespace colophon::testing
