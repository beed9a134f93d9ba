// SPDX-License-Identifier: Apache-2.0
// Lines that wait for their turn: a little in memory, the rest in a file without a name.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"

namespace colophon::scan {

class Spool {
 public:
  Spool() = default;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();
  /// `folder`: where the file goes; empty: where temporary files go. Error `io`.
  [[nodiscard]] Status write(std::string_view text, const std::string& folder);
  /// Hands everything out, in order, and is empty.
  [[nodiscard]] Status drain(const std::function<Status(std::string_view)>& take);

 private:
  [[nodiscard]] Status open(const std::string& folder);
  std::string memory_;  // what comes behind the file's end
  int descriptor_ = -1;
};

}  // namespace colophon::scan
