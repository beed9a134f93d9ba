// SPDX-License-Identifier: Apache-2.0
// The strict side of GB 45438: rules over evidence, and the names of the details that they read.
// Private to src/standards/gb45438*.cpp.
#pragma once

#include "standards/standards.hpp"

#include <string_view>

namespace colophon::gb45438 {

inline constexpr std::string_view kShape = "shape";
inline constexpr std::string_view kKind = "kind";          ///< the carrier's kind
inline constexpr std::string_view kField = "field";        ///< the name it stands under
inline constexpr std::string_view kForm = "form";          ///< of an XMP property
inline constexpr std::string_view kUri = "namespace";      ///< of an XMP property
inline constexpr std::string_view kWrapped = "wrapped";    ///< "yes": {"AIGC":{...}}
inline constexpr std::string_view kEntities = "entities";  ///< layers of references too many
inline constexpr std::string_view kDamage = "damage";
inline constexpr std::string_view kKeys = "keys";        ///< in order, joined by commas
inline constexpr std::string_view kTypes = "types";      ///< of values that are no strings
inline constexpr std::string_view kLabelText = "label";  ///< an unusable value of Label
inline constexpr std::string_view kCharset = "charset";  ///< EXIF UserComment: "ascii", "none"
inline constexpr std::string_view kRaw = "raw";          ///< the label as JSON, at most 16 KiB

[[nodiscard]] const std::string* find_detail(const Evidence& evidence,
                                             std::string_view name) noexcept;
/// Empty when there is no such detail.
[[nodiscard]] std::string_view detail(const Evidence& evidence, std::string_view name) noexcept;
[[nodiscard]] std::vector<Finding> lint(const Evidence& evidence);
/// The rules about where and in which form a label stands (P-*).
void lint_place(const Evidence& evidence, std::vector<Finding>& findings);
/// The reserved codes (S-1, S-4); no cryptography.
void lint_reserved(const Evidence& evidence, std::vector<Finding>& findings);

/// A word that scripts look for ("charset: ...") stands at the start of the English sentence.
void add_finding(std::vector<Finding>& findings, std::string_view rule, Severity severity,
                 std::string en, std::string zh);

/// The first character that annex E j) does not list (a quote counts as `\"` where allowed).
[[nodiscard]] std::optional<std::string> foreign_character(std::string_view text,
                                                           bool quotes_allowed);

[[nodiscard]] Result<ByteBuffer> write(const Label& label, CarrierKind kind, Bytes old_payload);

}  // namespace colophon::gb45438
