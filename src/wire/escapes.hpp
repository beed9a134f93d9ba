// SPDX-License-Identifier: Apache-2.0
// The two escape layers that labels are wrapped in: JSON string escapes (RFC 8259, 7) and XML/HTML
// character references. Decoding is lenient and keeps, for every decoded byte, where it came from,
// so that a change of the decoded text can be carried out in the coded bytes alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace colophon::wire {

/// `at[i]` is where decoded byte `i` starts in the coded text; `at[text.size()]` is the coded end.
struct Decoded {
  std::string text;
  std::vector<std::size_t> at;
};

/// The text between two quotes of a JSON string. An unknown or broken escape stays as it is.
[[nodiscard]] Decoded unescape_json(std::string_view coded);
/// The five entities of XML and numeric references; anything else stays as it is. Undone by
/// `escape_xml_attribute`.
[[nodiscard]] Decoded unescape_entities(std::string_view coded);

/// The text between two quotes of a JSON string; `"`, `\` and control characters escaped.
[[nodiscard]] std::string escape_json(std::string_view text);

}  // namespace colophon::wire
