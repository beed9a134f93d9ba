// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ops/plan.hpp"
#include "ops/records.hpp"

namespace colophon {

/// Labels a file of records stretch by stretch, in memory that does not grow with the file.
class RecordLabeller {
 public:
  /// Are there more records than one plan should hold?
  [[nodiscard]] static bool is_needed(const Reading& before, const LabelJob& job,
                                      const Limits& limits);
  /// All references must outlive this object.
  RecordLabeller(Source& source, const LabelJob& job, const Env& env, const Reading& before);

  /// One pass over the file. Every stretch is read back through its plan before the plan is carried
  /// out into `sink` (null: nothing is written). A second pass does the same again.
  [[nodiscard]] Status run(Sink* sink);
  [[nodiscard]] bool changes() const noexcept { return changes_; }
  /// The report on the output of the last pass.
  [[nodiscard]] Report report(Written written);

 private:
  [[nodiscard]] Status label(Stretch& stretch, Sink* sink);
  void count(const Reading& after, const PlannedLabel& planned);

  Source& source_;
  const LabelJob& job_;
  const Env& env_;
  const Reading& before_;
  const Format& format_;
  Limits raised_;
  AllRecords all_;
  Grouping after_;
  bool changes_ = false;
  Written written_;
  std::uint64_t size_ = 0;
  std::vector<Finding> notes_;
};

}  // namespace colophon
