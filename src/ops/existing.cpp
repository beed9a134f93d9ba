// SPDX-License-Identifier: Apache-2.0
// What stands in a file already, as far as it decides what may be written.
#include <algorithm>

#include "ops/plan.hpp"

namespace colophon {

Status respect_existing(const Reading& before, bool force, bool& forced) {
  const bool conflict =
      std::any_of(before.findings.begin(), before.findings.end(), [](const Finding& finding) {
        return finding.rule == "E-9" && finding.severity == Severity::Error;
      });
  const bool damaged = std::any_of(
      before.statements.begin(), before.statements.end(), [](const Statement& statement) {
        const Evidence& evidence = statement.evidence;
        return evidence.standard == StandardId::Gb45438 && evidence.layer == Layer::Implicit &&
               evidence.integrity == Integrity::Damaged;
      });
  if (force) {
    forced = conflict || damaged;
    return {};
  }
  if (conflict) {
    return fail(ErrorCode::Conflict,
                "the file carries labels that contradict each other; they are left as they are. "
                "Settle which one is right, or overwrite all with --force");
  }
  if (damaged) {
    return fail(
        ErrorCode::Refused,
        "the file carries a damaged label; overwriting it could destroy somebody's statement. "
        "Give --force to overwrite it");
  }
  return {};
}

bool says_generated(const Reading& before) {
  return std::any_of(
      before.statements.begin(), before.statements.end(), [](const Statement& statement) {
        const Evidence& evidence = statement.evidence;
        return evidence.layer != Layer::Trace && evidence.integrity != Integrity::Damaged &&
               evidence.integrity != Integrity::Invalid && evidence.says &&
               evidence.says->origin >= Origin::Edited;
      });
}

}  // namespace colophon
