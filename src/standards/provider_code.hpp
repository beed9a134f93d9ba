// SPDX-License-Identifier: Apache-2.0
// Service provider codes of TC260-PG-20252A (docs/gb45438.md): 27 characters that name who made
// or spread content. Only the form for organisations, `00` `1` `1` + unified social credit code, is
// confirmed; other subjects are told as unknown, not as wrong.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace colophon {

/// Position 23. `Unused` goes with the extension `0000`.
enum class CodeRole : char { Unused = '0', Generation = '1', Propagation = '2' };

struct CodeField {
  std::string_view name;  ///< stable word: "format", "subject", "binding", "uscc", ...
  std::size_t position;   ///< of its first character, counted from 1 as the guide does
  std::string value;
  Text meaning;
  bool ok = true;
};

struct CodeReport {
  std::string code;
  std::vector<CodeField> fields;  ///< empty when the length tells nothing about the parts
  std::vector<Finding> findings;  ///< C-1 to C-4
  /// Who was seen with this subject code in public files; from context, never a register.
  std::string seen_with;
  /// No finding is an error.
  [[nodiscard]] bool ok() const noexcept;
};

/// Is it meant as a code, not as a name? Annex E d) allows both.
[[nodiscard]] bool looks_like_code(std::string_view text) noexcept;
[[nodiscard]] CodeReport explain_code(std::string_view code);
/// Errors `usage`: a wrong credit code, extension or combination, with what was expected.
[[nodiscard]] Result<std::string> make_code(std::string_view uscc, CodeRole role,
                                            std::string_view extension);

/// Unified social credit code with its check character, GB 32100-2015.
[[nodiscard]] bool is_uscc(std::string_view text) noexcept;
/// The check character for 17 leading ones; nothing when one is outside the alphabet.
[[nodiscard]] std::optional<char> uscc_check(std::string_view leading) noexcept;
/// Organisation code with its check character, GB 11714: characters 9 to 17 of a credit code.
[[nodiscard]] bool is_organisation_code(std::string_view text) noexcept;
/// Identity card number with its check character, GB 11643-1999.
[[nodiscard]] bool is_identity_number(std::string_view text) noexcept;
/// Who was seen with a credit code in public files (docs/gb45438.md); may be empty.
[[nodiscard]] std::string_view seen_with(std::string_view uscc) noexcept;

}  // namespace colophon
