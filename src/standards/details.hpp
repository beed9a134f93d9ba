// SPDX-License-Identifier: Apache-2.0
// Facts by name in a piece of evidence.
#pragma once

#include <colophon/types.hpp>

#include <algorithm>

namespace colophon {

/// The first detail of that name; null when there is none.
[[nodiscard]] inline const std::string* find_detail(const Evidence& evidence,
                                                    std::string_view name) noexcept {
  const auto found = std::find_if(evidence.details.begin(), evidence.details.end(),
                                  [&](const auto& detail) { return detail.first == name; });
  return found == evidence.details.end() ? nullptr : &found->second;
}
/// The same as text; empty when there is none.
[[nodiscard]] inline std::string_view detail_of(const Evidence& evidence,
                                                std::string_view name) noexcept {
  const std::string* detail = find_detail(evidence, name);
  return detail == nullptr ? std::string_view{} : std::string_view(*detail);
}

}  // namespace colophon
