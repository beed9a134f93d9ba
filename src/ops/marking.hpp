// SPDX-License-Identifier: Apache-2.0
// The first part of a labelling: the explicit label. Everything behind it reads and labels the file
// as if the mark had always stood there, and one pass writes both.
#pragma once

#include "marks/demand.hpp"
#include "ops/reading.hpp"

namespace colophon {

/// A file with its explicit label, which has not been written yet.
class Marking {
 public:
  /// Draws what the job asks for, as far as this file can take it. Error where it was asked for in
  /// any case and cannot be, and those of reading. `original` must outlive this object.
  [[nodiscard]] static Result<std::shared_ptr<const Marking>> make(Source& original, Reading before,
                                                                   const LabelJob& job,
                                                                   const Env& env);

  [[nodiscard]] bool changes() const noexcept { return plan_.changes; }
  [[nodiscard]] const MarkPlan& plan() const noexcept { return plan_; }
  /// The file as it was, and what was read there. Labels and signatures of that are judged by it.
  [[nodiscard]] Source& original() const noexcept { return *original_; }
  [[nodiscard]] const Reading& before() const noexcept { return before_; }
  /// The file with the mark.
  [[nodiscard]] Source& content() const noexcept { return content_ ? *content_ : *original_; }
  /// Why there is none, and other things worth telling.
  [[nodiscard]] const std::vector<Finding>& notes() const noexcept { return notes_; }
  /// Writes the output of `rest`, a plan for `content()`.
  [[nodiscard]] Status execute(const Splice& rest, Sink& sink) const;
  /// New bytes of the mark alone.
  [[nodiscard]] std::uint64_t bytes_put() const noexcept;
  /// Does the mark stand in this output, so that it would not be put there again? Error `mismatch`.
  /// Looks into texts only: the other media prove their plans themselves, and decoding them again
  /// would double the cost.
  [[nodiscard]] Status check(Source& output, const Env& env) const;

 private:
  Marking(Source& original, Reading before) : original_(&original), before_(std::move(before)) {}
  Status draw(const LabelJob& job, const Env& env);
  Status draw_as(const MarkDemand& demand, const LabelJob& job, const Env& env);
  void tell_why_not(const Error& error);

  Source* original_;
  Reading before_;
  MarkPlan plan_;
  std::optional<MarkDemand> demand_;
  std::string file_name_;
  std::unique_ptr<SplicedSource> content_;
  std::vector<Finding> notes_;
};

/// Does the output hold every label of the file as it was? Error `mismatch`.
[[nodiscard]] Status check_labels_kept(const Reading& before, const Reading& marked);

}  // namespace colophon
