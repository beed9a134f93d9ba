// SPDX-License-Identifier: Apache-2.0
// Settings of schemes that come as files.
#pragma once

#include "base/result.hpp"
#include "text/text.hpp"

#include <string>
#include <vector>

namespace colophon::watermark {

/// SynthID v1's table: bits packed eight to a byte, lowest first, or a byte each.
[[nodiscard]] Result<std::vector<std::uint8_t>> read_table(const std::string& path,
                                                           std::size_t entries);
/// Parameters of SynthID's Bayesian score: {"beta":[..], "delta":[[..]..], "prior":0.5}.
[[nodiscard]] Status read_bayes(const std::string& path, textmark::Settings& settings);

}  // namespace colophon::watermark
