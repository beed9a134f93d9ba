// SPDX-License-Identifier: Apache-2.0
// The statements of one file while it is read. A small file can hold thousands of them, and each
// costs some kilobytes of findings and details.
#pragma once

#include "ops/records.hpp"

namespace colophon {

class Statements {
 public:
  explicit Statements(Crowd crowd) : crowd_(crowd) {}
  /// What one carrier holds (none: it stands outside the layout).
  void add(std::vector<Evidence> found, std::optional<std::size_t> carrier);
  /// Puts them into `reading`, the groups behind the single ones, with a finding that says so.
  /// Returns what a rule about the file as a whole needs to know of every GB 45438 label, grouped
  /// or not: a conflict is seen wherever it stands.
  [[nodiscard]] std::vector<Evidence> finish(Reading& reading);

 private:
  Crowd crowd_;
  std::vector<Statement> single_;
  std::optional<Grouping> rest_;
  std::uint64_t rest_count_ = 0;
  std::vector<Evidence> labels_;
};

}  // namespace colophon
