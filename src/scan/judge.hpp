// SPDX-License-Identifier: Apache-2.0
// The parts of judging.hpp that records and other documents share.
#pragma once

#include "scan/judging.hpp"

namespace colophon::scan {

/// Looks through texts and verifies what may hold a label; evidence is gathered in a report.
class Judge {
 public:
  Judge(const JudgeOptions& options, const Env& env) : options_(options), env_(env) {}

  [[nodiscard]] Report verify_bytes(Bytes bytes, const std::string& name,
                                    const Format* format = nullptr) const;
  void judge_text(Tag& tag, Bytes bytes, std::string name, Report& all) const;
  void judge_record(Tag& tag, Bytes line, Report& all) const;
  /// Of a record that has nothing to look at but its text, as stored.
  void judge_record_text(Tag& tag, std::string_view stored, Report& all) const;
  /// A file of its own, with what stands beside it.
  void judge_file(Tag& tag, const std::string& path, Report& all) const;
  /// A file inside an archive: its content says what it is.
  void judge_bytes(Tag& tag, Bytes bytes, const std::string& name, Report& all) const;
  /// An id as stored: a string with its quotes, a number, or nothing.
  static void read_id(Tag& tag, std::string_view stored);
  /// `place`: of the part in the document.
  static void take(Report& all, Report part, const std::string& place);
  /// What the evidence comes to.
  void conclude(Tag& tag, Report& all) const;

 private:
  void judge_strings(Tag& tag, std::string_view record, Report& all) const;
  void judge_unknown(Tag& tag, const std::string& path, Report& all) const;

  const JudgeOptions& options_;
  const Env& env_;
};

}  // namespace colophon::scan
