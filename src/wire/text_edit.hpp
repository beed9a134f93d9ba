// SPDX-License-Identifier: Apache-2.0
// Edits of a text that is held as a whole, shared by XML, YAML and JSON.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace colophon::wire {

/// "These bytes of the text become those." An empty range inserts.
struct TextEdit {
  Range range;
  std::string text;
};
/// Applies edits given in any order (inserts at one offset keep their order). Error `malformed`
/// when two overlap or one passes the end.
[[nodiscard]] Result<std::string> apply_edits(std::string_view text,
                                              const std::vector<TextEdit>& edits);

}  // namespace colophon::wire
