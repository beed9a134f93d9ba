// SPDX-License-Identifier: Apache-2.0
// The options of the C ABI: a JSON object, read into the requests of the C++ face.
#pragma once

#include <colophon/colophon.hpp>

namespace colophon {

struct Requests {
  VerifyRequest verify;
  LabelRequest label;
  std::string action;  ///< of a carrying, whose other options are those of `label`

  [[nodiscard]] CarryRequest carry() const;
};

/// `options`: JSON, or null. Every member must be known and of its type: error `usage`.
[[nodiscard]] std::optional<Error> read_options(const char* options, Requests& requests);

}  // namespace colophon
