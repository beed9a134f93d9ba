// SPDX-License-Identifier: Apache-2.0
// Reports for people.
#pragma once

#include "cli/terminal.hpp"
#include "ops/ops.hpp"
#include "standards/provider_code.hpp"

namespace colophon::cli {

[[nodiscard]] std::string describe(const Report& report, const Terminal& terminal,
                                   const Options& options);
[[nodiscard]] std::string describe_written(const Report& report, const Terminal& terminal);
[[nodiscard]] std::string describe(const Mark& mark, const Terminal& terminal);
/// The explicit labels of the file that was written.
[[nodiscard]] std::string mark_lines(const Written& written, const Terminal& terminal);
[[nodiscard]] std::string describe(const Inspection& inspection, const Terminal& terminal);
[[nodiscard]] std::string describe(const CodeReport& code, const Terminal& terminal);
[[nodiscard]] std::string describe(const Profile& profile, const Terminal& terminal);

/// Control characters of metadata must not reach the terminal.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_size = 200);

}  // namespace colophon::cli
