// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <colophon/colophon.hpp>

#include "ops/ops.hpp"

namespace colophon {

/// A report as the public answer.
[[nodiscard]] Answer to_answer(const Report& report, const JsonOptions& json);
/// An answer to a call that got no report.
[[nodiscard]] Answer to_answer(const Error& error, const std::string& file);

}  // namespace colophon
