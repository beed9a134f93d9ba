// SPDX-License-Identifier: Apache-2.0
// Which members of a JSON text may hold a label, and the carriers for them. Shared by JSON
// documents and JSON lines.
#pragma once

#include "formats/carrier.hpp"
#include "wire/json_scan.hpp"

namespace colophon {

/// Members named AIGC in any case; others whose name holds it, or whose text mentions a label.
[[nodiscard]] wire::JsonScan scan_labels(std::string_view json, const Limits& limits);
/// AigcKey for an object or string named AIGC, else Tag. `json` is the scanned text and starts at
/// `offset`; ranges are offset so.
[[nodiscard]] Carrier label_carrier(std::string_view json, const wire::JsonPlace& member,
                                    std::uint64_t offset, std::string_view path);
/// The carrier's value as stored: a string with its quotes.
[[nodiscard]] Range stored_value(std::string_view text, const Carrier& carrier);
/// An object that is a label without a wrapper.
[[nodiscard]] bool is_bare_label(std::string_view json, const Limits& limits);

}  // namespace colophon
