// SPDX-License-Identifier: Apache-2.0
// What can be said only of a whole label or a whole file: conformity, and E-9 (one label per file,
// GB 45438-2025 6.1 c).
#include "standards/gb45438.hpp"

#include "standards/gb45438_lint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace colophon {
namespace {

bool agree(const std::string& a, const std::string& b, bool damaged) noexcept {
  return a == b || (damaged && (a.starts_with(b) || b.starts_with(a)));
}

/// Do two labels say the same? What a damaged one lost may have been anything.
bool same(const Evidence& a, const Evidence& b) {
  const Label& x = *a.says;
  const Label& y = *b.says;
  const bool damaged = a.integrity == Integrity::Damaged || b.integrity == Integrity::Damaged;
  return (damaged || x.origin == y.origin) && agree(x.producer, y.producer, damaged) &&
         agree(x.produce_id, y.produce_id, damaged) && agree(x.propagator, y.propagator, damaged) &&
         agree(x.propagate_id, y.propagate_id, damaged);
}

}  // namespace

bool conforming(const Evidence& label) {
  return conformity(label) == Conformity::Conforming;
}

Conformity conformity(const Evidence& label) {
  if (label.integrity == Integrity::Damaged) return Conformity::Damaged;
  const auto findings = gb45438::lint(label);
  const bool broken = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == Severity::Error;
  });
  return broken ? Conformity::Breaking : Conformity::Conforming;
}

std::vector<Finding> lint_file(std::span<const Evidence> evidence) {
  std::vector<Finding> findings;
  std::optional<std::size_t> duplicate, conflict;           // the finding on the first case of each
  std::unordered_map<std::uint64_t, const Evidence*> seen;  // by line: a record is a document
  for (const Evidence& label : evidence) {
    if (label.standard != StandardId::Gb45438 || !label.says) continue;
    const auto [place, is_first] = seen.try_emplace(label.line, &label);
    if (is_first) continue;
    const bool agrees = same(*place->second, label);
    std::optional<std::size_t>& known = agrees ? duplicate : conflict;
    if (known) {
      ++findings[*known].count;
      continue;
    }
    known = findings.size();
    const std::string& first = place->second->carrier;
    if (agrees) {
      gb45438::add_finding(
          findings, "E-9", Severity::Warning,
          fmt::format("duplicate: the label stands in {} and in {}", first, label.carrier),
          fmt::format("标识重复：{} 与 {} 中各有一份", first, label.carrier));
    } else {
      gb45438::add_finding(
          findings, "E-9", Severity::Error,
          fmt::format("conflict: the labels in {} and {} disagree", first, label.carrier),
          fmt::format("标识冲突：{} 与 {} 中的标识不一致", first, label.carrier));
    }
    findings.back().offset = label.where.offset;
    findings.back().line = label.line;
  }
  return findings;
}

}  // namespace colophon
