// SPDX-License-Identifier: Apache-2.0
// HTTP response fields that disclose AI: `AI-Disclosure` (draft-abaris-aicdh-01, expired) and the
// vendors' `X-AI-Generated`. Pure functions of the field's text; who fetches it is not our matter.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string_view>

namespace colophon {

/// What a response field says; nothing for a field that is not about AI. Lenient: members may be
/// parted by commas (RFC 9651 dictionaries) or by semicolons (the draft's own example). Findings
/// D-1 (broken syntax), D-2 (semicolons), D-3 (unknown mode) are already in it.
[[nodiscard]] std::optional<Evidence> read_http_field(std::string_view name,
                                                      std::string_view value);
/// The value of an `AI-Disclosure` field, members parted by commas. Error `unsupported` for an
/// origin that has no mode; `usage` when a name is not printable ASCII, which the syntax asks for.
[[nodiscard]] Result<std::string> http_disclosure(const Label& label);

}  // namespace colophon
