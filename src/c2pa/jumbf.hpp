// SPDX-License-Identifier: Apache-2.0
// JUMBF superboxes (ISO/IEC 19566-5) as C2PA uses them: a tree of labelled boxes (docs/c2pa.md).
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace colophon {

struct JumbfBox {
  std::string type;                ///< "jumb", "cbor", "json", "brob", "bfdb", ...
  std::string kind;                ///< of a superbox: the first 4 bytes of its type UUID, "c2pa"
  std::string uuid;                ///< of a superbox: all 16
  std::string label;               ///< of a superbox
  bool exact = false;              ///< of a superbox: the rest of its type and its toggles, too
  Range whole, payload;            ///< in the store
  std::vector<JumbfBox> children;  ///< of a superbox, without the description box

  [[nodiscard]] const JumbfBox* child(std::string_view wanted_label) const noexcept;
  /// The first content box of that type.
  [[nodiscard]] const JumbfBox* content(std::string_view wanted_type) const noexcept;
};

/// The one superbox that a store is. Errors: `truncated`, `malformed`, `limit-exceeded`.
[[nodiscard]] Result<JumbfBox> read_jumbf(Bytes store, const Limits& limits);

}  // namespace colophon
