// SPDX-License-Identifier: Apache-2.0
// Changes of single values of a label. Private to src/standards/gb45438*.cpp.
#pragma once

#include "standards/gb45438_label.hpp"

namespace colophon::gb45438 {

struct Change {
  Key key = Key::Label;
  std::string value;
};
/// The edits of the innermost text that make `changes` true: existing values are replaced where
/// they stand, missing keys follow the last one in its style. `payload` is the outermost text.
[[nodiscard]] Result<std::vector<wire::TextEdit>> edits_for(const Found& found,
                                                            const std::vector<Change>& changes,
                                                            std::string_view payload);

}  // namespace colophon::gb45438
